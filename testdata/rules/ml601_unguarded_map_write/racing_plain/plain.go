// A type with a mutex, and no program: its methods agree on the lock in one place and not in another.
package plain

import "sync"

type Store struct {
	mu sync.RWMutex
	m  map[string]int
}

func New() *Store { return &Store{m: map[string]int{}} }

func (s *Store) Set(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.m["n"] = n
}

func (s *Store) Get(k string) int {
	return s.m[k] // want "ML601: plain.Store.m is read without s.mu, which is held where it is written"
}

var (
	mu    sync.Mutex
	words = map[string]int{}
)

func Note() {
	mu.Lock()
	defer mu.Unlock()
	words["go"]++
}

func Noted(word string) bool {
	return words[word] > 0 // want "ML601: plain.words is read without mu, which is held where it is written"
}

// Documented leaves the lock to those who call its methods.
type Documented struct {
	sync.Mutex
	n map[string]int
}

func (d *Documented) Set(n int) {
	d.Lock()
	defer d.Unlock()
	d.n["n"] = n
}

// Get returns what is stored under k. The caller must hold the lock.
func (d *Documented) Get(k string) int { return d.n[k] }

// Gathered is read when all that fill it have ended.
type Gathered struct {
	mu   sync.Mutex
	done sync.WaitGroup
	all  map[string]int
}

func (g *Gathered) Run() {
	g.done.Add(1)
	go func() {
		defer g.done.Done()
		g.mu.Lock()
		defer g.mu.Unlock()
		g.all["n"]++
	}()
}

func (g *Gathered) Result(k string) int {
	g.done.Wait()
	return g.all[k]
}

var (
	registering sync.Mutex
	registered  = map[string]string{}
)

func Register(kind string) {
	registering.Lock()
	defer registering.Unlock()
	registered["kind"] = kind
}

func Kind(name string) string { return registered[name] }

// Board is what the package's one variable holds.
type Board struct {
	mu    sync.Mutex
	notes map[string]string
}

var board = &Board{notes: map[string]string{}}

func Pin(text string) {
	board.mu.Lock()
	defer board.mu.Unlock()
	board.notes["pinned"] = text
}

func Read(title string) string {
	return board.notes[title] // want "ML601: plain.Board.notes is read without board.mu, which is held where it is written"
}
