// Old calls are filtered out of the list of a host, and the host stays with an empty list.
package main

import (
	"log"
	"net"
	"net/http"
	"sync"
	"time"
)

const most = 20

var (
	mu    sync.Mutex
	calls = map[string][]time.Time{}
)

func tooMany(host string, now time.Time) bool {
	mu.Lock()
	defer mu.Unlock()
	young := calls[host][:0]
	for _, at := range calls[host] {
		if now.Sub(at) < time.Minute {
			young = append(young, at)
		}
	}
	calls[host] = append(young, now) // want `ML101: callsperhost\.calls`
	return len(young) >= most
}

func serve(w http.ResponseWriter, r *http.Request) {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil || tooMany(host, time.Now()) {
		http.Error(w, "slow down", http.StatusTooManyRequests)
	}
}

func main() {
	http.HandleFunc("/", serve)
	log.Fatal(http.ListenAndServe("localhost:8080", nil))
}
