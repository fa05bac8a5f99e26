// The end of a whole input, and the words of a part of it: a few bytes of what stays in memory.
package main

import (
	"io"
	"log"
	"net/http"
	"strings"
	"sync"
)

var (
	mu       sync.Mutex
	sums     = map[string]string{}
	newest   = map[string]string{}
	suffixes = map[string]string{}
	titles   = map[string][]string{}
	rests    = map[string]string{}
	words    = map[string][]string{}
)

func main() {
	for path, handle := range map[string]func(station, text string){
		"/sum": sum, "/newest": last, "/suffix": suffix, "/title": title, "/rest": rest, "/all": all, "/leave": leave,
	} {
		http.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				return
			}
			mu.Lock()
			defer mu.Unlock()
			handle(r.PathValue("station"), string(body))
		})
	}
	log.Fatal(http.ListenAndServe(":8080", nil))
}

func sum(station, text string) {
	sums[station] = text[len(text)-8:] // want "ML701: value 'text.len.text. - 8:.' of tails.sums is a piece of what io.ReadAll gives"
}

func last(station, text string) {
	newest[station] = text[strings.LastIndexByte(text, '\n')+1:] // want "ML701: value .* of tails.newest "
}

func suffix(station, text string) {
	dot := strings.LastIndex(text, ".")
	suffixes[station] = text[dot+1:] // want "ML701: value 'text.dot . 1:.' of tails.suffixes "
}

func title(station, text string) {
	first, _, _ := strings.Cut(text, "\n")
	titles[station] = strings.Fields(first) // want "ML701: value 'strings.Fields.first.' of tails.titles "
}

// All but the beginning is about as large as the whole.
func rest(station, text string) {
	rests[station] = text[strings.Index(text, "\n")+1:]
}

// The words of all of it keep what they are.
func all(station, text string) {
	words[station] = strings.Fields(text)
}

func leave(station string, _ string) {
	delete(sums, station)
	delete(newest, station)
	delete(suffixes, station)
	delete(titles, station)
	delete(rests, station)
	delete(words, station)
}
