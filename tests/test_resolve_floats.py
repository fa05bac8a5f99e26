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
    (fact,) = facts(tmp_path, body)
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
    "guarded": "if b == 0 { return 0 }; seen[a/b] = true",
}


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
    (argument,) = facts(tmp_path, "h(a / b)", "argument")
    assert (argument.index, "0/0" in argument.reason) == (0, True)
    (passed,) = facts(tmp_path, "h(b)", "argument")
    assert passed.node == "example.com/m.F$p1"
    assert facts(tmp_path, "h(2); h(float64(n)); math.Abs(a / b)", "argument") == []
    (result,) = facts(tmp_path, "if n > 2 { return a / b }", "result")
    assert "0/0" in result.reason


def test_where_inside_the_key(tmp_path: Path) -> None:
    (fact,) = facts(tmp_path, "points[point{a / b, 1}] = true")
    assert fact.path == "field x"


def test_functions_without_such_numbers_note_nothing(tmp_path: Path) -> None:
    assert (
        function(
            resolved(write_module(tmp_path, {"m.go": "package m\nfunc F(n int) int { return n / 2 }\n"})), "F"
        ).floats
        == ()
    )
