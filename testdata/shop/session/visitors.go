package session

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"
)

// Visitors remembers who was here lately, logged in or not.
type Visitors struct {
	keep time.Duration
	last sync.Map // address to time of the last request
}

// NewVisitors returns visitors that are forgotten after a while.
func NewVisitors(keep time.Duration) *Visitors {
	return &Visitors{keep: keep}
}

// Track notes the visitor of every request.
func (v *Visitors) Track(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if host, _, err := net.SplitHostPort(r.RemoteAddr); err == nil {
			// fine: Sweep forgets those who have not come back.
			v.last.Store(host, time.Now())
		}
		next.ServeHTTP(w, r)
	})
}

// Sweep forgets old visitors, until the context ends.
func (v *Visitors) Sweep(ctx context.Context) {
	ticker := time.NewTicker(v.keep / 10)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-ticker.C:
			// fine: deleting inside Range is what Range allows for.
			v.last.Range(func(host, last any) bool {
				if now.Sub(last.(time.Time)) > v.keep {
					v.last.Delete(host)
				}
				return true
			})
		}
	}
}

// Watch calls report with the visitors by minute of their last request, until the context ends.
func (v *Visitors) Watch(ctx context.Context, report func(map[int]int)) {
	minutes := make(map[int]int)
	// fine: the goroutine ends with the context, and the map with it.
	go func() {
		ticker := time.NewTicker(time.Minute)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
				clear(minutes)
				v.last.Range(func(_, last any) bool {
					minutes[last.(time.Time).Minute()]++
					return true
				})
				report(minutes)
			}
		}
	}()
}
