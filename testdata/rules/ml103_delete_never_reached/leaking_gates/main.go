// Times per visitor, trimmed by age when the same visitor comes again, and only then.
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
}

// open trims and adds in one go.
func (g *gate) open(visitor string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	var recent []time.Time
	for _, at := range g.knocks[visitor] {
		if time.Since(at) < time.Minute {
			recent = append(recent, at)
		}
	}
	if len(recent) > 9 {
		return false
	}
	if len(recent) == 0 {
		delete(g.knocks, visitor)
	}
	g.knocks[visitor] = append(recent, time.Now()) // want `ML103: gates\.gate\.knocks .* removes an entry that is too old only when it is asked for again`
	return true
}

func (g *gate) failed(visitor string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.trim(visitor)
	g.tries[visitor] = append(g.tries[visitor], time.Now()) // want `ML103: gates\.gate\.tries .*\(\*gates\.gate\)\.trim removes an entry that is too old only when it is asked for again`
}

func (g *gate) passed(visitor string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.tries, visitor)
}

func (g *gate) trim(visitor string) {
	times := g.tries[visitor]
	oldest := time.Now().Add(-time.Hour)
	first := 0
	for _, at := range times {
		if at.After(oldest) {
			break
		}
		first++
	}
	if first >= len(times) {
		delete(g.tries, visitor)
		return
	}
	g.tries[visitor] = times[first:]
}

func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	visitor := r.RemoteAddr
	if !g.open(visitor) {
		return
	}
	if r.FormValue("word") != "sesame" {
		g.failed(visitor)
		return
	}
	g.passed(visitor)
}

func main() {
	g := &gate{knocks: make(map[string][]time.Time), tries: make(map[string][]time.Time)}
	log.Fatal(http.ListenAndServe("localhost:8080", g))
}
