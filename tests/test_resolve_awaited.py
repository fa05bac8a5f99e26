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


@pytest.mark.parametrize(
    ("before", "check", "expected"),
    [
        ("c := &call{}\ns.register(c)", "if err := s.send(); err != nil {\nreturn\n}", [("s.register(c)", True)]),
        ("c := &call{}\ns.register(c)\nerr := s.send()", "if err != nil {\nreturn\n}", [("s.register(c)", True)]),
        ("c := &call{}\n_, err := s.enter(c)", "if err != nil {\nreturn\n}", []),
        ("c := &call{}\n_, err := s.enter(c)\nerr = s.send()", "if err != nil {\nreturn\n}",
         [("_, err := s.enter(c)", True)]),
        ("c := &call{}\nerr := func() error {\ns.register(c)\nreturn nil\n}()", "if err != nil {\nreturn\n}", []),
        ("c := &call{}\nerr := s.send()", "if err != nil {\nreturn\n}\ns.register(c)", []),
        ("c := &call{}\ns.register(c)\nerr := s.send()", "if err != nil {\nprintln(err)\n}", []),
        ("c := &call{}\ns.register(c)", "select {\ncase s.closed <- 1:\ncase <-ctx.Done():\nreturn\n}",
         [("s.register(c)", True)]),
    ],
)  # fmt: skip
def test_what_a_failure_leaves_behind_before_the_function_waits(
    tmp_path: Path, before: str, check: str, expected: list[tuple[str, bool]]
) -> None:
    """The statement whose own error it is has left nothing."""
    helpers = "}\n\nfunc (s *S) send() error { return nil }\nfunc (s *S) enter(c *call) (int, error) { return 0, nil"
    assert awaited(tmp_path, f"{before}\n{check}\n<-c.done\n{helpers}") == expected


def test_a_function_that_waits_for_many_things_leaves_nothing_behind(tmp_path: Path) -> None:
    body = "c := &call{{}}\ns.register(c)\nif err := ctx.Err(); err != nil {{\nreturn\n}}\n{}"
    assert awaited(tmp_path, body.format("<-c.done\n" * 8)) == [("s.register(c)", True)]
    assert awaited(tmp_path, body.format("<-c.done\n" * 9)) == []


@pytest.mark.parametrize(
    ("made", "result", "expected"),
    [
        ("ch := make(chan int)", "ch", ["s.waiting[1] = ch"]),
        ("ch := make(chan int)\nc := &call{ch}", "c.done", ["s.waiting[1] = c.done"]),
        ("c := &call{done: make(chan int)}", "c.done", ["s.waiting[1] = c.done"]),
        ("c := &call{}", "c.done", []),
        ("ch := make(chan int)", "nil", []),
    ],
)
def test_who_hands_a_channel_out_leaves_the_waiting_to_others(
    tmp_path: Path, made: str, result: str, expected: list[str]
) -> None:
    """A failure before that leaves behind what the function itself has stored."""
    stored = "ch" if "c := " not in made else "c.done"
    body = f"{made}\ns.waiting[1] = {stored}\nif err := ctx.Err(); err != nil {{\nreturn nil\n}}\nreturn {result}\n"
    text = f"}}\n\nfunc (s *S) G(ctx context.Context) any {{\n{body}"
    write_module(tmp_path, {"m.go": f"{HEAD}\nfunc (s *S) F() {{\n{text}}}\n"})
    source = (tmp_path / "m.go").read_text(encoding="utf-8")
    arms = function(resolved(tmp_path), "(*S).G").arms
    assert [source[p.pos : p.end] for arm in arms for p in arm.awaits if p.given] == expected
