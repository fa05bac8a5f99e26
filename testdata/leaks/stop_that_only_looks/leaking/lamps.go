// Stop finds the lamp, puts it out, and leaves it in the map.
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
	ls.lit[id] = l // want `ML103: lamps\.lamps\.lit .* \(\*lamps\.lamps\)\.stop looks the entry up under 'id' and leaves it in the map`
}

func (ls *lamps) stop(id string) {
	ls.mu.Lock()
	l, ok := ls.lit[id]
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
