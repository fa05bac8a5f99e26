// Copies that take the place of the original, or whose original nobody has any more.
package main

import (
	"log"
	"maps"
	"net/http"
	"sync"
)

type options struct {
	name string
	tags map[string]string
}

type request struct {
	options options
	list    []options
	pointer *options
}

func newRequest(name string) *request {
	return &request{options: options{name: name, tags: map[string]string{}}}
}

func read(r *http.Request) request {
	return request{list: []options{{name: r.Host, tags: map[string]string{}}}}
}

func withHost(o options, host string) options {
	o.name = host
	o.tags["host"] = host
	return o
}

// Both callers of withHost give it what they have made, and do not use it again.
func built(r *http.Request) options {
	o := options{tags: map[string]string{}}
	o.tags["path"] = r.URL.Path
	return withHost(o, r.Host)
}

// Nothing comes after the return.
func either(r *http.Request) options {
	o := options{tags: map[string]string{}}
	if r.Host != "" {
		return withHost(o, r.Host)
	}
	return o
}

func literal(r *http.Request) options {
	return withHost(options{tags: map[string]string{}}, r.Host)
}

// The request is new, and only its options go on.
func taken(r *http.Request) options {
	made := newRequest(r.Host)
	o := made.options
	o.name = r.URL.Path
	o.tags["path"] = r.URL.Path
	return o
}

func each(r *http.Request) []options {
	var found []options
	made := read(r)
	for _, o := range made.list {
		o.name = r.Host
		o.tags["host"] = r.Host
		found = append(found, o)
	}
	return found
}

// The literal changes another variable of that name.
func shadowed(r *http.Request) options {
	o := *defaults
	o.name = r.Host
	work := func(o options) { o.tags[r.Host] = r.Host }
	work(options{tags: map[string]string{}})
	return o
}

// The goroutine has a map of its own.
func background(r *http.Request) {
	o := *defaults
	o.name = r.Host
	o.tags = maps.Clone(o.tags)
	go func() { o.tags[r.Host] = r.URL.Path }()
}

var defaults = &options{tags: map[string]string{"a": "b"}}

type window struct {
	mu   sync.Mutex
	now  options
	past options
}

// What went by is looked at.
func (w *window) turn(host string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.past = w.now
	w.now = options{name: host, tags: map[string]string{}}
	return len(w.past.tags) + len(w.past.tags["host"])
}

var now, past = options{tags: map[string]string{}}, options{}

// The parameter is no more the original than another variable would be.
func next(r *http.Request) int {
	past = now
	now = options{tags: map[string]string{}}
	now.tags["host"] = r.Host
	return tagged(past)
}

func tagged(o options) int { return len(o.tags["host"]) }

type settings struct {
	name     string
	suffixes map[string]string
}

var given, used settings

// The copy keeps nothing: there was no map.
func complete(*http.Request) {
	given = used
	if used.suffixes == nil {
		used.suffixes = map[string]string{"gzip": ".gz"}
	}
	log.Print(given.name, used.suffixes["gzip"])
}

type shelf struct {
	books map[string]int
	title string
	known map[string]bool
}

var (
	shelves = map[bool]shelf{}
	front   struct{ shelf shelf }
	labels  shelf
)

// What is read from the map and written back to it is no copy: nothing lets go of its maps.
func rename(r *http.Request) {
	if s, ok := shelves[r.Close]; ok {
		s.title = r.URL.Path
		shelves[r.Close] = s
	}
	s := front.shelf
	s.title = r.URL.Path
	front.shelf = s
}

// The shelf that is written back has the maps of before.
func remember(r *http.Request) {
	s := shelves[r.Close]
	labels = s
	s.title = r.URL.Path
	shelves[r.Close] = s
}

// The one that takes its place is made from the copy.
func again(r *http.Request) {
	s := shelves[r.Close]
	labels = s
	shelves[r.Close] = shelf{books: s.books, known: s.known, title: r.URL.Path}
}

// What is kept has given up its maps before.
func titleOnly(r *http.Request) {
	s := shelves[r.Close]
	s.books = nil
	s.known = nil
	labels = s
	shelves[r.Close] = shelf{}
}

func main() {
	w := &window{}
	http.HandleFunc("/", func(_ http.ResponseWriter, r *http.Request) {
		background(r)
		complete(r)
		rename(r)
		remember(r)
		again(r)
		titleOnly(r)
		log.Print(built(r), either(r), literal(r), taken(r), each(r), shadowed(r), w.turn(r.Host), next(r))
	})
	log.Fatal(http.ListenAndServe(":8080", nil))
}
