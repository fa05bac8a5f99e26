// Package aliases names maps by other names: type aliases, generic aliases, local variables, imports.
package aliases

import (
	. "example.com/aliases/shapes"
	_ "example.com/aliases/shapes"
	renamed "example.com/aliases/shapes"
	"maps"
	syn "sync"
)

type (
	plain                = map[string]int
	again                = plain
	pointer              = *map[string]int
	shared               = syn.Map
	sharedPointer        = *syn.Map
	generic[V any]       = map[string]V
	both[K comparable]   = generic[map[K]bool]
	structure            = struct{ m plain }
	foreign              = renamed.Table
	instance             = renamed.Box[string, int]
	defined              again
	function             = func(plain) again
	vector[T comparable] = []map[T]T
)

var (
	a  again
	p  pointer
	s  shared
	sp sharedPointer
	g  generic[int]
	b  both[int]
	f  foreign
	d  defined
	v  vector[string]
	fn function = func(m plain) again { m["x"] = 1; return m }
)

// method sets belong to the type behind the alias.
type (
	Token  map[string]uint
	token  = Token
	tokens = *token
)

func (t token) add(k string)   { t[k]++ }
func (t *token) reset()        { *t = nil }
func (h *foreignHolder) load() { h.t.add("x"); h.t["x"] = 1; h.t.reset() }

type foreignHolder = realHolder
type realHolder struct{ t token }

func methods(h realHolder, t tokens) {
	h.load()
	h.t.add("y")
	(*t).add("z")
	Token.add(*t, "w")
	(*token).reset(t)
}

type holder struct {
	again
	p  pointer
	s  shared
	g  generic[*holder]
	b  both[string]
	st structure
	f  renamed.Named
	in instance
	*foreignAlias
}

type foreignAlias = renamed.Holder

func use(h *holder, k string) {
	a[k] = 1
	(*p)[k] = 2
	s.Store(k, 1)
	sp.Store(k, 1)
	g[k]++
	b[k] = map[int]bool{}
	b[k][1] = true
	f[k] = 1
	d[k] = 1
	v[0][k] = k
	h.again[k] = 1
	(*h.p)[k] = 1
	h.s.Delete(k)
	h.g[k] = h
	h.g[k].g[k] = nil
	h.b[k] = nil
	h.st.m[k] = 1
	h.f[k] = 1
	h.f.Put(k)
	h.in.Content[k] = 1
	h.in.Set(k, 1)
	h.Public[k] = 1
	h.Fill(k)
	fn(a)[k] = 1
	renamed.Global[k] = 1
	Global[k]++
	delete(Global, k)
	Registry.Names[k] = true
	Fill(k)
	renamed.Fill(k)
	maps.Copy(Global, a)
	Global = nil
	renamed.Registry.Names = nil
	renamed.Build().Set(k, 1)
	Build().Content[k] = 2
	(&renamed.Holder{}).Fill(k)
	new(Holder).Public[k] = 3
}

// locals are other names of the same maps: what the expression names is the local.
func locals(h *holder, k string) {
	m := h.again
	m[k] = 1
	q := &h.g
	(*q)[k] = nil
	t := &h.s
	t.Store(k, 1)
	inner, ok := b[k]
	if !ok {
		inner = map[int]bool{}
		b[k] = inner
	}
	inner[1] = true
	set := func(m plain, k string) { m[k]++ }
	set(a, k)
	set(h.st.m, k)
	for _, m := range []plain{a, m} {
		delete(m, k)
	}
	var e any = a
	e.(plain)[k] = 1
	e.(map[string]int)[k] = 1
	switch a := e.(type) {
	case again:
		a[k] = 1
	case defined:
		a[k] = 2
	}
	a[k] = 3
}
