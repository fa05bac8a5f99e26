// The last user closes the line and takes it out of the table.
package main

import (
	"log"
	"net"
	"net/http"
	"sync"
)

type lines struct {
	mu    sync.Mutex
	users map[net.Conn]int
}

func (l *lines) add(c net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.users[c] = 1
}

func (l *lines) release(c net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, ok := l.users[c]; !ok {
		return
	}
	l.users[c]--
	if l.users[c] <= 0 {
		c.Close()
		delete(l.users, c)
	}
}

func (l *lines) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c, err := net.Dial("tcp", r.FormValue("host"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	l.add(c)
	defer l.release(c)
	c.Write([]byte("hello"))
}

func main() {
	log.Fatal(http.ListenAndServe("localhost:8080", &lines{users: map[net.Conn]int{}}))
}
