"""Objects that something takes out of a context belong to one request, but for tests' and clients."""

from __future__ import annotations

from pathlib import Path

import pytest

from maps_source import model_of

LIBRARY = """package m

import (
	"context"
	"sync"
)

type key struct{}

type %(name)s struct {
	mu   sync.Mutex
	seen map[string]bool
}

func New() *%(name)s { return &%(name)s{seen: map[string]bool{}} }

func (c *%(name)s) %(method)s() {}

func (c *%(name)s) Do(peer string) { c.seen[peer] = true }
%(more)s
"""

OF = "func Of(ctx context.Context) *%s { return ctx.Value(key{}).(*%s) }"
HELPER = """package testutil

import (
	"context"

	"example.com/m"
)

func Of(ctx context.Context) *m.Tally { return ctx.Value("tally").(*m.Tally) }
"""
ONE_REQUEST = "it belongs to one request"


@pytest.mark.parametrize(
    ("name", "method", "of_request"),
    [("Tally", "Close", True), ("Client", "Close", False), ("Client", "Flush", True)],
)
def test_a_client_that_is_closed_lives_longer(name: str, method: str, of_request: bool, tmp_path: Path) -> None:
    more = OF % (name, name)
    files = {"m.go": LIBRARY % {"name": name, "method": method, "more": more}}
    (found,) = [m for m in model_of(tmp_path, files).maps if m.name.endswith(f"{name}.seen")]
    assert (ONE_REQUEST in found.lifetime_reason) is of_request


def test_what_tests_take_out_of_a_context(tmp_path: Path) -> None:
    text = LIBRARY % {"name": "Tally", "method": "Close", "more": "var _ context.Context"}
    model = model_of(tmp_path, {"m.go": text, "testutil/of.go": HELPER})
    (found,) = [m for m in model.maps if m.name.endswith("Tally.seen")]
    assert ONE_REQUEST not in found.lifetime_reason
