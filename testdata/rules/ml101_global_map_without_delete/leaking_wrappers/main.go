// Wrappers whose methods remove, held by package variables on which nobody calls these methods.
package main

import (
	"net/http"

	"example.com/wrappers/safe"
)

var (
	visitors = safe.New[string, int]()
	waiting  = safe.New[string, bool]()
	agents   = safe.New[string, string]()
)

func visit(w http.ResponseWriter, r *http.Request) {
	visitors.Set(r.Referer(), 1) // want `ML101: wrappers\.visitors keeps an entry`
	waiting.Set(r.RemoteAddr, true)
	defer waiting.Delete(r.RemoteAddr)
	note(agents, r)
	w.WriteHeader(http.StatusNoContent)
}

func note(m *safe.Map[string, string], r *http.Request) {
	m.Set(r.URL.Path, r.UserAgent()) // want `ML101: wrappers\.agents keeps an entry`
}

func main() {
	http.HandleFunc("/", visit)
	_ = http.ListenAndServe(":8080", nil)
}
