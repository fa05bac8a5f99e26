// Package safe holds maps that several goroutines may use.
package safe

import "sync"

// Map is a map with a lock.
type Map[K comparable, V any] struct {
	mu sync.RWMutex
	m  map[K]V
}

// New makes an empty map.
func New[K comparable, V any]() *Map[K, V] {
	return &Map[K, V]{m: make(map[K]V)}
}

// Set stores a value.
func (s *Map[K, V]) Set(k K, v V) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.m[k] = v
}

// Delete removes a key.
func (s *Map[K, V]) Delete(k K) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.m, k)
}
