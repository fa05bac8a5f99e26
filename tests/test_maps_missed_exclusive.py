"""Two maps of one object that are in use by turns: what is deleted from the one is not missed in the other."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from mapleak.maps.model import AbstractMap, Miss
from mapleak.model import Certainty, Link
from mapleak_rules.confidence import surer
from maps_source import model_of

BOARD = """
package board

type Board struct {
	cfg   struct{ Keep, Loud bool }
	now   map[string]int
	kept  map[string]int
}

func (b *Board) Pin(id string) {
	b.now[id]++
	%(fill)s
}

func (%(name)s *Board) Drop(id string) {
	%(drop)s
}
"""

KEEP = "if b.cfg.Keep { b.kept[id]++ }"


def kept(tmp_path: Path, fill: str, drop: str, name: str = "b") -> AbstractMap:
    files = {"board.go": BOARD % {"fill": fill, "drop": drop, "name": name}}
    found = model_of(tmp_path, files).map("example.com/m.Board.kept")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("fill", "drop", "name"),
    [
        (KEEP, "if !b.cfg.Keep { delete(b.now, id) }", "b"),
        (KEEP, "if !x.cfg.Keep { delete(x.now, id) }", "x"),
        (KEEP, "if len(id) > 0 && !b.cfg.Keep { delete(b.now, id) }", "b"),
        (KEEP, "if b.cfg.Keep { return } else { delete(b.now, id) }", "b"),
        (KEEP, "if b.cfg.Keep || id == id[1:] { return } else { delete(b.now, id) }", "b"),
        ("if !b.cfg.Keep { _ = id } else { b.kept[id]++ }", "if !b.cfg.Keep { delete(b.now, id) }", "b"),
    ],
)
def test_a_removal_under_the_opposite_condition_is_not_missed(tmp_path: Path, fill: str, drop: str, name: str) -> None:
    found = kept(tmp_path, fill, drop, name)
    assert found.missing == ()
    assert found.keys_end


@pytest.mark.parametrize(
    ("fill", "drop"),
    [
        (KEEP, "delete(b.now, id)"),
        (KEEP, "if b.cfg.Keep { delete(b.now, id) }"),
        (KEEP, "if !b.cfg.Loud { delete(b.now, id) }"),
        (KEEP, "if !(b.cfg.Keep && b.cfg.Loud) { delete(b.now, id) }"),
        (KEEP, "if !b.cfg.Keep || b.cfg.Loud { delete(b.now, id) }"),
        (f"{KEEP}\n\tif b.cfg.Loud {{ b.kept[id]++ }}", "if !b.cfg.Keep { delete(b.now, id) }"),
        ("b.kept[id]++", "if !b.cfg.Keep { delete(b.now, id) }"),
    ],
)
def test_a_removal_that_may_run_where_the_map_is_filled_is_missed(tmp_path: Path, fill: str, drop: str) -> None:
    found = kept(tmp_path, fill, drop)
    assert [missed.kind for missed in found.missing] == [Miss.SIBLING]
    assert not found.keys_end


def test_keys_that_are_taken_out_of_the_other_map_come_and_go(tmp_path: Path) -> None:
    found = kept(tmp_path, KEEP, "if !b.cfg.Keep { delete(b.now, id) }")
    link = Link("growth", Certainty.UNKNOWN, "")
    assert surer(found, link).certainty is Certainty.LIKELY
    assert surer(replace(found, keys_end=False), link).certainty is Certainty.UNKNOWN
