// Stop finds the lamp, takes it out of the map, and puts it out.
package main

import (
	"log"
	"net/http"
	"sync"
	"time"
)

type lamp struct{ out chan struct{} }

func (l *lamp) glow() {
	for range time.Tick(time.Second) {
		select {
		case <-l.out:
			return
		default:
		}
	}
}

type lamps struct {
	mu  sync.Mutex
	lit map[string]*lamp
}

func (ls *lamps) light(id string) {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	if _, ok := ls.lit[id]; ok {
		return
	}
	l := &lamp{out: make(chan struct{})}
	go l.glow()
	ls.lit[id] = l
}

func (ls *lamps) stop(id string) {
	ls.mu.Lock()
	l, ok := ls.lit[id]
	delete(ls.lit, id)
	ls.mu.Unlock()
	if ok {
		close(l.out)
	}
}

func (ls *lamps) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost {
		ls.light(r.FormValue("lamp"))
	} else {
		ls.stop(r.FormValue("lamp"))
	}
}

func main() {
	log.Fatal(http.ListenAndServe(":8080", &lamps{lit: map[string]*lamp{}}))
}
