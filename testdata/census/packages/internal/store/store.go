// Package store has exported and hidden maps that other packages use.
package store

type Store struct {
	Rows    map[string]*Row
	hidden  map[string]int
	OnEvict func(*Row)
}

type Row struct {
	Columns map[string]any
	Owner   *Store
	version
}

type version struct{ Versions map[int]string }

func (v *version) Bump(n int) { v.Versions[n] = "" }

var Default = New()

var Index = map[string]*Store{}

func New() *Store { return &Store{Rows: map[string]*Row{}, hidden: map[string]int{}} }

func (s *Store) Put(k string, r *Row) {
	s.Rows[k] = r
	s.hidden[k]++
	platform(s, k)
}

func (s Store) Drop(k string) {
	delete(s.Rows, k)
	if s.OnEvict != nil {
		s.OnEvict(nil)
	}
}
