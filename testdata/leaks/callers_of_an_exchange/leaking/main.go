// A client for every host that anybody asks for, which is used on the spot.
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
		registry.m[host] = c // want `ML101: exchange\.registry\.m keeps an entry for every 'host'`
		registry.Unlock()
	}

	return c
}
func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { client(r.URL.Query().Get("host")).Get("http://x/") })
	log.Fatal(http.ListenAndServe(":8080", nil))
}
