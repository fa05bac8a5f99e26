// Goroutines of a loop, or handlers, write one map without a lock.
package goroutines

import (
	"fmt"
	"net/http"
	"sync"
	"time"
)

func Lengths(words []string) map[string]int {
	lengths := map[string]int{}
	var done sync.WaitGroup
	for _, word := range words {
		done.Add(1)
		go func() {
			defer done.Done()
			lengths[word] = len(word) // want "ML601: goroutines.Lengths.lengths is written without a lock by all the goroutines that a loop"
		}()
	}
	done.Wait()
	return lengths
}

func Merge(counts map[string]int, parts []map[string]int) {
	finished := make(chan bool)
	for i := range parts {
		go func(part map[string]int) {
			for key, n := range part {
				counts[key] += n // want "ML601: goroutines.Merge.counts is written without a lock by all the goroutines"
			}
			finished <- true
		}(parts[i])
	}
	for range parts {
		<-finished
	}
}

var hits = map[string]int{}

func serve(w http.ResponseWriter, r *http.Request) {
	hits[r.URL.Path]++ // want "ML601: goroutines.hits is written without a lock by handlers that run side by side"
	if len(hits) > 100 {
		clear(hits)
	}
}

var users = map[string]bool{}

func login(w http.ResponseWriter, r *http.Request) { remember(r.FormValue("user")) }

func remember(user string) {
	users[user] = true // want "ML601: goroutines.users is written without a lock by handlers"
}

func logout(w http.ResponseWriter, r *http.Request) { delete(users, r.FormValue("user")) }

var rates = map[string]string{}

func watch() {
	for {
		rates["EUR"] = time.Now().String()
		time.Sleep(time.Minute)
	}
}

func rate(w http.ResponseWriter, r *http.Request) {
	fmt.Fprint(w, rates["EUR"]) // want "ML601: goroutines.rates is read without a lock by handlers that run side by side while a goroutine writes it"
}

func Routes(mux *http.ServeMux) {
	go watch()
	mux.HandleFunc("/", serve)
	mux.HandleFunc("/rate", rate)
	mux.HandleFunc("/login", login)
	mux.HandleFunc("/logout", logout)
}

// Hub is what all connections have.
type Hub struct{ lines map[string]int }

func Serve(accept func() string) {
	hub := &Hub{lines: map[string]int{}}
	for {
		go hub.talk(accept())
	}
}

func (h *Hub) talk(name string) {
	h.lines["all"] += len(name) // want "ML601: goroutines.Hub.lines is written without a lock by all the goroutines that a loop starts"
}

// Shelf is tidied up by a goroutine of its own.
type Shelf struct {
	mu    sync.Mutex
	books map[string]time.Time
}

func NewShelf() *Shelf {
	s := &Shelf{books: map[string]time.Time{}}
	go s.tidy()
	return s
}

func (s *Shelf) tidy() {
	for range time.Tick(time.Minute) {
		clear(s.books) // want "ML601: goroutines.Shelf.books is written without s.mu, which 1 other place holds"
	}
}

func (s *Shelf) Put(book string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.books[book] = time.Now()
}
