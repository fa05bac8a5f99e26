// Copies with maps of their own.
package main

import (
	"log"
	"maps"
	"net/http"
)

type profile struct {
	name   string
	labels map[string]string
}

type envelope struct{ profile profile }

var defaults = profile{labels: map[string]string{"kind": "default"}}

var wrapped = envelope{defaults}

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		log.Print(cloned(r), made(r), looped(r), literal(r), defaults.with(r.Host), method(r), around(r), fresh(r))
	})
	log.Fatal(http.ListenAndServe(":8080", nil))
}

func cloned(r *http.Request) profile {
	p := defaults
	p.labels = maps.Clone(p.labels)
	p.labels["host"] = r.Host
	return p
}

func made(r *http.Request) profile {
	p := defaults
	p.labels = make(map[string]string)
	maps.Copy(p.labels, defaults.labels)
	p.labels["host"] = r.Host
	return p
}

func looped(r *http.Request) profile {
	p := defaults
	labels := map[string]string{"host": r.Host}
	for name, value := range p.labels {
		labels[name] = value
	}
	p.labels = labels
	p.labels["path"] = r.URL.Path
	return p
}

// A literal is no copy of the struct.
func literal(r *http.Request) profile {
	p := profile{name: defaults.name, labels: map[string]string{}}
	p.labels["host"] = r.Host
	return p
}

func (p profile) with(host string) profile {
	p.labels = maps.Clone(p.labels)
	p.labels["host"] = host
	return p
}

func (p profile) clone() profile {
	p.labels = maps.Clone(p.labels)
	return p
}

// The method makes the copy.
func method(r *http.Request) profile {
	p := defaults.clone()
	p.labels["host"] = r.Host
	return p
}

// The struct around the map is replaced.
func around(r *http.Request) envelope {
	e := wrapped
	e.profile = defaults.clone()
	e.profile.labels["host"] = r.Host
	return e
}

// A method that replaces the map of the copy.
func fresh(r *http.Request) profile {
	p := defaults
	p.reset(r.Host)
	return p
}

func (p *profile) reset(host string) {
	p.labels = map[string]string{}
	p.labels["host"] = host
}
