"""Types of package variables: what the linker and the evaluator make of declarations and initialisers."""

from __future__ import annotations

from pathlib import Path

import pytest

from programs import linked, type_of, write_module

PRELUDE = """package m

import (
	"sync"
	"net/http"
	str "strings"
)

type Named map[string]int
type Alias = Named
type Pair[K comparable, V any] struct {
	Key K
	Value V
	items map[K]V
}
type PairAlias[V any] = Pair[string, V]
func (p *Pair[K, V]) Get(k K) (V, bool) { v, ok := p.items[k]; return v, ok }
type Inner struct { m map[string]bool; fn func(int) string }
type Outer struct { *Inner; sync.Mutex; n int }
type Shape interface { Area() float64; error }
type Numbers interface { ~int | ~float64 }
func id[T any](x T) T { return x }
func keys[M ~map[K]V, K comparable, V any](m M) []K { return nil }
func pair() (int, map[string]error) { return 0, nil }
func sum[T Numbers](xs ...T) T { var t T; return t }
func apply[A, B any](xs []A, f func(A) B) []B { return nil }
var outer Outer
var ch chan map[int]string
var arr [4][]Named
var iface Shape
var slice []string
var generic Pair[int, *Outer]
var aliased PairAlias[bool]
const c = 1 << 10
"""

EXPRESSIONS = [
    ("Named{}", "example.com/m.Named"),
    ("Alias{}", "example.com/m.Named"),
    ("&Named{}", "*example.com/m.Named"),
    ("make(map[string]*Outer)", "map[string]*example.com/m.Outer"),
    ("new(sync.Map)", "*sync.Map"),
    ("outer.m", "map[string]bool"),
    ("outer.Inner.m", "map[string]bool"),
    ("(&outer).m", "map[string]bool"),
    ("outer.fn", "func(int)(string)"),
    ("outer.fn(1)", "string"),
    ("<-ch", "map[int]string"),
    ("arr[1]", "[]example.com/m.Named"),
    ("arr[1][2]", "example.com/m.Named"),
    ("arr[1][2][\"k\"]", "int"),
    ("arr[:]", "[][]example.com/m.Named"),
    ("iface.Area", "func()(float64)"),
    ("iface.Error()", "string"),
    ("generic.items", "map[int]*example.com/m.Outer"),
    ("generic.Value.m", "map[string]bool"),
    ("generic.Get", "func(int)(*example.com/m.Outer,bool)"),
    ("aliased.items", "map[string]bool"),
    ("id(outer)", "example.com/m.Outer"),
    ("id[map[int]bool](nil)", "map[int]bool"),
    ("keys(outer.m)", "[]string"),
    ("sum(1.5, 2)", "float64"),
    ("apply(slice, func(s string) map[string]int { return nil })", "[]map[string]int"),
    ("(*Pair[int, bool]).Get", "func(*example.com/m.Pair[int,bool],int)(bool,bool)"),
    ("http.Header{}", "net/http.Header"),
    ("http.DefaultClient", "*net/http.Client"),
    ("http.DefaultClient.Transport", "net/http.RoundTripper"),
    ("str.Fields(\"a b\")", "[]string"),
    ("len(slice) > 3", "bool"),
    ("c", "int"),
    ("1 + 2.0", "float64"),
    ("'a' + 1", "int32"),
    ("uint8(3) << 2", "uint8"),
    ("append(slice, \"x\")", "[]string"),
    ("struct{ a map[int]int }{}.a", "map[int]int"),
    ("map[string][]Named{\"a\": {{\"b\": 1}}}", "map[string][]example.com/m.Named"),
    ("func(int, ...string) error { return nil }", "func(int,[]string...)(error)"),
    ("interface{}(outer).(*Outer)", "*example.com/m.Outer"),
    ("[...]int{1, 2}", "[…]int"),
    ("min(1, 2)", "int"),
    ("unknownName", "unknown"),
    ("outer.missing", "unknown"),
]  # fmt: skip


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> object:
    lines = "".join(f"var v{i} = {e}\n" for i, (e, _) in enumerate(EXPRESSIONS))
    folder = write_module(tmp_path_factory.mktemp("types"), {"a.go": PRELUDE + lines + "var x, y = pair()\n"})
    return linked(folder)[0]


@pytest.mark.parametrize(("index", "expression", "expected"), [(i, e, t) for i, (e, t) in enumerate(EXPRESSIONS)])
def test_type_of_expression(program: object, index: int, expression: str, expected: str) -> None:
    assert type_of(program, f"v{index}") == expected  # type: ignore[arg-type]


def test_several_results(program: object) -> None:
    assert (type_of(program, "x"), type_of(program, "y")) == ("int", "map[string]error")  # type: ignore[arg-type]


def test_a_package_that_is_not_on_disk_keeps_its_types_names(tmp_path: Path) -> None:
    source = 'package m\nimport "example.org/gone"\nvar a gone.Client\nvar b = gone.New()\nvar c = &gone.T{}\n'
    program, _ = linked(write_module(tmp_path, {"a.go": source}))
    names = [type_of(program, n) for n in "abc"]
    assert names == ["example.org/gone.Client", "unknown", "*example.org/gone.T"]


def test_recursive_types_end(tmp_path: Path) -> None:
    source = (
        "package m\ntype T struct { T; next *T }\ntype A = A\ntype B B\ntype G[X any] struct { g *G[G[X]] }\n"
        "var a = T{}.nothing\nvar b A\nvar c B\nvar d = d2\nvar d2 = d\nvar e G[int]\nvar f = e.g.g.g.g\n"
    )
    program, _ = linked(write_module(tmp_path, {"a.go": source}))
    assert [type_of(program, n) for n in ("a", "b", "d")] == ["unknown", "unknown", "unknown"]
    assert type_of(program, "f").startswith("*example.com/m.G[")


def test_build_variants_of_a_name(tmp_path: Path) -> None:
    """Each file sees the variant of its own build; others see the one of the default build."""
    files = {
        "a_linux.go": "package m\ntype H struct { m map[int]string }\nvar inLinux = H{}.m\n",
        "a_windows.go": "package m\ntype H struct { m map[string]bool }\nvar inWindows = H{}.m\n",
        "b.go": "package m\nvar anywhere = H{}.m\n",
    }
    program, _ = linked(write_module(tmp_path, files))
    assert type_of(program, "inLinux") == "map[int]string"
    assert type_of(program, "inWindows") == "map[string]bool"
    assert type_of(program, "anywhere") == "map[int]string"


def test_import_names(tmp_path: Path) -> None:
    """A package is known by its own name, whatever its path ends in; dot imports fill the file's scope."""
    files = {
        "a.go": 'package m\nimport (\n"example.com/m/go-yaml.v3"\n. "example.com/m/dot"\n"example.com/m/linux"\n)\n'
        "var a = yaml.Known\nvar b = Dotted\nvar c = shelf.Kept\n",
        "linux/l.go": "package shelf\nvar Kept map[bool]int\n",
        "go-yaml.v3/y.go": "package yaml\nvar Known map[string]int\n",
        "dot/d.go": "package dot\nvar Dotted map[int]int\nvar hidden int\n",
    }
    program, _ = linked(write_module(tmp_path, files))
    assert [type_of(program, name) for name in "abc"] == ["map[string]int", "map[int]int", "map[bool]int"]


def test_chains_of_declarations_end(tmp_path: Path) -> None:
    """Thousands of aliases of aliases, or of types that embed each other, cost neither the run nor the other types."""
    aliases = "".join(f"type A{i} = A{i + 1}\n" for i in range(10_000)) + "type A10000 map[string]int\n"
    embedded = "".join(f"type E{i} struct {{ E{i + 1} }}\n" for i in range(5_000)) + "type E5000 struct { m int }\n"
    source = f"package m\n{aliases}{embedded}var a A0\nvar b E0\nvar c = b.m\nvar d map[int]bool\n"
    program, _ = linked(write_module(tmp_path, {"a.go": source}))
    assert [type_of(program, n) for n in ("b", "c", "d")] == ["example.com/m.E0", "unknown", "map[int]bool"]
    assert type_of(program, "a") in ("unknown", "example.com/m.A10000")
