// Maps in the elements of slices, and targets that a helper hands to the decoder.
package helpers

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"io"
)

type order struct {
	ID    string
	Items map[string]int
}

func decode(data []byte, into any) error { return json.Unmarshal(data, into) }

func stream(r io.Reader, into any) error { return read(json.NewDecoder(r), into) }

func read(decoder *json.Decoder, into any) error { return decoder.Decode(into) }

func parse[T any](data []byte, into *T) error {
	if err := json.Unmarshal(data, into); err != nil {
		return err
	}
	return nil
}

type client struct {
	last  order
	calls int
}

func (c *client) get(data []byte, into any) error {
	c.calls++
	return gob.NewDecoder(bytes.NewReader(data)).Decode(into)
}

func Helper(messages [][]byte, handle func(order)) {
	var o order
	for _, message := range messages {
		if decode(message, &o) == nil { // want "ML502: json.Unmarshal decodes into o.Items, which keeps the entries of the messages before"
			handle(o)
		}
	}
}

func Stream(r io.Reader, handle func(order)) {
	var o order
	for stream(r, &o) == nil { // want "ML502: .*json.Decoder..Decode decodes into o.Items"
		handle(o)
	}
}

func Generic(messages [][]byte, handle func(order)) {
	var o order
	for _, message := range messages {
		if parse(message, &o) == nil { // want "ML502: json.Unmarshal decodes into o.Items"
			handle(o)
		}
	}
}

func Method(c *client, messages [][]byte, handle func(map[string]bool)) {
	seen := map[string]bool{}
	for _, message := range messages {
		if c.get(message, &seen) == nil { // want "ML502: .*gob.Decoder..Decode decodes into seen"
			handle(seen)
		}
	}
}

func Pages(messages [][]byte, handle func([]order)) {
	var page []order
	for _, message := range messages {
		page = page[:0]
		if json.Unmarshal(message, &page) == nil { // want "ML502: json.Unmarshal decodes into page...Items"
			handle(page)
		}
	}
}

func Rows(messages [][]byte, handle func([]map[string]string)) {
	var rows []map[string]string
	for _, message := range messages {
		if json.Unmarshal(message, &rows) == nil { // want "ML502: json.Unmarshal decodes into rows.."
			handle(rows)
		}
	}
}

type table struct {
	Name string
	Rows []map[string]string
}

func Tables(decoder *gob.Decoder, handle func(table)) {
	var t table
	for {
		if decoder.Decode(&t) != nil { // want "ML502: .*gob.Decoder..Decode decodes into t.Rows.."
			return
		}
		handle(t)
	}
}

func Pair(messages [][]byte, handle func([2]order)) {
	var pair [2]order
	for _, message := range messages {
		if decode(message, &pair) == nil { // want "ML502: json.Unmarshal decodes into pair...Items"
			handle(pair)
		}
	}
}
