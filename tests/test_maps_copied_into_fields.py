"""Keys in fields that ``copy`` fills: what is copied into them is what they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.maps.model import Growth
from maps_source import model_of

HALL = """
package main

import "net/http"

type peer struct{ id [16]byte }

var peers = map[[16]byte]int{}

func serve(w http.ResponseWriter, r *http.Request) {
	p := &peer{}
	copy(p.id[:], %s)
	greet(p)
}

func greet(p *peer) { peers[p.id]++ }

func main() { http.ListenAndServe(":80", http.HandlerFunc(serve)) }
"""


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ('r.Header.Get("Peer")', "the key is m.peer.id: the key is what r.Header.Get reads from the other side"),
        ('"the only one"', "the key is m.peer.id: all it is given are constants"),
    ],
)
def test_what_is_copied_into_a_field(source: str, reason: str, tmp_path: Path) -> None:
    peers = model_of(tmp_path, {"main.go": HALL % source}).map("example.com/m.peers")
    assert peers.growth_reason == reason
    assert (peers.growth is Growth.UNBOUNDED) is ("Header" in source)
