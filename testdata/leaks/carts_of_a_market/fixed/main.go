// Carts are deleted under the key that they were kept under.
package main

import (
	"fmt"
	"log"
	"net/http"
	"sync"
)

type Server struct {
	mu    sync.Mutex
	carts map[string][]string
}

func NewServer() *Server             { return &Server{carts: map[string][]string{}} }
func key(tenant, user string) string { return fmt.Sprintf("%s/%s", tenant, user) }
func (s *Server) handle(w http.ResponseWriter, r *http.Request) {
	tenant, user := r.FormValue("tenant"), r.FormValue("user")
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.Method == http.MethodDelete {
		delete(s.carts, key(tenant, user))
		return
	}
	s.carts[key(tenant, user)] = []string{r.FormValue("item")}
}

func main() {
	s := NewServer()
	http.HandleFunc("/", s.handle)
	log.Fatal(http.ListenAndServe(":8080", nil))
}
