// Package sets has sets with methods of their own to take out of: whatever set they are called on, it need not be one
// of the cloakroom's, whose keys go when nothing is left.
package sets

import "sync"

// Set is a set of values.
type Set[T comparable] struct{ values map[T]struct{} }

// NewSet makes one.
func NewSet[T comparable](values ...T) *Set[T] {
	s := &Set[T]{values: make(map[T]struct{})}
	for _, value := range values {
		s.values[value] = struct{}{}
	}
	return s
}

// Add puts a value in.
func (s *Set[T]) Add(value T) { s.values[value] = struct{}{} }

// Drop takes a value out.
func (s *Set[T]) Drop(value T) { delete(s.values, value) }

// Len is how many there are.
func (s *Set[T]) Len() int { return len(s.values) }

// Without takes out what others have, too.
func (s *Set[T]) Without(others *Set[T]) {
	for value := range others.values {
		delete(s.values, value)
	}
}

// Cloakroom has the guests of each row.
type Cloakroom[R, G comparable] struct {
	mu   sync.Mutex
	rows map[R]*Set[G]
}

// NewCloakroom opens one.
func NewCloakroom[R, G comparable]() *Cloakroom[R, G] {
	return &Cloakroom[R, G]{rows: make(map[R]*Set[G])}
}

// Close ends it.
func (c *Cloakroom[R, G]) Close() {}

// Hang notes a guest.
func (c *Cloakroom[R, G]) Hang(row R, guest G) {
	c.mu.Lock()
	defer c.mu.Unlock()
	guests, ok := c.rows[row]
	if !ok {
		guests = NewSet[G]()
		c.rows[row] = guests
	}
	guests.Add(guest)
}

// Fetch forgets a guest.
func (c *Cloakroom[R, G]) Fetch(row R, guest G) {
	c.mu.Lock()
	defer c.mu.Unlock()
	guests, ok := c.rows[row]
	if !ok {
		return
	}
	guests.Drop(guest)
	if guests.Len() == 0 {
		delete(c.rows, row)
	}
}

// Missing is how many of what is wanted are not there.
func Missing(wanted, there *Set[string]) int {
	wanted.Without(there)
	wanted.Drop("")
	return wanted.Len()
}
