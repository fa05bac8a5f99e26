// Callers that did not come again are forgotten.
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
		for caller, times := range stamps {
			if time.Since(times[len(times)-1]) > time.Minute {
				delete(stamps, caller)
			}
		}
		stamps[r.RemoteAddr] = append(fresh, time.Now())
		mu.Unlock()
		if len(fresh) < 5 {
			next.ServeHTTP(w, r)
		}
	})
}
