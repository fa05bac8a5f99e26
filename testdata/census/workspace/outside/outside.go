// Package outside is a module that the workspace does not use.
package outside

import "example.com/lib"

var registries = map[string]*lib.Registry[int]{}

func Use(name string) {
	registries[name] = &lib.Registry[int]{Items: map[string]int{}}
	registries[name].Items["x"] = 1
	registries[name].Register("y", 2)
	lib.Shared.Register("z", func() { delete(registries, name) })
}
