// Package forms holds every form of insert and remove. A remark after an operation says what it is:
// form and map, "element of" for a map inside another one.
package forms

import (
	"encoding/json"
	"iter"
	"maps"
	m2 "maps"
	"sync"
)

type counters map[string]int

type store struct {
	rows    map[string][]string
	counts  counters
	nested  map[string]map[string]int
	pointer *map[string]int
	shared  sync.Map
	remote  *sync.Map
	array   [4]map[int]bool
	slice   []map[int]bool
}

var (
	table  = map[string]int{"declared": 1}
	flags  map[string]bool
	any1   map[any]any
	tables []map[string]int
	global sync.Map
	root   store
)

func pair() (int, error)            { return 0, nil }
func remade() (map[string]int, int) { return nil, 0 }
func one() map[string]int           { return table }
func sequence() iter.Seq2[string, int] {
	return func(yield func(string, int) bool) { yield("a", 1) }
}

func inserts(s *store, k string, ch chan int, x any, n map[int]int) {
	table[k] = 1                       // assign forms.table
	(table)[k] = 1                     // assign forms.table
	(table[k]) = 1                     // assign forms.table
	table[k] += 1                      // op_assign forms.table
	table[k] &^= 1                     // op_assign forms.table
	table[k] <<= 1                     // op_assign forms.table
	table[k]++                         // inc_dec forms.table
	table[k]--                         // inc_dec forms.table
	s.rows[k] = append(s.rows[k], "x") // assign forms.store.rows
	s.counts[k]++                      // inc_dec forms.store.counts
	(*s).counts[k] = 2                 // assign forms.store.counts
	(*s.pointer)[k] = 3                // assign forms.store.pointer
	(*(*s).pointer)[k]++               // inc_dec forms.store.pointer
	root.counts[k] = 1                 // assign forms.store.counts
	(&root).counts[k] = 1              // assign forms.store.counts
	s.nested[k][k] = 1                 // assign element of forms.store.nested
	s.nested[k] = map[string]int{}     // assign forms.store.nested
	s.array[1][2] = true               // assign element of forms.store.array
	s.slice[0][1] = true               // assign element of forms.store.slice
	s.slice[1:][0][1] = true           // assign element of forms.store.slice
	tables[0][k] = 1                   // assign element of forms.tables
	map[string]int(s.counts)[k] = 1    // assign forms.store.counts
	var err error
	var ok bool
	table[k], err = pair()          // assign forms.table
	table[k], flags[k] = n[1]       // assign forms.table; assign forms.flags
	table[k], ok = x.(int)          // assign forms.table
	table[k], flags[k] = <-ch       // assign forms.table; assign forms.flags
	_, table[k] = ok, 1             // assign forms.table
	any1[err], any1[ok] = any1, nil // assign forms.any1; assign forms.any1
	select {
	case table[k] = <-ch: // assign forms.table
	case table[k], flags[k] = <-ch: // assign forms.table; assign forms.flags
	default:
	}
	for table[k] = range 3 { // range_assign forms.table
	}
	for _, table[k] = range []int{1} { // range_assign forms.table
	}
	for k, table[k] = range sequence() { // range_assign forms.table
	}
	for any1[1], any1[2] = range "text" { // range_assign forms.any1; range_assign forms.any1
	}
	for s.nested["a"]["b"] = range ch { // range_assign element of forms.store.nested
	}
	maps.Copy(table, s.counts)                     // maps.Copy forms.table
	m2.Copy[map[string]int](s.counts, table)       // maps.Copy forms.store.counts
	maps.Insert(table, sequence())                 // maps.Insert forms.table
	maps.Insert(s.nested[k], maps.All(table))      // maps.Insert element of forms.store.nested
	global.Store(k, 1)                             // sync.Map.Store forms.global
	s.shared.Store(k, 1)                           // sync.Map.Store forms.store.shared
	(&s.shared).LoadOrStore(k, 1)                  // sync.Map.LoadOrStore forms.store.shared
	s.remote.Swap(k, 1)                            // sync.Map.Swap forms.store.remote
	(*s.remote).Store(k, 1)                        // sync.Map.Store forms.store.remote
	(*sync.Map).Store(&global, k, 1)               // sync.Map.Store forms.global
	if _, loaded := global.LoadOrStore(k, 1); ok { // sync.Map.LoadOrStore forms.global
		_ = loaded
	}
	defer global.Store(k, func() int { table[k]++; return 1 }()) // sync.Map.Store forms.global; inc_dec forms.table
	go s.shared.Swap(k, 1)                                       // sync.Map.Swap forms.store.shared
}

func removes(s *store, k string, n int) {
	delete(table, k)                                                     // delete forms.table
	delete((s.counts), k)                                                // delete forms.store.counts
	delete(*s.pointer, k)                                                // delete forms.store.pointer
	delete(s.nested[k], k)                                               // delete element of forms.store.nested
	delete(s.array[0], n)                                                // delete element of forms.store.array
	clear(table)                                                         // clear forms.table
	clear(s.slice)                                                       // nothing: a slice
	clear(s.nested["x"])                                                 // clear element of forms.store.nested
	defer delete(table, k)                                               // delete forms.table
	go clear(flags)                                                      // clear forms.flags
	maps.DeleteFunc(s.counts, func(string, int) bool { return k == "" }) // maps.DeleteFunc forms.store.counts
	table = nil                                                          // nil forms.table
	table = map[string]int{}                                             // remake forms.table
	s.counts = make(counters, 8)                                         // remake forms.store.counts
	s.counts = counters(table)                                           // remake forms.store.counts
	(s.rows) = nil                                                       // nil forms.store.rows
	*s.pointer = map[string]int{}                                        // remake forms.store.pointer
	table, n = remade()                                                  // remake forms.table
	table, flags = one(), nil                                            // remake forms.table; nil forms.flags
	s.shared = sync.Map{}                                                // remake forms.store.shared
	s.remote = nil                                                       // nil forms.store.remote
	s.remote = new(sync.Map)                                             // remake forms.store.remote
	s.slice[0] = nil                                                     // nil element of forms.store.slice
	s.slice[1] = s.array[0]                                              // remake element of forms.store.slice
	for _, table = range tables {                                        // remake forms.table
	}
	global.Delete(k)                // sync.Map.Delete forms.global
	global.LoadAndDelete(k)         // sync.Map.LoadAndDelete forms.global
	s.shared.CompareAndDelete(k, 1) // sync.Map.CompareAndDelete forms.store.shared
	s.remote.Clear()                // sync.Map.Clear forms.store.remote
	global.Range(func(key, _ any) bool {
		global.Delete(key) // sync.Map.Delete forms.global
		return true
	})
}

// reads neither inserts nor removes anything.
func reads(s *store, k string) (int, error) {
	_, ok := table[k]
	_ = ok
	x := len(table) + cap(s.slice)
	s.rows["a"][0] = "in the slice"
	if v, ok := global.Load(k); ok {
		_ = v
	}
	global.CompareAndSwap(k, 1, 2)
	other := map[string]int{}
	other = maps.Clone(table)
	for name, value := range other {
		x += len(name) + value
	}
	s2 := store{rows: map[string][]string{}, counts: nil}
	*s = s2.copy()
	return x, json.Unmarshal(nil, &struct{ A int }{})
}

func (s *store) copy() store { return store{rows: s.rows} }

func shadowed(k string) {
	delete := func(map[string]int, string) {}
	clear := func(map[string]int) {}
	nil := map[string]int{}
	delete(table, k)
	clear(table)
	table = nil // remake forms.table
	{
		table := map[string]int{}
		table[k] = 1
		{
			flags, table := true, 3
			_, _ = flags, table
		}
	}
	type maps struct{ Copy func(a, b map[string]int) }
	maps{}.Copy(table, table)
	if table := one(); len(table) > 0 {
		table[k]++
	} else {
		table[k]--
	}
	table[k]++ // inc_dec forms.table
}
