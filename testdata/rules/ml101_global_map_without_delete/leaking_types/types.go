// The map hides behind named, generic and alias types, structs and pointers.
package types

import "sync"

// Registry is a named map type with methods.
type Registry map[string]int

// Add fills the map that its receiver is.
func (r Registry) Add(word string) {
	r[word]++ // want "ML101: types.words " "ML101: types.names "
}

// Set is a generic named map type.
type Set[T comparable] map[T]struct{}

func (s Set[T]) Add(element T) {
	s[element] = struct{}{} // want "ML101: types.marks "
}

// Index is an alias, not a new type.
type Index = map[string][]int

var (
	registry = Registry{}
	ids      = Set[uint64]{}
	index    Index
	locks    = new(sync.Map)
	quotas   = &sync.Map{}
)

var cache struct {
	sync.Mutex
	pages map[string][]byte
}

func Use(word string) {
	registry[word]++ // want "ML101: types.registry "
}

func Note(id uint64) {
	ids[id] = struct{}{} // want "ML101: types.ids "
}

func Place(word string, at int) {
	if index == nil {
		index = Index{}
	}
	index[word] = append(index[word], at) // want "ML101: types.index "
}

func Page(url string, fetch func(string) []byte) []byte {
	cache.Lock()
	defer cache.Unlock()
	if page, ok := cache.pages[url]; ok {
		return page
	}
	if cache.pages == nil {
		cache.pages = make(map[string][]byte)
	}
	page := fetch(url)
	cache.pages[url] = page // want "ML101: types.cache.pages "
	return page
}

func Lock(path string) {
	mutex, _ := locks.LoadOrStore(path, new(sync.Mutex)) // want "ML101: types.locks "
	mutex.(*sync.Mutex).Lock()
}

func Spend(tenant string) {
	quotas.Store(tenant, 1) // want "ML101: types.quotas "
}
