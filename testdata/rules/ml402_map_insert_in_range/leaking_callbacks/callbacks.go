// Literals that the ranging function is handed and calls, keys that were looked up and not found, whole maps copied in.
package callbacks

import "maps"

type Tree struct {
	parents map[string]string
}

func (t *Tree) each(visit func(name, parent string)) {
	for name, parent := range t.parents {
		visit(name, parent)
	}
}

func (t *Tree) Shadow() {
	t.each(func(name, parent string) {
		t.parents[name+"'"] = parent // want "ML402: key 'name . \"'\"' is inserted into callbacks.Tree.parents inside a range over it"
	})
}

func (t *Tree) Rename(to string) {
	t.each(func(name, _ string) { t.parents[name] = to })
}

func (t *Tree) Into(other *Tree) {
	t.each(func(name, parent string) { other.parents[name+"'"] = parent })
}

var totals = map[string]int{}

func eachTotal(visit func(string, int)) {
	for name, n := range totals {
		visit(name, n)
	}
}

func Double() {
	eachTotal(func(name string, n int) {
		totals["2"+name] = 2 * n // want "ML402: key '\"2\" . name' is inserted into callbacks.totals inside a range over it"
	})
}

func every(m map[string]int, visit func(string, int)) {
	for name, n := range m {
		visit(name, n)
	}
}

func Gross(net map[string]int) {
	every(net, func(name string, n int) {
		net[name+"/gross"] = n // want "ML402: key 'name . \"/gross\"' is inserted into callbacks.Gross.net inside a range over it"
	})
}

func GrossOf(net map[string]int) map[string]int {
	gross := map[string]int{}
	every(net, func(name string, n int) { gross[name+"/gross"] = n })
	return gross
}

func (t *Tree) Complete(root string) {
	for _, parent := range t.parents {
		if _, ok := t.parents[parent]; !ok {
			t.parents[parent] = root // want "ML402: key 'parent' is inserted into callbacks.Tree.parents inside a range over it"
		}
	}
}

func Flatten(all map[string]map[string]int, flat map[string]int) {
	for name := range flat {
		maps.Copy(flat, all[name]) // want "ML402: keys, which may be new, are inserted into callbacks.Flatten.flat inside a range over it"
	}
}

func Nodes(edges map[string][]string) {
	for _, ends := range edges {
		for _, end := range ends {
			if _, ok := edges[end]; !ok {
				edges[end] = nil
			}
		}
	}
}
