// Package store has the name of another package of the module.
package store

import v1 "example.com/packages/internal/store"

type Store struct {
	*v1.Store
	Rows map[int]string // hides v1.Store.Rows
}

func (s *Store) Put(k int, v string) {
	s.Rows[k] = v
	s.Store.Rows[v] = nil
	s.Store.Put(v, nil)
	s.Drop(v)
}
