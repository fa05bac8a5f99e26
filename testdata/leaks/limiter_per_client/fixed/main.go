// Limiters that have not been used for a while are swept out.
package main

import (
	"log"
	"net"
	"net/http"
	"sync"
	"time"
)

type limiter struct {
	left int
	used time.Time
}

type gate struct {
	mu       sync.Mutex
	limiters map[string]*limiter
}

func newGate() *gate {
	return &gate{limiters: make(map[string]*limiter)}
}

func (g *gate) allow(host string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	l, ok := g.limiters[host]
	if !ok {
		l = &limiter{left: 100}
		g.limiters[host] = l
	}
	l.left--
	l.used = time.Now()
	return l.left >= 0
}

func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil || !g.allow(host) {
		http.Error(w, "slow down", http.StatusTooManyRequests)
	}
}

func (g *gate) sweep() {
	for range time.Tick(time.Minute) {
		g.mu.Lock()
		for host, l := range g.limiters {
			if time.Since(l.used) > time.Hour {
				delete(g.limiters, host)
			}
		}
		g.mu.Unlock()
	}
}

func main() {
	g := newGate()
	go g.sweep()
	log.Fatal(http.ListenAndServe("localhost:8080", g))
}
