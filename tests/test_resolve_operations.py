"""Map operations as the resolve stage sees them: effect, form, map, key origin, guards."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.resolve.model import MapOp
from programs import function, resolved, write_module

PRELUDE = """package m

import (
	"maps"
	"net/http"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"unsafe"
	"encoding/json"
)

type Color int
const (
	Red Color = iota
	Green
)
type Set map[string]bool
type Key struct { p unsafe.Pointer; n int }
type Inner struct { im map[string]int }
type T struct {
	Inner
	m     map[string]int
	deep  map[string]map[int]bool
	set   Set
	sm    sync.Map
	ptr   *sync.Map
	once  sync.Once
	next  int
	used, maxUsed int64
	live  atomic.Int64
	tries map[string]Try
}
type Try struct{ n int }
type G[K comparable] struct { gm map[K]int }
var global = map[string]int{}
var colors = map[Color]int{}
var types = map[reflect.Type]int{}
var values = map[reflect.Value]int{}
var pointers = map[unsafe.Pointer]bool{}
var keys = map[Key]int{}
var addresses = map[uintptr]bool{}
var anything = map[any]int{}
type Words struct { a, b string; n uintptr }
var words = map[Words]int{}
var kinds = map[reflect.Kind]int{}
var state struct { sub map[string]int }
var header = http.Header{}
var known = []string{"a", "b"}
func external() string
func (t *T) evict()
func bucket(n int) string { if n > 3 { return "big" }; return "small" }
func class(n int) (name string) { switch n { case 1: name = "one"; return name }; return "other" }
func bare(n int) (name string) { name = "x"; if n > 3 { name = "y" }; return }
func mixed(n int) (name string) { if n > 3 { return "x" }; return external() }
var methods reflect.Method
func two() (int, error)
"""

# body of `func (t *T) f(p string, q []byte)` -> effect form map [key origin] [guards]
CASES = [
    ("t.m[p] = 1", "insert assign T.m parameter"),
    ("(t).m[p] = 1", "insert assign T.m parameter"),
    ("t.im[p]++", "insert inc_dec Inner.im parameter"),
    ("t.Inner.im[p] += 2", "insert op_assign Inner.im parameter"),
    ("t.deep[p][1] = true", "insert assign T.deep[] constant"),
    ("m := t.deep[p]; m[2] = true", "insert assign m constant"),
    ("global[external()] = 1", "insert assign global call"),
    ('global["x"] = 1', "insert assign global constant"),
    ("state.sub[p] = 1", "insert assign state.sub parameter"),
    ("colors[Color(t.next)] = 1", "insert assign colors enum"),
    ("types[reflect.TypeOf(t)] = 1", "insert assign types type"),
    ("for i := 0; i < 3; i++ { t.deep[p][i] = true }", "insert assign T.deep[] index"),
    ("for k := range t.m { t.m[k] = 0 }", "update assign T.m same-map ranging"),
    ("for k := range global { t.m[k] = 0 }", "insert assign T.m other-map"),
    ("for _, k := range []string{p} { t.m[k] = 0 }", "insert assign T.m element"),
    ("for t.m[p] = range 3 { }", "insert range_assign T.m parameter"),
    ("t.m[p], _ = two()", "insert assign T.m parameter"),
    ("var err error; t.m[p], err = two(); _ = err", "insert assign T.m parameter"),
    ("var c chan int; select { case t.m[p] = <-c: }", "insert assign T.m parameter"),
    ("t.m[string(q)] = 1", "insert assign T.m parameter"),
    ("if _, ok := t.m[p]; ok { t.m[p] = 1 }", "update assign T.m parameter present"),
    ("if _, ok := t.m[p]; !ok { t.m[p] = 1 }", "insert assign T.m parameter absent"),
    ("if _, ok := t.m[p]; !ok { return }; t.m[p] = 1", "update assign T.m parameter present"),
    ("if _, ok := t.m[p]; ok { return }; t.m[p] = 1", "insert assign T.m parameter absent"),
    ('if _, ok := t.m["other"]; ok { t.m[p] = 1 }', "insert assign T.m parameter"),
    ("if t.set[p] { t.set[p] = false }", "update assign T.set parameter present"),
    ("if len(t.m) > 100 { return }; t.m[p] = 1", "insert assign T.m parameter size"),
    ("if len(t.m) == 0 { return }; t.m[p] = 1", "insert assign T.m parameter"),
    ("t.once.Do(func() { t.m[p] = 1 })", "insert assign T.m parameter once"),
    ("t.sm.Store(p, 1)", "insert sync.Map.Store T.sm parameter"),
    ("t.ptr.LoadOrStore(p, 1)", "insert sync.Map.LoadOrStore T.ptr parameter"),
    ("t.ptr.Swap(p, 1)", "insert sync.Map.Swap T.ptr parameter"),
    ("t.sm.CompareAndSwap(p, 1, 2)", ""),
    ("t.sm.LoadAndDelete(p)", "remove sync.Map.LoadAndDelete T.sm parameter"),
    ("t.sm.Clear()", "remove sync.Map.Clear T.sm"),
    ("delete(t.m, p)", "remove delete T.m parameter"),
    ("delete(t.deep[p], 1)", "remove delete T.deep[] constant"),
    ("defer delete(t.m, p)", "remove delete T.m parameter"),
    ("clear(t.set)", "remove clear T.set"),
    ("maps.Copy(t.m, global)", "insert maps.Copy T.m"),
    ("maps.DeleteFunc(t.m, func(string, int) bool { return true })", "remove maps.DeleteFunc T.m"),
    ("t.m = make(map[string]int)", "reset remake T.m"),
    ("t.m = nil", "reset nil T.m"),
    ("if t.m == nil { t.m = map[string]int{} }", "reset remake T.m lazy"),
    ("t.m, global = global, t.m", "reset remake T.m;reset remake global"),
    ("header.Add(p, p)", "insert call header parameter"),
    ("header.Del(p)", "remove call header parameter"),
    ("json.Unmarshal(q, &t.m)", "insert decode T.m"),
    ("x := &t.m; (*x)[p] = 1", "insert assign x parameter"),
    ("s := []int{1}; s[0] = 2", ""),
    ("n := 0; n++; global[p[n:]] = n", "insert assign global parameter"),
    ("n := 0; n++; t.deep[p][n] = true", "insert assign T.deep[] counter"),
    ("values[reflect.ValueOf(p)] = 1", "insert assign values call !reflect-value"),
    ("pointers[unsafe.Pointer(t)] = true", "insert assign pointers parameter !unsafe-pointer"),
    ("keys[Key{p: unsafe.Pointer(t)}] = 1", "insert assign keys parameter !unsafe-pointer:field p"),
    ("addresses[uintptr(unsafe.Pointer(t))] = true", "insert assign addresses parameter !uintptr-of-pointer"),
    ("a := reflect.ValueOf(t).Pointer(); addresses[a] = true", "insert assign addresses call !uintptr-of-pointer"),
    ("addresses[uintptr(t.next)] = true", "insert assign addresses field"),
    ("anything[unsafe.Pointer(t)] = 1", "insert assign anything parameter !unsafe-pointer:dynamic value"),
    ("anything[p] = 1", "insert assign anything parameter"),
    ("var g G[int]; g.gm[1] = 2", "insert assign G.gm constant"),
    ("anything[[1]any{p}] = 1", "insert assign anything parameter"),
    ("anything[Key{}] = 1", "insert assign anything constant !unsafe-pointer:dynamic value"),
    ("words[Words{p, external()}] = 1", "insert assign words parameter"),
    ("words[Words{n: uintptr(unsafe.Pointer(t))}] = 1", "insert assign words parameter !uintptr-of-pointer:field n"),
    ("kinds[reflect.TypeOf(t).Kind()] = 1", "insert assign kinds enum"),
    ("s := t.sm.Store; s(p, 1)", "insert sync.Map.Store T.sm parameter"),
    ("addresses[reflect.ValueOf(external).Pointer()] = true", "insert assign addresses call"),
    (
        'w := Words{a: "x", b: p}; global[w.a] = 1; global[w.b] = 2',
        "insert assign global constant;insert assign global parameter",
    ),
    ('w := Words{a: "x"}; json.Unmarshal(q, &w); global[w.a] = 1', "insert assign global field"),
    ('w := Words{a: "x"}; w.a = p; global[w.a] = 1', "insert assign global field"),
    ("(*sync.Map).Store(&t.sm, p, 1)", "insert sync.Map.Store T.sm parameter"),
    ("var nil = map[string]int{}; t.m = nil", "reset remake T.m"),
    ("list := []map[string]int{}; list[0] = nil", "reset nil list[]"),
    ('global["a" + p + "b"] = 1', "insert assign global parameter"),
    ('for k := range global { global[k + "x"] = 1 }', "insert assign global unknown ranging"),
    ('global["a" + external()] = 1', "insert assign global call"),
    ('const x = "b"; global["a" + x] = 1', "insert assign global constant"),
    ("var k Words; k.a = p; words[k]++", "insert inc_dec words parameter"),
    ("k := Words{}; k.a = external(); words[k]++", "insert inc_dec words call"),
    ("var id [4]byte; copy(id[:], p); anything[id] = 1", "insert assign anything call"),
    ("var id [2]string; id[0] = p; anything[id] = 1", "insert assign anything element"),
    ("var s string; json.Unmarshal(q, &s); global[s] = 1", "insert assign global call"),
    ("var k Words; k.n = uintptr(unsafe.Pointer(t)); words[k]++", "insert inc_dec words parameter"),
    ('switch p { case "a", "b": global[p]++ }', "insert inc_dec global enum"),
    ('switch p { case "a", external(): global[p]++ }', "insert inc_dec global parameter"),
    ('switch p { case "a": case "b": println(); default: return }; global[p]++', "insert inc_dec global enum"),
    ('switch p { case "a": default: break }; global[p]++', "insert inc_dec global parameter"),
    ('switch p { case "a": default: println() }; global[p]++', "insert inc_dec global parameter"),
    ("switch p { case external(): default: return }; global[p]++", "insert inc_dec global parameter"),
    ('switch { case p == "a": default: return }; global[p]++', "insert inc_dec global parameter"),
    ('if p == "a" || p == "b" { global[p]++ }', "insert inc_dec global enum"),
    ('if p == "a" || len(p) > 3 { global[p]++ }', "insert inc_dec global parameter"),
    ('if p != "a" { return }; global[p]++', "insert inc_dec global enum"),
    ('if p != "a" { global[p]++ }', "insert inc_dec global parameter"),
    ("n := t.next; if n < 0 || n >= 100 { return }; anything[n] = 1", "insert assign anything enum"),
    ("n := t.next; if n > 100 { anything[n] = 1 }", "insert assign anything field"),
    ('if p < "m" { global[p]++ }', "insert inc_dec global parameter"),
    ("if t.set[p] { global[p]++ }", "insert inc_dec global other-map"),
    ("if global[p] == 0 { return }; global[p]++", "update inc_dec global parameter present"),
    ("if len(t.m) > 100 { println() }; t.m[p] = 1", "insert assign T.m parameter"),
    ("if len(t.m) > 100 { clear(t.m) }; t.m[p] = 1", "remove clear T.m size;insert assign T.m parameter size"),
    ("if len(t.m) > 100 { t.evict() }; t.m[p] = 1", "insert assign T.m parameter size"),
    ("if len(t.m) < 100 { t.m[p] = 1 }", "insert assign T.m parameter size"),
    ("if t.next > 0 && len(t.m) > t.next { return }; t.m[p] = 1", "insert assign T.m parameter size"),
    ("for len(t.m) > 100 { t.evict() }; t.m[p] = 1", "insert assign T.m parameter size"),
    ("if n := len(t.m); n > 100 { return }; t.m[p] = 1", "insert assign T.m parameter size"),
    ("n := len(t.m); if n >= t.next { return }; t.m[p] = 1", "insert assign T.m parameter size"),
    ("n := len(t.m); n = t.next; if n >= 100 { return }; t.m[p] = 1", "insert assign T.m parameter"),
    ("if n := len(q); n > 100 { return }; t.m[p] = 1", "insert assign T.m parameter"),
    ("if t.used >= 100 { return }; t.used++; t.m[p] = 1", "insert assign T.m parameter size"),
    ("if t.used >= t.maxUsed { return }; t.used += 1; t.m[p] = 1", "insert assign T.m parameter size"),
    ("if t.used >= t.maxUsed { t.evict() }; t.used++; t.m[p] = 1", "insert assign T.m parameter size"),
    ("if t.used < int64(t.next) { return }; t.used++; t.m[p] = 1", "insert assign T.m parameter"),  # a sequence
    ("if t.used >= 100 { return }; t.m[p] = 1", "insert assign T.m parameter"),  # nothing counts
    ("e := t.tries[p]; if e.n > 100 { return }; e.n++; t.m[p] = e.n", "insert assign T.m parameter"),  # of an entry
    ("if t.live.Add(1) > 100 { return }; t.sm.Store(p, 1)", "insert sync.Map.Store T.sm parameter size"),
    (
        "if n := t.live.Load(); n >= 100 { return }; t.live.Add(1); t.sm.Store(p, 1)",
        "insert sync.Map.Store T.sm parameter size",
    ),
    ("if atomic.AddInt64(&t.used, 1) > 100 { return }; t.sm.Store(p, 1)", "insert sync.Map.Store T.sm parameter size"),
    ("used := 0; if used > 100 { return }; used++; t.m[p] = 1", "insert assign T.m parameter"),  # of one call
    ('if slices.Contains([]string{"a", "b"}, p) { t.m[p] = 1 }', "insert assign T.m enum"),
    ("if !slices.Contains(known, p) { return }; t.m[p] = 1", "insert assign T.m enum"),
    ("if slices.Contains(known, p) { return }; t.m[p] = 1", "insert assign T.m parameter"),
    ("if slices.Contains([]string{external()}, p) { t.m[p] = 1 }", "insert assign T.m parameter asked:slices.Contains"),
    ("global[bucket(t.next)]++", "insert inc_dec global constant"),
    ("global[class(t.next)]++", "insert inc_dec global constant"),
    ("global[bare(t.next)]++", "insert inc_dec global constant"),
    ("global[mixed(t.next)]++", "insert inc_dec global call"),
    ("anything[methods] = 1", "insert assign anything field"),
    ("key := any(p); anything[key.(string)] = 1", "insert assign anything parameter"),
]


def _describe(op: MapOp) -> str:
    node = op.node.removeprefix("example.com/m.")
    node = node.removeprefix("(*example.com/m.T).f.")
    words = [op.effect, op.form, node]
    if op.key is not None:
        words.append(op.key.origin)
        words += [f"!{kind}:{path}" if path else f"!{kind}" for kind, path in op.key.hazards]
    return " ".join([*words, *op.guards])


@pytest.fixture(scope="module")
def operations(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("operations")
    files = {
        f"c{i}/c.go": PRELUDE + f"func (t *T) f(p string, q []byte) {{\n{body}\n}}\n"
        for i, (body, _) in enumerate(CASES)
    }
    program = resolved(write_module(folder, files))
    described = []
    for i in range(len(CASES)):
        package = f"example.com/m/c{i}"
        ops = [op for f in program.functions if f.package == package for op in f.ops]
        described.append(";".join(_describe(op).replace(package, "example.com/m") for op in ops))
    return [d.replace("example.com/m.", "").replace("(*T).f.", "") for d in described]


@pytest.mark.parametrize(("index", "body", "expected"), [(i, b, e) for i, (b, e) in enumerate(CASES)])
def test_operation(operations: list[str], index: int, body: str, expected: str) -> None:
    assert operations[index] == expected


def test_generic_receiver_names_the_generic_field(tmp_path: Path) -> None:
    source = "package m\ntype C[K comparable] struct{ m map[K]int }\nfunc (c *C[K]) Put(k K) { c.m[k] = 1 }\n"
    program = resolved(write_module(tmp_path, {"a.go": source}))
    (op,) = function(program, "(*C).Put").ops
    assert (op.node, op.key.origin if op.key else "") == ("example.com/m.C.m", "parameter")


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ("type desk struct{ open map[string]int }", ["example.com/m.desk.open"]),
        ("type desk struct{ open map[string]int }\ntype till struct{ open map[string]int }", [""]),
        ("type desk[T any] struct{ open map[string]T }", [""]),
        ("type desk struct{ open map[string]int }\nfunc (*till) open() {}\ntype till struct{}", [""]),
    ],
)
def test_a_field_of_a_value_of_unknown_type(tmp_path: Path, declared: str, expected: list[str]) -> None:
    """Only this package can have declared a field that is not exported; which one is known where there is but one."""
    source = (
        f'package m\n\nimport "example.com/missing"\n\n{declared}\n\n'
        'func F() {\n\tdelete(missing.Get().open, "a")\n}\n'
    )
    program = resolved(write_module(tmp_path, {"m.go": source}))
    removed = [op.node for op in function(program, "example.com/m.F").ops]
    assert removed == [node for node in expected if node]


@pytest.mark.parametrize(
    ("body", "origin"),
    [
        ('name += "_total"; t.m[name] = 1', "parameter"),
        ("n := 0; n += 2; t.byNumber[n] = 1", "counter"),
    ],
)
def test_text_that_is_added_to_is_no_counter(tmp_path: Path, body: str, origin: str) -> None:
    fields = "m map[string]int; byNumber map[int]int"
    source = f"type T struct {{ {fields} }}\nfunc (t *T) F(name string) {{ {body} }}\n"
    write_module(tmp_path, {"m.go": f"package m\n{source}"})
    (op,) = function(resolved(tmp_path), "(*T).F").ops
    assert op.key is not None
    assert op.key.origin == origin


@pytest.mark.parametrize(
    ("loop", "origin"),
    [
        ("for i := 0; i < n; i++ { t.m[i] = 1 }", "index"),
        ("for i := n; i >= 0; i-- { t.m[i] = 1 }", "index"),
        ("for i := n; i < n+9; i++ { t.m[i] = 1 }", "parameter"),
        ("for i := t.done + 1; i < n; i++ { t.m[i] = 1 }", "field"),
        ("if n < 1<<10 { t.m[n] = 1 }", "enum"),
        ("if n > last { return }; t.m[n] = 1", "parameter"),
        ("if n >= math.MaxInt32-1 { return }; t.m[n] = 1", "parameter"),
        ("if 1<<30 > n { t.m[n] = 1 }", "parameter"),
    ],
)
def test_numbers_that_are_few_by_a_loop_or_a_condition(tmp_path: Path, loop: str, origin: str) -> None:
    """Not those that a loop goes on counting from where it was, nor those below the end of an integer's range."""
    declared = "type T struct { m map[int]int; done int }\nconst last = 1<<31 - 1\nvar _ = math.Pi\n"
    write_module(tmp_path, {"m.go": f'package m\nimport "math"\n{declared}func (t *T) F(n int) {{ {loop} }}\n'})
    (op,) = function(resolved(tmp_path), "(*T).F").ops
    assert op.key is not None
    assert op.key.origin == origin


@pytest.mark.parametrize(("key", "origin"), [("p", "fresh"), ("*p", "unknown")])
def test_what_a_new_pointer_points_to_is_no_new_key(tmp_path: Path, key: str, origin: str) -> None:
    source = (
        f"type point struct {{ x, y int }}\nvar m map[any]int\nfunc F(x int) {{ p := &point{{x, 1}}; m[{key}] = 1 }}\n"
    )
    write_module(tmp_path, {"m.go": f"package m\n{source}"})
    (op,) = function(resolved(tmp_path), "F").ops
    assert op.key is not None
    assert op.key.origin == origin
