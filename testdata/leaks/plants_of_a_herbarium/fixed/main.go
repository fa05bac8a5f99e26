// A sheet goes when its plant is thrown away.
package main

import (
	"encoding/xml"
	"log"
	"net/http"
	"sync"
)

type herbarium struct {
	mu     sync.Mutex
	sheets map[xml.Name][]byte
}

func (h *herbarium) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	plant := xml.Name{Space: "plants", Local: r.PathValue("plant")}
	if r.Method == http.MethodDelete {
		delete(h.sheets, plant)
		return
	}
	h.sheets[plant] = []byte(r.FormValue("sheet"))
}

func main() {
	log.Fatal(http.ListenAndServe("localhost:8080", &herbarium{sheets: make(map[xml.Name][]byte)}))
}
