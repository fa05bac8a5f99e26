// The clients are let go of when they are many.
package main

import (
	"log"
	"net/http"
	"sync"
)

var registry = struct {
	sync.RWMutex
	m map[string]*http.Client
}{m: make(map[string]*http.Client)}

func client(host string) *http.Client {
	registry.RLock()
	c := registry.m[host]
	registry.RUnlock()
	if c == nil {
		c = &http.Client{}
		registry.Lock()
		registry.m[host] = c
		registry.Unlock()
	}
	registry.Lock()
	if len(registry.m) > 100 {
		registry.m = map[string]*http.Client{}
	}
	registry.Unlock()
	return c
}
func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { client(r.URL.Query().Get("host")).Get("http://x/") })
	log.Fatal(http.ListenAndServe(":8080", nil))
}
