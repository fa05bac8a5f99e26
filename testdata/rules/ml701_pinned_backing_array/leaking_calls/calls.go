// Buffers and pieces that pass through calls: read by a caller, cut by a helper, stored by a method.
package main

import (
	"io"
	"log"
	"net/http"
	"strings"
	"sync"
)

type registry struct {
	mu    sync.Mutex
	names map[string]int
	kinds map[string]bool
	units map[string]int
	marks map[string]string
	tags  map[string]int
}

func main() {
	r := &registry{
		names: map[string]int{}, kinds: map[string]bool{}, units: map[string]int{}, marks: map[string]string{},
		tags: map[string]int{},
	}
	http.HandleFunc("/add", func(w http.ResponseWriter, req *http.Request) {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			return
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.register(string(body))
		r.addKind(string(body[:8]))
		r.addKind(firstWord(string(body)))
		r.pass(string(body))
		text, err := read(req.Body)
		if err != nil {
			return
		}
		r.units[text[:3]]++ // want "ML701: key 'text.:3.' of calls.registry.units is a piece of what io.ReadAll gives"
		r.mark(req.Host, text[4:8])
	})
	http.HandleFunc("/remove", func(w http.ResponseWriter, req *http.Request) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.forget(req.FormValue("name"))
	})
	log.Fatal(http.ListenAndServe(":8080", nil))
}

// What it cuts a name out of was read by its caller.
func (r *registry) register(report string) {
	name, _, _ := strings.Cut(report, " ")
	r.names[name]++ // want "ML701: key 'name' of calls.registry.names "
}

// What it is given is a piece, for one of its callers.
func (r *registry) addKind(kind string) {
	r.kinds[kind] = true // want "ML701: key .* of calls.registry.kinds "
}

func firstWord(text string) string {
	return strings.Fields(text)[0]
}

func (r *registry) pass(report string) { r.tag(report) }

func (r *registry) tag(report string) {
	r.tags[strings.Split(report, ",")[1]]++ // want "ML701: key .* of calls.registry.tags "
}

func (r *registry) mark(host, mark string) {
	r.marks[host] = mark // want "ML701: value 'text.4:8.' of calls.registry.marks "
}

func read(from io.Reader) (string, error) {
	all, err := io.ReadAll(from)
	return string(all), err
}

func (r *registry) forget(name string) {
	delete(r.names, name)
	delete(r.kinds, name)
	delete(r.units, name)
	delete(r.marks, name)
	delete(r.tags, name)
}
