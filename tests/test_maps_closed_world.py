"""Which repositories are there for their programs, so that what the tree does not call is not called."""

from __future__ import annotations

from pathlib import Path

import pytest

from maps_source import model_of

LIBRARY = """
package %s

import "sync"

type Hub struct {
	mu   sync.Mutex
	seen map[string]bool
}

func New() *Hub { return &Hub{seen: map[string]bool{}} }

func (h *Hub) Close() {}

func (h *Hub) Join(name string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.seen[name] = true
}
"""

MAIN = """
package main

import "%s"

func main() { %s.New().Join("us") }
"""


@pytest.mark.parametrize(
    ("library", "main", "few"),
    [
        ("example.com/m/app/hub", "cmd/serve", True),
        ("example.com/m/app/hub", "scripts/probe", False),  # a helper of the repository's own
        ("example.com/m/app/hub", "examples/chat", False),
        ("example.com/m/app", "cmd/serve", False),  # stands at the root: its users import it
    ],
)
def test_a_program_is_what_a_repository_is_there_for(library: str, main: str, few: bool, tmp_path: Path) -> None:
    name = library.rpartition("/")[2]
    files = {
        "go.mod": "module example.com/m/app\n\ngo 1.22\n",
        f"{library.removeprefix('example.com/m/app').lstrip('/') or '.'}/hub.go": LIBRARY % name,
        f"{main}/main.go": MAIN % (library, name),
    }
    seen = model_of(tmp_path, files).map(f"{library}.Hub.seen")
    (insertion,) = seen.inserts
    assert (
        insertion.growth_reason != f"the key is a parameter of (*{name}.Hub).Join, which is called from outside"
    ) is few


VERSION = "package app\n\nconst Version = 3\n"


def test_a_root_that_offers_nothing_is_no_library(tmp_path: Path) -> None:
    files = {
        "go.mod": "module example.com/m/app\n\ngo 1.22\n",
        "version.go": VERSION,
        "hub/hub.go": LIBRARY % "hub",
        "cmd/serve/main.go": MAIN % ("example.com/m/app/hub", "hub"),
    }
    (insertion,) = model_of(tmp_path, files).map("example.com/m/app/hub.Hub.seen").inserts
    assert "called from outside" not in insertion.growth_reason
