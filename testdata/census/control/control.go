// Package control wraps map operations in every statement there is, with names that hide each other.
package control

import (
	"errors"
	"fmt"
	"os"
)

var m = map[string]int{}
var n = map[int]string{}

type shape interface{ area() int }
type square struct{ side map[string]int }
type circle struct{ radius map[string]int }

func (s square) area() int  { s.side["area"]++; return 0 }
func (c *circle) area() int { c.radius["area"]++; return 0 }

func store(k string) (int, error) { m[k] = 1; return 0, nil }
func load(k string) int           { return m[k] }

func statements(k string, ch chan int, done <-chan struct{}, s shape) (err error) {
outer:
	for i := 0; i < 10; i, m[k] = i+1, i {
		switch {
		case i == 1:
			m["switch"] = i
			fallthrough
		case i == 2:
			delete(m, "switch")
			break outer
		case i == 3:
			continue outer
		default:
			if i == 9 {
				goto end
			}
		}
	inner:
		for {
			select {
			case v, ok := <-ch:
				if !ok {
					break inner
				}
				m["select"] = v
			case ch <- load(k):
				m["sent"]++
			case m["direct"] = <-ch:
			case <-done:
				return
			}
		}
	}
end:
	if m := map[string]int{}; len(m) == 0 {
		m["hidden"] = 1
	} else if n := m["x"]; n > 0 {
		m["hidden"] = n
	}
	if v, err := store(k); err != nil {
		m["error"] = v
		return err
	} else if w, err := store(k + "x"); err == nil {
		m["fine"] = v + w
	}
	switch x := s.(type) {
	case square:
		x.side["a"] = 1
		x.area()
	case *circle:
		x.radius["a"] = 1
		x.area()
		{
			x := square{}
			x.side["b"] = 1
		}
	case nil:
		m["nil"] = 0
	case fmt.Stringer, error:
		m[fmt.Sprint(x)] = 1
	default:
		_ = x.area()
	}
	switch m := m; {
	case m["x"] > 1:
		m["copied"]++
	}
	switch s := s.(type) {
	case interface{ side() map[string]int }:
		s.side()["x"] = 1
	}
	for m, i := range []map[string]int{m} {
		i["ranged"] = m
	}
	for k, v := range n {
		n[k] = v + "x"
		delete(n, k)
	}
	func(m map[string]int) { m["parameter"] = 1 }(m)
	for range 3 {
		m["int"]++
	}
	hide(func() {
		for i := range n {
			m := m
			m[n[i]]++
		}
		var m = struct{ m map[string]int }{m: m}
		m.m["field of local"] = 1
	})
	defer func() {
		if r := recover(); r != nil {
			err = errors.Join(err, fmt.Errorf("%v", r))
			n[0] = "recovered"
		}
	}()
	{
		const n = 3
		type t struct{ n map[string]int }
		var z t
		z.n["x"] = n
	}
	n[1] = "not the constant"
	return
}

func hide(f func()) { f() }

func labels() {
m: // a label may have the name of a variable
	for k := range m {
		m[k]++
		if k == "" {
			continue m
		}
		break m
	}
	goto done
done:
	m["done"] = 1
}

func fields() {
	// keys of a struct literal are fields, keys of a map literal are expressions
	type pair struct{ m, n map[string]int }
	p := pair{m: m, n: map[string]int{"m": len(m)}}
	p.m["x"]++
	_ = map[string]map[string]int{"m": m}
	_ = []map[string]int{0: m, 1: {"x": 1}}
	_ = [...]pair{2: {m, nil}}
	_ = &pair{n: m}
	_ = map[coordinates]*pair{{1, 2}: {m: m}}
}

type coordinates struct{ a, b int }

func results() (m map[string]int, err error) {
	m = make(map[string]int)
	m["named result"] = 1
	defer func() { m["after"] = 2 }()
	if f, err := os.Open("x"); err == nil {
		defer f.Close()
		m[f.Name()] = 1
	}
	return m, nil
}

func variadic(ms ...map[string]int) {
	for i := range ms {
		ms[i]["x"] = 1
	}
	ms[0]["y"]++
	(ms)[1] = nil
}

func pointers(p *map[string]int, pp **map[string]int, s []*square, c map[string]*circle) {
	(*p)["x"] = 1
	(**pp)["x"] = 1
	*p = nil
	*pp = &m
	s[0].side["x"] = 1
	(*s[0]).side["y"] = 2
	c["x"].radius["z"] = 3
	c["new"] = &circle{radius: map[string]int{}}
	q := &m
	(*q)["through q"] = 1
	*q = map[string]int{}
	new(square).side["x"] = 1
	(&circle{}).radius["x"] = 1
	square{side: m}.side["x"] = 1
	getters()().side["x"]++
	getters()().area()
	a, b := m, &n
	a["x"], (*b)[1] = 1, "x"
}

func getters() func() *square { return func() *square { return new(square) } }

func conversions(x any) {
	type local map[string]int
	local(m)["x"] = 1
	(map[string]int)(m)["y"] = 1
	x.(map[string]int)["z"] = 1
	x.(*square).side["w"] = 1
	x.(shape).area()
	if v, ok := x.(interface{ area() int }); ok {
		v.area()
	}
	_ = shape(square{}).area()
	_ = string([]byte("x")) + fmt.Sprint(int64(len(m)))
}
