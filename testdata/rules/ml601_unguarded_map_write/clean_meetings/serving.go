package meetings

import (
	"net/http"
	"sync"
	"time"
)

type Board struct {
	mu     sync.Mutex
	scores map[string]int
}

func (b *Board) Start(ticker *time.Ticker) { go b.fade(ticker) }

func (b *Board) fade(ticker *time.Ticker) {
	for range ticker.C {
		b.mu.Lock()
		clear(b.scores)
		b.mu.Unlock()
	}
}

func (b *Board) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.scores[r.Host] > 0 {
		w.WriteHeader(http.StatusOK)
	}
}

var (
	staleMu sync.Mutex
	stale   = map[string]time.Time{}
)

func init() {
	stale["start"] = time.Now()
	ticker := time.NewTicker(time.Minute)
	go func() {
		for now := range ticker.C {
			sweep(now)
		}
	}()
}

func sweep(now time.Time) {
	staleMu.Lock()
	defer staleMu.Unlock()
	for name, at := range stale {
		if at.Before(now) {
			delete(stale, name)
		}
	}
}

func Mark(name string) {
	staleMu.Lock()
	defer staleMu.Unlock()
	stale[name] = time.Now().Add(time.Hour)
}

func Mount(mux *http.ServeMux) {
	var mu sync.Mutex
	hosts := map[string]int{}
	paths := map[string]string{"/": "root"}
	mux.HandleFunc("/hosts", func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		hosts[paths[r.URL.Path]] = 1
	})
	mux.HandleFunc("/each", func(w http.ResponseWriter, r *http.Request) {
		own := map[string]int{}
		next := func(w http.ResponseWriter, r *http.Request) { own[r.Host]++ }
		next(w, r)
	})
}

type UnimplementedLedgerServer struct{}

type Service struct {
	UnimplementedLedgerServer
	mu    sync.Mutex
	calls map[string]int
}

// The host configures its plug-in, once for each of the configured names, before it calls anything else.
type Notifier struct {
	UnimplementedLedgerServer
	settings map[string]string
}

func (n *Notifier) Configure(name, text string) error {
	n.settings[name] = text
	return nil
}

func (n *Notifier) Notify(name string) string { return n.settings[name] }

func (s *Service) Call(name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls[name]++
	if len(s.calls) > 100 {
		clear(s.calls)
	}
	return nil
}
