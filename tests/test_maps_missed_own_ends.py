"""Entries that their own function ends on some ways and forgets on one, and what looks like it and is harmless."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.maps.model import Miss
from maps_source import model_of

HEAD = """
package m

import (
	"net/http"
	"sync"
)

type S struct {
	mu       sync.Mutex
	active   sync.Map
	counters sync.Map
	idle     sync.Map
	keep     bool
	m        map[string]int
	hooks    map[*int]func()
}

func (s *S) Close() {}
func (s *S) full() bool { return s.keep }
"""


def misses(folder: Path, source: str, name: str) -> set[Miss]:
    """How the removals of a field of S miss, and which are missing."""
    found = model_of(folder, {"m.go": HEAD + source}).map(f"example.com/m.S.{name}")
    assert found is not None
    return {*(op.missed.kind for op in found.removes if op.missed is not None), *(m.kind for m in found.missing)}


OWN_WAY = """
func (s *S) next(id string) { s.counters.LoadOrStore(id, 1) }

func (s *S) Serve(r *http.Request, work chan int) {
	id := r.Header.Get("Id")
	if r.Method == "DELETE" {
		s.clean(id)
		return
	}
	if _, loaded := s.active.LoadOrStore(id, true); !loaded {
		defer s.active.Delete(id)
	}
	%s
}

func (s *S) clean(id string) {
	s.active.Delete(id)
	s.counters.Delete(id)
}

func (s *S) Touch(id string) {
	%s
	s.idle.Store(id, 1)
}
"""
CALLED = "s.next(id)"
SWEEP = "func (s *S) Sweep() { s.%s.Range(func(k, v any) bool { s.clean(k.(string)); return true }) }"
SETTING = "if !s.keep { return }"


@pytest.mark.parametrize(
    ("on_the_way", "setting", "sweep"),
    [
        (CALLED, "", ""),
        ("s.counters.LoadOrStore(id, 1)", "", ""),
        ("go func() { for range work { s.next(id) } }()", "", ""),
        (CALLED, SETTING, SWEEP % "idle"),  # a setting decides whether there is anything to sweep
    ],
)
def test_what_is_left_where_its_function_ends_the_neighbour(
    on_the_way: str, setting: str, sweep: str, tmp_path: Path
) -> None:
    """The key goes from one map, and stays in the one that is always cleaned together with it."""
    assert misses(tmp_path, OWN_WAY % (on_the_way, setting) + sweep, "counters") == {Miss.FORGOTTEN}


@pytest.mark.parametrize(
    ("on_the_way", "sweep"),
    [
        ("s.next(id); defer s.counters.Delete(id)", ""),
        ("s.next(id); defer s.clean(id)", ""),
        ("s.next(r.Header.Get(r.Method))", ""),  # another key
        (CALLED, SWEEP % "counters"),
        (CALLED, SWEEP % "idle"),
        (CALLED, 'func (s *S) Forget(r *http.Request) { s.counters.Delete(r.Header.Get("Id")) }'),  # of its own
    ],
)
def test_what_is_not_left_there(on_the_way: str, sweep: str, tmp_path: Path) -> None:
    """It goes as well, there or in a sweep, or nothing shows that the two belong together."""
    assert misses(tmp_path, OWN_WAY % (on_the_way, "") + sweep, "counters") == set()


LADDER = """
func (s *S) Add(id string) { s.m[id]++ }

func (s *S) %s(id string, names []string) {
	if id != "" {
		delete(s.m, id)
	} else if len(names) == 0 {
		%s
	}%s
	s.mu.Lock()
	s.mu.Unlock()
}
"""
RESET = "s.m = make(map[string]int)"
LAST = " else {\n\t\tprintln(names[0])\n\t}"


def test_the_arm_that_leaves_what_the_others_take_out(tmp_path: Path) -> None:
    """All arms end the thing, and one of them keeps its entry."""
    assert misses(tmp_path, LADDER % ("Remove", RESET, LAST), "m") == {Miss.FORGOTTEN}


@pytest.mark.parametrize(
    ("name", "second", "last", "more"),
    [
        ("Remove", RESET, " else {\n\t\tdelete(s.m, names[0])\n\t}", ""),
        ("Remove", RESET, " else {\n\t\ts.drop(names[0])\n\t}", "func (s *S) drop(id string) { delete(s.m, id) }"),
        ("Remove", RESET, " else {\n\t\treturn\n\t}", ""),
        ("Remove", RESET, " else {\n\t\ts.m[names[0]]++\n\t}", ""),
        ("Remove", RESET, "", ""),  # no ladder with a last arm
        ("Remove", "println(id)", LAST, ""),  # most arms leave it
        ("Handle", RESET, LAST, ""),  # arms of what handles events deal with different ones
        ("Remove", RESET, LAST, "func (s *S) Gone(id string) { delete(s.m, id) }"),  # there is another end
    ],
)
def test_arms_that_need_not_take_anything_out(name: str, second: str, last: str, more: str, tmp_path: Path) -> None:
    """Look-alikes of the ladder."""
    assert misses(tmp_path, LADDER % (name, second, last) + more, "m") == set()


def test_a_mark_of_the_work_on_a_key_is_no_neighbour(tmp_path: Path) -> None:
    """Everybody that works on the key puts it in and takes it out again, as with a lock; the clean-up, too."""
    source = OWN_WAY % (CALLED, "")
    source = source.replace(
        "func (s *S) clean(id string) {", "func (s *S) clean(id string) {\n\ts.active.Store(id, true)"
    )
    assert misses(tmp_path, source, "counters") == set()


HANDED = """
func (s *S) Listen(r *http.Request, call func()) func() {
	cookie := new(int)
	s.hooks[cookie] = call
	select {
	case <-r.Context().Done():
		%s
	default:
	}
	return func() { delete(s.hooks, cookie) }
}
"""


def test_an_end_that_does_nothing_is_handed_out(tmp_path: Path) -> None:
    """The caller gets a function in its hands that takes nothing out."""
    assert misses(tmp_path, HANDED % "return func() {}", "hooks") == {Miss.ONE_WAY_OUT}


@pytest.mark.parametrize(
    ("early", "more"),
    [
        ("delete(s.hooks, cookie)\n\t\treturn func() {}", ""),
        ("return func() { delete(s.hooks, cookie) }", ""),
        ("return func() { s.drop(cookie) }", "func (s *S) drop(cookie *int) { delete(s.hooks, cookie) }"),
        ("return func() { call() }", ""),  # what is called may remove
        ("return func() {}", "func (s *S) Clear() { clear(s.hooks) }"),
    ],
)
def test_ends_that_are_handed_out_and_help(early: str, more: str, tmp_path: Path) -> None:
    """Every way takes the entry out, or something else may."""
    assert misses(tmp_path, HANDED % early + more, "hooks") == set()


def test_what_is_handed_out_for_an_entry_of_all_callers(tmp_path: Path) -> None:
    """Who finds an entry leaves it to the one that has put it in."""
    source = (HANDED % "return func() {}").replace(
        "cookie := new(int)\n\ts.hooks[cookie] = call",
        """cookie := keyOf(r)
	if _, ok := s.hooks[cookie]; !ok {
		s.hooks[cookie] = call
	}""",
    )
    assert misses(tmp_path, source + "func keyOf(r *http.Request) *int", "hooks") == set()


BETWEEN = """
func (s *S) enter(id string) { s.m[id] = 1 }

func (s *S) check(id string) bool { s.m[id] = 1; return id != "" }

func (s *S) leave(id string) { delete(s.m, id) }

func (s *S) Serve(r *http.Request) {
	id := r.Header.Get("Id")
	%s
	if r.Method == "PUT" {
		%s
	}
	%s
}
"""
TURN = """
func (s *S) Turn(id string, gone bool) {
	if !gone {
		%s
		return
	}
	s.leave(id)
}
"""


@pytest.mark.parametrize(
    ("put", "taken"),
    [
        ("s.m[id] = 1", "s.leave(id)"),
        ("s.m[id] = 1", "defer s.leave(id)"),
        ("s.enter(id)", "delete(s.m, id)"),
    ],
)
def test_a_return_before_what_is_called_to_remove(put: str, taken: str, tmp_path: Path) -> None:
    """The insertion or the removal is in a function that is called with the key."""
    source = BETWEEN % (put, "return", taken)
    source = source.replace("func (s *S) leave(id string) { delete(s.m, id) }", "") if "leave" not in taken else source
    source = source.replace('func (s *S) check(id string) bool { s.m[id] = 1; return id != "" }', "")
    assert misses(tmp_path, source, "m") == {Miss.ONE_WAY_OUT}


@pytest.mark.parametrize(
    ("put", "early", "taken", "more"),
    [
        ("defer s.leave(id)\n\ts.m[id] = 1", "return", "", ""),
        ("s.m[id] = 1\n\tdefer s.leave(id)", "return", "", ""),
        ("s.m[id] = 1", "s.leave(id)\n\t\treturn", "s.leave(id)", ""),
        ("s.m[id] = 1", "println(id)", "s.leave(id)", ""),
        ("s.m[id] = 1", "return", "s.leave(id)", "func (s *S) Gone(id string) { s.leave(id) }"),
        ("s.m[id] = 1", "return", "s.leave(r.Method)", ""),
        ("if !s.check(id) { return }", "println(id)", "s.leave(id)", ""),  # it may say that there is no entry
        ("s.m[id] = 1", "return", "s.leave(id)", "func (s *S) Do(r *http.Request) { s.Serve(r); clear(s.m) }"),
        ("s.m[id] = 1", "return", "s.leave(id)", TURN % "s.enter(id)"),  # its ways are not known
        ("s.m[id] = 1", "return", "s.leave(id)", TURN % "s.m[id] = 1"),
    ],
)
def test_returns_that_leave_nothing(put: str, early: str, taken: str, more: str, tmp_path: Path) -> None:
    """Who else may remove, or has removed by then."""
    assert Miss.ONE_WAY_OUT not in misses(tmp_path, BETWEEN % (put, early, taken) + more, "m")
