package main

import (
	"maps"
	"runtime"
)

type profile struct {
	name   string
	labels map[string]string
	nested map[string]map[string]string
}

func (p profile) with(name string) profile {
	p.name = name
	p.labels[name] = name
	return p
}

func relabel(p profile) { p.labels["parameter"] = p.name }

func newProfile() profile {
	return profile{name: "first", labels: map[string]string{}, nested: map[string]map[string]string{"in": {}}}
}

func copies() {
	original := newProfile()
	assigned := original
	assigned.name = "second"
	assigned.labels["assigned"] = "second"
	fact("copy.name", original.name)
	_, shared := original.labels["assigned"]
	fact("copy.shared.assigned", shared)

	original.with("receiver")
	relabel(original)
	for _, p := range []profile{original} {
		p.labels["range"] = ""
	}
	array := [1]profile{original}
	array[0].labels["array"] = ""
	dereferenced := *&original
	dereferenced.labels["dereferenced"] = ""
	for _, name := range []string{"receiver", "parameter", "range", "array", "dereferenced"} {
		_, shared := original.labels[name]
		fact("copy.shared."+name, shared)
	}

	cloned := original
	cloned.labels = maps.Clone(cloned.labels)
	cloned.labels["cloned"] = ""
	_, shared = original.labels["cloned"]
	fact("copy.shared.cloned", shared)

	cloned.nested = maps.Clone(cloned.nested)
	cloned.nested["in"]["deep"] = ""
	_, shared = original.nested["in"]["deep"]
	fact("copy.shared.nested_after_clone", shared)

	fact("copy.clone_of_nil_is_nil", maps.Clone(map[string]string(nil)) == nil)

	fact("copy.pins_after_original_dropped", dropped())
}

// dropped says whether a map stays when the original lets go of it and a copy of the struct remains.
func dropped() bool {
	before := heap()
	original := &struct{ large map[int][64]byte }{make(map[int][64]byte)}
	for i := 0; i < 50_000; i++ {
		original.large[i] = [64]byte{}
	}
	full := heap() - before
	remaining := *original
	original.large = nil
	stays := heap()-before > full*9/10
	runtime.KeepAlive(remaining)
	runtime.KeepAlive(original)
	return stays
}
