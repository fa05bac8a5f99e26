// One of the pieces of a buffer is looked for and kept, or a piece of a field of a local struct.
package leakingpicked

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"sync"
)

var (
	mutex    sync.Mutex
	prefixed = map[string]string{}
	compared = map[string]string{}
	first    = map[string]string{}
	cases    = map[string]string{}
	numbered = map[string]string{}
	skipped  = map[string]string{}
	fields   = map[string]int{}
	copies   = map[string][]byte{}
)

type message struct{ raw, host string }

func body(r *http.Request) string {
	data, _ := io.ReadAll(r.Body)
	return string(data)
}

func Prefixed(_ http.ResponseWriter, r *http.Request) {
	mutex.Lock()
	defer mutex.Unlock()
	for _, line := range strings.Split(body(r), "\n") {
		if strings.HasPrefix(line, "id=") {
			prefixed[r.RemoteAddr] = line[3:] // want "ML701: value .* of leakingpicked.prefixed is a piece of what io.ReadAll gives"
		}
	}
}

func Compared(_ http.ResponseWriter, r *http.Request) {
	mutex.Lock()
	defer mutex.Unlock()
	for line := range strings.Lines(body(r)) {
		if name, value, ok := strings.Cut(line, "="); ok && name == "id" {
			compared[r.RemoteAddr] = value // want "ML701: value 'value' of leakingpicked.compared"
		}
	}
}

func First(_ http.ResponseWriter, r *http.Request) {
	mutex.Lock()
	defer mutex.Unlock()
	for _, word := range strings.Fields(body(r)) {
		if len(word) > 8 {
			first[r.RemoteAddr] = word // want "ML701: value 'word' of leakingpicked.first"
			break
		}
	}
}

func Cases(_ http.ResponseWriter, r *http.Request) {
	mutex.Lock()
	defer mutex.Unlock()
	for _, line := range strings.Split(body(r), "\n") {
		name, value, _ := strings.Cut(line, "=")
		switch name {
		case "id", "name":
			cases[r.RemoteAddr] = value // want "ML701: value 'value' of leakingpicked.cases"
		}
	}
}

func Numbered(_ http.ResponseWriter, r *http.Request) {
	mutex.Lock()
	defer mutex.Unlock()
	for i, line := range strings.Split(body(r), "\n") {
		if i != 1 {
			continue
		}
		numbered[line] = r.RemoteAddr // want "ML701: key 'line' of leakingpicked.numbered"
	}
}

func Skipped(_ http.ResponseWriter, r *http.Request) {
	mutex.Lock()
	defer mutex.Unlock()
	wanted := r.FormValue("wanted")
	for _, line := range strings.Split(body(r), "\n") {
		name, value, ok := strings.Cut(line, ":")
		if !ok || name != wanted {
			continue
		}
		skipped[r.RemoteAddr] = value // want "ML701: value 'value' of leakingpicked.skipped"
	}
}

func Field(_ http.ResponseWriter, r *http.Request) {
	mutex.Lock()
	defer mutex.Unlock()
	m := message{raw: body(r), host: r.Host}
	fields[m.raw[:8]]++ // want "ML701: key .* of leakingpicked.fields"
}

func Copied(_ http.ResponseWriter, r *http.Request) {
	mutex.Lock()
	defer mutex.Unlock()
	parts := bytes.Split([]byte(body(r)), []byte("\n"))
	copies[r.RemoteAddr] = parts[2] // want "ML701: value .* of leakingpicked.copies"
}

func Forget(_ http.ResponseWriter, r *http.Request) {
	mutex.Lock()
	defer mutex.Unlock()
	delete(prefixed, r.RemoteAddr)
	delete(compared, r.RemoteAddr)
	delete(first, r.RemoteAddr)
	delete(cases, r.RemoteAddr)
	delete(skipped, r.RemoteAddr)
	delete(copies, r.RemoteAddr)
	delete(numbered, r.FormValue("line"))
	delete(fields, r.FormValue("field"))
}
