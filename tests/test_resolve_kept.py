"""Which keys of insertions a function makes and passes on to nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.resolve.kept import parts_of
from mapleak.syntax import ast
from programs import function, resolved, write_module
from syntax_support import statements

HEADER = """\
package p

import "sync"

type node struct {
	next *node
	n    int
}

type pair struct {
	of   *node
	name string
}

var (
	seen   = map[*node]int{}
	pairs  = map[pair]int{}
	any_   = map[any]int{}
	loaded sync.Map
	last   *node
	out    = make(chan *node, 1)
)

func (n *node) join() {}

func use(n *node) {}

func made() *node { n := &node{}; n.n = 1; return n }

func given(n *node) *node { return n }

"""

UNKEPT = {
    "literal": "seen[&node{}] = 1",
    "new": "seen[new(node)] = 1",
    "variable": "k := &node{}; seen[k] = 1",
    "fields read and set": "k := &node{}; k.n = 3; k.next = nil; v := k.n; seen[k] = v",
    "compared": "k := new(node); if k != nil { seen[k] = 1 }",
    "looked up": "k := new(node); if _, ok := seen[k]; !ok { seen[k] = 1 }",
    "deleted": "k := new(node); seen[k] = 1; delete(seen, k)",
    "result": "k := made(); seen[k] = 1",
    "in a struct": 'k := &node{}; pairs[pair{k, "a"}] = 1',
    "struct first": 'k := pair{of: &node{}, name: "a"}; pairs[k] = 1',
    "in an interface": "k := &node{}; any_[k] = 1",
    "sync.Map": "k := &node{}; loaded.Load(k); loaded.Store(k, 1)",
}

KEPT = {
    "returned": "k := &node{}; seen[k] = 1; return k",
    "named result": "r = &node{}; seen[r] = 1; return",
    "stored": "k := &node{}; seen[k] = 1; last = k",
    "sent": "k := &node{}; out <- k; seen[k] = 1",
    "passed": "k := &node{}; use(k); seen[k] = 1",
    "method": "k := &node{}; k.join(); seen[k] = 1",
    "captured": "k := &node{}; seen[k] = 1; defer func() { use(k) }()",
    "copied": "k := &node{}; other := k; seen[k] = 1; last = other",
    "part of a value": "k := &node{}; last = &node{next: k}; seen[k] = 1",
    "in a struct": 'k := &node{}; pairs[pair{k, "a"}] = 1; last = k',
    "of the function around": "k := &node{}; func() { seen[k] = 1 }()",
    "parameter": "seen[p] = 1",
    "key of another map": "k := &node{}; seen[k] = 1; loaded.Store(k, 1); last = k",
}


def unkept(tmp_path: Path, body: str) -> list[bool]:
    """Whether the keys of the insertions of a function with this body are unkept."""
    source = f"{HEADER}func f(p *node) (r *node) {{\n{body}\nreturn nil\n}}\n"
    write_module(tmp_path, {"p.go": source})
    functions = [f for f in resolved(tmp_path).functions if ".f" in f.name]
    return [op.key.unkept for f in functions for op in f.ops if op.effect == "insert" and op.key is not None]


@pytest.mark.parametrize("body", UNKEPT.values(), ids=UNKEPT)
def test_only_the_map_has_the_key(tmp_path: Path, body: str) -> None:
    """Neither its fields nor look-ups hand it to anybody."""
    assert unkept(tmp_path, body) == [True]


@pytest.mark.parametrize("body", KEPT.values(), ids=KEPT)
def test_somebody_may_have_the_key(tmp_path: Path, body: str) -> None:
    """And may come back with it."""
    assert not any(unkept(tmp_path, body))


def test_functions_that_make_what_they_return(tmp_path: Path) -> None:
    """Each call gives another pointer."""
    write_module(tmp_path, {"p.go": HEADER})
    program = resolved(tmp_path)
    assert function(program, "made").fresh_result
    assert not function(program, "given").fresh_result


def _parts(node: object) -> list[object]:
    """What ``parts_of`` is to give, found by looking at everything that a node has."""
    values = list(node) if isinstance(node, tuple) else [getattr(node, name) for name in node.__struct_fields__]
    return [value for value in values if isinstance(value, ast.Node) or (isinstance(value, tuple) and value)]


def test_nothing_of_a_tree_is_passed_over() -> None:
    """The fields that can hold parts are known by what they are declared as."""
    pending: list[object] = [statements(EVERYTHING)]
    kinds = set()
    while pending:
        node = pending.pop()
        kinds.add(type(node))
        assert list(parts_of(node)) == _parts(node)
        pending += _parts(node)
    assert {tuple, ast.CommClause, ast.FuncLit, ast.Range, ast.Composite, ast.TypeSwitch, ast.VarSpec} <= kinds
    assert not parts_of(None)
    assert not parts_of("text")


EVERYTHING = """
var a, b map[string][]*node = map[string][]*node{"k": {nil}}, nil
for i, v := range a["k"][1:2:3] { use(v, i+1) }
for i := 0; i < 3; i++ { continue }
switch x := b; x["k"][0].n { case 1, 2: fallthrough; default: break }
switch t := any(a).(type) { case int, *node: use(t); default: }
select { case v, ok := <-out: use(v, ok); case out <- nil: default: }
go func(p ...int) (r chan<- [3]int) { defer use(p...); return nil }(-1)
if v, ok := any(a).(struct{ n int }); ok && !done { v.n++ } else { goto end }
end:
{ out <- (&node{next: nil}) }
"""
