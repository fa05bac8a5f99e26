// Answers that go when they are asked for again and are too old, and only then.
package main

import (
	"log"
	"net/http"
	"sync"
	"time"
)

type answer struct {
	text   string
	stored time.Time
}

func (a answer) isExpired() bool { return time.Since(a.stored) > time.Minute }

type store struct {
	mu      sync.Mutex
	answers map[string]answer
	pages   map[string]answer
	drafts  sync.Map
}

func (s *store) answer(question string) (string, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found, ok := s.answers[question]
	if !ok {
		return "", false
	}
	if time.Now().After(found.stored.Add(time.Minute)) {
		delete(s.answers, question)
		return "", false
	}
	return found.text, true
}

func (s *store) page(path string) (string, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if found, ok := s.pages[path]; ok {
		if !found.isExpired() {
			return found.text, true
		}
		delete(s.pages, path)
	}
	return "", false
}

func (s *store) draft(name string) string {
	found, ok := s.drafts.Load(name)
	if ok && found.(answer).isExpired() {
		s.drafts.Delete(name)
		return ""
	}
	return "kept"
}

func (s *store) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	now := answer{r.RemoteAddr, time.Now()}
	if _, ok := s.answer(r.FormValue("q")); !ok {
		s.mu.Lock()
		s.answers[r.FormValue("q")] = now // want `ML103: .*answer removes an entry that is too old only when it is asked for again`
		s.mu.Unlock()
	}
	if _, ok := s.page(r.URL.Path); !ok {
		s.mu.Lock()
		s.pages[r.URL.Path] = now // want `ML103: .*page removes an entry that is too old only when it is asked for again`
		s.mu.Unlock()
	}
	if s.draft(r.FormValue("draft")) == "" {
		s.drafts.Store(r.FormValue("draft"), now) // want `ML103: .*draft removes an entry that is too old only when`
	}
}

func main() {
	s := &store{answers: map[string]answer{}, pages: map[string]answer{}}
	log.Fatal(http.ListenAndServe("localhost:8080", s))
}
