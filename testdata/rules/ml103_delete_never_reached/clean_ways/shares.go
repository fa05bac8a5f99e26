package ways

import (
	"net/http"
	"sync"
)

// Square shares its stalls out between two maps: what is in the one is not in the other.
type Square struct {
	mu     sync.Mutex
	rented map[string]*http.Request
	owned  map[string]*http.Request
	last   *http.Request
}

func NewSquare() *Square {
	return &Square{rented: map[string]*http.Request{}, owned: map[string]*http.Request{}}
}

func (s *Square) Close() {}

func (s *Square) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	name, rented := r.FormValue("name"), r.FormValue("terms") == "rented"
	if r.FormValue("anew") != "" {
		if rented {
			delete(s.rented, name)
		} else {
			delete(s.owned, name)
		}
	}
	if rented {
		s.rented[name] = r
		s.last = s.rented[name]
	} else {
		s.owned[name] = r
		s.last = s.owned[name]
	}
}
