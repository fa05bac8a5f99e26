// Targets that outlive the message: variables of the package, what a handler captures.
package kept

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
)

type settings struct {
	Name   string
	Limits map[string]int
}

var (
	current  settings
	pointed  = &settings{}
	prices   map[string]int
	all      struct{ Settings settings }
	other    settings
	messages = make(chan []byte)
)

func reload(data []byte) error {
	return json.Unmarshal(data, &current) // want "ML502: json.Unmarshal decodes into current.Limits, which keeps the entries of the messages before: it is a package variable"
}

func reloadPointed(data []byte) error {
	return json.Unmarshal(data, pointed) // want "ML502: json.Unmarshal decodes into pointed.Limits"
}

func Prices(w http.ResponseWriter, r *http.Request) {
	if err := json.NewDecoder(r.Body).Decode(&prices); err != nil { // want "ML502: .* decodes into prices, which"
		http.Error(w, err.Error(), http.StatusBadRequest)
	}
}

func reloadPart(data []byte) error {
	return json.Unmarshal(data, &all.Settings) // want "ML502: json.Unmarshal decodes into all.Settings.Limits"
}

// Reloads has them posted again and again.
func Reloads(w http.ResponseWriter, r *http.Request) {
	data, err := io.ReadAll(r.Body)
	if err = errors.Join(err, reload(data), reloadPointed(data), reloadPart(data)); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
	}
}

// Replace is called by nobody who is seen: low confidence.
func Replace(data []byte) error {
	return json.Unmarshal(data, &other)
}

func Handler() http.HandlerFunc {
	var request settings
	return func(w http.ResponseWriter, r *http.Request) {
		if err := json.NewDecoder(r.Body).Decode(&request); err != nil { // want "ML502: .* decodes into request.Limits, .* it is declared outside of the handler"
			return
		}
		_, _ = io.WriteString(w, request.Name)
	}
}

func Receive() {
	for message := range messages {
		_ = json.Unmarshal(message, &current) // want "ML502: json.Unmarshal decodes into current.Limits"
		use(current)
	}
}

func use(settings) {}

// Store has its settings posted to it.
type Store struct{ settings settings }

var store Store

// That there is one store for all requests is assumed: low confidence.
func (s *Store) reload(data []byte) error {
	return json.Unmarshal(data, &s.settings)
}

func Post(w http.ResponseWriter, r *http.Request) {
	data, err := io.ReadAll(r.Body)
	if err == nil {
		err = store.reload(data)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
	}
}
