"""Which locks a function holds where, and on which ways it leaves them held."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.resolve.lock_facts import LockFacts
from programs import function, resolved, write_module

SOURCE = """package m

import (
	"os"
	"sync"
)

type S struct {
	mu sync.Mutex
	rw sync.RWMutex
	m  map[string]int
	c  chan struct{}

	next *S
}

func mark() {}
func helper(f func()) { f() }

func (s *S) F(bad bool, keys []string, other *S) int {
BODY
}

var _ = os.Exit
"""


def facts(folder: Path, body: str) -> LockFacts | None:
    write_module(folder, {"m.go": SOURCE.replace("BODY", body)})
    return function(resolved(folder), "(*S).F").locks


LEFT = [
    ("s.mu.Lock(); if bad { return 1 }; s.mu.Unlock(); return 0", [("return", True)]),
    ("s.rw.RLock(); if bad { return 1 }; s.rw.RUnlock(); return 0", [("return", False)]),
    ("for range keys { s.mu.Lock(); if bad { continue }; s.mu.Unlock() }; return 0", [("again", True)]),
    ("for range keys { s.mu.Lock(); if bad { break }; s.mu.Unlock() }; return 0", [("way", True)]),
    ("if bad { s.mu.Lock(); s.m[keys[0]] = 1 }; return 0", [("way", True)]),
    ("s.mu.Lock(); select { case <-s.c: return 1; default: }; s.mu.Unlock(); return 0", [("return", True)]),
    ("s.mu.Lock(); func() { if bad { mark() } }(); return 0", [("return", True)]),
    ("s.mu.Lock(); defer s.mu.Unlock(); return 0", []),
    ("s.mu.Lock(); defer func() { mark(); s.mu.Unlock() }(); return 0", []),
    ("s.mu.Lock(); defer func() { if bad { s.mu.Unlock() } }(); return 0", []),
    ("s.mu.Lock(); func() { s.mu.Unlock() }(); return 0", []),
    ("if bad { s.mu.Lock() }; mark(); if bad { s.mu.Unlock() }; return 0", []),
    ("if bad { s.mu.Lock(); defer s.mu.Unlock() }; return 0", []),
    ('s.mu.Lock(); if bad { panic("x") }; s.mu.Unlock(); return 0', []),
    ("s.mu.Lock(); if bad { os.Exit(1) }; s.mu.Unlock(); return 0", []),
    ("s.mu.Lock(); for bad { s.mu.Unlock(); mark(); s.mu.Lock() }; s.mu.Unlock(); return 0", []),
    ("for { s.mu.Lock(); if bad { break }; s.mu.Unlock() }; s.mu.Unlock(); return 0", []),
    ("s.mu.Lock(); if bad { goto out }; mark(); out: s.mu.Unlock(); return 0", []),
    ("s.mu.Lock(); if bad { goto out }; s.mu.Unlock(); return 1; out: mark(); return 0", [("return", True)]),
    ("for range keys { s.mu.Lock(); if bad { goto out }; s.mu.Unlock() }; return 1; out: return 0", [("return", True)]),
    ("s.mu.Lock(); if bad { goto out }; s.mu.Unlock(); out: mark(); return 0", [("way", True)]),
    ("s.mu.Lock(); if bad { goto out }; s.mu.Unlock(); return 1; out: s.mu.Unlock(); return 0", []),
    ("if bad { goto out }; s.mu.Lock(); s.mu.Unlock(); out: mark(); return 0", []),
    ("s.mu.Lock(); defer s.mu.Unlock(); if bad { goto out }; mark(); out: return 0", []),
    ("again: s.mu.Lock(); if bad { goto again }; s.mu.Unlock(); return 0", []),
    (
        "s.mu.Lock(); switch { case bad: goto one; default: goto two }\n"
        "one: s.mu.Unlock(); return 1; two: mark(); return 0",
        [("return", True)],
    ),
    ("if s.mu.TryLock() { s.mu.Unlock() }; return 0", []),
    ("s.rw.RLock(); defer s.rw.RLock(); return 0", [("twice", False)]),
    ("s.mu.Lock(); defer s.mu.Lock(); return 0", [("twice", True)]),
    ("s.mu.Unlock(); defer s.mu.Lock(); return 0", []),
    ("s.mu.Lock(); defer s.mu.Unlock(); s.mu.Unlock(); defer s.mu.Lock(); return 0", []),
    ("defer s.mu.Lock(); s.mu.Unlock(); return 0", []),
    ("switch { case bad: s.mu.Lock(); fallthrough; default: mark(); s.mu.Unlock() }; return 0", []),
    (
        "o: for range keys { for { s.mu.Lock(); if bad { s.mu.Unlock(); continue o }; s.mu.Unlock() } }; return 0",
        [],
    ),
]


@pytest.mark.parametrize(("body", "expected"), LEFT, ids=[body for body, _ in LEFT])
def test_ways_that_leave_a_lock_held(tmp_path: Path, body: str, expected: list[tuple[str, bool]]) -> None:
    """Ways that disagree leave nothing known; only what is sure is listed."""
    locks = facts(tmp_path, body)
    assert locks is not None
    assert [(left.kind, left.write) for left in locks.left] == expected


_BOTH = "s.mu.Lock(); other.mu.Lock(); "
_END = "other.mu.Unlock(); s.mu.Unlock(); return 0"

OBJECTS = [
    (_BOTH + "if bad { other.mu.Unlock(); return 1 }; " + _END, ["s.mu"]),
    (_BOTH + "if bad { s.mu.Unlock(); return 1 }; " + _END, ["other.mu"]),
    (_BOTH + "if bad { return 1 }; " + _END, ["other.mu", "s.mu"]),
    (_BOTH + "if bad { (*other).mu.Unlock(); s.mu.Unlock(); return 1 }; " + _END, []),
    (_BOTH + "defer func() { s.mu.Unlock() }(); if bad { return 1 }; other.mu.Unlock(); return 0", ["other.mu"]),
    (_BOTH + "defer func() { s.mu.Unlock(); other.mu.Unlock() }(); return 0", []),
    ("o := s.next; s.mu.Lock(); o.mu.Lock(); if bad { o.mu.Unlock(); return 1 }\n"
     "o.mu.Unlock(); s.mu.Unlock(); return 0", ["s.mu"]),
    ("o := s; s.mu.Lock(); if bad { o.mu.Unlock(); return 1 }; s.mu.Unlock(); return 0", []),
    ("o := s; if bad { o.mu.Lock() } else { s.mu.Lock() }\n"
     "if bad { o.mu.Unlock() } else { s.mu.Unlock() }; return 0", []),
    (_BOTH + "s, other = other, s; if bad { s.mu.Unlock(); return 1 }; " + _END, []),
    ("if bad { s, other = other, s }; " + _BOTH + "if bad { s.mu.Unlock(); return 1 }; " + _END, []),
    ("if bad { other = s.next }; " + _BOTH + "if bad { s.mu.Unlock(); return 1 }; " + _END, ["other.mu"]),
    ("p := s; p.mu.Lock(); for c := p.next; c != nil; c = c.next { c.mu.Lock(); p.mu.Unlock(); p = c }\n"
     "if bad { p.mu.Unlock(); return 1 }; p.mu.Unlock(); return 0", []),
    ("s.mu.Lock(); s.next.mu.Lock(); if bad { s.next.mu.Unlock(); return 1 }\n"
     "s.next.mu.Unlock(); s.mu.Unlock(); return 0", []),
]  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), OBJECTS, ids=[body for body, _ in OBJECTS])
def test_locks_of_two_objects(tmp_path: Path, body: str, expected: list[str]) -> None:
    """They are told apart by their texts where these are sure to mean two objects; else none is said to stay held."""
    locks = facts(tmp_path, body)
    assert locks is not None
    texts = {op.pos: op.text for op in locks.ops}
    assert sorted(texts[left.taken] for left in locks.left) == expected


MISMATCHES = [
    ("s.rw.RLock(); defer s.rw.Unlock(); return 0", [("RLock", "Unlock")]),
    ("s.rw.Lock(); s.rw.RUnlock(); return 0", [("Lock", "RUnlock")]),
    ("s.rw.RLock(); defer func() { s.rw.Unlock() }(); return 0", [("RLock", "Unlock")]),
    ("s.rw.RLock(); s.rw.RUnlock(); s.rw.Lock(); s.rw.Unlock(); return 0", []),
    ("s.rw.RLock(); other.rw.Unlock(); s.rw.RUnlock(); return 0", []),
]


@pytest.mark.parametrize(("body", "expected"), MISMATCHES, ids=[body for body, _ in MISMATCHES])
def test_releases_of_the_other_kind(tmp_path: Path, body: str, expected: list[tuple[str, str]]) -> None:
    """The same lock, by the same text, held in one way and released in the other."""
    locks = facts(tmp_path, body)
    assert locks is not None
    assert [(m.method, m.release) for m in locks.mismatches] == expected


RELEASED = [
    ("s.mu.Unlock(); return 0", ["S.mu"]),
    ("if bad { s.mu.Unlock() }; return 0", ["S.mu"]),
    ("for range keys { s.mu.Unlock() }; return 0", ["S.mu"]),
    ("s.mu.Unlock(); mark(); s.mu.Lock(); return 0", []),
    ("s.mu.Lock(); s.mu.Unlock(); return 0", []),
    ("s.mu.Lock(); if bad { goto out }; return 1; out: s.mu.Unlock(); return 0", []),
    ("if bad { goto out }; return 1; out: s.mu.Unlock(); return 0", ["S.mu"]),
    ("s.mu.Lock(); defer s.mu.Unlock(); if bad { s.mu.Unlock(); return 1 }; return 0", []),
    ("if bad { s.mu.Lock(); s.mu.Unlock() }; s.mu.Unlock(); return 0", ["S.mu"]),
    ("s.mu.Lock(); s.mu.Unlock(); other.mu.Unlock(); return 0", ["S.mu"]),
]


@pytest.mark.parametrize(("body", "expected"), RELEASED, ids=[body for body, _ in RELEASED])
def test_locks_given_back_for_somebody_else(tmp_path: Path, body: str, expected: list[str]) -> None:
    """What a function releases that it did not take, unless it takes it again before it returns."""
    locks = facts(tmp_path, body)
    assert locks is not None
    assert [lock.removeprefix("example.com/m.") for lock in locks.released] == expected


HELD = [
    ("s.mu.Lock(); mark(); s.mu.Unlock(); return 0", [("S.mu", True, True)]),
    ("s.rw.RLock(); defer s.rw.RUnlock(); mark(); return 0", [("S.rw", False, True)]),
    ("s.mu.Lock(); s.mu.Unlock(); mark(); return 0", []),
    ("if bad { s.mu.Lock() }; mark(); return 0", [("S.mu", True, False)]),
    ("for i := range keys { if i > 0 { s.mu.Unlock() }; mark(); s.mu.Lock() }; return 0", [("S.mu", True, False)]),
    ("s.mu.Lock(); if bad { goto out }; return 1; out: mark(); s.mu.Unlock(); return 0", [("S.mu", True, True)]),
    ("s.c <- struct{}{}; mark(); <-s.c; return 0", [("S.c", True, True)]),
    ("<-s.c; mark(); s.c <- struct{}{}; return 0", [("S.c", True, True)]),
    ("s.c <- struct{}{}; defer func() { <-s.c }(); mark(); return 0", [("S.c", True, True)]),
]


@pytest.mark.parametrize(("body", "expected"), HELD, ids=[body for body, _ in HELD])
def test_locks_held_at_a_place(tmp_path: Path, body: str, expected: list[tuple[str, bool, bool]]) -> None:
    """Which locks are held where mark is called: their name, whether for writing, whether on every way."""
    pos = SOURCE.replace("BODY", body).rindex("mark()")
    locks = facts(tmp_path, body)
    assert locks is not None
    held = [(r.lock.removeprefix("example.com/m."), r.write, r.certain) for r in locks.regions if r.pos <= pos < r.end]
    assert held == expected


def test_a_range_begins_with_the_lock_held(tmp_path: Path) -> None:
    """Its keyword is where it is listed as a read."""
    body = "s.mu.Lock(); for k := range s.m { _ = k }; s.mu.Unlock(); return 0"
    locks = facts(tmp_path, body)
    assert locks is not None
    pos = SOURCE.replace("BODY", body).index("for k")
    assert any(r.pos <= pos < r.end for r in locks.regions)


@pytest.mark.parametrize("body", ["mark(); return 0", "<-s.c; return 0", "s.c <- struct{}{}; return 0"])
def test_nothing_is_kept_of_functions_without_locks(tmp_path: Path, body: str) -> None:
    """A channel used in one direction is no lock."""
    assert facts(tmp_path, body) is None
