// Every way gives the lock back, though not at one place.
package released

import (
	"errors"
	"sync"
)

type Store struct {
	mu     sync.Mutex
	rw     sync.RWMutex
	stock  map[string]int
	prices map[string]int
}

var errEmpty = errors.New("empty")

func (s *Store) Deferred(item string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stock[item] == 0 {
		return errEmpty
	}
	s.stock[item]--
	return nil
}

func unlockOnce(lock sync.Locker) func() {
	var once sync.Once
	return func() { once.Do(lock.Unlock) }
}

// Once unlocks early on one way, and at the end on the others.
func (s *Store) Once(item string) error {
	unlock := unlockOnce(&s.mu)
	s.mu.Lock()
	defer unlock()
	if s.stock[item] == 0 {
		unlock()
		return errEmpty
	}
	s.stock[item]--
	return nil
}

func (s *Store) Literal(item string) int {
	s.mu.Lock()
	defer func() {
		s.stock[item]++
		s.mu.Unlock()
	}()
	if n, ok := s.stock[item]; ok {
		return n
	}
	return 1
}

func (s *Store) EachWay(item string) error {
	s.mu.Lock()
	if s.stock[item] == 0 {
		s.mu.Unlock()
		return errEmpty
	}
	s.stock[item]--
	s.mu.Unlock()
	return nil
}

func (s *Store) InLoop(items []string) (sum int) {
	for _, item := range items {
		s.rw.RLock()
		n, ok := s.prices[item]
		s.rw.RUnlock()
		if !ok {
			continue
		}
		sum += n
	}
	return sum
}

func (s *Store) Conditional(item string, locked bool) int {
	if !locked {
		s.mu.Lock()
	}
	n := s.stock[item]
	if !locked {
		s.mu.Unlock()
	}
	return n
}

func (s *Store) Panics(item string) int {
	s.mu.Lock()
	n, ok := s.stock[item]
	if !ok {
		panic("no such item: " + item)
	}
	s.mu.Unlock()
	return n
}

func (s *Store) Upgraded(item string) int {
	s.rw.RLock()
	n, ok := s.prices[item]
	s.rw.RUnlock()
	if ok {
		return n
	}
	s.rw.Lock()
	defer s.rw.Unlock()
	if len(s.prices) < 100 {
		s.prices[item] = 1
	}
	return 1
}

func (s *Store) Breaks(items []string) string {
	s.mu.Lock()
	first := ""
	for _, item := range items {
		if s.stock[item] > 0 {
			first = item
			break
		}
	}
	s.mu.Unlock()
	return first
}

func (s *Store) Waits(item string, more <-chan int) {
	s.mu.Lock()
	for s.stock[item] == 0 {
		s.mu.Unlock()
		n := <-more
		s.mu.Lock()
		s.stock[item] += n
	}
	s.mu.Unlock()
}

func (s *Store) Switches(item string) string {
	s.mu.Lock()
	switch s.stock[item] {
	case 0:
		s.stock[item] = 1
		fallthrough
	case 1:
		s.mu.Unlock()
	default:
		s.mu.Unlock()
		return "many"
	}
	return "one"
}

func (s *Store) Tries(item string) bool {
	if !s.mu.TryLock() {
		return false
	}
	s.stock[item]++
	s.mu.Unlock()
	return true
}

func (s *Store) Jumps(item string) int {
	s.mu.Lock()
	n, ok := s.stock[item]
	if !ok {
		goto out
	}
	s.stock[item] = n + 1
out:
	s.mu.Unlock()
	return n
}

func (s *Store) Drop(item string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.stock, item)
}

func (s *Store) Gives(item string, to *Store) bool {
	s.mu.Lock()
	to.mu.Lock()
	if s.stock[item] == 0 {
		to.mu.Unlock()
		s.mu.Unlock()
		return false
	}
	s.stock[item]--
	to.stock[item]++
	s.mu.Unlock()
	to.mu.Unlock()
	return true
}

func (s *Store) Alias(item string) bool {
	same := s
	s.mu.Lock()
	if s.stock[item] == 0 {
		same.mu.Unlock()
		return false
	}
	s.stock[item]--
	s.mu.Unlock()
	return true
}

type shard struct {
	mu    sync.Mutex
	items map[string]int
}

type Sharded struct{ shards [16]*shard }

// Total locks each shard in its turn, and gives all locks back at the end.
func (s *Sharded) Total() int {
	for i := range s.shards {
		s.shards[i].mu.Lock()
	}
	defer func() {
		for i := range s.shards {
			s.shards[i].mu.Unlock()
		}
	}()
	return s.total()
}

func (s *Sharded) total() (total int) {
	for _, one := range s.shards {
		total += len(one.items)
	}
	return total
}

func (s *Sharded) Drop(number int, item string) {
	one := s.shards[number]
	one.mu.Lock()
	defer one.mu.Unlock()
	delete(one.items, item)
}
