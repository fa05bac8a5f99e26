"""Maps that are dropped when the loop which lives on them has ended."""

from __future__ import annotations

from pathlib import Path

import pytest

from maps_source import model_of

SOURCE = """
package main

import "net/http"

type hub struct {{
	asked chan string
	stop  chan bool
	seen  map[string]int
}}

func newHub() *hub {{
	h := &hub{{asked: make(chan string), stop: make(chan bool), seen: map[string]int{{}}}}
	{start}
	return h
}}

func (h *hub) loop() {{
	{before}
	for {{
		select {{
		case <-h.stop:
			return
		case host := <-h.asked:
			{within}
			h.seen[host]++
		}}
	}}
}}

func (h *hub) clean() {{ h.seen = nil }}

func main() {{
	h := newHub()
	http.HandleFunc("/open", func(w http.ResponseWriter, r *http.Request) {{ newHub().asked <- r.Host }})
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {{ h.asked <- r.Host }})
	http.HandleFunc("/again", func(w http.ResponseWriter, r *http.Request) {{ {again} }})
	http.ListenAndServe(":1", nil)
}}
"""
ENDED = "it runs only when the loop of (*m.hub).loop has ended"
PARTS = {"start": "go h.loop()", "before": "", "within": "", "again": ""}


def effect(folder: Path, **parts: str) -> str:
    """Why the one removal of the hub does not empty its map, "" where it does."""
    found = model_of(folder, {"main.go": SOURCE.format(**{**PARTS, **parts})}).map("example.com/m.hub.seen")
    assert found is not None
    (operation,) = [op for op in found.resets if op.reachable and not op.function.endswith("newHub")]
    return operation.no_effect


@pytest.mark.parametrize(
    "before", ["defer func() { h.seen = nil }()", "defer h.clean()", "defer func() { h.seen = map[string]int{} }()"]
)
def test_deferred(tmp_path: Path, before: str) -> None:
    assert effect(tmp_path, before=before) == ENDED


def test_within_the_loop(tmp_path: Path) -> None:
    assert effect(tmp_path, within="h.clean()") == ""


@pytest.mark.parametrize("parts", [{"again": "h.loop()"}, {"again": "go h.loop()"}, {"again": "h.clean()"}])
def test_again_and_again(tmp_path: Path, parts: dict[str, str]) -> None:
    """Others start the loop of a hub that they have, or clean it: that may happen many times."""
    assert effect(tmp_path, before="defer h.clean()", **parts) == ""
