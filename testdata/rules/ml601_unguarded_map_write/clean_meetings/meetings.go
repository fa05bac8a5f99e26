// The twins: one lock at both, one goroutine, a hand-over, an object of one request.
package meetings

import (
	"net/http"
	"sync"
	"time"
)

// What changes the map holds both locks, so either is enough to read it.
type Desk struct {
	in, out sync.Mutex
	parcels map[string]int
}

func (d *Desk) Accept(id string) {
	d.in.Lock()
	defer d.in.Unlock()
	d.out.Lock()
	defer d.out.Unlock()
	d.parcels[id]++
}

func (d *Desk) Waiting(id string) bool {
	d.in.Lock()
	defer d.in.Unlock()
	return d.parcels[id] > 0
}

func (d *Desk) HandOut(id string) bool {
	d.out.Lock()
	defer d.out.Unlock()
	return d.parcels[id] > 0
}

// A mutex behind a pointer may be the same as another.
type Branch struct {
	head, own *sync.Mutex
	parcels   map[string]int
}

func NewBranch() *Branch {
	var mu sync.Mutex
	return &Branch{head: &mu, own: &mu, parcels: map[string]int{}}
}

func (b *Branch) Accept(id string) {
	b.head.Lock()
	defer b.head.Unlock()
	b.parcels[id]++
}

func (b *Branch) HandOut(id string) {
	b.own.Lock()
	defer b.own.Unlock()
	delete(b.parcels, id)
}

type Guest struct {
	mu     sync.Mutex
	passes map[string]bool
}

func (g *Guest) Admit(name string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.passes[name] = true
	time.AfterFunc(time.Hour, func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		delete(g.passes, name)
	})
}

type order struct {
	name  string
	reply chan int
}

// The map belongs to the goroutine; methods ask it.
type Shelf struct {
	orders chan order
	counts map[string]int
}

func NewShelf() *Shelf {
	s := &Shelf{orders: make(chan order), counts: map[string]int{}}
	s.counts["all"] = 0
	go s.serve()
	return s
}

func (s *Shelf) serve() {
	for o := range s.orders {
		s.count(o.name)
		o.reply <- s.counts[o.name]
	}
}

func (s *Shelf) count(name string) {
	s.counts[name]++
	if s.counts[name] > 9 {
		delete(s.counts, name)
	}
}

func (s *Shelf) Put(name string) int {
	reply := make(chan int)
	s.orders <- order{name, reply}
	return <-reply
}

// Filled before the goroutine starts, then its own.
type Worker struct {
	tasks map[string]int
	stop  chan bool
}

func (w *Worker) Add(name string) { w.tasks[name]++ }

func (w *Worker) Start() {
	w.tasks["start"] = 1
	go func() {
		for {
			select {
			case <-w.stop:
				return
			case <-time.After(time.Second):
				clear(w.tasks)
			}
		}
	}()
}

// One for each request.
type visit struct {
	seen map[string]bool
}

func (v *visit) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v.seen["agent"] = r.UserAgent() != ""
	v.seen["referrer"] = r.Referer() != ""
}

func Visits(w http.ResponseWriter, r *http.Request) {
	v := &visit{seen: map[string]bool{}}
	v.ServeHTTP(w, r)
}

type Ledger struct {
	mu      sync.Mutex
	entries map[string]int
}

func NewLedger(ids []string) *Ledger {
	l := &Ledger{entries: map[string]int{}}
	for _, id := range ids {
		l.set(id, 0)
	}
	return l
}

func (l *Ledger) Add(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.set(id, 1)
}

func (l *Ledger) Clear(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.set(id, 0)
}

func (l *Ledger) set(id string, n int) { l.entries[id] = n }

func Count(words []string) map[string]int {
	counts := map[string]int{}
	done := make(chan bool)
	counts["all"] = len(words)
	go func() {
		for _, word := range words {
			counts[word]++
		}
		close(done)
	}()
	<-done
	counts["done"] = 1
	return counts
}

func Turns(words []string) map[string]int {
	lengths := map[string]int{}
	next := make(chan bool)
	go func() {
		lengths["first"] = len(words[0])
		next <- true
	}()
	<-next
	go func() {
		lengths["last"] = len(words[len(words)-1])
		next <- true
	}()
	<-next
	return lengths
}

func Baton(words []string) map[string]int {
	lengths := map[string]int{}
	next, done := make(chan bool), make(chan bool)
	go func() {
		lengths["first"] = len(words[0])
		close(next)
	}()
	go func() {
		<-next
		lengths["last"] = len(words[len(words)-1])
		close(done)
	}()
	<-done
	return lengths
}
