// Package shapes has generic code, some of which only another package instantiates.
package shapes

type Cache[K comparable, V any] struct{ entries map[K]V }

func New[K comparable, V any]() *Cache[K, V] {
	return &Cache[K, V]{entries: make(map[K]V)}
}

func Distinct[K comparable](keys []K) int {
	seen := map[K]struct{}{}
	for _, key := range keys {
		seen[key] = struct{}{}
	}
	return len(seen)
}

func Elsewhere[K comparable](key K) int {
	local := make(map[K]int, 3)
	local[key]++
	return local[key]
}

var Names = New[string, int]()
var Count = Distinct([]int{1, 2}) + Distinct([]string{"a"})
