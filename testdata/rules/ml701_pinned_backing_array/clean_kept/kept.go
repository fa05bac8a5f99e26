// Pieces of buffers that are kept anyway, that are not large, or that do not stay.
package main

import (
	"bufio"
	"bytes"
	"io"
	"log"
	"net/http"
	"os"
	"strings"
	"sync"
)

type page struct {
	title string
	text  string
}

var (
	mu       sync.Mutex
	pages    = map[string]page{}
	values   = map[string]string{}
	settings = map[string]string{}
	words    = map[string]int{}
	last     string
	titles   = map[string]bool{}
	packets  = map[string][]byte{}
)

func main() {
	data, err := os.ReadFile("app.conf")
	if err != nil {
		log.Fatal(err)
	}
	name, _, _ := strings.Cut(string(data), "\n")
	settings[name] = name
	for path, handle := range map[string]func(*http.Request){
		"/page": store, "/pair": pair, "/words": count, "/title": remember, "/call": local, "/parse": parse,
		"/trim": trim, "/header": header, "/reuse": reuse,
	} {
		http.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			defer mu.Unlock()
			handle(r)
		})
	}
	http.HandleFunc("/forget", func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		delete(pages, r.Host)
		delete(values, r.Host)
		delete(words, r.Host)
		delete(titles, r.Host)
		delete(packets, r.Host)
	})
	log.Fatal(http.ListenAndServe(":8080", nil))
}

// The whole text is in the entry as well.
func store(r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	text := string(body)
	title, _, _ := strings.Cut(text, "\n")
	pages[title] = page{title: title, text: text}
}

// Key and rest together are the whole.
func pair(r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	key, value, _ := strings.Cut(string(body), "=")
	values[key] = value
}

// All words of the text become keys.
func count(r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	for _, word := range strings.Fields(string(body)) {
		words[word]++
	}
	for line := range strings.SplitSeq(string(body), "\n") {
		words[line]++
	}
}

// A variable keeps the text anyway.
func remember(r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	text := string(body)
	last = text
	titles[text[:8]] = true
}

// The map dies with the call.
func local(r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	mine := map[string]bool{}
	mine[string(body)[:8]] = true
	log.Print(len(mine), len(last))
}

// The result holds the pieces together; so it does the whole.
func parse(r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	log.Print(index(string(body)))
}

func index(text string) string {
	titles[text[:8]] = true
	return text
}

// What is trimmed is about as large as the whole.
func trim(r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	packets[r.Host] = bytes.TrimSpace(body)
	values[strings.TrimSuffix(string(body), "\n")] = r.Host
}

// Lines of ordinary length.
func header(r *http.Request) {
	lines := bufio.NewScanner(r.Body)
	for lines.Scan() {
		if name, _, ok := strings.Cut(lines.Text(), ":"); ok {
			words[name]++
		}
	}
}

// One buffer for all: nothing more is kept than the buffer.
func reuse(r *http.Request) {
	buffer := make([]byte, 64<<10)
	for i := 0; i < 3; i++ {
		n, err := r.Body.Read(buffer)
		if err != nil {
			return
		}
		packets[r.Host] = buffer[:n]
	}
}
