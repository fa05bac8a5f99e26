// Package lib is a module of the workspace with another module inside it.
package lib

type Registry[T any] struct{ Items map[string]T }

func (r *Registry[T]) Register(name string, item T) { r.Items[name] = item }

var Shared Registry[func()]
