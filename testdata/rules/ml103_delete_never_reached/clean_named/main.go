// Entries with an end that a look-up may find first, but need not: a timer, whoever puts them in, or a sweep removes them.
package main

import (
	"log"
	"net/http"
	"sync"
	"time"
)

type session struct {
	user string
	ends time.Time
}

type sessions struct {
	mu    sync.Mutex
	timed map[string]session
	held  map[string]session
	swept map[string]session
}

func (s *sessions) findTimed(token string) (session, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found, ok := s.timed[token]
	if ok && time.Now().After(found.ends) {
		s.dropTimed(token)
		return session{}, false
	}
	return found, ok
}

func (s *sessions) dropTimed(token string) { delete(s.timed, token) }

func (s *sessions) findHeld(token string) (session, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found, ok := s.held[token]
	if ok && time.Now().After(found.ends) {
		s.dropHeld(token)
		return session{}, false
	}
	return found, ok
}

func (s *sessions) dropHeld(token string) { delete(s.held, token) }

func (s *sessions) findSwept(token string) (session, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found, ok := s.swept[token]
	if ok && time.Now().After(found.ends) {
		s.dropSwept(token)
		return session{}, false
	}
	return found, ok
}

func (s *sessions) dropSwept(token string) { delete(s.swept, token) }

func (s *sessions) sweep(tokens []string) {
	for _, token := range tokens {
		s.dropSwept(token)
	}
}

func (s *sessions) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	token := r.FormValue("token")
	opened := session{r.FormValue("user"), time.Now().Add(time.Hour)}
	s.findTimed(token)
	s.findHeld(token)
	s.findSwept(token)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.timed[token] = opened
	time.AfterFunc(time.Hour, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.dropTimed(token)
	})
	s.held[token] = opened
	s.swept[token] = opened
	log.Print(opened)
	s.dropHeld(token)
}

func main() {
	s := &sessions{timed: map[string]session{}, held: map[string]session{}, swept: map[string]session{}}
	http.Handle("/", s)
	http.HandleFunc("/sweep", func(w http.ResponseWriter, r *http.Request) { s.sweep(r.Form["token"]) })
	log.Fatal(http.ListenAndServe("localhost:8080", nil))
}
