// Copies of pieces: nothing of the input is left when the request is over.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"slices"
	"strings"
	"sync"
)

type device struct {
	Name string
	raw  []byte
}

var (
	mu      sync.Mutex
	seen    = map[string]int{}
	raw     = map[string][]byte{}
	devices = map[string]device{}
)

func main() {
	for path, handle := range map[string]func(string, []byte){
		"/clone": clone, "/convert": convert, "/bytes": copied, "/format": format, "/join": join, "/lines": lines,
		"/append": appended, "/decode": decode, "/helper": helped, "/small": numbers,
	} {
		http.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				return
			}
			mu.Lock()
			defer mu.Unlock()
			handle(r.Host, body)
		})
	}
	http.HandleFunc("/limited", limited)
	http.HandleFunc("/forget", func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		delete(seen, r.Host)
		delete(raw, r.Host)
		delete(devices, r.Host)
	})
	log.Fatal(http.ListenAndServe(":8080", nil))
}

func clone(_ string, body []byte) {
	name, _, _ := strings.Cut(string(body), "\n")
	seen[strings.Clone(name)]++
}

// The conversion copies the eight bytes.
func convert(_ string, body []byte) {
	seen[string(body[:8])]++
}

func copied(host string, body []byte) {
	raw[host] = bytes.Clone(body[:8])
	raw[host+"/tail"] = slices.Clone(body[8:16])
}

func format(host string, body []byte) {
	seen[fmt.Sprintf("%s/%s", host, body[:8])]++
}

func join(host string, body []byte) {
	text := string(body)
	seen[host+text[:8]]++
}

// Text makes a string for each line.
func lines(_ string, body []byte) {
	scanner := bufio.NewScanner(bytes.NewReader(body))
	for scanner.Scan() {
		seen[scanner.Text()]++
	}
}

func appended(host string, body []byte) {
	raw[host] = append([]byte(nil), body[:8]...)
}

func decode(host string, body []byte) {
	var d device
	if json.Unmarshal(body, &d) == nil {
		devices[host] = d
	}
}

func helped(_ string, body []byte) {
	seen[name(body)]++
}

func name(body []byte) string {
	return string(bytes.Fields(body)[0])
}

func numbers(host string, body []byte) {
	seen[host] = len(body[:8]) + int(body[9])
}

func limited(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(io.LimitReader(r.Body, 64))
	mu.Lock()
	defer mu.Unlock()
	raw[r.Host] = body[:8]
}
