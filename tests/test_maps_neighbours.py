"""Maps that two places share: what is done to one of them concerns the other, except in objects that are new."""

from __future__ import annotations

from pathlib import Path

import pytest

from maps_source import model_of

SOURCE = """package m

import "encoding/json"

type Ticker struct{ Rates map[string]float64 }

type wrapped struct{ Ticker }

type answer struct{ prices map[string]float64 }

var last answer

func Fetch() *Ticker { return &Ticker{last.prices} }

func Find(text []byte, given *Ticker) {
	%s
}
"""


@pytest.mark.parametrize(
    ("body", "shared"),
    [
        ("t := &Ticker{}; json.Unmarshal(text, &t.Rates)", False),
        ("t := &wrapped{}; json.Unmarshal(text, &t.Ticker.Rates)", False),
        ("t := Ticker{Rates: map[string]float64{}}; t.Rates[string(text)] = 1", False),
        ("json.Unmarshal(text, &given.Rates)", True),
        ("given.Rates[string(text)] = 1", True),
    ],
)
def test_what_a_function_inserts_into_an_object_of_its_own(tmp_path: Path, body: str, shared: bool) -> None:
    model = model_of(tmp_path, {"m.go": SOURCE % body})
    own, other = model.map("example.com/m.Ticker.Rates"), model.map("example.com/m.answer.prices")
    assert own is not None
    assert other is not None
    assert len(own.inserts) == 1
    assert bool(other.inserts) is shared
