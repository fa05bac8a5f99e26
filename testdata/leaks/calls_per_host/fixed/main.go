// A sweep drops the hosts that have not called for a while.
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
	calls[host] = append(young, now)
	return len(young) >= most
}

func sweep() {
	for now := range time.Tick(time.Minute) {
		mu.Lock()
		for host, times := range calls {
			if len(times) == 0 || now.Sub(times[len(times)-1]) > time.Minute {
				delete(calls, host)
			}
		}
		mu.Unlock()
	}
}

func serve(w http.ResponseWriter, r *http.Request) {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil || tooMany(host, time.Now()) {
		http.Error(w, "slow down", http.StatusTooManyRequests)
	}
}

func main() {
	http.HandleFunc("/", serve)
	go sweep()
	log.Fatal(http.ListenAndServe("localhost:8080", nil))
}
