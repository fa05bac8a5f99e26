// Targets without the entries of earlier messages.
package fresh

import (
	"encoding/json"
	"io"
)

type order struct {
	ID    string
	Items map[string]int
	Notes map[string]string `json:"-"`
}

type noted struct {
	ID    string
	Notes map[string]string `json:"-"`
	extra map[string]string
	Any   any
	Lines []string
}

type itself struct{ Items map[string]int }

func (i *itself) UnmarshalJSON(data []byte) error {
	i.Items = map[string]int{}
	return json.Unmarshal(data, &i.Items)
}

func (o *order) Reset() { *o = order{} }

func Inside(decoder *json.Decoder, handle func(*order)) {
	for decoder.More() {
		var o order
		if decoder.Decode(&o) == nil {
			handle(&o)
		}
	}
}

func Once(data []byte) (*order, error) {
	var o order
	err := json.Unmarshal(data, &o)
	return &o, err
}

func Assigned(decoder *json.Decoder, handle func(order)) {
	var o order
	for decoder.More() {
		o = order{}
		if decoder.Decode(&o) == nil {
			handle(o)
		}
	}
}

func Nil(decoder *json.Decoder, handle func(order)) {
	var o order
	for decoder.More() {
		o.Items = nil
		if decoder.Decode(&o) == nil {
			handle(o)
		}
	}
}

func Cleared(decoder *json.Decoder, handle func(order)) {
	var o order
	for decoder.More() {
		clear(o.Items)
		if decoder.Decode(&o) == nil {
			handle(o)
		}
	}
}

func Reset(decoder *json.Decoder, handle func(order)) {
	var o order
	for decoder.More() {
		o.Reset()
		if decoder.Decode(&o) == nil {
			handle(o)
		}
	}
}

func New(decoder *json.Decoder, handle func(*order)) {
	var o *order
	for decoder.More() {
		o = new(order)
		if decoder.Decode(o) == nil {
			handle(o)
		}
	}
}

func WithoutMaps(decoder *json.Decoder, handle func(noted)) {
	var n noted
	for decoder.More() {
		if decoder.Decode(&n) == nil {
			handle(n)
		}
	}
}

func Itself(decoder *json.Decoder, handle func(itself)) {
	var i itself
	for decoder.More() {
		if decoder.Decode(&i) == nil {
			handle(i)
		}
	}
}

func Any(decoder *json.Decoder, handle func(any)) {
	var v any
	for decoder.More() {
		if decoder.Decode(&v) == nil {
			handle(v)
		}
	}
}

func Retried(fetch func() []byte) (*order, error) {
	var o order
	for try := 0; ; try++ {
		err := json.Unmarshal(fetch(), &o)
		if err == nil {
			return &o, nil
		}
		if try > 3 {
			return nil, err
		}
	}
}

func First(readers []io.Reader) (o order) {
	for _, r := range readers {
		if json.NewDecoder(r).Decode(&o) == nil {
			break
		}
	}
	return o
}

// Pieces reads one document: each case decodes what belongs to its key.
func Pieces(r io.Reader, handle func(*order)) error {
	decoder := json.NewDecoder(r)
	var o order
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			return err
		}
		switch key {
		case "items":
			err = decoder.Decode(&o.Items)
		case "id":
			err = decoder.Decode(&o.ID)
		}
		if err != nil {
			return err
		}
		handle(&o)
	}
	return nil
}
