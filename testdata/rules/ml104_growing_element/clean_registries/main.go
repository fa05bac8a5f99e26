// Handlers, plugins and options that are registered under a name: as many as the program has, once each.
package main

import (
	"net/http"
	"sync"
)

type handler func(event string)

type bus struct {
	mu       sync.Mutex
	handlers map[string][]handler
	filters  map[string][]func(string) bool
	plugins  map[string][]string
	options  map[string]map[string]string
}

func newBus() *bus {
	return &bus{
		handlers: map[string][]handler{},
		filters:  map[string][]func(string) bool{},
		plugins:  map[string][]string{},
		options:  map[string]map[string]string{"all": {}},
	}
}

func (b *bus) On(event string, h handler) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.handlers[event] = append(b.handlers[event], h)
}

func (b *bus) Filter(f func(string) bool) {
	b.filters["all"] = append(b.filters["all"], f)
}

func (b *bus) RegisterPlugin(name string) {
	b.plugins["all"] = append(b.plugins["all"], name)
}

func (b *bus) SetOption(name, value string) {
	b.options["all"][name] = value
}

func (b *bus) emit(event string) {
	for _, h := range b.handlers[event] {
		h(event)
	}
}

func main() {
	b := newBus()
	b.On("start", func(string) {})
	b.On("stop", func(string) {})
	b.Filter(func(event string) bool { return event != "" })
	b.RegisterPlugin("log")
	b.SetOption("level", "debug")
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { b.emit("start") })
	http.ListenAndServe(":8080", nil)
}
