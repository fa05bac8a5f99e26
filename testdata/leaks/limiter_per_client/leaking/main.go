// One limiter for each address that ever sent a request, and none is ever dropped.
package main

import (
	"log"
	"net"
	"net/http"
	"sync"
)

type limiter struct{ left int }

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
		g.limiters[host] = l // want `ML102: gate\.gate\.limiters keeps an entry for every 'host'`
	}
	l.left--
	return l.left >= 0
}

func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil || !g.allow(host) {
		http.Error(w, "slow down", http.StatusTooManyRequests)
	}
}

func main() {
	log.Fatal(http.ListenAndServe("localhost:8080", newGate()))
}
