// A library whose lists grow only as often as its importers, who are not seen, call what is made for setting it up.
package library

import "sync"

type Hook func(name string) error

type Hooks struct {
	mu    sync.RWMutex
	byKey map[string][]Hook
}

func (h *Hooks) Add(key string, hook Hook) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.byKey == nil {
		h.byKey = map[string][]Hook{}
	}
	h.byKey["all"] = append(h.byKey["all"], hook)
}

func (h *Hooks) Close() {}

type Header map[string][]string

func (h Header) Add(key, value string) { h[key] = append(h[key], value) }

var formats = map[string][]string{}

func RegisterFormat(name string) { formats["all"] = append(formats["all"], name) }

var defaults = map[string][]string{}

func AddDefault(name string) { defaults["all"] = append(defaults["all"], name) }
