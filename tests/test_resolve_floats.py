"""Numbers that may be NaN as the resolve stage tells them: keys, arguments, results."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.resolve.noted import FloatFact
from programs import function, resolved, write_module

HEADER = """\
package m

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"time"
)

type point struct{ x, y float64 }

var (
	seen   = map[float64]bool{}
	points = map[point]bool{}
	any_   = map[any]bool{}
	in     io.Reader
	_      = binary.Read
	_      = json.Unmarshal
	_      = fmt.Sscan
	_      = math.Pi
	_      = strconv.Itoa
	_      = time.Now
)

func h(x float64) float64 { return x }

"""


def facts(tmp_path: Path, body: str, what: str = "key") -> list[FloatFact]:
    """The facts of one kind of a function with that body."""
    source = f"{HEADER}func F(a, b float64, n int, s string) float64 {{\n{body}\nreturn 0\n}}\n"
    floats = function(resolved(write_module(tmp_path, {"m.go": source})), "F").floats
    return [fact for fact in floats if fact.what == what]


COMPUTED = {
    "quotient": ("seen[a/b] = true", "0/0 is NaN"),
    "of an integer": ("seen[a/float64(n)] = true", "0/0 is NaN"),
    "in a sum": ("seen[1 + 2*(a/b)] = true", "0/0 is NaN"),
    "text": ("x, _ := strconv.ParseFloat(s, 64); seen[x] = true", "read from text"),
    "text, assigned": ("var x float64; x, _ = strconv.ParseFloat(s, 64); seen[x] = true", "read from text"),
    "bits": ("seen[math.Float64frombits(uint64(n))] = true", "made from bits"),
    "root": ("seen[math.Sqrt(a)] = true", "math.Sqrt"),
    "from the wire": ("var x float64; binary.Read(in, binary.BigEndian, &x); seen[x] = true", "its bits are read by"),
    "field from the wire": (
        "var p point; binary.Read(in, binary.BigEndian, &p); seen[p.x] = true",
        "its bits are read",
    ),
    "scanned": ('var x float64; fmt.Sscanf(s, "%g", &x); seen[x] = true', "fmt.Sscanf"),
    "scanned or decoded": ("var x float64; json.Unmarshal(nil, &x); fmt.Sscan(s, &x); seen[x] = true", "fmt.Sscan"),
    "elements from the wire": (
        "l := make([]float64, n); binary.Read(in, binary.BigEndian, l); for _, x := range l { seen[x] = true }",
        "its bits are read by",
    ),
    "rounded": ("seen[math.Floor(a/b)] = true", "0/0 is NaN"),
    "divided in place": ("a /= b; seen[a] = true", "0/0 is NaN"),
    "one of two": ("x := 1.0; if n > 0 { x = a / b }; seen[x] = true", "0/0 is NaN"),
    "in a struct": ("points[point{1, a / b}] = true", "0/0 is NaN"),
    "in a variable": ("p := point{a / b, 1}; points[p] = true", "0/0 is NaN"),
    "in an interface": ("any_[a/b] = true", "0/0 is NaN"),
}


@pytest.mark.parametrize("case", COMPUTED)
def test_keys_that_are_nan_on_some_input(tmp_path: Path, case: str) -> None:
    body, reason = COMPUTED[case]
    (fact,) = [fact for fact in facts(tmp_path, body) if fact.reason]
    assert reason in fact.reason


NEVER = {
    "constant": "seen[1.5] = true",
    "integer": "seen[float64(n)] = true",
    "scaled integer": "seen[float64(n)/100+0.5] = true",
    "inverse": "seen[1/float64(n)] = true",
    "integer quotient": "seen[float64(n/2)] = true",
    "variable": "x := float64(n) * 2; seen[x] = true",
    "zero": "var x float64; seen[x] = true",
    "duration": "seen[time.Since(time.Time{}).Seconds()] = true",
    "struct": "points[point{float64(n), 1}] = true",
    "tested": "x := a / b; if math.IsNaN(x) { return 0 }; seen[x] = true",
    "compared with itself": "x := a / b; if x != x { return 0 }; seen[x] = true",
    "decoded from JSON": "var x float64; json.Unmarshal(nil, &x); seen[x] = true",
    "decoded from JSON, scaled": "var x float64; json.NewDecoder(in).Decode(&x); seen[x*2] = true",
    "field decoded from JSON": "var t struct{ P point; L []float64 }; json.Unmarshal(nil, &t); seen[t.P.x] = true",
    "element decoded from JSON": (
        "var t struct{ L []float64 }; json.Unmarshal(nil, &t); for _, x := range t.L { seen[x] = true }\n"
        "seen[t.L[0]] = true"
    ),
    "guarded": "a, b := float64(n), float64(n+n); if b == 0 { return 0 }; seen[a/b] = true",
}

READ = "x, _ := strconv.ParseFloat(s, 64); "
NEVER |= {
    name: READ + body
    for name, body in {
        "range": "if !(x >= 0 && x <= 100) { return 0 }; seen[x] = true",
        "inside": "if x >= 0 && x <= 1 { seen[x] = true }",
        "greater": "if !(x > 0) { return 0 }; seen[math.Round(x*10)/10] = true",
        "or": "if s == `` || math.IsNaN(x) { return 0 }; seen[x] = true",
        "not both": "if !(n > 0 && !math.IsNaN(x)) { return 0 }; seen[x] = true",
        "other branch": "if math.IsNaN(x) { n++ } else { seen[x] = true }",
        "replaced": "if math.IsNaN(x) { x = 1 }; seen[x] = true",
        "case": "switch { case x != x: return 0; case n > 1: seen[x] = true; default: seen[-x] = true }",
        "skipped": "for n > 0 { x, _ = strconv.ParseFloat(s, 64); if x != x { continue }; a = 1; seen[x] = true }",
        "loop": "for math.IsNaN(x) { x, _ = strconv.ParseFloat(s, 64) }; seen[x] = true",
        "summed": "sum := 0.0; if x == x { sum += x; sum *= 2 }; seen[sum] = true",
        "made before": "y := x * 2; if math.IsNaN(x) { panic(s) }; seen[y] = true",
        "equal": "if x == math.Trunc(x) { seen[x] = true }",
        "infinite": "if math.IsInf(x, 0) { seen[x] = true }",
        "by an error": "var err error; if math.IsNaN(x) { err = fmt.Errorf(s) }; if err == nil { seen[x] = true }",
        "by a new error": "var e error; if e == nil && x != x { e = fmt.Errorf(s) }; if e == nil { seen[x] = true }",
        "by a flag": "ok := true; if math.IsNaN(x) { ok = false }; if ok { seen[x] = true }",
        "part": "p := point{x, 1}; if math.IsNaN(p.x) { return 0 }; points[p] = true",
        "labelled": "out: for n > 0 { if math.IsNaN(x) { break out }; seen[x] = true }",
    }.items()
}
NEVER |= {
    "sum of squares": "seen[math.Sqrt(float64(n*n)+1)] = true",
    "not negative": "seen[math.Log(float64(len(s)))+math.Sqrt(math.Abs(float64(n)))] = true",
    "counted from one": "seen[float64(n)/float64(len(s)+1)] = true",
    "at least one": "seen[float64(n)/float64(max(n, 1))] = true",
    "square": "seen[math.Pow(float64(n), 2)] = true",
    "mod": "seen[math.Mod(float64(n), 3)] = true",
}
LEFT = {
    name: READ + body
    for name, body in {
        "logged": "if math.IsNaN(x) { fmt.Println(s) }; seen[x] = true",
        "another": "y, _ := strconv.ParseFloat(s, 64); if math.IsNaN(y) { return 0 }; seen[x] = true",
        "less": "if x < 0 { return 0 }; seen[x] = true",
        "read again": "if x != x { return 0 }; x, _ = strconv.ParseFloat(s, 64); seen[x] = true",
        "only at times": "if n > 0 && x != x { return 0 }; seen[x] = true",
        "after": "seen[x] = true; if math.IsNaN(x) { return 0 }",
        "in a loop": "for n > 0 { seen[x] = true; if x != x { break } }",
        "broken off": "for x != x { if n > 0 { break }; x = 1 }; seen[x] = true",
        "swapped": "if !math.IsNaN(x) { return 0 }; seen[x] = true",
        "one of two": "y, _ := strconv.ParseFloat(s, 64); if x == x { points[point{x, y}] = true }",
        "jumped to": "if x != x { goto out }; return 1\nout:\nseen[x] = true",
        "by another flag": "ok := n > 0; if math.IsNaN(x) { n = 1 }; if ok { seen[x] = true }",
        "by the flag's contrary": "ok := true; if math.IsNaN(x) { ok = false }; if !ok { seen[x] = true }",
        "divided": "y := x / float64(n); if x == x { seen[y] = true }",
        "of a field": "p := point{x, x}; q := point{}; if q.x == q.x { points[p] = true }",
    }.items()
}


@pytest.mark.parametrize("case", LEFT)
def test_tests_that_let_nan_through(tmp_path: Path, case: str) -> None:
    assert [fact for fact in facts(tmp_path, LEFT[case]) if fact.reason]


TOLD = {
    "return math.IsNaN(x)": {("false", ())},
    "return !math.IsNaN(x) && x < 9": {("true", ())},
    "if x != x { return true }; return x > 9": {("false", ())},
    "if x > 9 { return true }; return false": {("true", ())},
    "return !bad(x)": {("true", ("example.com/m.bad$p0=false",)), ("false", ("example.com/m.bad$p0=true",))},
    "return x < 0": {("true", ())},
    "return false": set(),
}


@pytest.mark.parametrize("body", TOLD)
def test_what_an_answer_says_of_a_parameter(tmp_path: Path, body: str) -> None:
    source = f"{HEADER}func bad(x float64) bool {{ return math.IsNaN(x) }}\nfunc F(x float64) bool {{ {body} }}\n"
    floats = function(resolved(write_module(tmp_path, {"m.go": source})), "F").floats
    assert {(fact.path, fact.unless) for fact in floats if fact.what == "tells"} == TOLD[body]


def test_an_error_says_it_too(tmp_path: Path) -> None:
    body = "if x != x { return fmt.Errorf(`no`) }; if err := h2(x); err != nil { return err }; return nil"
    source = f"{HEADER}func h2(x float64) error {{ return nil }}\nfunc F(x float64) error {{ {body} }}\n"
    floats = function(resolved(write_module(tmp_path, {"m.go": source})), "F").floats
    assert [(fact.path, fact.node) for fact in floats if fact.what == "tells"] == [("nil", "p0")]


@pytest.mark.parametrize("case", NEVER)
def test_keys_that_are_never_nan(tmp_path: Path, case: str) -> None:
    assert facts(tmp_path, NEVER[case]) == []


def test_a_parameter_and_a_result_say_where_to_look_on(tmp_path: Path) -> None:
    (parameter,) = facts(tmp_path, "seen[a] = true")
    assert (parameter.reason, parameter.node) == ("", "example.com/m.F$p0")
    (result,) = facts(tmp_path, "seen[h(1)] = true")
    assert (result.reason, result.node) == ("", "example.com/m.h$r0")


def test_arguments_and_results(tmp_path: Path) -> None:
    """What is passed to and given by functions of the tree is noted when it is computed or passed on."""
    argument, *_ = facts(tmp_path, "h(a / b)", "argument")
    assert (argument.index, "0/0" in argument.reason) == (0, True)
    (passed,) = facts(tmp_path, "h(b)", "argument")
    assert passed.node == "example.com/m.F$p1"
    assert facts(tmp_path, "h(2); h(float64(n)); math.Abs(a / b)", "argument") == []
    result, *_ = facts(tmp_path, "if n > 2 { return a / b }", "result")
    assert "0/0" in result.reason


def test_where_inside_the_key(tmp_path: Path) -> None:
    fact, *_ = facts(tmp_path, "points[point{a / b, 1}] = true")
    assert fact.path == "field x"


def test_functions_without_such_numbers_note_nothing(tmp_path: Path) -> None:
    assert (
        function(
            resolved(write_module(tmp_path, {"m.go": "package m\nfunc F(n int) int { return n / 2 }\n"})), "F"
        ).floats
        == ()
    )
