// A passenger who lands is struck off the list of seats; the note made in another function when they boarded stays.
package main

import (
	"log"
	"net/http"
	"sync"
)

type ferry struct {
	mu    sync.Mutex
	seats map[string]int
	notes map[string]string
}

func (f *ferry) board(name, note string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.seats[name] = len(f.seats)
	f.note(name, note)
}

func (f *ferry) note(passenger, text string) {
	f.notes[passenger] = text // want `ML103: ferry\.ferry\.notes .* \(\*ferry\.ferry\)\.land deletes the key from ferry\.ferry\.seats, which is filled under the same key`
}

func (f *ferry) land(name string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.seats, name)
}

func (f *ferry) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	switch r.Method {
	case http.MethodPost:
		f.board(r.FormValue("name"), r.FormValue("note"))
	case http.MethodDelete:
		f.land(r.FormValue("name"))
	}
}

func main() {
	log.Fatal(http.ListenAndServe(":8080", &ferry{seats: map[string]int{}, notes: map[string]string{}}))
}
