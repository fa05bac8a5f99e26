// The visits are counted anew each hour.
package doorman

import (
	"net/http"
	"sync"
	"time"
)

// Limit lets each address in a number of times an hour.
func Limit(most int, next http.Handler) http.Handler {
	var mu sync.Mutex
	visits := map[string]int{}
	since := time.Now()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		if time.Since(since) > time.Hour {
			visits = map[string]int{}
			since = time.Now()
		}
		visits[r.RemoteAddr]++
		over := visits[r.RemoteAddr] > most
		mu.Unlock()
		if over {
			http.Error(w, "come back later", http.StatusTooManyRequests)
			return
		}
		next.ServeHTTP(w, r)
	})
}
