// Targets that come out of a pool and are emptied there or here, or do not go back.
package cleanpooled

import (
	"encoding/json"
	"log"
	"net/http"
	"sync"
)

type event struct {
	Name   string
	Labels map[string]string
}

func (e *event) Reset() { *e = event{} }

var events = sync.Pool{New: func() any { return new(event) }}

func Reset(_ http.ResponseWriter, r *http.Request) {
	e := events.Get().(*event)
	defer func() {
		e.Reset()
		events.Put(e)
	}()
	_ = json.NewDecoder(r.Body).Decode(e)
	log.Print(e)
}

func Assigned(_ http.ResponseWriter, r *http.Request) {
	e := events.Get().(*event)
	*e = event{}
	_ = json.NewDecoder(r.Body).Decode(e)
	log.Print(e)
	events.Put(e)
}

func Cleared(_ http.ResponseWriter, r *http.Request) {
	e := events.Get().(*event)
	_ = json.NewDecoder(r.Body).Decode(e)
	log.Print(e)
	clear(e.Labels)
	events.Put(e)
}

func Nil(data []byte) {
	e := events.Get().(*event)
	e.Labels = nil
	_ = json.Unmarshal(data, e)
	log.Print(e)
	events.Put(e)
}

// It stays with whoever gets it.
func Kept(data []byte) *event {
	e := events.Get().(*event)
	_ = json.Unmarshal(data, e)
	return e
}

// Nothing has been decoded into what comes out.
func Lines(data []byte) {
	e := new(event)
	_ = json.Unmarshal(data, e)
	log.Print(e)
}

type line struct{ Words []string }

var lines = sync.Pool{New: func() any { return new(line) }}

func Words(data []byte) {
	l := lines.Get().(*line)
	_ = json.Unmarshal(data, l)
	log.Print(l)
	lines.Put(l)
}
