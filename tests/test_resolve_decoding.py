"""Calls of decoders as the resolve stage notes them: whose the target is, which map it holds, what makes it fresh."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.resolve.noted import Decoded
from programs import function, resolved, write_module

HEADER = """\
package m

import (
	"encoding/gob"
	"encoding/json"
	"io"
)

type inner struct{ M map[string]int }

type T struct {
	Name string
	M    map[string]int
	P    *inner
}

type deep struct {
	inner
	Next *deep
}

type none struct {
	m     map[string]int
	Left  map[string]int `json:"-"`
	Any   any
	Lines []string
}

type own struct{ M map[string]int }

func (o *own) UnmarshalJSON(data []byte) error { return json.Unmarshal(data, &o.M) }

type S struct{ state T }

var global T

var names []string
var sorted map[string]int

func use(any)         {}
func resetAll(t *T)   { t.M = nil }
func (t *T) Reset()   { t.M = nil }

var _ = gob.NewDecoder

"""


def decoded(tmp_path: Path, body: str) -> tuple[Decoded, ...]:
    """The facts of a method of S with that body."""
    source = f"{HEADER}func (s *S) F(d *json.Decoder, g *gob.Decoder, r io.Reader, data []byte) {{\n{body}\n}}\n"
    facts = function(resolved(write_module(tmp_path, {"m.go": source})), "(*S).F").decoded
    return tuple(fact for fact in facts if "$p" not in fact.decoder)  # of decoders, not of what may lead to one


NOTED = {
    "in a loop": ("var t T; for { d.Decode(&t); use(t) }", "local", "t.M"),
    "gob": ("var t T; for { g.Decode(&t); use(t) }", "local", "t.M"),
    "Unmarshal": ("t := new(T); for range 3 { json.Unmarshal(data, t); use(t) }", "local", "t.M"),
    "a map": ("m := map[string]int{}; for { d.Decode(&m); use(m) }", "local", "m"),
    "embedded": ("var t deep; for { d.Decode(&t); use(t) }", "local", "t.inner.M"),
    "in the condition": ("var t T; for d.Decode(&t) == nil { use(t) }", "local", "t.M"),
    "a slice of maps": ("var l []map[string]int; for { d.Decode(&l); use(l) }", "local", "l[]"),
    "a slice of structs": ("var l []T; for { l = l[:0]; d.Decode(&l); use(l) }", "local", "l[].M"),
    "an array in a struct": ("var t struct{ L [2]T }; for { d.Decode(&t); use(t) }", "local", "t.L[].M"),
    "another field set": ('var t T; for { t.Name = ""; d.Decode(&t); use(t) }', "local", "t.M"),
    "another variable reset": ("var t, u T; for { u = T{}; d.Decode(&t); use(t); use(u) }", "local", "t.M"),
    "for one kind of message": (
        'var t T; for range 3 { switch t.Name { case "a": d.Decode(&t) }; use(t) }',
        "local",
        "t.M",
    ),
    "for two names": (
        'var t T; for _, k := range names { switch k { case "a", "b": d.Decode(&t) }; use(t) }',
        "local",
        "t.M",
    ),
    "package variable": ("json.Unmarshal(data, &global)", "variable", "global.M"),
    "part of one": ("json.Unmarshal(data, global.P)", "variable", "global.P.M"),
    "field of the receiver": ("json.Unmarshal(data, &s.state)", "field", "s.state.M"),
}


@pytest.mark.parametrize("case", NOTED)
def test_targets_that_were_there_before(tmp_path: Path, case: str) -> None:
    body, kind, text = NOTED[case]
    (fact,) = decoded(tmp_path, body)
    assert (fact.kind, fact.text) == (kind, text)
    assert (fact.loop_pos >= 0) == ("for" in body)


LEFT_ALONE = {
    "declared inside": "for { var t T; d.Decode(&t); use(t) }",
    "defined inside": "for { t := T{}; d.Decode(&t); use(t) }",
    "no loop": "var t T; d.Decode(&t); use(t)",
    "assigned": "var t T; for { t = T{}; d.Decode(&t); use(t) }",
    "assigned through a pointer": "t := &T{}; for { *t = T{}; d.Decode(t); use(t) }",
    "the map set to nil": "var t T; for { t.M = nil; d.Decode(&t); use(t) }",
    "cleared": "var t T; for { clear(t.M); d.Decode(&t); use(t) }",
    "reset by a method": "var t T; for { t.Reset(); d.Decode(&t); use(t) }",
    "reset by a function": "var t T; for { resetAll(&t); d.Decode(&t); use(t) }",
    "used after the loop only": "var t T; for range 3 { d.Decode(&t) }; use(t)",
    "left after it": "var t T; for { if d.Decode(&t) == nil { use(t); return } }",
    "left after each": "var t T; for { d.Decode(&t); use(t); break }",
    "for one name": 'var t T; for _, k := range names { switch k { case "a": d.Decode(&t) }; use(t) }',
    "if it has one name": 'var t T; for k := range sorted { if k == "a" { d.Decode(&t) }; use(t) }',
    "a slice set to nil": "var l []T; for { l = nil; d.Decode(&l); use(l) }",
    "a slice cleared": "var l []T; for { clear(l); d.Decode(&l); use(l) }",
    "a slice of none": "var l []none; for { d.Decode(&l); use(l) }",
    "no map": "var t none; for { d.Decode(&t); use(t) }",
    "any": "var t any; for { d.Decode(&t); use(t) }",
    "decodes itself": "var t own; for { d.Decode(&t); use(t) }",
    "package variable, assigned": "global = T{}; json.Unmarshal(data, &global)",
    "a parameter's target": "func(t *T) { json.Unmarshal(data, t) }(&global)",
    "another Decode": "var t T; for { decode(&t); use(t) }",
}


@pytest.mark.parametrize("case", LEFT_ALONE)
def test_targets_that_are_fresh_or_collect(tmp_path: Path, case: str) -> None:
    assert decoded(tmp_path, LEFT_ALONE[case]) == ()


def test_whether_the_target_is_used_after_the_loop(tmp_path: Path) -> None:
    """Then it may collect on purpose: less certain."""
    (inside,) = decoded(tmp_path, "var t T; for range 3 { d.Decode(&t); use(t) }")
    (after,) = decoded(tmp_path, "var t T; for range 3 { d.Decode(&t); use(t) }; use(t)")
    assert (inside.used_after, after.used_after) == (False, True)


def test_a_captured_variable(tmp_path: Path) -> None:
    source = f"{HEADER}func F() func([]byte) {{\nvar t T\nreturn func(b []byte) {{ json.Unmarshal(b, &t) }}\n}}\n"
    (fact,) = function(resolved(write_module(tmp_path, {"m.go": source})), "F$1").decoded
    assert (fact.kind, fact.root) == ("captured", "example.com/m.F.t")


def test_a_method_that_decodes_for_a_decoder(tmp_path: Path) -> None:
    """What UnmarshalJSON fills is its caller's to judge."""
    source = f"{HEADER}func (s *S) UnmarshalJSON(b []byte) error {{ return json.Unmarshal(b, &s.state) }}\n"
    assert function(resolved(write_module(tmp_path, {"m.go": source})), "(*S).UnmarshalJSON").decoded == ()


POOL = """\
package m

import (
	"encoding/json"
	json2 "encoding/json/v2"
	"sync"
)

type T struct{ M map[string]int }

type box struct{ In *any }

var (
	pool sync.Pool
	bag  struct{ sync.Pool }
	some any
)

func reset(t *T) { t.M = nil }
"""

POOLED = {
    "asserted": ("t := pool.Get().(*T); json.Unmarshal(b, t); pool.Put(t)", "pooled"),
    "deferred": ("t := pool.Get().(*T); defer pool.Put(t); json.Unmarshal(b, t)", "pooled"),
    "with ok": ("t, _ := bag.Get().(*T); json.Unmarshal(b, t); bag.Put(t)", "pooled"),
    "declared": ("var t = pool.Get().(*T); json.Unmarshal(b, t); pool.Put(t)", "pooled"),
    "in a loop": ("for { t := pool.Get().(*T); json.Unmarshal(b, t); pool.Put(t) }", "pooled"),
    "interface": ("json2.Unmarshal(b, &some)", "variable"),
    "interface in a struct": ("var x box; for { json2.Unmarshal(b, &x); _ = x }", "local"),
}


@pytest.mark.parametrize("case", POOLED)
def test_pools_and_interfaces(tmp_path: Path, case: str) -> None:
    body, kind = POOLED[case]
    source = POOL + f"func F(b []byte) {{ {body} }}"
    (fact,) = function(resolved(write_module(tmp_path, {"m.go": source})), "F").decoded
    assert (fact.kind, fact.interface) == (kind, "interface" in case)


NOT_POOLED = {
    "emptied": "t := pool.Get().(*T); json.Unmarshal(b, t); reset(t); pool.Put(t)",
    "assigned": "t := pool.Get().(*T); *t = T{}; json.Unmarshal(b, t); pool.Put(t)",
    "not put back": "t := pool.Get().(*T); json.Unmarshal(b, t)",
    "new": "t := new(T); json.Unmarshal(b, t); pool.Put(t)",
    "version 1": "json.Unmarshal(b, &some)",
}


@pytest.mark.parametrize("case", NOT_POOLED)
def test_what_no_pool_keeps(tmp_path: Path, case: str) -> None:
    source = POOL + f"func F(b []byte) {{ {NOT_POOLED[case]} }}"
    assert function(resolved(write_module(tmp_path, {"m.go": source})), "F").decoded == ()


CONFIGURED_DECODER = """\
package m

import (
	"github.com/go-viper/mapstructure/v2"
	"github.com/pelletier/go-toml/v2"
)

type T struct{ M map[string]int }

type listed struct{ L []T }

var (
	global T
	lists  listed
	some   any
)

func use(any) {}

"""

CONFIGURED = {
    "in the call": "d, _ := mapstructure.NewDecoder(&mapstructure.DecoderConfig{Result: &global}); d.Decode(in)",
    "variable": "c := &mapstructure.DecoderConfig{Result: &global}; d, _ := mapstructure.NewDecoder(c); d.Decode(in)",
    "field set": (
        "c := mapstructure.DecoderConfig{}; c.Result = &global; d, _ := mapstructure.NewDecoder(&c); d.Decode(in)"
    ),
    "any": "d, _ := mapstructure.NewDecoder(&mapstructure.DecoderConfig{Result: &some}); d.Decode(in)",
    "loop": (
        "var t T; d, _ := mapstructure.NewDecoder(&mapstructure.DecoderConfig{Result: &t}); "
        "for { d.Decode(in); use(t) }"
    ),
    "slice": "var l []T; for { mapstructure.Decode(in, &l); use(l) }",
    "toml": "toml.Unmarshal(b, &global)",
    "toml, any": "toml.Unmarshal(b, &some)",
}


@pytest.mark.parametrize("case", CONFIGURED)
def test_decoders_of_other_modules(tmp_path: Path, case: str) -> None:
    source = f"{CONFIGURED_DECODER}func F(in any, b []byte) {{ {CONFIGURED[case]} }}"
    (fact,) = function(resolved(write_module(tmp_path, {"m.go": source})), "F").decoded
    assert fact.kind == ("local" if case in ("loop", "slice") else "variable")


NOT_CONFIGURED = {
    "no decoding": "mapstructure.NewDecoder(&mapstructure.DecoderConfig{Result: &global})",
    "emptied": (
        "d, _ := mapstructure.NewDecoder(&mapstructure.DecoderConfig{ZeroFields: true, Result: &global}); d.Decode(in)"
    ),
    "another decoder": (
        "d, _ := mapstructure.NewDecoder(&mapstructure.DecoderConfig{Result: &global}); d = other(); d.Decode(in)"
    ),
    "fresh": "var t T; d, _ := mapstructure.NewDecoder(&mapstructure.DecoderConfig{Result: &t}); d.Decode(in); use(t)",
    "elements": "toml.Unmarshal(b, &lists)",
    "cut slice": "var l []T; for { l = l[:0]; mapstructure.Decode(in, &l); use(l) }",
}


@pytest.mark.parametrize("case", NOT_CONFIGURED)
def test_what_decoders_of_other_modules_leave_alone(tmp_path: Path, case: str) -> None:
    source = f"{CONFIGURED_DECODER}func F(in any, b []byte) {{ {NOT_CONFIGURED[case]} }}"
    assert function(resolved(write_module(tmp_path, {"m.go": source})), "F").decoded == ()


def test_a_parameter_that_a_configured_decoder_fills(tmp_path: Path) -> None:
    body = "d, _ := mapstructure.NewDecoder(&mapstructure.DecoderConfig{Result: out}); d.Decode(in)"
    source = f"{CONFIGURED_DECODER}func F(in, out any) {{ {body} }}"
    facts = function(resolved(write_module(tmp_path, {"m.go": source})), "F")
    decoders = [place for _, place in facts.fills if "$p" not in place]  # whether the library is on disk or not
    assert decoders == ["(*github.com/go-viper/mapstructure/v2.Decoder).Decode"]
