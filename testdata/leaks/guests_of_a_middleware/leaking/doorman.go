// A middleware counts the visits of every address in a variable of its own, which lives as long as the middleware.
package doorman

import (
	"net/http"
	"sync"
)

// Limit lets each address in a number of times.
func Limit(most int, next http.Handler) http.Handler {
	var mu sync.Mutex
	visits := map[string]int{}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		visits[r.RemoteAddr]++ // want `ML102: doorman\.Limit\.visits keeps an entry for every 'r\.RemoteAddr'`
		over := visits[r.RemoteAddr] > most
		mu.Unlock()
		if over {
			http.Error(w, "come back tomorrow", http.StatusTooManyRequests)
			return
		}
		next.ServeHTTP(w, r)
	})
}
