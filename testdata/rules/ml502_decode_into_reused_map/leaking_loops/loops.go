// One message after the other into a variable that is declared outside of the loop.
package loops

import (
	"bufio"
	"encoding/gob"
	"encoding/json"
	"errors"
	"io"
)

type order struct {
	ID    string
	Items map[string]int
}

type envelope struct {
	Kind string
	Body *order
	meta map[string]string
}

type named struct {
	order
	Name string
}

func Stream(r io.Reader, handle func(*order)) error {
	decoder := json.NewDecoder(r)
	var o order
	for decoder.More() {
		if err := decoder.Decode(&o); err != nil { // want "ML502: .*json.Decoder..Decode decodes into o.Items, which keeps the entries of the messages before: it is declared outside of the loop"
			return err
		}
		handle(&o)
	}
	return nil
}

func Lines(r io.Reader) (total int) {
	lines := bufio.NewScanner(r)
	o := order{}
	for lines.Scan() {
		if json.Unmarshal(lines.Bytes(), &o) == nil { // want "ML502: json.Unmarshal decodes into o.Items"
			total += len(o.Items)
		}
	}
	return total
}

func Bare(messages <-chan []byte, handle func(map[string]any)) {
	fields := map[string]any{}
	for message := range messages {
		if err := json.Unmarshal(message, &fields); err != nil { // want "ML502: json.Unmarshal decodes into fields, which"
			continue
		}
		handle(fields)
	}
}

func Pointed(r io.Reader, handle func(string, int)) {
	decoder := gob.NewDecoder(r)
	e := new(envelope)
	for {
		if decoder.Decode(e) != nil { // want "ML502: .*gob.Decoder..Decode decodes into e.Body.Items"
			return
		}
		handle(e.Kind, len(e.Body.Items))
	}
}

func Embedded(r io.Reader, handle func(named)) {
	decoder := json.NewDecoder(r)
	var n named
	for {
		err := decoder.Decode(&n) // want "ML502: .* decodes into n.order.Items"
		if errors.Is(err, io.EOF) {
			break
		}
		handle(n)
	}
}

func Condition(r io.Reader, handle func(*order)) {
	decoder := json.NewDecoder(r)
	var o order
	for decoder.Decode(&o) == nil { // want "ML502: .* decodes into o.Items"
		handle(&o)
	}
}

func Given(r io.Reader, o *order, handle func(*order)) {
	decoder := json.NewDecoder(r)
	for decoder.More() {
		if decoder.Decode(o) != nil { // want "ML502: .* decodes into o.Items"
			return
		}
		handle(o)
	}
}

func Counted(r io.Reader, handle func(*order)) {
	decoder := json.NewDecoder(r)
	var o order
	for decoder.More() {
		o.ID = ""
		if decoder.Decode(&o) != nil { // want "ML502: .* decodes into o.Items"
			return
		}
		handle(&o)
	}
}

func Pages(fetch func(page int) []byte) (names []string) {
	var reply struct {
		Prices map[string]int
		Next   int
	}
	for page := 1; page > 0; page = reply.Next {
		if err := json.Unmarshal(fetch(page), &reply); err != nil { // want "ML502: .* decodes into reply.Prices"
			return nil
		}
		for name := range reply.Prices {
			names = append(names, name)
		}
	}
	return names
}

// Client reads replies into itself.
type Client struct {
	decoder *json.Decoder
	last    order
	handle  func(order)
}

func (c *Client) Run() {
	for {
		if err := c.decoder.Decode(&c.last); err != nil { // want "ML502: .* decodes into c.last.Items"
			return
		}
		c.handle(c.last)
	}
}

// Kinds decodes what its switch tells: one message after the other, not one document in pieces.
func Kinds(kinds []string, decoder *json.Decoder, handle func(*order)) error {
	var o order
	for _, kind := range kinds {
		switch kind {
		case "order":
			if err := decoder.Decode(&o); err != nil { // want "ML502: .* decodes into o.Items"
				return err
			}
		}
		handle(&o)
	}
	return nil
}
