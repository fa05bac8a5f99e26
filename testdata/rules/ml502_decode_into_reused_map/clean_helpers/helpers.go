// Fresh targets, helpers that decode into something else, elements that are emptied.
package helpers

import (
	"encoding/json"
	"io"
)

type order struct {
	ID    string
	Items map[string]int
}

func decode(data []byte, into any) error { return json.Unmarshal(data, into) }

func encode(w io.Writer, from any) error { return json.NewEncoder(w).Encode(from) }

// own decodes into a variable of its own.
func own(data []byte, from *order) (n int, err error) {
	var fresh order
	err = json.Unmarshal(data, &fresh)
	return len(fresh.Items) + len(from.Items), err
}

func Fresh(messages [][]byte, handle func(order)) {
	for _, message := range messages {
		var o order
		if decode(message, &o) == nil {
			handle(o)
		}
	}
}

func Emptied(messages [][]byte, handle func(order)) {
	var o order
	for _, message := range messages {
		o.Items = nil
		if decode(message, &o) == nil {
			handle(o)
		}
	}
}

func Encoded(w io.Writer, n int) {
	var o order
	for i := range n {
		o.ID = string(rune('a' + i))
		if encode(w, &o) != nil {
			return
		}
	}
}

func Own(messages [][]byte) (sum int) {
	var o order
	for _, message := range messages {
		n, _ := own(message, &o)
		sum += n + len(o.Items)
	}
	return sum
}

func Pages(messages [][]byte, handle func([]order)) {
	var page []order
	for _, message := range messages {
		clear(page)
		page = page[:0]
		if json.Unmarshal(message, &page) == nil {
			handle(page)
		}
	}
}

func Rows(messages [][]byte, handle func([]map[string]string)) {
	var rows []map[string]string
	for _, message := range messages {
		rows = nil
		if json.Unmarshal(message, &rows) == nil {
			handle(rows)
		}
	}
}

func Cells(messages [][]byte, handle func([]map[string]string)) {
	for _, message := range messages {
		var rows []map[string]string
		if decode(message, &rows) == nil {
			handle(rows)
		}
	}
}

func Once(data []byte) (o order, err error) {
	err = decode(data, &o)
	return o, err
}

func Lines(messages [][]byte, handle func([]string)) {
	var lines []string
	for _, message := range messages {
		if decode(message, &lines) == nil {
			handle(lines)
		}
	}
}
