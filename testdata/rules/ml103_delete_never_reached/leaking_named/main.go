// Entries with an end, which somebody may name before it: those that nobody names or asks for again stay.
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
	mu   sync.Mutex
	open map[string]session
}

func (s *sessions) find(token string) (session, bool) {
	found, ok := s.open[token]
	if ok && time.Now().After(found.ends) {
		s.drop(token)
		return session{}, false
	}
	return found, ok
}

func (s *sessions) drop(token string) {
	delete(s.open, token)
}

func (s *sessions) login(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open[r.FormValue("token")] = session{r.FormValue("user"), time.Now().Add(time.Hour)} // want `ML103: .*drop removes an entry that is too old only when it is asked for again`
}

func (s *sessions) logout(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.drop(r.FormValue("token"))
}

func (s *sessions) page(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if found, ok := s.find(r.FormValue("token")); ok {
		log.Print(found.user)
	}
}

func main() {
	s := &sessions{open: map[string]session{}}
	http.HandleFunc("/login", s.login)
	http.HandleFunc("/logout", s.logout)
	http.HandleFunc("/page", s.page)
	log.Fatal(http.ListenAndServe("localhost:8080", nil))
}
