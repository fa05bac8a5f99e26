// Times per visitor, trimmed by age; and something else takes out the visitors who do not come again.
package main

import (
	"log"
	"net/http"
	"sync"
	"time"
)

type gate struct {
	mu     sync.Mutex
	knocks map[string][]time.Time
	tries  map[string][]time.Time
	walks  map[string][]time.Time
}

// sweep trims the knocks of all visitors.
func (g *gate) sweep() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for visitor := range g.knocks {
		g.trim(visitor)
	}
}

func (g *gate) trim(visitor string) {
	times := g.knocks[visitor]
	oldest := time.Now().Add(-time.Hour)
	first := 0
	for _, at := range times {
		if at.After(oldest) {
			break
		}
		first++
	}
	if first >= len(times) {
		delete(g.knocks, visitor)
		return
	}
	g.knocks[visitor] = times[first:]
}

func (g *gate) open(visitor string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.trim(visitor)
	g.knocks[visitor] = append(g.knocks[visitor], time.Now())
}

// failed and passed are called for different visitors: passed takes out whoever leaves.
func (g *gate) failed(visitor string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	times := g.tries[visitor]
	for len(times) > 0 {
		if time.Since(times[0]) < time.Hour {
			break
		}
		times = times[1:]
	}
	if len(times) == 0 {
		delete(g.tries, visitor)
	}
	g.tries[visitor] = append(times, time.Now())
}

func (g *gate) left(visitor string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.tries, visitor)
}

// walk is over when it returns: the entry goes with it, however old others are.
func (g *gate) walk(visitor string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	var recent []time.Time
	for _, at := range g.walks[visitor] {
		if time.Since(at) < time.Minute {
			recent = append(recent, at)
		}
	}
	if len(recent) == 0 {
		delete(g.walks, visitor)
	}
	g.walks[visitor] = append(recent, time.Now())
}

func (g *gate) walked(visitor string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.walks, visitor)
}

func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.walk(r.RemoteAddr)
	defer g.walked(r.RemoteAddr)
	g.open(r.RemoteAddr)
	if r.FormValue("word") != "sesame" {
		g.failed(r.RemoteAddr)
	}
}

func main() {
	g := &gate{
		knocks: make(map[string][]time.Time),
		tries:  make(map[string][]time.Time),
		walks:  make(map[string][]time.Time),
	}
	go func() {
		for range time.Tick(time.Hour) {
			g.sweep()
		}
	}()
	server := &http.Server{Addr: "localhost:8080", Handler: g}
	server.RegisterOnShutdown(func() { log.Print("closed") })
	http.HandleFunc("/leave", func(w http.ResponseWriter, r *http.Request) { g.left(r.FormValue("visitor")) })
	log.Fatal(server.ListenAndServe())
}
