// An empty text means that the rule is gone, and is stored like any other text.
package main

import (
	"io"
	"log"
	"net/http"
	"sync"
)

type registry struct {
	mu    sync.Mutex
	rules map[string][]byte
}

var active = registry{rules: map[string][]byte{}}

func update(w http.ResponseWriter, r *http.Request) {
	text, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	active.mu.Lock()
	defer active.mu.Unlock()
	active.rules[r.FormValue("name")] = text // want `ML10[12]: emptyrules\.registry\.rules`
}

func main() {
	http.HandleFunc("/rules", update)
	log.Fatal(http.ListenAndServe("localhost:8080", nil))
}
