// What a reader lends is overwritten by the next read; the text of a builder is a buffer like others.
package lent

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"strings"
	"sync"
)

type packet struct {
	from string
	body []byte
}

var (
	mutex   sync.Mutex
	lines   = map[string][]byte{}
	heads   = map[string][]byte{}
	packets = map[string]packet{}
	fields  = map[string][]byte{}
	parts   = map[string][]byte{}
	seen    = map[string]int{}
)

func Lines(w http.ResponseWriter, r *http.Request) {
	mutex.Lock()
	defer mutex.Unlock()
	scanner := bufio.NewScanner(r.Body)
	for scanner.Scan() {
		line := scanner.Bytes()
		lines[string(line)] = line // want "ML701: value 'line' of lent.lines is a part of what .*bufio.Scanner..Bytes lends: the next read may overwrite it"
	}
}

func Heads(w http.ResponseWriter, r *http.Request) {
	mutex.Lock()
	defer mutex.Unlock()
	scanner := bufio.NewScanner(r.Body)
	for scanner.Scan() {
		heads[scanner.Text()] = scanner.Bytes()[:1] // want "ML701: value 'scanner.Bytes...:1.' of lent.heads is a part of what"
	}
}

func Packets(w http.ResponseWriter, r *http.Request) {
	mutex.Lock()
	defer mutex.Unlock()
	reader := bufio.NewReader(r.Body)
	for {
		line, err := reader.ReadSlice('\n')
		if err != nil {
			return
		}
		packets[string(line)] = packet{from: r.RemoteAddr, body: line} // want "ML701: value 'line' of lent.packets is a part of what .*bufio.Reader..ReadSlice lends"
	}
}

func Fields(w http.ResponseWriter, r *http.Request) {
	scanner := bufio.NewScanner(r.Body)
	for scanner.Scan() {
		name, value, _ := bytes.Cut(scanner.Bytes(), []byte("="))
		keep(string(name), value)
	}
}

func keep(name string, value []byte) {
	mutex.Lock()
	defer mutex.Unlock()
	fields[name] = value // want "ML701: value .* of lent.fields is a part of what .*bufio.Scanner..Bytes lends"
}

func Peeked(w http.ResponseWriter, r *http.Request) {
	mutex.Lock()
	defer mutex.Unlock()
	reader := bufio.NewReader(r.Body)
	head, _ := reader.Peek(16)
	parts[r.RemoteAddr] = head // want "ML701: value 'head' of lent.parts is a part of what .*bufio.Reader..Peek lends"
	_, _ = io.Copy(w, reader)
}

func Copied(w http.ResponseWriter, r *http.Request) {
	var text strings.Builder
	_, _ = io.Copy(&text, r.Body)
	name, _, _ := strings.Cut(text.String(), "\n")
	mutex.Lock()
	defer mutex.Unlock()
	seen[name]++ // want "ML701: key 'name' of lent.seen is a piece of what .*strings.Builder..String gives and keeps all of it alive"
}

func Forget(w http.ResponseWriter, r *http.Request) {
	mutex.Lock()
	defer mutex.Unlock()
	key := r.PathValue("key")
	delete(lines, key)
	delete(heads, key)
	delete(packets, key)
	delete(fields, key)
	delete(parts, key)
	delete(seen, key)
}
