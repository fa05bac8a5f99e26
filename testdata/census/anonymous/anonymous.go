// Package anonymous has structs without a name wherever the language allows them.
package anonymous

import "sync"

var registry = struct {
	sync.RWMutex
	m     map[string]func()
	inner struct {
		deep map[string]map[string]int
	}
	list []struct{ seen map[int]bool }
}{m: make(map[string]func())}

var typed struct {
	m, n map[string]int
}

var pointer = &struct{ m map[string]int }{m: map[string]int{}}

var single struct{ m map[string]int }

var more struct{ m map[string]int }

var rows = []struct {
	name string
	tags map[string]string
}{
	{"a", map[string]string{"x": "y"}},
	{name: "b"},
}

var byName map[string]struct{ attributes map[string]int }

var byPointer = map[string]*struct{ attributes map[string]int }{}

var stream = make(chan struct{ payload map[string]int })

var handler func(struct{ arg map[string]int }) struct{ result map[string]int }

type node struct {
	meta struct {
		labels map[string]string
		stats  *struct {
			hits map[string]int
		}
	}
	children []struct {
		node
		edges map[string]*node
	}
}

type alias = struct {
	m map[string]int
}

type matrix [2][3]struct{ cells map[int]int }

var grid matrix

func use(n *node) {
	registry.Lock()
	defer registry.Unlock()
	registry.m["a"] = func() { registry.m["b"] = nil }
	delete(registry.m, "a")
	registry.inner.deep["a"] = nil
	registry.inner.deep["a"]["b"]++
	registry.list[0].seen[1] = true
	typed.m["a"] = 1
	typed.n["a"] = 1
	pointer.m["a"] = 1
	(*pointer).m["b"] = 1
	pointer.m = nil
	single.m["x"] = 1
	more.m["x"] = 1
	rows[0].tags["x"] = "z"
	byName["x"].attributes["y"] = 1
	byName["x"] = struct{ attributes map[string]int }{}
	byPointer["x"].attributes["y"] = 1
	byPointer["x"] = &struct{ attributes map[string]int }{attributes: nil}
	v := <-stream
	v.payload["a"] = 1
	(<-stream).payload["b"] = 1
	n.meta.labels["a"] = "b"
	n.meta.stats.hits["a"]++
	(*n.meta.stats).hits["b"]++
	n.children[0].edges["x"] = n
	n.children[0].meta.labels["y"] = "z"
	n.children[0].node.meta.labels = nil
	for _, row := range rows {
		row.tags["ranged"] = ""
	}
	for i := range n.children {
		c := &n.children[i]
		c.edges["x"] = &c.node
		delete(c.meta.stats.hits, "x")
	}
	grid[0][1].cells[2] = 3
	delete(grid[1][1].cells, 1)

	local := struct{ m map[string]int }{m: map[string]int{}}
	local.m["a"] = 1
	var second struct {
		inner struct{ m map[string]int }
	}
	second.inner.m["a"]++
	type named struct{ m map[string]int }
	third := named{}
	third.m["x"] = 1
	fourth := []named{{m: nil}}
	fourth[0].m["x"] = 1
	for _, test := range []struct {
		name string
		want map[string]int
	}{{"a", nil}} {
		test.want["x"] = 1
	}
	var a alias
	a.m["x"] = 1
	parameters(struct{ m map[string]int }{}, func() (r struct{ out map[string]int }) {
		r.out["x"] = 1
		return r
	})
	handler(struct{ arg map[string]int }{}).result["a"] = 1
}

func parameters(p struct{ m map[string]int }, f func() struct{ out map[string]int }) {
	p.m["x"] = 1
	f().out["y"] = 2
	registry.m = nil
}

func (n *node) method(opts struct{ set map[string]bool }) {
	opts.set["a"] = true
	n.meta.labels = map[string]string{}
}
