// Answers that go when they are too old, whether they are asked for again or not.
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
	uses   int
}

type store struct {
	mu      sync.Mutex
	swept   map[string]answer
	visited map[string]answer
	listed  map[string]answer
	used    map[string]answer
	few     map[string]answer
	timed   map[string]answer
}

// swept: the same look-up, and a sweep beside it.
func (s *store) fromSwept(question string) (string, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := s.swept[question]
	if time.Since(found.stored) > time.Minute {
		delete(s.swept, question)
		return "", false
	}
	return found.text, true
}

func (s *store) sweep() {
	for range time.Tick(time.Minute) {
		s.mu.Lock()
		for question, found := range s.swept {
			if time.Since(found.stored) > time.Minute {
				delete(s.swept, question)
			}
		}
		for question := range s.visited {
			s.fromVisited(question)
		}
		s.mu.Unlock()
	}
}

// visited: the sweep asks for every entry.
func (s *store) fromVisited(question string) (string, bool) {
	found := s.visited[question]
	if time.Since(found.stored) > time.Minute {
		delete(s.visited, question)
		return "", false
	}
	return found.text, true
}

// listed: all that were ever asked for are asked for again.
func (s *store) fromListed(questions []string) (kept int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, question := range questions {
		if found := s.listed[question]; time.Since(found.stored) > time.Minute {
			delete(s.listed, question)
			continue
		}
		kept++
	}
	return kept
}

// used: what ends the entry is its last use, not its age.
func (s *store) fromUsed(question string) (string, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := s.used[question]
	if found.uses == 0 {
		delete(s.used, question)
		return "", false
	}
	return found.text, true
}

// few: there never are more than a hundred.
func (s *store) fromFew(question string) (string, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := s.few[question]
	if time.Since(found.stored) > time.Minute {
		delete(s.few, question)
		return "", false
	}
	return found.text, true
}

// timed: a timer asks, once for every entry.
func (s *store) expire(question string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if found := s.timed[question]; time.Since(found.stored) > time.Minute {
		delete(s.timed, question)
	}
}

func (s *store) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	question := r.FormValue("q")
	now := answer{r.RemoteAddr, time.Now(), 1}
	s.fromSwept(question)
	s.fromListed([]string{question})
	s.fromUsed(question)
	s.fromFew(question)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fromVisited(question)
	s.swept[question] = now
	s.visited[question] = now
	s.listed[question] = now
	s.used[question] = now
	s.timed[question] = now
	time.AfterFunc(time.Minute, func() { s.expire(question) })
	if len(s.few) < 100 {
		s.few[question] = now
	}
}

func main() {
	s := &store{swept: map[string]answer{}, visited: map[string]answer{}, listed: map[string]answer{}, used: map[string]answer{}, few: map[string]answer{}, timed: map[string]answer{}}
	go s.sweep()
	log.Fatal(http.ListenAndServe("localhost:8080", s))
}
