// The clients are kept under the host, which is one of two.
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
	if found, ok := clients.Load(host); ok {
		return found.(*http.Client)
	}
	client := &http.Client{Timeout: to.timeout}
	clients.Store(host, client)
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
