// Package web holds what all handlers share: observation, validation, JSON.
package web

import (
	"log/slog"
	"net/http"
	"sync"
	"time"
)

// Class is the first digit of a status code.
type Class int

// The classes of status codes.
const (
	Informational Class = iota + 1
	Success
	Redirection
	ClientError
	ServerError
)

var (
	mu sync.Mutex
	// answers counts the answers of each class.
	answers = make(map[Class]int)
	// slowest is the slowest request to each URL, with its query.
	slowest = make(map[string]time.Duration)
	// tenants counts the requests to each shop that this service runs.
	tenants = make(map[string]int)
)

// Observe counts and times what a handler does.
func Observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		recorder := &statusRecorder{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(recorder, r)
		observed(r, recorder.status, time.Since(start))
	})
}

func observed(r *http.Request, status int, took time.Duration) {
	mu.Lock()
	defer mu.Unlock()
	// fine: there are five classes.
	answers[Class(status/100)]++
	if url := r.URL.String(); took > slowest[url] {
		// leak: clients choose the URL, and nothing forgets one.
		slowest[url] = took
	}
	//mapleak:ignore ML101 a proxy in front of the service lets only our own host names through
	tenants[r.Host]++
}

// Status shows the counters.
func Status(w http.ResponseWriter, _ *http.Request) {
	mu.Lock()
	defer mu.Unlock()
	// fine: a map for one answer.
	byName := map[string]int{
		"success":      answers[Success],
		"redirection":  answers[Redirection],
		"client error": answers[ClientError],
		"server error": answers[ServerError],
	}
	worst := time.Duration(0)
	for url, took := range slowest {
		if took > worst {
			worst = took
			slog.Debug("slow", "url", url, "took", took)
		}
	}
	WriteJSON(w, struct {
		Answers map[string]int `json:"answers"`
		Slowest string         `json:"slowest"`
		Tenants int            `json:"tenants"`
	}{byName, worst.String(), len(tenants)})
}

// statusRecorder remembers the status code of an answer.
type statusRecorder struct {
	http.ResponseWriter
	status int
}

// WriteHeader implements http.ResponseWriter.
func (s *statusRecorder) WriteHeader(status int) {
	s.status = status
	s.ResponseWriter.WriteHeader(status)
}
