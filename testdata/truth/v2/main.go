//go:build goexperiment.jsonv2

// Command v2 asks encoding/json/v2 what it does to a map that is there.
package main

import (
	"encoding/json/v2"
	"fmt"
)

type message struct {
	Field   map[string]int
	Behind  *message
	Stored  map[string]map[string]int
	Element []map[string]int
	Any     any
}

func main() {
	var m message
	for _, key := range []string{"old", "new"} {
		one := fmt.Sprintf(`{%q: 1}`, key)
		text := fmt.Sprintf(`{"Field": %s, "Behind": {"Field": %s}, "Stored": {"at": %s}, "Element": [%s], "Any": %s}`, one, one, one, one, one)
		if err := json.Unmarshal([]byte(text), &m); err != nil {
			panic(err)
		}
	}
	fmt.Println(len(m.Field), len(m.Behind.Field), len(m.Stored["at"]), len(m.Element[0]), len(m.Any.(map[string]any)))
}
