// A middleware that no program uses yet, but will: every caller's stamps stay.
package doors

import (
	"net/http"
	"sync"
	"time"
)

var (
	mu     sync.Mutex
	stamps = map[string][]time.Time{}
)

// Open lets everybody in.
func Open(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(http.StatusNoContent)
}

// Stamped lets nobody in who came five times within a minute.
func Stamped(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		var fresh []time.Time
		for _, at := range stamps[r.RemoteAddr] {
			if time.Since(at) < time.Minute {
				fresh = append(fresh, at)
			}
		}
		stamps[r.RemoteAddr] = append(fresh, time.Now()) // want `ML101: doors\.stamps keeps an entry for every 'r\.RemoteAddr'`
		mu.Unlock()
		if len(fresh) < 5 {
			next.ServeHTTP(w, r)
		}
	})
}
