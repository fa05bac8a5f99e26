// A sheet for every plant that anybody ever named; the key is a struct of another package's.
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
	h.sheets[plant] = []byte(r.FormValue("sheet")) // want `ML102: herbarium\.herbarium\.sheets keeps an entry for every 'plant'`
}

func main() {
	log.Fatal(http.ListenAndServe("localhost:8080", &herbarium{sheets: make(map[xml.Name][]byte)}))
}
