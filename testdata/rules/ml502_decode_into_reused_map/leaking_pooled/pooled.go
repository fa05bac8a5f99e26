// Targets that come out of a pool and go back as they are; another struct of the type is emptied.
package leakingpooled

import (
	"encoding/json"
	"io"
	"log"
	"net/http"
	"sync"
)

type event struct {
	Name   string
	Labels map[string]string
}

var (
	events  = sync.Pool{New: func() any { return new(event) }}
	buffers = &sync.Pool{New: func() any { return map[string]int{} }}
	last    event
)

func Post(_ http.ResponseWriter, r *http.Request) {
	e := events.Get().(*event)
	defer events.Put(e)
	if json.NewDecoder(r.Body).Decode(e) == nil { // want "ML502: .* decodes into e.Labels, .* it comes out of a sync.Pool"
		log.Print(e.Name, e.Labels)
	}
}

func Count(_ http.ResponseWriter, r *http.Request) {
	counts, ok := buffers.Get().(map[string]int)
	if !ok {
		return
	}
	data, _ := io.ReadAll(r.Body)
	_ = json.Unmarshal(data, &counts) // want "ML502: json.Unmarshal decodes into counts, .* it comes out of a sync.Pool"
	log.Print(len(counts))
	buffers.Put(counts)
}

func All(_ http.ResponseWriter, r *http.Request) {
	for _, message := range r.Form["message"] {
		e := events.Get().(*event)
		_ = json.Unmarshal([]byte(message), e) // want "ML502: json.Unmarshal decodes into e.Labels, .* it comes out of a sync.Pool"
		log.Print(e.Labels)
		events.Put(e)
	}
}

func Last(_ http.ResponseWriter, r *http.Request) {
	_ = json.NewDecoder(r.Body).Decode(&last) // want "ML502: .* decodes into last.Labels, .* it is a package variable"
}

// The event that is emptied is this function's own.
func Own(data []byte) {
	e := event{Labels: map[string]string{"a": "b"}}
	e.Labels = nil
	if json.Unmarshal(data, &e) == nil {
		log.Print(e)
	}
}
