// Pieces of whole inputs as keys and values of maps that live as long as the process: entries come and go, and each
// keeps its input alive while it is there.
package main

import (
	"bufio"
	"bytes"
	"io"
	"log"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync"
)

type station struct {
	name  string
	serie []byte
}

var (
	mu        sync.Mutex
	byPrefix  = map[string]int{}
	byField   = map[string]int{}
	bySplit   = map[string]string{}
	byRegexp  = map[string]bool{}
	stations  = map[string]station{}
	pointed   = map[string]*station{}
	samples   = map[string][][]byte{}
	headers   = map[string][]byte{}
	datagrams = map[string][]byte{}
	found     = map[string]int{}
	filled    = map[string]int{}
	long      = map[string]int{}
	loaded    sync.Map
)

var serial = regexp.MustCompile(`SN-(\d+)`)

func main() {
	http.HandleFunc("/report", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		report(r)
		field(r)
		split(r)
		match(r)
		describe(r)
		collect(r)
		search(r)
		buffered(r)
		follow(r)
		loaded.Store(string(body)[:12], true) // want `ML701: key 'string\(body\)\[:12\]' of pieces.loaded is a piece of what io.ReadAll gives and keeps all of it alive`
	})
	http.HandleFunc("/forget", func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		forget(r.FormValue("id"))
	})
	go listen()
	log.Fatal(http.ListenAndServe(":8080", nil))
}

func report(r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	text := string(body)
	byPrefix[text[:8]]++ // want `ML701: key 'text\[:8\]' of pieces.byPrefix is a piece of what io.ReadAll gives`
}

func field(r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	words := strings.Fields(string(body))
	byField[words[0]]++ // want "ML701: key 'words.0.' of pieces.byField "
}

func split(r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	parts := strings.Split(string(body), ";")
	bySplit[parts[0]] = parts[2] // want "ML701: key 'parts.0.' of pieces.bySplit "
}

func match(r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	if m := serial.FindStringSubmatch(string(body)); m != nil {
		byRegexp[strings.TrimPrefix(m[1], "0")] = true // want "ML701: key .* of pieces.byRegexp "
	}
}

// The name is a piece of the body, whatever the struct is stored under.
func describe(r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	text := string(body)
	name, _, _ := strings.Cut(text, "\n")
	id := r.Header.Get("Station-Id")
	stations[id] = station{name: name}                                 // want "ML701: value 'name' of pieces.stations "
	pointed[id] = &station{name: strings.Clone(name), serie: body[:4]} // want "ML701: value 'body.:4.' of pieces.pointed "
}

// A full slice expression pins as much, and so does what is appended.
func collect(r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	id := r.Header.Get("Station-Id")
	samples[id] = append(samples[id], body[:16]) // want "ML701: value 'body.:16.' of pieces.samples "
	headers[id] = bytes.TrimSpace(body[2:16:16]) // want "ML701: value .* of pieces.headers "
}

// One line of many is kept.
func search(r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	id := ""
	for _, line := range strings.Split(string(body), "\n") {
		if rest, ok := strings.CutPrefix(line, "id: "); ok {
			id = rest
		}
	}
	found[id]++ // want "ML701: key 'id' of pieces.found "
}

func buffered(r *http.Request) {
	var all bytes.Buffer
	io.Copy(&all, r.Body)
	filled[strings.Fields(all.String())[0]]++ // want `ML701: key .* of pieces.filled is a piece of what \(\*bytes.Buffer\).String gives`
}

// Every datagram gets a buffer for the largest one.
func listen() {
	conn, err := net.ListenPacket("udp", ":9000")
	if err != nil {
		return
	}
	for {
		buffer := make([]byte, 64<<10)
		n, from, err := conn.ReadFrom(buffer)
		if err != nil {
			return
		}
		mu.Lock()
		datagrams[from.String()] = buffer[:n] // want `ML701: value 'buffer\[:n\]' of pieces.datagrams is a piece of a buffer of 64 KiB and keeps all of it alive`
		mu.Unlock()
	}
}

// The scanner was given room for lines of many megabytes.
func follow(r *http.Request) {
	lines := bufio.NewScanner(r.Body)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		line := lines.Text()
		long[line[:10]]++ // want "ML701: key 'line.:10.' of pieces.long "
	}
}

func forget(id string) {
	delete(byPrefix, id)
	delete(byField, id)
	delete(bySplit, id)
	delete(byRegexp, id)
	delete(stations, id)
	delete(pointed, id)
	delete(samples, id)
	delete(headers, id)
	delete(datagrams, id)
	delete(found, id)
	delete(filled, id)
	delete(long, id)
	loaded.Delete(id)
}
