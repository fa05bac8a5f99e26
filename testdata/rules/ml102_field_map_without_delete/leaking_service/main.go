// A service whose one object keeps tables of its clients, requests and messages for ever.
package main

import (
	"fmt"
	"log"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

type visit struct{ at time.Time }

type service struct {
	mu       sync.Mutex
	visits   map[string]*visit
	limiters map[string]chan struct{}
	pages    map[string]int
	jobs     map[uint64]string
	next     uint64
	byPeer   map[string]time.Time
	locks    sync.Map
	pairs    map[pair]int
	labels   map[string]int
	seen     *ledger
}

type pair struct{ user, page string }

type ledger struct{ orders map[string]bool }

func main() {
	s := &service{
		visits:   make(map[string]*visit),
		limiters: make(map[string]chan struct{}),
		pages:    make(map[string]int),
		jobs:     make(map[uint64]string),
		byPeer:   make(map[string]time.Time),
		pairs:    make(map[pair]int),
		labels:   make(map[string]int),
		seen:     &ledger{orders: make(map[string]bool)},
	}
	go s.listen() // want "ML201: .* adds an entry to service.service.byPeer "
	http.HandleFunc("/", s.handle)
	log.Fatal(http.ListenAndServe(":8080", nil))
}

func (s *service) handle(_ http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.visits[r.RemoteAddr] = &visit{time.Now()} // want "ML102: service.service.visits "
	s.pages[strings.ToLower(r.URL.Path)]++      // want "ML102: service.service.pages "
	<-s.limiter(client(r))
	s.enqueue(r.URL.Path)
	s.lock(r.FormValue("account"))
	user := r.FormValue("user")
	s.pairs[pair{user, r.URL.Path}]++                               // want "ML102: service.service.pairs "
	s.labels[fmt.Sprintf("%s/%s", r.Method, r.Header.Get("Tag"))]++ // want "ML102: service.service.labels "
	s.seen.orders[r.FormValue("order")] = true                      // want "ML102: service.ledger.orders "
}

// client is who asks, as far as the connection tells.
func client(r *http.Request) string {
	if forwarded := r.Header.Get("X-Forwarded-For"); forwarded != "" {
		return forwarded
	}
	host, _, _ := net.SplitHostPort(r.RemoteAddr)
	return host
}

func (s *service) limiter(client string) chan struct{} {
	limiter, ok := s.limiters[client]
	if !ok {
		limiter = make(chan struct{}, 10)
		s.limiters[client] = limiter // want "ML102: service.service.limiters "
	}
	return limiter
}

func (s *service) enqueue(path string) {
	s.next++
	s.jobs[s.next] = path // want "ML102: service.service.jobs "
}

func (s *service) lock(account string) {
	mutex, _ := s.locks.LoadOrStore(account, new(sync.Mutex)) // want "ML102: service.service.locks "
	mutex.(*sync.Mutex).Lock()
	mutex.(*sync.Mutex).Unlock()
}

func (s *service) listen() {
	conn, err := net.ListenPacket("udp", ":8081")
	if err != nil {
		log.Fatal(err)
	}
	buffer := make([]byte, 1500)
	for {
		_, from, err := conn.ReadFrom(buffer)
		if err != nil {
			return
		}
		s.mu.Lock()
		s.byPeer[from.String()] = time.Now()
		s.mu.Unlock()
	}
}
