// Lists and maps under fixed keys that grow and are cut, replaced, counted, searched, or end with their key.
package main

import (
	"net/http"
	"slices"
	"sync"
	"time"
)

const kept = 100

var (
	newest   = map[string][]string{}
	oldest   = map[string][]string{}
	recent   = map[string][]time.Time{}
	flushed  = map[string][]string{}
	reused   = map[string][]string{}
	known    = map[string][]string{}
	searched = map[string][]string{}
	few      = map[string][]string{}
	waiting  = map[string][]chan struct{}{}
	closed   = map[string][]string{}
	queue    sync.Map
	inner    = map[string]map[string]int{"all": {}}
	renewed  = map[string]map[string]int{}
	dropped  = map[string]map[string]int{}
	held     = map[string]holder{}
)

type holder struct{ list []string }

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		keepNewest(r.Host)
		shift(r.Host)
		keepRecent(time.Now())
		collect(r.Host)
		startAnew(r.Host)
		addOnce(r.Host)
		search(r.Host)
		upTo(r.Host)
		wait(make(chan struct{}))
		closed["all"] = append(closed["all"], r.Host)
		push(r.Host)
		inner["all"][r.RemoteAddr]++
		renewed["all"][r.RemoteAddr]++
		dropped["all"][r.RemoteAddr]++
		hold(r.Host)
		_ = byFirstLetter([]string{r.Host, r.RemoteAddr})
		_ = newIndex([]string{r.Host})
	})
	http.HandleFunc("/done", func(w http.ResponseWriter, r *http.Request) {
		flush()
		wake()
		delete(closed, "all")
		pop()
		delete(inner["all"], r.RemoteAddr)
		renewed["all"] = map[string]int{}
		delete(dropped, "all")
		held["all"] = holder{}
	})
	http.ListenAndServe(":8080", nil)
}

func keepNewest(host string) {
	list := append(newest["all"], host)
	if len(list) > kept {
		list = slices.Clone(list[len(list)-kept:])
	}
	newest["all"] = list
}

func shift(host string) {
	oldest["all"] = append(oldest["all"], host)
	for len(oldest["all"]) > kept {
		oldest["all"] = oldest["all"][1:]
	}
}

func keepRecent(now time.Time) {
	var young []time.Time
	for _, at := range recent["all"] {
		if now.Sub(at) < time.Minute {
			young = append(young, at)
		}
	}
	recent["all"] = append(young, now)
}

func collect(host string) { flushed["all"] = append(flushed["all"], host) }

func flush() { flushed["all"] = nil }

func startAnew(host string) {
	reused["all"] = append(reused["all"][:0], host)
}

func addOnce(host string) {
	if !slices.Contains(known["all"], host) {
		known["all"] = append(known["all"], host)
	}
}

func search(host string) {
	for _, other := range searched["all"] {
		if other == host {
			return
		}
	}
	searched["all"] = append(searched["all"], host)
}

func upTo(host string) {
	if len(few["all"]) < kept {
		few["all"] = append(few["all"], host)
	}
}

func wait(done chan struct{}) { waiting["all"] = append(waiting["all"], done) }

func wake() {
	for _, done := range waiting["all"] {
		close(done)
	}
	waiting["all"] = waiting["all"][:0]
}

func push(host string) {
	found, _ := queue.Load("all")
	list, _ := found.([]string)
	queue.Store("all", append(list, host))
}

func pop() {
	found, _ := queue.Load("all")
	if list, ok := found.([]string); ok && len(list) > 0 {
		queue.Store("all", list[1:])
	}
}

func hold(host string) {
	h := held["all"]
	h.list = append(h.list, host)
	held["all"] = h
}

func byFirstLetter(names []string) map[string][]string {
	groups := map[string][]string{}
	for _, name := range names {
		groups["first"] = append(groups["first"], name)
	}
	return groups
}

type index struct{ lists map[string][]string }

func newIndex(names []string) *index {
	x := &index{lists: map[string][]string{}}
	for _, name := range names {
		x.lists["all"] = append(x.lists["all"], name)
	}
	return x
}
