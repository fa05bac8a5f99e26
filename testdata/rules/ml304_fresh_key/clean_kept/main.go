// Fresh keys that somebody keeps: returned, stored, captured, sent or handed on, and deleted by them later.
package main

import (
	crand "crypto/rand"
	"net/http"
	"sync"
)

type conn struct {
	host string
	id   string
}

type server struct {
	mu       sync.Mutex
	conns    map[*conn]bool
	tokens   map[string]*conn
	waiters  map[*conn]chan bool
	watchers map[*conn]string
	queue    chan *conn
	last     *conn
	queued   map[*conn]bool
	noted    map[*conn]bool
}

func main() {
	s := &server{
		conns: map[*conn]bool{}, tokens: map[string]*conn{}, waiters: map[*conn]chan bool{},
		watchers: map[*conn]string{}, queue: make(chan *conn), queued: map[*conn]bool{}, noted: map[*conn]bool{},
	}
	go s.work()
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		c := s.open(r.Host)
		defer s.close(c)
		w.Write([]byte(s.token(r.Host)))
		s.wait(r.Host)
		defer s.watch(r.Host)()
		s.enqueue(r.Host)
		s.note(r.Host)
	})
	http.HandleFunc("/done", func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.tokens, r.FormValue("token"))
		delete(s.noted, s.last)
	})
	http.ListenAndServe(":8080", nil)
}

func (s *server) open(host string) *conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &conn{host: host}
	s.conns[c] = true
	return c
}

func (s *server) close(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, c)
}

func (s *server) token(host string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := crand.Text()
	s.tokens[id] = &conn{host: host, id: id}
	return id
}

func (s *server) wait(host string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &conn{host: host}
	s.waiters[c] = make(chan bool, 1)
	defer delete(s.waiters, c)
}

func (s *server) watch(host string) func() {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &conn{host: host}
	s.watchers[c] = host
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.watchers, c)
	}
}

func (s *server) enqueue(host string) {
	c := &conn{host: host}
	s.mu.Lock()
	s.queued[c] = true
	s.mu.Unlock()
	s.queue <- c
}

func (s *server) work() {
	for c := range s.queue {
		s.mu.Lock()
		delete(s.queued, c)
		s.mu.Unlock()
	}
}

func (s *server) note(host string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &conn{host: host}
	s.noted[c] = true
	s.last = c
}
