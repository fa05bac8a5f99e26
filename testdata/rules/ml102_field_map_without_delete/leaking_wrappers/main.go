// Wrappers in fields of long-lived objects: the holder leaks, or the wrapper that never removes.
package main

import (
	"net/http"
	"sync"
)

type set struct {
	mu sync.Mutex
	m  map[string]struct{}
}

func newSet() *set { return &set{m: make(map[string]struct{})} }

func (s *set) add(k string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.m[k] = struct{}{}
}

func (s *set) remove(k string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.m, k)
}

// log only ever takes entries: whoever holds one, the map inside is to blame.
type log struct {
	mu    sync.Mutex
	lines map[string]int
}

func (l *log) count(k string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines[k]++ // want `ML102: wrappers\.log\.lines keeps an entry`
}

type shard struct {
	mu sync.Mutex
	m  map[string]int
}

type sharded struct{ shards [8]shard }

func (s *sharded) of(k string) *shard { return &s.shards[len(k)%8] }

func (s *sharded) put(k string) {
	sh := s.of(k)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	sh.m[k]++
}

func (s *sharded) take(k string) {
	sh := s.of(k)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	delete(sh.m, k)
}

type server struct {
	online  *set
	greeted *set
	errors  *log
	seen    *sharded
	busy    *sharded
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.online.add(r.RemoteAddr)
	defer s.online.remove(r.RemoteAddr)
	s.greeted.add(r.UserAgent()) // want `ML102: wrappers\.server\.greeted keeps an entry`
	s.errors.count(r.URL.Path)
	s.seen.put(r.URL.Path) // want `ML102: wrappers\.server\.seen keeps an entry`
	s.busy.put(r.Host)
	s.busy.take(r.Host)
	w.WriteHeader(http.StatusNoContent)
}

func newSharded() *sharded {
	s := &sharded{}
	for i := range s.shards {
		s.shards[i].m = make(map[string]int)
	}
	return s
}

func main() {
	s := &server{newSet(), newSet(), &log{lines: make(map[string]int)}, newSharded(), newSharded()}
	_ = http.ListenAndServe(":8080", s)
}
