package main

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
)

// elements decodes two messages, one after the other, into maps that sit in the elements of slices and arrays.
func elements() {
	var maps []map[string]int
	var structs []labels
	var array [1]map[string]int
	for _, text := range []string{`[{"old": 1}]`, `[{"new": 1}]`} {
		maps, structs = maps[:0], structs[:0]
		if json.Unmarshal([]byte(text), &maps) != nil || json.Unmarshal([]byte(text), &array) != nil {
			panic("not decoded")
		}
		if json.Unmarshal([]byte(`[{"Of": `+text[1:len(text)-1]+`}]`), &structs) != nil {
			panic("not decoded")
		}
	}
	fact("json.elements.maps", len(maps[0]))
	fact("json.elements.structs", len(structs[0].Of))
	fact("json.elements.array", len(array[0]))
	var wire bytes.Buffer
	encoder, decoder := gob.NewEncoder(&wire), gob.NewDecoder(&wire)
	var sent []map[string]int
	for _, key := range []string{"old", "new"} {
		if err := encoder.Encode([]map[string]int{{key: 1}}); err != nil {
			panic(err)
		}
		if err := decoder.Decode(&sent); err != nil {
			panic(err)
		}
	}
	fact("gob.elements.maps", len(sent[0]))
}
