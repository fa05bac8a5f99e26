// Fresh keys that nobody keeps, in maps that are emptied without them, or that die with their call.
package main

import (
	"net/http"
	"sync"
	"time"
)

type event struct{ text string }

var (
	mu      sync.Mutex
	swept   = map[*event]time.Time{}
	swapped = map[*event]string{}
	cleared = map[time.Time]string{}
	visited sync.Map
	once    = map[*event]bool{}
)

func init() {
	once[&event{"started"}] = true
}

func main() {
	go sweep()
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		swept[&event{r.Host}] = time.Now()
		swapped[&event{r.Host}] = r.Host
		cleared[time.Now()] = r.Host
		visited.Store(&event{r.Host}, true)
		_ = unique(r.Header["Via"])
	})
	http.ListenAndServe(":8080", nil)
}

func sweep() {
	for range time.Tick(time.Minute) {
		mu.Lock()
		drop()
		report()
		clear(cleared)
		visited.Range(forget)
		mu.Unlock()
	}
}

func drop() {
	for e, at := range swept {
		if time.Since(at) > time.Hour {
			delete(swept, e)
		}
	}
}

func report() int {
	full := swapped
	swapped = map[*event]string{}
	return len(full)
}

func forget(key, _ any) bool {
	visited.Delete(key)
	return true
}

func unique(texts []string) int {
	seen := map[*event]bool{}
	for _, text := range texts {
		e := &event{text}
		if !seen[e] {
			seen[e] = true
		}
	}
	return len(seen)
}

type batch struct{ events map[*event]string }

func newBatch(texts ...string) *batch {
	b := &batch{events: map[*event]string{}}
	for _, text := range texts {
		b.events[&event{text}] = text
	}
	return b
}

var first = newBatch("a", "b")

type listener struct {
	mu    sync.Mutex
	peers map[*event]bool
}

func (l *listener) accept(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	peer := &event{text}
	l.peers[peer] = true
}

func (l *listener) send(text string) {
	for peer := range l.peers {
		if peer.text != text {
			l.remove(peer)
		}
	}
}

func (l *listener) remove(peer *event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.peers, peer)
}

func (l *listener) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l.accept(r.Host)
	l.send(r.Host)
}

func init() {
	http.Handle("/peers", &listener{peers: map[*event]bool{}})
}
