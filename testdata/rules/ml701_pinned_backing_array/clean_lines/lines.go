// All pieces of a buffer are kept, or as many as conditions that pick nothing let through; pieces that are copied.
package cleanlines

import (
	"io"
	"net/http"
	"strings"
	"sync"
)

var (
	mutex   sync.Mutex
	all     = map[string]string{}
	lines   = map[string]int{}
	posted  = map[string]int{}
	shaped  = map[string]string{}
	cloned  = map[string]string{}
	unequal = map[string]int{}
	whole   = map[string]message{}
	short   = map[string][]byte{}

	converted = map[string]int{}
)

type message struct{ raw, host string }

func body(r *http.Request) string {
	data, _ := io.ReadAll(r.Body)
	return string(data)
}

func id(r *http.Request) string { return body(r)[:8] }

func All(_ http.ResponseWriter, r *http.Request) {
	mutex.Lock()
	defer mutex.Unlock()
	for _, line := range strings.Split(body(r), "\n") {
		name, value, _ := strings.Cut(line, "=")
		all[name] = value
	}
}

func Lines(_ http.ResponseWriter, r *http.Request) {
	mutex.Lock()
	defer mutex.Unlock()
	for _, line := range strings.Split(body(r), "\n") {
		if line == "" {
			continue
		}
		lines[line]++
	}
}

func Posted(_ http.ResponseWriter, r *http.Request) {
	mutex.Lock()
	defer mutex.Unlock()
	for _, line := range strings.Split(body(r), "\n") {
		if r.Method == http.MethodPost {
			posted[line]++
		}
	}
}

func Shaped(_ http.ResponseWriter, r *http.Request) {
	mutex.Lock()
	defer mutex.Unlock()
	for _, line := range strings.Split(body(r), "\n") {
		if parts := strings.Fields(line); len(parts) == 2 {
			shaped[parts[0]] = parts[1]
		}
	}
}

func Cloned(_ http.ResponseWriter, r *http.Request) {
	mutex.Lock()
	defer mutex.Unlock()
	for _, line := range strings.Split(body(r), "\n") {
		if strings.HasPrefix(line, "id=") {
			cloned[r.RemoteAddr] = strings.Clone(line)
		}
	}
}

// All but the first.
func Unequal(_ http.ResponseWriter, r *http.Request) {
	mutex.Lock()
	defer mutex.Unlock()
	for i, line := range strings.Split(body(r), "\n") {
		if i == 0 || strings.HasPrefix(line, "#") {
			continue
		}
		unequal[line]++
	}
}

// The whole body is kept as well.
func Whole(_ http.ResponseWriter, r *http.Request) {
	mutex.Lock()
	defer mutex.Unlock()
	m := message{raw: body(r)}
	whole[m.raw[:8]] = m
}

// Only the piece is converted, and so copied.
func Short(_ http.ResponseWriter, r *http.Request) {
	mutex.Lock()
	defer mutex.Unlock()
	short[r.RemoteAddr] = []byte(id(r))[:4]
}

// What is passed is a piece of the buffer; what is stored is a string made of it.
func Converted(_ http.ResponseWriter, r *http.Request) {
	data, _ := io.ReadAll(r.Body)
	count(data[:8])
}

func count(id []byte) {
	mutex.Lock()
	defer mutex.Unlock()
	name := string(id)
	converted[name]++
}

func Forget(_ http.ResponseWriter, r *http.Request) {
	mutex.Lock()
	defer mutex.Unlock()
	delete(cloned, r.RemoteAddr)
	delete(short, r.RemoteAddr)
	delete(converted, r.FormValue("id"))
}
