// The same handlers where one goroutine has the map, or one lock guards it.
package main

import (
	"fmt"
	"net/http"
	"sync"
	"time"
)

// Till is changed by one goroutine alone: handlers send it what to do.
type Till struct {
	sums map[string]int
	work chan func()
}

func (t *Till) loop() {
	for f := range t.work {
		f()
	}
}

func (t *Till) do(f func()) { t.work <- f }

func (t *Till) add(w http.ResponseWriter, r *http.Request) {
	t.work <- func() { t.sums["all"]++ }
}

func (t *Till) show(w http.ResponseWriter, r *http.Request) {
	answer := make(chan int)
	t.do(func() { answer <- t.sums[r.URL.Path] })
	fmt.Fprintln(w, <-answer)
}

type job struct {
	run func()
}

// Board is an actor whose messages are structs.
type Board struct {
	marks map[string]bool
	jobs  chan job
}

func (b *Board) loop() {
	for j := range b.jobs {
		j.run()
	}
}

func (b *Board) mark(w http.ResponseWriter, r *http.Request) {
	mark := func() { b.marks["new"] = true }
	b.jobs <- job{run: mark}
}

var (
	gate  = make(chan struct{}, 1)
	gated = map[string]int{}
)

func pass(w http.ResponseWriter, r *http.Request) {
	gate <- struct{}{}
	defer func() { <-gate }()
	gated["all"]++
}

var (
	seenMu sync.Mutex
	seen   = map[string]time.Time{}
)

func see(w http.ResponseWriter, r *http.Request) {
	seenMu.Lock()
	defer seenMu.Unlock()
	seen["last"] = time.Now()
}

var loaded = map[string]int{}

func showLoaded(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, loaded[r.URL.Path]) }

func main() {
	t := &Till{sums: map[string]int{}, work: make(chan func())}
	go t.loop()
	b := &Board{marks: map[string]bool{}, jobs: make(chan job)}
	go b.loop()
	var ready sync.WaitGroup
	ready.Add(1)
	go func() {
		defer ready.Done()
		loaded["tea"] = 1
	}()
	ready.Wait()
	time.AfterFunc(time.Hour, func() {
		seenMu.Lock()
		defer seenMu.Unlock()
		clear(seen)
	})
	http.HandleFunc("/add", t.add)
	http.HandleFunc("/show", t.show)
	http.HandleFunc("/mark", b.mark)
	http.HandleFunc("/pass", pass)
	http.HandleFunc("/see", see)
	http.HandleFunc("/loaded", showLoaded)
	http.ListenAndServe(":8080", nil)
}
