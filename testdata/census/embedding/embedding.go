// Package embedding reaches maps and methods through embedded fields, by value and by pointer.
package embedding

import (
	"net/http"
	"net/url"
	"sync"
)

type index map[string]int

func (i index) add(k string)  { i[k]++ }
func (i *index) reset()       { *i = index{} }
func (i index) drop(k string) { delete(i, k) }
func (i index) size() int     { return len(i) }
func (i index) each(f func(k string)) {
	for k := range i {
		f(k)
	}
}

type base struct {
	values map[string]int
	name   string
}

func (b *base) set(k string)    { b.values[k] = 1 }
func (b base) get(k string) int { return b.values[k] }

type middle struct {
	*base
	index
	extra map[int]int
}

type top struct {
	middle
	sync.Map
	name string
}

type other struct {
	*top
	values map[bool]bool // hides base.values
}

type locked struct {
	sync.Mutex
	http.Header
	url.Values
}

type viaPointer struct{ *sync.Map }

type aliasMap = sync.Map
type viaAlias struct{ aliasMap }

type inner struct{ m map[string]int }
type renamed inner // the fields of inner, not its methods
type chain struct{ renamed }

var (
	one    top
	two    = &other{top: &one}
	three  struct{ middle }
	single chain
)

func use(t *top, o other, l *locked, p viaPointer, a *viaAlias) {
	t.values["a"] = 1
	t.middle.values["a"] = 1
	t.middle.base.values["a"] = 1
	t.base.values["a"]++
	t.index["a"] = 1
	t.middle.index["b"]++
	t.extra[1] = 2
	t.Store("a", 1)
	t.Map.Store("a", 1)
	t.set("a")
	t.base.set("a")
	_ = t.get("a")
	t.add("x")
	t.index.add("x")
	t.reset()
	t.drop("x")
	_ = t.size() + t.middle.size()
	o.values[true] = true
	o.top.values["x"] = 1
	o.base.values["x"] = 1
	o.Store(1, 2)
	o.Delete(1)
	o.top.Map.Delete(1)
	o.add("deep")
	l.Header["x"] = nil
	l.Header.Set("x", "y")
	l.Values["x"] = nil
	l.Lock()
	defer l.Unlock()
	p.Store(1, 2)
	p.Map.Delete(2)
	p.Map = nil
	a.Store(1, 2)
	a.aliasMap.Clear()
	one.values["x"] = 1
	two.base.values["y"] = 1
	two.top.index["y"] = 1
	three.values["z"] = 1
	three.base = &base{values: map[string]int{}}
	three.index = nil
	single.m["x"] = 1
	single.renamed.m["x"] = 1
	delete(single.m, "x")
	two.middle = middle{index: index{"a": 1}}
	t.middle.index, t.values = nil, nil
	add := t.add
	add("later")
	(*top).set(t, "expression")
	(*top).size(t)
	middle.add(t.middle, "q")
	index.add(t.index, "r")
	t.each(t.add)
	t.each(func(k string) { t.values[k]++ })
}

// interfaces embedded in structs: the calls are dynamic.
type adder interface{ add(string) }
type resetter interface {
	adder
	reset()
}
type viaInterface struct {
	resetter
	values map[string]int
}

func dynamic(v *viaInterface, a adder) {
	v.add("a")
	v.resetter.reset()
	v.adder().add("b")
	a.add("c")
	adder.add(a, "d")
	v.values["own"]++
	if r, ok := a.(resetter); ok {
		r.reset()
		r.add("e")
	}
	if i, ok := a.(index); ok {
		i.add("f")
		i["g"] = 1
	}
}

func (v *viaInterface) adder() adder { return v.resetter }

// recursion through pointers of the type itself.
type tree struct {
	*tree
	children map[string]*tree
}

func (t *tree) insert(path ...string) {
	for _, p := range path {
		t.children[p] = &tree{tree: t}
		t.children[p].children["x"] = nil
		t.tree.children[p] = t
		t = t.children[p]
	}
	delete(t.tree.tree.children, "x")
}
