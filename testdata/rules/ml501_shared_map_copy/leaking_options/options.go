// Copies of structs that others have as well: what one request puts into the map of its copy stays for all.
package main

import (
	"log"
	"maps"
	"net/http"
	"sync"
)

type limits struct {
	perHost map[string]int
}

type profile struct {
	name   string
	labels map[string]string
	header http.Header
	limits
	inner struct{ seen map[string]bool }
}

type server struct {
	mu       sync.Mutex
	template profile
	profiles []profile
	byName   map[string]profile
	current  *profile
	last     profile
}

var defaults = profile{
	labels: map[string]string{"kind": "default"},
	header: http.Header{},
	limits: limits{perHost: map[string]int{}},
}

func main() {
	defaults.inner.seen = map[string]bool{}
	s := &server{template: defaults, byName: map[string]profile{}, current: &profile{labels: map[string]string{}}}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		log.Print(packageVariable(r), s.field(r), s.pointer(r), s.element(r), s.list(r), local(r), into(r))
		s.store(r)
		s.passed(r)
		s.copied(r)
	})
	log.Fatal(http.ListenAndServe(":8080", nil))
}

func packageVariable(r *http.Request) profile {
	p := defaults
	p.labels[r.Host] = r.URL.Path // want `ML501: options.packageVariable changes p.labels, which is also the map of defaults: copying a struct shares its maps`
	return p
}

func (s *server) field(r *http.Request) *profile {
	p := s.template
	p.name = r.Host
	p.header.Set("Host", r.Host) // want `ML501: \(\*options.server\).field changes p.header, which is also the map of s.template`
	return &p
}

func (s *server) pointer(r *http.Request) profile {
	p := *s.current
	delete(p.labels, r.Host) // want `ML501: \(\*options.server\).pointer changes p.labels, which is also the map of \*s.current`
	return p
}

func (s *server) element(r *http.Request) profile {
	p, ok := s.byName[r.Host]
	if !ok {
		return profile{}
	}
	p.perHost[r.Host]++ // want `ML501: .*element changes p.perHost, which is also the map of s.byName\[r.Host\]`
	return p
}

// The name shows in the copies only, the label in the originals as well.
func (s *server) list(r *http.Request) []profile {
	var found []profile
	for _, p := range s.profiles {
		p.name = r.Host
		p.labels["host"] = r.Host // want "ML501: .*list changes p.labels, which is also the map of the element of s.profiles"
		found = append(found, p)
	}
	return found
}

func local(r *http.Request) int {
	base := profile{labels: map[string]string{}}
	other := base
	other.name = r.Host
	other.labels["host"] = r.Host // want "ML501: options.local changes other.labels, which is also the map of base"
	return len(base.labels)
}

func (s *server) store(r *http.Request) {
	p := defaults
	p.inner.seen[r.Host] = true // want "ML501: .*store changes p.inner.seen, which is also the map of defaults"
	s.last = p
}

// The copy is passed on, and has a name of its own; low confidence, as it may be meant to share the labels.
func (s *server) passed(r *http.Request) {
	p := s.template
	p.name = r.Host
	maps.Copy(p.labels, map[string]string{"host": r.Host})
	s.use(p)
}

func (s *server) use(p profile) { log.Print(p.name) }

func into(r *http.Request) *profile {
	p := new(profile)
	*p = defaults
	p.labels["host"] = r.Host // want "ML501: options.into changes p.labels, which is also the map of defaults"
	return p
}

// Only one of the two maps is made anew.
func (s *server) copied(r *http.Request) {
	p := defaults
	p.labels = maps.Clone(p.labels)
	p.labels["host"] = r.Host
	p.header.Add("Host", r.Host) // want "ML501: .*copied changes p.header"
	s.last = p
}
