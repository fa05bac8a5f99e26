"""Maps that decoders fill: that their keys are ever new is an assumption, and what decodes itself is a new object."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.maps.model import Growth
from mapleak.model import Certainty
from maps_source import model_of

BAKERY = """
package main

import (
	"encoding/json"
	"log"
	"net/http"
)

type order struct{ wishes map[string]string }

func (o *order) UnmarshalJSON(data []byte) error { return json.Unmarshal(data, &o.wishes) }

type bakery struct {
	prices map[string]int
	wishes map[string]string
}

func (b *bakery) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	json.NewDecoder(r.Body).Decode(&b.prices)
}

func (b *bakery) take(in chan []byte) {
	for data := range in {
		o := order{wishes: b.wishes}
		if o.UnmarshalJSON(data) == nil {
			log.Print(o.wishes)
		}
	}
}

func main() {
	b := &bakery{map[string]int{}, map[string]string{}}
	go b.take(make(chan []byte))
	http.ListenAndServe(":80", b)
}
"""


def test_decoding_again_and_again(tmp_path: Path) -> None:
    """The same keys may come each time; the object of a method that decodes it is new each time."""
    model = model_of(tmp_path, {"main.go": BAKERY})
    (prices,) = model.map("example.com/m.bakery.prices").inserts
    assert (prices.growth, prices.growth_certainty) == (Growth.UNBOUNDED, Certainty.ASSUMED)
    (wishes,) = model.map("example.com/m.order.wishes").inserts
    assert wishes.growth is Growth.BOUNDED
    assert not model.map("example.com/m.bakery.wishes").inserts  # other objects have that one


LABELS = """
package main

import (
	"encoding/json"
	"log"
	"net/http"
)

type label struct{ raw map[string]string }

type keeper interface{ kept() *map[string]string }

func (l *label) kept() *map[string]string { return &l.raw }

func (l *label) %s(data []byte) error { return Fill(l, data) }

func Fill(k keeper, data []byte) error {
	raw := k.kept()
	return json.Unmarshal(data, raw)
}

var first = &label{raw: map[string]string{}}

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { log.Print(first.%s([]byte(r.URL.Path))) })
	http.ListenAndServe(":80", nil)
}
"""


@pytest.mark.parametrize(("method", "expected"), [("UnmarshalJSON", Growth.BOUNDED), ("take", Growth.UNBOUNDED)])
def test_what_only_decoding_methods_call(tmp_path: Path, method: str, expected: Growth) -> None:
    """It gives the object that decodes itself its contents; anything else decodes into one that is there."""
    found = model_of(tmp_path, {"main.go": LABELS % (method, method)}).map("example.com/m.label.raw")
    assert found is not None
    (insertion,) = found.inserts
    assert (insertion.growth, insertion.growth_certainty) == (expected, Certainty.ASSUMED)
