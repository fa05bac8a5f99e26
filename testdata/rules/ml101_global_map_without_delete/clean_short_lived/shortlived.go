// Maps that die with a call, a request or an object, and writes that are no insertions into a package variable.
package shortlived

import (
	"encoding/json"
	"io"
	"net/http"
)

var defaults = map[string]string{"colour": "red"}

func Unique(words []string) []string {
	seen := map[string]bool{}
	var unique []string
	for _, word := range words {
		if !seen[word] {
			seen[word] = true
			unique = append(unique, word)
		}
	}
	return unique
}

func Count(words []string) map[string]int {
	counts := make(map[string]int)
	for _, word := range words {
		counts[word]++
	}
	return counts
}

func Settings(overrides map[string]string) map[string]string {
	settings := map[string]string{}
	for name, value := range defaults {
		settings[name] = value
	}
	for name, value := range overrides {
		settings[name] = value
	}
	return settings
}

func Handle(w http.ResponseWriter, r *http.Request) {
	answer := map[string]any{}
	for name := range r.URL.Query() {
		answer[name] = r.FormValue(name)
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(answer)
}

type parser struct{ symbols map[string]int }

func (p *parser) define(name string) { p.symbols[name] = len(p.symbols) }

func Parse(input io.Reader) (map[string]int, error) {
	p := parser{symbols: map[string]int{}}
	var names []string
	if err := json.NewDecoder(input).Decode(&names); err != nil {
		return nil, err
	}
	for _, name := range names {
		p.define(name)
	}
	return p.symbols, nil
}

func Shadow(key string) int {
	defaults := map[string]int{}
	defaults[key]++
	return defaults[key]
}
