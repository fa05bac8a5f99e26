"""How removals miss what insertions put in, and when nothing of the kind is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.maps.model import MapModel, Miss
from mapleak.model import Certainty
from maps_source import model_of

HEAD = """\
package m

import (
	"context"
	"sync"
	"time"
)

var _ context.Context
var _ = time.Now

type Sub struct {
	ID   string
	Name string
}

type Item struct {
	sub Sub
	n   int
}

type S struct {
	mu   sync.Mutex
	a    map[string]*Item
	b    map[string]int
	c    map[*Item]int
	d    sync.Map
	send func() error
}

func (s *S) Close() {}

"""

ASK = """\
func (s *S) Ask(ctx context.Context, k string, got chan int) int {
	s.b[k] = 1
	select {
	case n := <-got:%s
		return n
	case <-ctx.Done():
		delete(s.b, k)
		return 0
	}
}
"""
BEGIN = """\
func (s *S) Begin(k string) error {
	s.b[k] = 1
	if err := s.send(); err != nil {
		delete(s.b, k)
		return err
	}%s
	return nil
}
"""
PART = """\
func (s *S) Join(k, l string) {
	s.a[k] = &Item{}
	s.b[l] = 1
}

func (s *S) Part(k, l string, all bool) {
	if all {
		delete(s.a, k)
		delete(s.b, l)
	} else {%s
		delete(s.b, l)
	}
}
"""
EITHER = """\
func (s *S) Join(k string, first bool) {
	if first {
		s.a[k] = &Item{}
	} else {
		s.b[k] = 1
	}
}

func (s *S) Part(k string, first bool) {
	if first {
		delete(s.a, k)
		return
	}
	delete(s.b, k)
}
"""
TIMER = """\
func (s *S) Wait(k string, done func(func())) {
	t := time.AfterFunc(time.Second, func() { s.drop(k) })
	s.b[k] = 1
	done(func() {
		%s
	})
}

func (s *S) drop(k string) { delete(s.b, k) }
"""
SIBLING = """\
func (s *S) Add(k string) {
	s.a[k] = &Item{}
	s.note(k)
}

func (s *S) note(key string) { s.b[key]++ }

func (s *S) Drop(k string) {
	delete(s.a, k)%s
}
"""
TURN = """\
func (s *S) Add(k, l string) {
	s.a[k] = &Item{}
	s.b[l] = 1
}

func (s *S) Turn() {
	for k, i := range s.a {
		if i.n == 0 {
			delete(s.%s, k)
		}
	}
	for k, n := range s.b {
		if n == 0 {
			delete(s.b, k)
		}
	}
}
"""

SAID = {
    "cancelled": ("b", Miss.ONE_WAY_OUT, ASK % ""),
    "error": ("b", Miss.ONE_WAY_OUT, BEGIN % ""),
    "other branch of siblings": ("a", Miss.ONE_WAY_OUT, PART % ""),
    "stopped timer": ("b", Miss.ONE_WAY_OUT, TIMER % "t.Stop()"),
    "other field": (
        "a",
        Miss.OTHER_KEY,
        "func (s *S) Add(x Sub) { s.a[x.ID] = &Item{sub: x} }\nfunc (s *S) Drop(i *Item) { delete(s.a, i.sub.Name) }",
    ),
    "part of a key": (
        "b",
        Miss.OTHER_KEY,
        'func (s *S) Add(room, guest string) { s.b[room+"/"+guest]++ }\n'
        "func (s *S) Drop(guest string) { delete(s.b, guest) }",
    ),
    "other type": (
        "d",
        Miss.OTHER_KEY,
        "func (s *S) Add(id int64) { s.d.Store(id, 1) }\nfunc (s *S) Drop(id int) { s.d.Delete(id) }",
    ),
    "other map": ("a", Miss.OTHER_MAP, TURN % "b"),
    "one sweep for each object": (
        "a",
        Miss.RUN_ONCE,
        "func New() *S {\n\ts := &S{}\n\tgo s.sweep()\n\treturn s\n}\nfunc (s *S) Add(k string) { s.a[k] = &Item{} }\n"
        "func (s *S) sweep() {\n\ttime.Sleep(time.Minute)\n\tfor k := range s.a {\n\t\tdelete(s.a, k)\n\t}\n}",
    ),
    "nothing calls it": (
        "b",
        Miss.NEVER_CALLED,
        "func (s *S) Add(k string) { s.b[k]++ }\nfunc (s *S) drop(k string) { delete(s.b, k) }",
    ),
    "sibling filled in a helper": ("b", Miss.SIBLING, SIBLING % ""),
    "filled by a loop over a sibling": (
        "b",
        Miss.SIBLING,
        "func (s *S) Add(k string) { s.a[k] = &Item{} }\nfunc (s *S) Count() {\n\tfor k := range s.a {\n\t\ts.b[k]++\n"
        "\t}\n}\nfunc (s *S) Drop(k string) { delete(s.a, k) }",
    ),
    "keyed by what a sibling holds": (
        "c",
        Miss.SIBLING,
        "func (s *S) Add(k string) { s.a[k] = &Item{} }\nfunc (s *S) See(i *Item) { s.c[i]++ }\n"
        "func (s *S) Drop(k string) { delete(s.a, k) }",
    ),
    "only reads": (
        "a",
        Miss.ONLY_READS,
        "func (s *S) Add(k string) { s.a[k] = &Item{} }\nfunc (s *S) Remove(k string) { s.a[k].n = 0 }",
    ),
    "only reads, key in a field": (
        "a",
        Miss.ONLY_READS,
        "func (s *S) Add(k string) { s.a[k] = &Item{} }\nfunc (s *S) Unsubscribe(x Sub) { s.a[x.ID].n = 0 }",
    ),
}

NOT_SAID = {
    "deleted on both ways": ("b", ASK % "\n\t\tdelete(s.b, k)"),
    "deleted by who answers": ("b", ASK % "" + "func (s *S) Answer(k string) { delete(s.b, k) }"),
    "deleted after success": ("b", BEGIN % "\n\tdelete(s.b, k)"),
    "deleted in both branches": ("a", PART % "\n\t\tdelete(s.a, k)"),
    "one map or the other": ("a", EITHER),
    "timer stopped and removed": ("b", TIMER % "t.Stop()\n\t\ts.drop(k)"),
    "timer started again": ("b", TIMER % "t.Reset(time.Second)"),
    "reply to a request": (
        "b",
        "func (s *S) Add(x Sub) { s.b[x.ID] = 1 }\nfunc (s *S) Drop(x Sub) { delete(s.b, x.Name) }",
    ),
    "part that is looked up by": (
        "b",
        'func (s *S) Add(room, guest string) { s.b[room+"/"+guest]++ }\n'
        "func (s *S) Get(guest string) int { return s.b[guest] }\n"
        "func (s *S) Drop(guest string) { delete(s.b, guest) }",
    ),
    "part that callers combine": (
        "b",
        "func (s *S) Add(room, guest string) { s.b[room+guest]++ }\n"
        "func (s *S) drop(guest string) { delete(s.b, guest) }\n"
        "func (s *S) Drop(room, guest string) { s.drop(room + guest) }",
    ),
    "no way but failures": (
        "b",
        "func (s *S) Hold(ctx context.Context, k string) {\n\ts.b[k] = 1\n\tselect {\n\tcase <-ctx.Done():\n"
        "\tcase <-time.After(time.Second):\n\t\tdelete(s.b, k)\n\t}\n}",
    ),
    "stores on the other way": (
        "b",
        "func (s *S) Join(k string) {\n\ts.a[k] = &Item{}\n\ts.b[k] = 1\n}\n"
        "func (s *S) Part(k string) {\n\tif s.a[k].n == 0 {\n\t\tdelete(s.b, k)\n\t\treturn\n\t}\n"
        "\ts.b[k] = s.a[k].n\n\tdelete(s.a, k)\n}",
    ),
    "loop over the map itself": ("a", TURN % "a"),
    "sweep again and again": (
        "a",
        "func New() *S {\n\ts := &S{}\n\tgo s.sweep()\n\treturn s\n}\nfunc (s *S) Add(k string) { s.a[k] = &Item{} }\n"
        "func (s *S) sweep() {\n\tfor {\n\t\ttime.Sleep(time.Minute)\n\t\tfor k := range s.a {\n\t\t\tdelete(s.a, k)\n"
        "\t\t}\n\t}\n}",
    ),
    "importers may call it": (
        "b",
        "func (s *S) Add(k string) { s.b[k]++ }\nfunc (s *S) Drop(k string) { delete(s.b, k) }",
    ),
    "siblings cleaned together": ("b", SIBLING % "\n\tdelete(s.b, k)"),
    "sibling cleaned elsewhere": ("b", SIBLING % "" + "func (s *S) Zero(k string) { delete(s.b, k) }"),
    "sibling that is set or unset": (
        "b",
        "func (s *S) Set(k string, i *Item) {\n\ts.b[k]++\n\tif i == nil {\n\t\tdelete(s.a, k)\n\t} else {\n"
        "\t\ts.a[k] = i\n\t}\n}",
    ),
    "sibling filled by the same helper": (
        "b",
        "func put[V any](m map[string]V, k string, v V) { m[k] = v }\n"
        "func (s *S) Add(k string) { put(s.a, k, &Item{}) }\n"
        "func (s *S) Note(l string) { put(s.b, l, 1) }\nfunc (s *S) Drop(k string) { delete(s.a, k) }",
    ),
    "sibling that marks a call": (
        "b",
        "func (s *S) Do(k string) {\n\ts.a[k] = &Item{}\n\ts.b[k]++\n\tdelete(s.a, k)\n}",
    ),
    "removes something else": (
        "a",
        "func (s *S) Add(k string) { s.a[k] = &Item{} }\nfunc (s *S) Remove(part int, k string) { s.a[k].n = part }",
    ),
    "other keys": (
        "b",
        "func (s *S) Add(k, l string) {\n\ts.a[k] = &Item{}\n\ts.b[l]++\n}\n"
        "func (s *S) Drop(k string) { delete(s.a, k) }",
    ),
    "a getter": (
        "a",
        "func (s *S) Add(k string) { s.a[k] = &Item{} }\nfunc (s *S) Renew(k string) { s.a[k].n = 0 }",
    ),
    "reads with a key of its own": (
        "a",
        "func (s *S) Add(k string) { s.a[k] = &Item{} }\n"
        "func (s *S) Remove(x string) { s.a[time.Now().String()].n = 0 }",
    ),
}

FORMS = {name: (field, source) for name, (field, _, source) in SAID.items()} | NOT_SAID


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> MapModel:
    """All forms as packages of one module, so that the standard library is read once."""
    files = {f"p{i}/p.go": f"{HEAD}{source}\n" for i, (_, source) in enumerate(FORMS.values())}
    return model_of(tmp_path_factory.mktemp("missed"), files)


def said(model: MapModel, form: str) -> dict[Miss, Certainty]:
    """What is said of the map of a form."""
    found = model.map(f"example.com/m/p{list(FORMS).index(form)}.S.{FORMS[form][0]}")
    assert found is not None
    misses = (*(op.missed for op in found.removes if op.missed is not None), *found.missing)
    return {missed.kind: missed.certainty for missed in misses}


@pytest.mark.parametrize("form", SAID)
def test_what_is_said(form: str, model: MapModel) -> None:
    """The miss is seen, and it is the only one of the map."""
    assert set(said(model, form)) == {SAID[form][1]}


@pytest.mark.parametrize("form", NOT_SAID)
def test_what_is_not_said(form: str, model: MapModel) -> None:
    """A look-alike."""
    assert said(model, form) == {}


def test_types_are_sure_and_names_are_not(model: MapModel) -> None:
    """Certainty goes with the reason."""
    assert said(model, "other type")[Miss.OTHER_KEY] is Certainty.SURE
    assert said(model, "part of a key")[Miss.OTHER_KEY] is Certainty.LIKELY


PROGRAM = """\
package main

import (
	"time"

	"example.com/m/%(internal)sstore"
)

func main() {
	s := store.New()
	for {
		s.Add(next())
	}
}

func next() string { return time.Now().String() }
"""
STORE = """\
package store

import "sync"

type Store struct {
	mu sync.Mutex
	m  map[string]int
}

func New() *Store { return &Store{m: map[string]int{}} }

func (s *Store) Add(k string) { s.m[k]++ }

func (s *Store) Remove(k string) { delete(s.m, k) }
"""


@pytest.mark.parametrize(("internal", "certainty"), [("internal/", Certainty.LIKELY), ("", Certainty.ASSUMED)])
def test_a_program_is_judged_by_its_own_calls(
    internal: str, certainty: Certainty, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Importers may call an exported remover of a program's package; of an internal one they cannot."""
    files = {"main.go": PROGRAM % {"internal": internal}, f"{internal}store/store.go": STORE}
    found = model_of(tmp_path_factory.mktemp("program"), files).map(f"example.com/m/{internal}store.Store.m")
    assert found is not None
    (removal,) = found.removes
    assert removal.missed is not None
    assert (removal.missed.kind, removal.missed.certainty) == (Miss.NEVER_CALLED, certainty)


@pytest.mark.parametrize(("owner", "certainty"), [("s", Certainty.SURE), ("S", Certainty.LIKELY)])
def test_nobody_else_can_call_a_method_of_a_type_of_the_packages_own(
    tmp_path: Path, owner: str, certainty: Certainty
) -> None:
    source = (
        f"package m\n\ntype {owner} struct{{ seen map[string]int }}\n\n"
        f"func (s *{owner}) add(k string) {{ s.seen[k]++ }}\n"
        f"func (s *{owner}) drop(k string) {{ delete(s.seen, k) }}\n\n"
        f"var all = &{owner}{{seen: map[string]int{{}}}}\n\nfunc Add(k string) {{ all.add(k) }}\n"
    )
    found = model_of(tmp_path, {"m.go": source}).map(f"example.com/m.{owner}.seen")
    assert found is not None
    assert [op.missed.certainty for op in found.removes if op.missed is not None] == [certainty]
