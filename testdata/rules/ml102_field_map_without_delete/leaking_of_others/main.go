// Tables of a service whose keys are those of whoever comes by: the same code, but for what is theirs.
package main

import (
	"encoding/json"
	"net/http"
	"os"
	"sync"
)

type seat struct{ value string }

type frameMessage struct {
	ViewAddr string
	SeatID   uint32
}

type theatre struct {
	mu        sync.Mutex
	addrs     map[string]bool
	seats     map[uint32]*seat
	listeners map[string]bool
	bearers   map[string]int
	posters   map[string][]byte
	plays     map[string]bool
}

func (t *theatre) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	t.mu.Lock()
	defer t.mu.Unlock()
	var m frameMessage
	if err := json.NewDecoder(r.Body).Decode(&m); err != nil {
		return
	}
	t.frame(m)
	t.listeners[r.RemoteAddr] = true      // want "ML102: ofothers.theatre.listeners keeps "
	t.bearers[r.Header.Get("X-Bearer")]++ // want "ML102: ofothers.theatre.bearers keeps "
	t.plays[r.URL.Path] = true            // want "ML102: ofothers.theatre.plays keeps "
	w.Write(t.poster(m))
}

func (t *theatre) frame(m frameMessage) {
	t.addrs[m.ViewAddr] = true  // want "ML102: ofothers.theatre.addrs keeps "
	t.seats[m.SeatID] = &seat{} // want "ML102: ofothers.theatre.seats keeps "
}

func (t *theatre) poster(m frameMessage) []byte {
	text, err := os.ReadFile("poster")
	if err != nil {
		return nil
	}
	t.posters[m.ViewAddr] = text // want "ML102: ofothers.theatre.posters keeps "
	return text
}

func main() {
	t := &theatre{
		addrs:     map[string]bool{},
		seats:     map[uint32]*seat{},
		listeners: map[string]bool{},
		bearers:   map[string]int{},
		posters:   map[string][]byte{},
		plays:     map[string]bool{},
	}
	http.Handle("/", t)
	http.ListenAndServe(":8080", nil)
}
