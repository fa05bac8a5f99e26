"""Calls out of the tree that hand over a map and may take entries out of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.maps.model import UnreadRemoval
from mapleak.registry import load_rules, run_rules
from mapleak.triage.story import one_story
from maps_source import model_of

SOURCE = """
package main

import (
	"net/http"

	"example.org/sets"
)

type berth struct{ name string }

type harbour struct {
	berths map[*berth]bool
	byName map[string]*berth
}

func (h *harbour) moor(name string) *berth {
	b := &berth{name}
	h.byName[name] = b
	h.berths[b] = true
	return b
}

func (h *harbour) leave(b *berth) {
	delete(h.byName, b.name)
	%s
}

func main() {
	h := &harbour{berths: map[*berth]bool{}, byName: map[string]*berth{}}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		h.leave(h.moor(r.FormValue("name")))
	})
	http.ListenAndServe(":80", nil)
}
"""


def unread(tmp_path: Path, call: str) -> UnreadRemoval | None:
    found = model_of(tmp_path, {"m.go": SOURCE % call}).map("example.com/m.harbour.berths")
    assert found is not None
    return found.unread


@pytest.mark.parametrize("name", ["MustDelete", "RemoveFrom", "PopKey"])
def test_called_like_a_removal(tmp_path: Path, name: str) -> None:
    found = unread(tmp_path, f"sets.{name}(h.berths)")
    assert found is not None
    assert (found.function, found.named) == (f"example.org/sets.{name}", True)


def test_handed_a_key_as_well(tmp_path: Path) -> None:
    found = unread(tmp_path, "sets.Done(h.berths, b)")
    assert found is not None
    assert not found.named


@pytest.mark.parametrize("call", ["sets.Print(h.berths)", "sets.Done(h.berths, 1)", "sets.MustGet(h.berths, b)", ""])
def test_nothing_speaks_for_a_removal(tmp_path: Path, call: str) -> None:
    assert unread(tmp_path, call) is None


@pytest.mark.parametrize(("call", "expected"), [("sets.Delete(h.berths, b)", []), ("", ["ML103"])])
def test_nobody_says_that_the_removal_is_missing(tmp_path: Path, call: str, expected: list[str]) -> None:
    """Beside such a call the neighbour that is cleaned proves nothing, and what is left to say is not shown."""
    found = one_story(run_rules(load_rules(), model_of(tmp_path, {"m.go": SOURCE % call})).findings)[0]
    about = [f for f in found if f.map is not None and f.map.name.endswith("berths")]
    assert [f.rule for f in about if f.confidence.value != "low"] == expected
    assert all("was analysed takes" in f.message for f in about if f.confidence.value == "low" and call)
