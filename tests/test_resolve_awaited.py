"""What a select waits for: the statements that its failing arms name."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.resolve.way_facts import Arm
from programs import function, resolved, write_module

HEAD = """\
package m

import (
	"context"
	"time"
)

type call struct{ done chan int }

type S struct {
	waiting map[int]chan int
	calls   map[int]*call
	closed  chan int
}

func (s *S) register(c *call) int { return 0 }
func (s *S) ask() (int, chan int)  { return 0, nil }

var _ = time.Now
"""
SELECT = "select {\ncase <-%s:\ncase <-ctx.Done():\n}\n"


def awaited(folder: Path, body: str, name: str = "(*S).F") -> list[tuple[str, bool]]:
    """The text of each statement that the failing arm awaits, and whether it gives away what is waited for."""
    text = f"{HEAD}\nfunc (s *S) F(ctx context.Context, given chan int) {{\n{body}\n}}\n"
    write_module(folder, {"m.go": text})
    facts = function(resolved(folder), name)
    arms: list[Arm] = [arm for arm in facts.arms if arm.failure]
    assert len(arms) <= 1
    return [(text[place.pos : place.end], place.given) for arm in arms for place in arm.awaits]


@pytest.mark.parametrize(
    ("body", "channel", "expected"),
    [
        ("ch := make(chan int)\ns.waiting[1] = ch", "ch",
         [("ch := make(chan int)", False), ("s.waiting[1] = ch", True)]),
        ("c := &call{}\ns.calls[1] = c", "c.done", [("s.calls[1] = c", True)]),
        ("c := &call{}\nid := s.register(c)\n_ = id", "c.done", [("id := s.register(c)", True)]),
        ("c := &call{}\ns.register(c)", "c.done", [("s.register(c)", True)]),
        ("_, ch := s.ask()", "ch", [("_, ch := s.ask()", False)]),
        ("var c = &call{}\nch := c.done\ns.calls[1] = c", "ch", [("s.calls[1] = c", True)]),
        ("ch := make(chan int)\nc := &call{done: ch}\ns.calls[1] = c", "ch",
         [("ch := make(chan int)", False), ("s.calls[1] = c", True)]),
    ],
)  # fmt: skip
def test_statements_that_have_to_do_with_the_channel(
    tmp_path: Path, body: str, channel: str, expected: list[tuple[str, bool]]
) -> None:
    assert awaited(tmp_path, f"{body}\n{SELECT % channel}") == expected


def test_parameters_and_fields_of_the_receiver_are_not_followed(tmp_path: Path) -> None:
    assert awaited(tmp_path, f"s.waiting[1] = given\n{SELECT % 'given'}") == []
    assert awaited(tmp_path, f"s.waiting[1] = s.closed\n{SELECT % 's.closed'}") == []


def test_a_closure_waits_for_what_the_function_around_it_has_made(tmp_path: Path) -> None:
    body = f"c := &call{{}}\ns.register(c)\ngo func() {{\n{SELECT % 'c.done'}\n}}()"
    assert awaited(tmp_path, body, "(*S).F$1") == [("s.register(c)", True)]


def test_an_arm_of_a_loop_that_waits_again_gives_nothing_up(tmp_path: Path) -> None:
    body = "c := &call{{}}\ns.register(c)\nfor {{\nselect {{\ncase <-c.done:\nreturn\ncase <-time.After(1):\n{}\n}}\n}}"
    assert awaited(tmp_path, body.format("s.closed <- 1")) == []
    assert awaited(tmp_path, body.format("return")) == [("s.register(c)", True)]
