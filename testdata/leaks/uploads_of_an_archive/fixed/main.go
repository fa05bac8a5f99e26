// The entry goes whatever way the upload ends.
package main

import (
	"io"
	"log"
	"net/http"
	"sync"
)

type Server struct {
	mu     sync.Mutex
	active map[string]int64
}

func NewServer() *Server { return &Server{active: map[string]int64{}} }
func (s *Server) handle(w http.ResponseWriter, r *http.Request) {
	id := r.Header.Get("X-Upload-Id")
	s.mu.Lock()
	s.active[id] = r.ContentLength
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		delete(s.active, id)
		s.mu.Unlock()
	}()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), 500)
		return
	}
	if len(b) == 0 {
		http.Error(w, "empty", 400)
		return
	}
	s.mu.Lock()
	delete(s.active, id)
	s.mu.Unlock()
}

func main() {
	s := NewServer()
	http.HandleFunc("/", s.handle)
	log.Fatal(http.ListenAndServe(":8080", nil))
}
