"""Goroutines that feed a channel which whoever asked receives from: they last as long as somebody listens."""

from __future__ import annotations

from pathlib import Path

import pytest

from maps_source import model_of

HUB = """
package hub

import (
	"context"
	"net"
	"sync"
)

type Hub struct {
	mu   sync.Mutex
	in   chan net.Addr
	last net.Addr
}

func New() *Hub { return &Hub{in: make(chan net.Addr)} }

func (h *Hub) Follow(ctx context.Context) %s {
	out := make(chan net.Addr, 1)
	go func() {
		sent := map[string]bool{}
		for {
			select {
			case address := <-h.in:
				if !sent[address.String()] {
					sent[address.String()] = true
					out <- address
				}
			case <-ctx.Done():
				return
			}
		}
	}()
	return %s
}
"""


@pytest.mark.parametrize(
    ("results", "returned", "served"), [("<-chan net.Addr", "out", False), ("int", "cap(out)", True)]
)
def test_a_stream_is_its_subscribers(results: str, returned: str, served: bool, tmp_path: Path) -> None:
    (goroutine,) = model_of(tmp_path, {"hub.go": HUB % (results, returned)}).goroutines
    assert bool(goroutine.serves) is served


USER = """
package %s

import (
	"context"

	"example.com/m/hub"
)

func init() { hub.New().Follow(context.Background()) }
%s
"""


@pytest.mark.parametrize(
    ("package", "more", "startup"), [("m", "", False), ("main", "func main() { select {} }", True)]
)
def test_what_a_library_starts_once_others_start_as_well(
    package: str, more: str, startup: bool, tmp_path: Path
) -> None:
    """``once per process`` is said of a program's tree alone: importers may ask a library's hub for more."""
    files = {"hub/hub.go": HUB % ("int", "cap(out)"), "m.go": USER % (package, more)}
    (goroutine,) = model_of(tmp_path, files).goroutines
    assert goroutine.startup_only is startup
