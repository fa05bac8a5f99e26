// Two locks, timers, goroutines of an object, handlers of an object, callers that differ.
package meetings

import (
	"net/http"
	"sync"
	"time"
)

type Desk struct {
	in, out sync.Mutex
	parcels map[string]int
}

func (d *Desk) Accept(id string) {
	d.in.Lock()
	defer d.in.Unlock()
	d.parcels[id]++ // want "ML601: meetings.Desk.parcels is written under d.in here and accessed under d.out elsewhere"
}

func (d *Desk) HandOut(id string) bool {
	d.out.Lock()
	defer d.out.Unlock()
	return d.parcels[id] > 0
}

type Guest struct {
	passes map[string]bool
}

func (g *Guest) Admit(name string) {
	g.passes[name] = true
	time.AfterFunc(time.Hour, func() {
		delete(g.passes, name) // want "ML601: meetings.Guest.passes is written by a timer's goroutine without a lock, and by what sets the timer"
	})
}

type Shelf struct {
	until map[string]time.Time
}

func NewShelf() *Shelf {
	s := &Shelf{until: map[string]time.Time{}}
	go s.sweep(time.NewTicker(time.Minute))
	return s
}

func (s *Shelf) sweep(ticker *time.Ticker) {
	for range ticker.C {
		s.drop(time.Now())
	}
}

func (s *Shelf) drop(now time.Time) {
	for name, until := range s.until {
		if until.Before(now) {
			delete(s.until, name)
		}
	}
}

func (s *Shelf) Put(name string) {
	s.until[name] = time.Now().Add(time.Hour) // want "ML601: meetings.Shelf.until is written without a lock while the loop of a goroutine writes it"
}

type Meter struct {
	ticks map[string]int
	stop  chan bool
}

func NewMeter() *Meter {
	m := &Meter{ticks: map[string]int{}, stop: make(chan bool)}
	go func() {
		timer := time.NewTimer(time.Second)
		for {
			select {
			case <-m.stop:
				return
			case <-timer.C:
				clear(m.ticks)
				timer.Reset(time.Second)
			}
		}
	}()
	return m
}

func (m *Meter) Tick(name string) {
	m.ticks[name]++ // want "ML601: meetings.Meter.ticks is written without a lock while the loop of a goroutine writes it"
}

type Site struct {
	visits map[string]int
	online map[string]bool
}

func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.visits[r.URL.Path]++ // want "ML601: meetings.Site.visits is written without a lock by .*meetings.Site.*ServeHTTP, which servers would run"
	if len(s.visits) > 1000 {
		clear(s.visits)
	}
}

func (s *Site) enter(w http.ResponseWriter, r *http.Request) {
	s.online[r.Host] = true // want "ML601: meetings.Site.online is written without a lock by handlers"
}

func (s *Site) leave(w http.ResponseWriter, r *http.Request) { delete(s.online, r.Host) }

func Serve() error {
	site := &Site{visits: map[string]int{}, online: map[string]bool{}}
	mux := http.NewServeMux()
	mux.Handle("/", site)
	mux.HandleFunc("/enter", site.enter)
	mux.HandleFunc("/leave", site.leave)
	return http.ListenAndServe(":8080", mux)
}

type Ledger struct {
	mu      sync.Mutex
	entries map[string]int
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

func (l *Ledger) Correct(id string, n int) { l.set(id, n) }

func (l *Ledger) set(id string, n int) {
	l.entries[id] = n // want "ML601: meetings.Ledger.entries is written without l.mu, which 2 other places hold"
}

type Crew struct {
	jobs map[string]int
}

func (c *Crew) Do(job string) {
	go func() {
		c.jobs[job]++ // want "ML601: meetings.Crew.jobs is written by a goroutine without a lock, and by what starts it"
	}()
	c.jobs["all"]++
}

func Count(words []string) map[string]int {
	counts := map[string]int{}
	done := make(chan bool)
	go func() {
		for _, word := range words {
			counts[word]++ // want "ML601: meetings.Count.counts is written by a goroutine without a lock, and by what starts it"
		}
		close(done)
	}()
	counts["all"] = len(words)
	<-done
	return counts
}

func Halves(words []string) map[string]int {
	lengths := map[string]int{}
	var done sync.WaitGroup
	done.Add(2)
	go func() {
		defer done.Done()
		lengths["first"] = len(words[0]) // want "ML601: meetings.Halves.lengths is written without a lock by two goroutines that run side by side"
	}()
	go func() {
		defer done.Done()
		lengths["last"] = len(words[len(words)-1])
	}()
	done.Wait()
	return lengths
}
