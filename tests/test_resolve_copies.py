"""Which maps a function changes through a copy of the struct that holds them."""

from __future__ import annotations

import pytest

from mapleak.resolve.model import ResolvedProgram
from programs import function, resolved, write_module

HEADER = """\
package p

type inner struct{ deep map[string]int }

type profile struct {
	inner
	name   string
	labels map[string]int
	part   inner
	ref    *inner
}

type owner struct {
	by map[string]profile
	is profile
	at *profile
	all []profile
}

var (
	defaults = profile{labels: map[string]int{}}
	last     profile
	out      = make(chan profile, 1)
	fetch    func() profile
	pointer  func() *profile
)

func use(p profile) {}

func (p *profile) set() { p.labels["x"] = 1 }

"""

SHARED = {
    "package variable": ("c := defaults; c.labels[k] = 1; return c", "variable", "returned"),
    "declared": ("var c = defaults; c.labels[k] = 1; return c", "variable", "returned"),
    "assigned": ("var c profile; c = defaults; c.labels[k] = 1; return c", "variable", "returned"),
    "field of a package variable": (
        "c := defaults.inner; c.deep[k] = 1; last.inner = c; return p",
        "variable",
        "stored",
    ),
    "field behind a pointer": ("c := o.is; c.labels[k] = 1; return c", "field", "returned"),
    "pointer": ("c := *o.at; c.labels[k] = 1; return c", "pointer", "returned"),
    "element of a map": ("c := o.by[k]; c.labels[k] = 1; return c", "element", "returned"),
    "element with ok": ("c, ok := o.by[k]; _ = ok; c.labels[k] = 1; return c", "element", "returned"),
    "element of a slice": ("c := o.all[0]; c.labels[k] = 1; return c", "element", "returned"),
    "range": ("for _, c := range o.all { c.labels[k] = 1; out <- c }; return last", "range", "stored"),
    "parameter": ("p.labels[k] = 1; return p", "parameter", "returned"),
    "receiver": ("o.labels[k] = 1; return o", "receiver", "returned"),
    "local": ("a := profile{}; c := a; c.labels[k] = 1; use(c); return a", "local", "passed"),
    "into a pointer": ("c := new(profile); *c = defaults; c.labels[k] = 1; return *c", "variable", "returned"),
    "inner map": ("c := defaults; c.part.deep[k] = 1; return c", "variable", "returned"),
    "promoted map": ("c := defaults; c.deep[k] = 1; return c", "variable", "returned"),
    "delete": ("c := defaults; delete(c.labels, k); return c", "variable", "returned"),
    "method": ("c := defaults; c.set(); return c", "variable", "returned"),
    "address": ("c := defaults; c.labels[k] = 1; o.at = &c; return p", "variable", "stored"),
    "in a literal": ("c := defaults; c.labels[k] = 1; o.all = append(o.all, c); return p", "variable", "stored"),
    "another field": ('c := defaults; c.name = "c"; c.labels[k] = 1; return p', "variable", "assigned"),
    "passed on": ("c := defaults; c.labels[k] = 1; use(c); return p", "variable", "passed"),
    "made if there is none": (
        "c := defaults; if c.labels == nil { c.labels = map[string]int{} }; c.labels[k] = 1; return c",
        "variable",
        "returned",
    ),
}

OWN = {
    "read": "c := defaults; use(c); return c",
    "shortened": "c := defaults; c.labels[k] = 1; return p",
    "replaced": "c := defaults; c.labels = map[string]int{}; c.labels[k] = 1; return c",
    "replaced around": "c := defaults; c.part = inner{map[string]int{}}; c.part.deep[k] = 1; return c",
    "written back": "c := o.is; c.labels[k] = 1; o.is = c; return c",
    "written back to the map": 'c := o.by[k]; c.name = ""; c.labels[k] = 1; o.by[k] = c; return p',
    "written back in a range": "for i, c := range o.all { c.name = k; c.labels[k] = 1; o.all[i] = c }; return p",
    "written back through the pointer": "c := *o.at; c.labels[k] = 1; *o.at = c; return p",
    "literal": "c := profile{labels: defaults.labels}; c.labels[k] = 1; return c",
    "result": "c := fetch(); c.labels[k] = 1; return c",
    "result behind a pointer": "c := *pointer(); c.labels[k] = 1; return c",
    "pointer kept": "c := o.at; c.labels[k] = 1; return *c",
    "map behind a pointer": "c := defaults; c.ref.deep[k] = 1; return c",
    "local not used afterwards": "a := profile{}; c := a; c.labels[k] = 1; return c",
    "pointer to what is made here": "a := &profile{}; c := *a; c.labels[k] = 1; return c",
    "field of what is made here": "a := &owner{}; c := a.is; c.labels[k] = 1; return c",
    "parameter passed on": "p.labels[k] = 1; use(p); return last",
    "assigned anew": "c := defaults; c = fetch(); c.labels[k] = 1; return c",
}

BODIES = {**{case: body for case, (body, _, _) in SHARED.items()}, **OWN}


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> ResolvedProgram:
    """One function for each body; that of the receiver is a method."""
    functions = [
        f"func {'(o profile) ' if case == 'receiver' else ''}f{i}({'' if case == 'receiver' else 'o *owner, '}"
        f"p profile, k string) profile {{\n{body}\n}}\n"
        for i, (case, body) in enumerate(BODIES.items())
    ]
    return resolved(write_module(tmp_path_factory.mktemp("copies"), {"p.go": HEADER + "\n".join(functions)}))


def copies(program: ResolvedProgram, case: str) -> list[tuple[str, str]]:
    """Kind and what tells the copy apart, of each map that the function of a case changes through a copy."""
    name = f"f{list(BODIES).index(case)}"
    facts = function(program, f"(profile).{name}" if case == "receiver" else name).copies
    return [(fact.kind, fact.apart) for fact in facts if fact.node.endswith((".labels", ".deep"))]


@pytest.mark.parametrize("case", SHARED)
def test_a_map_is_changed_through_a_copy(program: ResolvedProgram, case: str) -> None:
    """Whatever is copied, and however the copy becomes another thing."""
    _, kind, apart = SHARED[case]
    assert (kind, apart) in copies(program, case)


@pytest.mark.parametrize("case", OWN)
def test_the_map_is_the_copys_own_or_meant_to_be_shared(program: ResolvedProgram, case: str) -> None:
    """Replaced before, written back, or no copy at all."""
    assert copies(program, case) == []


def test_the_fact_tells_what_is_copied_and_where_it_is_changed(program: ResolvedProgram) -> None:
    """With the names as they are written."""
    (fact,) = function(program, f"f{list(BODIES).index('inner map')}").copies
    assert (fact.node, fact.field, fact.copy, fact.source) == ("example.com/m.inner.deep", "part.deep", "c", "defaults")
    assert (fact.method, fact.lazy) == ("", False)
    assert fact.pos < fact.end < fact.change < fact.change_end


def test_a_map_that_is_made_when_there_is_none_may_be_shared(program: ResolvedProgram) -> None:
    """The fact says that it was, for a finding that is less sure."""
    (fact,) = function(program, f"f{list(BODIES).index('made if there is none')}").copies
    assert fact.lazy


def test_a_method_may_change_any_map(program: ResolvedProgram) -> None:
    """Which one it does, the map model finds out."""
    facts = function(program, f"f{list(BODIES).index('method')}").copies
    assert {fact.method for fact in facts} == {"(*example.com/m.profile).set"}
    assert len(facts) > 1
