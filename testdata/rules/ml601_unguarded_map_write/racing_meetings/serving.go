package meetings

import (
	"net/http"
	"sync"
	"time"
)

type Board struct {
	scores map[string]int
}

func (b *Board) Start(ticker *time.Ticker) { go b.fade(ticker) }

func (b *Board) fade(ticker *time.Ticker) {
	for range ticker.C {
		for name := range b.scores {
			delete(b.scores, name)
		}
	}
}

func (b *Board) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if b.scores[r.Host] > 0 { // want "ML601: meetings.Board.scores is read without a lock by .*meetings.Board.*ServeHTTP, which servers would run for several requests at once, while a goroutine writes it"
		w.WriteHeader(http.StatusOK)
	}
}

var stale = map[string]time.Time{}

func init() {
	ticker := time.NewTicker(time.Minute)
	go func() {
		for now := range ticker.C {
			for name, at := range stale {
				if at.Before(now) {
					delete(stale, name)
				}
			}
		}
	}()
}

func Mark(name string) {
	stale[name] = time.Now().Add(time.Hour) // want "ML601: meetings.stale is written without a lock while the loop of a goroutine writes it"
}

func Mount(mux *http.ServeMux) {
	hosts := map[string]int{}
	mux.HandleFunc("/hosts", func(w http.ResponseWriter, r *http.Request) {
		hosts[r.Host] = 1 // want "ML601: meetings.Mount.hosts is written without a lock by handlers that run side by side"
		if len(hosts) > 100 {
			clear(hosts)
		}
	})
}

type UnimplementedLedgerServer struct{}

type Service struct {
	UnimplementedLedgerServer
	calls map[string]int
}

func (s *Service) Call(name string) error {
	s.calls[name]++ // want "ML601: meetings.Service.calls is written without a lock by .*meetings.Service.*Call, which servers would run"
	if len(s.calls) > 100 {
		clear(s.calls)
	}
	return nil
}

type Queue struct {
	mu    sync.Mutex
	items map[string]int
	stop  chan bool
}

func (q *Queue) Add(name string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.items) < 100 {
		q.items[name]++
	}
}

func (q *Queue) Report(ticker *time.Ticker) {
	go func() {
		for {
			select {
			case <-q.stop:
				return
			case <-ticker.C:
				for name := range q.items { // want "ML601: meetings.Queue.items is read without q.mu, which is held where it is written"
					println(name)
				}
			}
		}
	}()
}
