"""Owners that are replaced as a whole: what their maps held goes with the old one. Small programs, whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.maps.model import AbstractMap
from maps_source import model_of

SHOP = """
package main

import (
	"net/http"
	"sync/atomic"
)

type round struct {
	seen  map[string]int
	notes *notes
}

type notes struct{ lines map[string]string }

func newRound() *round {
	return &round{seen: map[string]int{}, notes: &notes{lines: map[string]string{}}}
}

func lastRound(s *shop) *round { return s.now }

type shop struct {
	now   %(field)s
	tills map[string]*round
}

func (s *shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	%(now)s.seen[r.Host] = 1
	%(now)s.notes.lines[r.Host] = r.Method
}

%(replace)s

func main() {
	s := &shop{}
	s.now%(first)s
	http.HandleFunc("/next", s.next)
	http.ListenAndServe("localhost:80", s)
}

var _ atomic.Value
"""
POINTER = {"field": "*round", "now": "s.now", "first": " = newRound()"}
NEXT = "func (s *shop) next(w http.ResponseWriter, r *http.Request) { %s }"
NEW = ["reset remake next m.shop.now"]


def shop(**parts: str) -> str:
    return SHOP % {**POINTER, **parts}


def released(tmp_path: Path, source: str, name: str) -> list[str]:
    found = model_of(tmp_path, {"main.go": source}).map(f"example.com/m.{name}")
    assert found is not None, name
    return [shown(found, i) for i in range(len(found.released))]


def shown(subject: AbstractMap, index: int) -> str:
    operation = subject.released[index]
    return f"{operation.effect.value} {operation.form} {operation.function.rpartition('.')[2]} {operation.via}"


@pytest.mark.parametrize(
    "statement",
    ["s.now = newRound()", "s.now = &round{}", "s.now = new(round)", "s.now = nil", "*s.now = round{}",
     "*s.now = *newRound()"],
)  # fmt: skip
def test_another_object_in_its_place(tmp_path: Path, statement: str) -> None:
    assert released(tmp_path, shop(replace=NEXT % statement), "round.seen") == NEW


@pytest.mark.parametrize("statement", ["s.now = round{}", "s.now = *newRound()"])
def test_another_value_in_its_place(tmp_path: Path, statement: str) -> None:
    source = shop(field="round", first=" = *newRound()", replace=NEXT % statement)
    assert released(tmp_path, source.replace("return s.now", "return &s.now"), "round.seen") == NEW


@pytest.mark.parametrize("statement", ["s.now.Store(newRound())", "s.now.Swap(&round{})"])
def test_another_object_in_an_atomic_pointer(tmp_path: Path, statement: str) -> None:
    source = shop(
        field="atomic.Pointer[round]", now="s.now.Load()", first=".Store(newRound())", replace=NEXT % statement
    )
    assert released(tmp_path, source.replace("return s.now", "return s.now.Load()"), "round.seen") == NEW


def test_another_object_among_other_results(tmp_path: Path) -> None:
    """``s.now, err = newRound()``."""
    source = shop(replace=NEXT % "s.now, s.err = tryRound()").replace("tills map", "err   error\n\ttills map")
    source += "\nfunc tryRound() (*round, error) { return newRound(), nil }\n"
    assert released(tmp_path, source, "round.seen") == NEW


def test_parts_go_with_the_whole(tmp_path: Path) -> None:
    assert released(tmp_path, shop(replace=NEXT % "s.now = newRound()"), "notes.lines") == NEW


def test_what_others_hold_stays_with_all_that_it_has(tmp_path: Path) -> None:
    """The round only refers to the till, so the till's drawer does not go with it."""
    source = shop(replace=NEXT % "s.now = newRound()").replace("notes *notes\n}", "notes *notes\n\ttill *till\n}")
    source = source.replace("\ttills map", "\tmain  *till\n\ttills map")
    source += "\ntype till struct{ drawer *drawer }\n\ntype drawer struct{ coins map[string]int }\n"
    source += "\nfunc (t *till) put(name string) { t.drawer.coins[name] = 1 }\n"
    source = source.replace("= r.Method", "= r.Method\n\ts.main.put(r.Host)")
    assert released(tmp_path, source, "drawer.coins") == []


def test_a_package_variable(tmp_path: Path) -> None:
    source = shop(replace="var last *round\n\n" + NEXT % "last = newRound()", now="last", field="int", first=" = 1")
    source = source.replace("return s.now", "return last").replace("\ttills map[string]*round\n", "")
    assert released(tmp_path, source, "round.seen") == ["reset remake next m.last"]


@pytest.mark.parametrize(
    "method",
    [
        NEXT % "if s.now == nil { s.now = newRound() }",  # it held nothing
        NEXT % "s.now = lastRound(s)",  # who knows whether that is another one
        NEXT % "s.now = s.tills[r.Host]",
        NEXT % "s.Close()" + "\n\nfunc (s *shop) Close() { s.now = newRound() }",
        NEXT % "s.Init()" + "\n\nfunc (s *shop) Init() { s.now = newRound() }",
        NEXT % "" + "\n\nfunc (s *shop) idle() { s.now = newRound() }",  # nothing calls it
        NEXT % "fresh()" + "\n\nfunc fresh() *shop {\n\ts := &shop{}\n\ts.now = newRound()\n\treturn s\n}",
        NEXT % "s.becomeLeader()"  # once in a while, if ever
        + "\n\nfunc (s *shop) becomeLeader() { s.reset() }\n\nfunc (s *shop) reset() { s.now = newRound() }",
        NEXT % "now := s.now; now = newRound(); _ = now",  # the field keeps it
        NEXT % "s.copy()" + "\n\nfunc (s *shop) copy() *shop {\n\tc := &shop{}\n\tc.now = newRound()\n\treturn c\n}",
        NEXT % "s.copy()" + "\n\nfunc (s *shop) copy() *shop {\n\tc := *s\n\tc.now = newRound()\n\treturn &c\n}",
    ],
)
def test_what_replaces_nothing_that_was_filled(tmp_path: Path, method: str) -> None:
    assert released(tmp_path, shop(replace=method), "round.seen") == []


@pytest.mark.parametrize(
    "others", ["s.tills[r.Host] = newRound();", "later := &till{newRound()}; go later.run();"]
)  # fmt: skip
def test_objects_that_something_else_keeps_stay(tmp_path: Path, others: str) -> None:
    """One of them is an entry of a map, or another type has a field for it."""
    till = 'type till struct{ of *round }\n\nfunc (t *till) run() { t.of.seen[""]++ }\n\n'
    source = shop(replace=("" if "tills" in others else till) + NEXT % (others + "s.now = newRound()"))
    assert released(tmp_path, source, "round.seen") == []


def test_made_when_it_was_not_there(tmp_path: Path) -> None:
    """Get-or-create in a field: whoever fills the map meets the same object again and again."""
    source = shop(replace=NEXT % "", first=" = nil").replace(
        "\ts.now.seen[", "\tif s.now == nil {\n\t\ts.now = newRound()\n\t}\n\ts.now.seen["
    )
    found = model_of(tmp_path, {"main.go": source}).map("example.com/m.round.seen")
    assert found is not None
    assert found.lifetime.value == "process"


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("r = &round{seen: map[string]int{}}; r.seen[host] = 1; return r", []),  # the result held nothing before
        ("for { r.seen[<-hosts] = 1; if len(hosts) == 0 { r = newRound() } }", ["reset remake play m.play.r"]),
    ],
)
def test_another_object_in_a_variable_of_the_function(tmp_path: Path, body: str, found: list[str]) -> None:
    source = f"""
package main

import "net/http"

type round struct{{ seen map[string]int }}

func newRound() *round {{ return &round{{seen: map[string]int{{}}}} }}

var hosts = make(chan string)

func play(host string) (r *round) {{
	{body}
}}

func main() {{
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {{ play(r.Host) }})
	http.ListenAndServe(":1", nil)
}}
"""
    assert released(tmp_path, source, "round.seen") == found


@pytest.mark.parametrize(
    ("name", "body", "released_by"),
    [
        ("Run", "s.now = newRound(); serve()", []),
        ("ListenAndServe", "s.now = newRound(); serve()", []),
        ("Run", "for { s.now = newRound(); serve() }", ["reset remake Run m.shop.now"]),
        ("Rerun", "s.now = newRound(); serve()", ["reset remake Rerun m.shop.now"]),
    ],
)
def test_what_serves_makes_it_once_for_each_object(
    tmp_path: Path, name: str, body: str, released_by: list[str]
) -> None:
    nothing = NEXT % "s.again()"
    source = shop(replace=f"{nothing}\nfunc serve() {{}}\nfunc (s *shop) again() {{ s.{name}() }}")
    source += f"\nfunc (s *shop) {name}() {{ {body} }}\n"
    assert released(tmp_path, source, "round.seen") == released_by


SET_UP = """
package app

import "net/http"

type scheduler struct{ fired map[string]int }

func newScheduler() *scheduler { return &scheduler{fired: map[string]int{}} }

func (s *scheduler) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.fired[r.RemoteAddr]++ }

type App struct{ sched *scheduler }

func Make() *App {
	app := &App{}
	setUp(app)
	return app
}

func setUp(app *App) { %s }

func (a *App) %s { %s }
"""


@pytest.mark.parametrize(
    ("set_up", "method", "body", "found"),
    [
        ("app.sched = newScheduler()", "Reset()", "", []),
        ("", "Reset()", "a.sched = newScheduler()", ["remake"]),
        ("", "EnableScheduling()", "a.sched = newScheduler()", []),
    ],
)
def test_what_sets_an_object_up_gives_it_its_first(
    tmp_path: Path, set_up: str, method: str, body: str, found: list[str]
) -> None:
    """Only importers could have it done again; what the holder itself offers is there to be done again, unless it is
    named like a part of the set-up."""
    model = model_of(tmp_path, {"app/app.go": SET_UP % (set_up, method, body)})
    subject = model.map("example.com/m/app.scheduler.fired")
    assert subject is not None
    assert [op.form for op in subject.released] == found
