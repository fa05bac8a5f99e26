// The lock that guards a map at most places is missed at one, or held only for reading.
package locks

import (
	"sync"
	"time"
)

type Room struct {
	mu     sync.RWMutex
	guests map[string]int
	keys   map[int]string
	notes  map[string]string
	seen   map[string]time.Time
	visits map[string]int
	names  map[string]string
}

func Open() *Room {
	r := &Room{guests: map[string]int{}, keys: map[int]string{}}
	r.keys[0] = "master"
	return r
}

func (r *Room) Enter(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.guests[name]++
	r.keys[len(r.keys)] = name
}

func (r *Room) Guests() (names []string) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	for name := range r.guests {
		names = append(names, name)
	}
	return names
}

func (r *Room) Leave(name string) {
	delete(r.guests, name) // want "ML601: locks.Room.guests is written without r.mu, which 2 other places hold: goroutines that meet"
}

func (r *Room) Key(n int) string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.keys[n]
}

func (r *Room) Return(n int) {
	r.mu.Lock()
	delete(r.keys, n)
	r.mu.Unlock()
	go func() {
		time.Sleep(time.Minute)
		r.forget(n)
	}()
}

func (r *Room) forget(n int) {
	r.keys[n] = "" // want "ML601: locks.Room.keys is written without r.mu, which 3 other places hold"
}

func (r *Room) Note(name, text string) {
	r.mu.Lock()
	r.notes[name] = text
	r.mu.Unlock()
}

func (r *Room) Drop(name string) {
	r.mu.Lock()
	delete(r.notes, name)
	r.mu.Unlock()
}

func (r *Room) NoteOf(name string) string {
	return r.notes[name] // want "ML601: locks.Room.notes is read without r.mu, which is held where it is written"
}

func (r *Room) Seen(name string) time.Time {
	r.mu.RLock()
	defer r.mu.RUnlock()
	r.seen[name] = time.Now() // want "ML601: locks.Room.seen is written under r.mu.RLock, which others hold at the same time"
	return r.seen[name]
}

func (r *Room) Unsee(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.seen, name)
}

func (r *Room) Visit(name string) {
	r.mu.Lock()
	r.visits[name]++
	r.mu.Unlock()
	if name == "" {
		delete(r.visits, name) // want "ML601: locks.Room.visits is written without r.mu, which 2 other places hold"
	}
}

func (r *Room) Visits(name string) int {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.visits[name]
}

var (
	mu       sync.Mutex
	bookings = map[string]int{}
)

func Book(name string) {
	mu.Lock()
	bookings[name]++
	mu.Unlock()
}

func Cancel(name string) {
	mu.Lock()
	delete(bookings, name)
	mu.Unlock()
}

func Reset() {
	clear(bookings) // want "ML601: locks.bookings is written without mu, which 2 other places hold"
}

type Tally struct {
	sync.Mutex
	votes map[string]int
}

func (t *Tally) Vote(name string) {
	t.Lock()
	defer t.Unlock()
	t.votes[name]++
}

func (t *Tally) Take(name string) {
	t.Lock()
	defer t.Unlock()
	t.votes[name]--
	if t.votes[name] == 0 {
		delete(t.votes, name)
	}
}

func (t *Tally) Watch(names <-chan string) {
	go func() {
		for name := range names {
			t.votes[name] = 0 // want "ML601: locks.Tally.votes is written without t.Mutex, which "
		}
	}()
}

func (r *Room) Rename(old, name string) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.rename(old, name)
}

func (r *Room) rename(old, name string) bool {
	r.names[name] = r.names[old] // want "ML601: locks.Room.names is written under r.mu.RLock, which others hold at the same time"
	return name != ""
}

func (r *Room) Name(name string) string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.names[name]
}

func (r *Room) Unname(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.names, name)
}
