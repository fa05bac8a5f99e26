// The clients are kept under a pointer that is new for each request, so none is ever found again.
package main

import (
	"log"
	"net/http"
	"sync"
	"time"
)

type target struct {
	host    string
	timeout time.Duration
}

func newTarget(host string) *target {
	return &target{host: host, timeout: time.Second}
}

var clients sync.Map

func clientFor(host string) *http.Client {
	to := newTarget(host)
	if found, ok := clients.Load(to); ok {
		return found.(*http.Client)
	}
	client := &http.Client{Timeout: to.timeout}
	clients.Store(to, client) // want `ML304: entries of clientpertarget\.clients cannot be found again`
	return client
}

var hosts = [...]string{"north.example.com", "south.example.com"}

func serve(w http.ResponseWriter, r *http.Request) {
	for _, host := range hosts {
		if _, err := clientFor(host).Get("http://" + host); err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
		}
	}
}

func main() {
	http.HandleFunc("/", serve)
	log.Fatal(http.ListenAndServe("localhost:8080", nil))
}
