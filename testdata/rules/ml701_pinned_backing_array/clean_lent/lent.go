// Copies of what a reader lends, and of what a builder holds.
package lent

import (
	"bufio"
	"bytes"
	"net/http"
	"slices"
	"strings"
	"sync"
)

var (
	mutex sync.Mutex
	lines = map[string][]byte{}
	names = map[string]string{}
	seen  = map[string]int{}
)

func Lines(w http.ResponseWriter, r *http.Request) {
	mutex.Lock()
	defer mutex.Unlock()
	scanner := bufio.NewScanner(r.Body)
	for scanner.Scan() {
		line := scanner.Bytes()
		lines[string(line)] = bytes.Clone(line)
		lines[string(line[:1])] = slices.Clone(line)
		lines[string(line[:2])] = append([]byte(nil), line...)
		lines[string(line[:3])] = []byte(string(line))
		names[string(line[1:])] = string(line)
	}
}

func Counted(w http.ResponseWriter, r *http.Request) {
	mutex.Lock()
	defer mutex.Unlock()
	reader := bufio.NewReader(r.Body)
	for {
		line, err := reader.ReadSlice('\n')
		if err != nil {
			return
		}
		seen[string(bytes.TrimSpace(line))]++
	}
}

func Passed(w http.ResponseWriter, r *http.Request) {
	scanner := bufio.NewScanner(r.Body)
	for scanner.Scan() {
		keep(scanner.Bytes())
	}
}

func keep(line []byte) {
	mutex.Lock()
	defer mutex.Unlock()
	lines[string(line)] = bytes.Clone(line)
}

func Local(w http.ResponseWriter, r *http.Request) int {
	last := map[int][]byte{}
	scanner := bufio.NewScanner(r.Body)
	for scanner.Scan() {
		last[0] = scanner.Bytes()
	}
	return len(last)
}

func Name(w http.ResponseWriter, r *http.Request) {
	var text strings.Builder
	text.WriteString(r.Host)
	text.WriteByte('/')
	text.WriteString(r.RemoteAddr)
	mutex.Lock()
	defer mutex.Unlock()
	seen[text.String()]++
	seen[strings.ToUpper(text.String()[:1])]++
}

func Cloned(w http.ResponseWriter, r *http.Request) {
	var text strings.Builder
	for name := range r.Header {
		text.WriteString(name)
	}
	mutex.Lock()
	defer mutex.Unlock()
	seen[strings.Clone(text.String()[:8])]++
}

func Forget(w http.ResponseWriter, r *http.Request) {
	mutex.Lock()
	defer mutex.Unlock()
	key := r.PathValue("key")
	delete(lines, key)
	delete(names, key)
	delete(seen, key)
}
