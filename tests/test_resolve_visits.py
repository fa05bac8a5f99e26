"""Ranges over maps as the resolve stage notes them: which insertions are into the same map, where the loop is left."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.resolve.noted import Visit
from programs import function, resolved, write_module

HEADER = """\
package m

type set map[string]int

type T struct {
	sets  map[string]map[string]int
	m     map[string]int
	other map[string]int
	in    *T
	list  []*T
}

func g(string) string { return "" }

"""


def visits(tmp_path: Path, body: str) -> tuple[Visit, ...]:
    """The visits of a function with that body."""
    source = f"{HEADER}func F(s, u *T, m, n map[string]int) {{\n{body}\n}}\n"
    return function(resolved(write_module(tmp_path, {"m.go": source})), "F").visits


SAME = {
    "parameter": "for k := range m { m[k+k] = 1 }",
    "field": "for k := range s.m { s.m[k+k] = 1 }",
    "field of a field": "for k := range s.in.m { s.in.m[k+k]++ }",
    "in an inner loop": "for k := range m { for range n { m[k+k] += 2 } }",
    "stored under a variable": "for x := range n { for k := range s.sets[x] { s.sets[x][k+k] = 1 } }",
    "stored under a literal": 'for k := range s.sets["a"] { s.sets["a"][k+k] = 1 }',
    "stored, by a name": 'x := g(""); in := s.sets[x]; for k := range in { s.sets[x][k+k] = 1 }',
    "converted": "in := set(m); for k := range in { m[k+k] = 1 }",
    "a neighbour is replaced": 'for k := range s.sets["a"] { s.sets["b"] = n; s.sets["a"][k+k] = 1 }',
    "another one assigned to": "for k := range m { n = nil; m[k+k] = 1 }",
}


@pytest.mark.parametrize("case", SAME)
def test_an_insertion_into_the_same_map(tmp_path: Path, case: str) -> None:
    (visit,) = visits(tmp_path, SAME[case])
    assert len(visit.inserts) == 1
    assert visit.left == ()


OTHER = {
    "another parameter": "for k := range m { n[k+k] = 1 }",
    "another field": "for k := range s.m { s.other[k+k] = 1 }",
    "stored under another variable": "for x := range n { for k := range s.sets[x] { s.sets[k][x+k] = 1 } }",
    "stored under a changed variable": 'x := g(""); for k := range s.sets[x] { x = k; s.sets[x][k+k] = 1 }',
    "stored under a changed variable, by a name": (
        'x := g(""); in := s.sets[x]; for k := range in { x = k; s.sets[x][k+k] = 1 }'
    ),
    "stored, and replaced": 'for k := range s.sets["a"] { s.sets["a"] = n; s.sets["a"][k+k] = 1 }',
    "stored under a call's result": 'for k := range s.sets[g("")] { s.sets[g("")][k+k] = 1 }',
    "made from another": "in := clone(m); for k := range in { m[k+k] = 1 }",
    "another object": "for k := range s.m { u.m[k+k] = 1 }",
    "a variable of the same name": "for k := range s.m { for _, s := range s.list { s.m[k+k] = 1 } }",
    "the object is assigned to": "for k := range s.m { s = s.in; s.m[k+k] = 1 }",
    "the field is assigned to": "for k := range s.m { s.m = n; s.m[k+k] = 1 }",
    "an address is taken": "for k := range m { p := &m; (*p)[k] = 1; m[k+k] = 1 }",
    "no map": "for i := range s.list { m[g(string(rune(i)))] = 1 }",
    "the visited key": "for k := range m { m[k] = 1 }",
}


@pytest.mark.parametrize("case", OTHER)
def test_no_insertion_into_the_same_map(tmp_path: Path, case: str) -> None:
    assert [visit.inserts for visit in visits(tmp_path, OTHER[case]) if visit.inserts] == []


LEAVING = {
    "return": "for k := range m { if k != \"\" { m[k+k] = 1; return } }",
    "break": "for k := range m { m[k+k] = 1; break }",
    "break out of two": "a: for k := range m { for range n { m[k+k] = 1; break a } }",
    "continue of an outer loop": "a: for { for k := range m { m[k+k] = 1; continue a } }",
    "panic": "for k := range m { switch k { case \"\": m[k+k] = 1; panic(k) } }",
}  # fmt: skip

STAYING = {
    "break of an inner loop": "for k := range m { for range n { m[k+k] = 1; break } }",
    "break of a switch": "for k := range m { switch k { case \"\": m[k+k] = 1; break } }",
    "break of a labeled inner loop": "for k := range m { a: for range n { m[k+k] = 1; break a } }",
    "continue": "a: for k := range m { m[k+k] = 1; continue a }",
    "a return elsewhere": "for k := range m { if k == \"\" { return }; m[k+k] = 1 }",
}  # fmt: skip


@pytest.mark.parametrize("case", [*LEAVING, *STAYING])
def test_what_leaves_the_loop(tmp_path: Path, case: str) -> None:
    (visit,) = (v for v in visits(tmp_path, (LEAVING | STAYING)[case]) if v.inserts)
    inside = any(start <= pos < end for pos in visit.inserts for start, end in visit.left)
    assert inside == (case in LEAVING)


@pytest.mark.parametrize("body", ["for k, v := range m { m[g(k)] = v }", "for k := range m { x := g(k); m[x] = 1 }"])
def test_keys_made_from_the_visited_key_are_not_related(tmp_path: Path, body: str) -> None:
    (visit,) = visits(tmp_path, body)
    assert (len(visit.inserts), visit.related) == (1, ())


def test_keys_made_from_the_visited_value_are_related(tmp_path: Path) -> None:
    """``m[id(v)] = v`` most likely stores under the visited key again, through other variables, too."""
    source = """package m
func id(name string) string { return name }
func F(m map[string]string) {
	for k, v := range m {
		key := id(v)
		m[key] = v
		m[k+key] = v
	}
}
"""
    (visit,) = function(resolved(write_module(tmp_path, {"m.go": source})), "F").visits
    assert visit.related == visit.inserts[:1]
    assert len(visit.inserts) == 2


TEXTS = """package m
import ("path"; "regexp"; "strings")
var dotted = regexp.MustCompile("^[.]")
var _, _ = path.Dir, strings.HasPrefix
"""

FORMS = {
    'if !strings.HasPrefix(k, "./") { m["./"+k] = 1 }': True,
    'if strings.HasPrefix(k, "./") { continue }; m["./"+k] = 1': True,
    'if strings.HasPrefix(k, "./") { println(k) } else { d := path.Dir(k); m[d+k] = 1 }': True,
    'switch { case k != "": if !(dotted.MatchString(k)) { m["."+k] = 1 } }': True,
    'if strings.HasPrefix(k, "./") { m[k+"/"] = 1 }': False,
    'if !strings.HasPrefix(k, "./") { println(k) } else { m[k+"/"] = 1 }': False,
    'if strings.HasPrefix(k, "./") { println(k) }; m["./"+k] = 1': False,
    'if !strings.HasPrefix(s.name, "./") { m["./"+k] = 1 }': False,
    'if !strings.HasPrefix(k, "./") { m["./"+s.name] = 1 }': False,
    'if !(len(k) < 10) { m["./"+k] = 1 }': False,
}


@pytest.mark.parametrize("body", FORMS)
def test_a_key_in_the_form_that_the_visited_one_has_not(tmp_path: Path, body: str) -> None:
    """What is asked of the visited key on the way to the insertion, the new one answers already."""
    source = f"{TEXTS}func F(s struct {{ name string }}, m map[string]int) {{ for k := range m {{ {body} }} }}\n"
    (visit,) = function(resolved(write_module(tmp_path, {"m.go": source})), "F").visits
    assert len(visit.inserts) == 1
    assert bool(visit.settled) == FORMS[body]


@pytest.mark.parametrize(
    ("body", "related"),
    [
        ("for _, edges := range m { for _, next := range edges { m[next] = nil } }", False),
        ("for _, edges := range m { for i := range edges { m[edges[i]] = nil } }", False),
        ("for _, edges := range m { m[edges[0]] = edges }", True),
    ],
)
def test_what_the_visited_value_holds_several_of_is_another_key(tmp_path: Path, body: str, related: bool) -> None:
    source = f"package m\nfunc F(m map[string][]string) {{ {body} }}\n"
    (visit,) = function(resolved(write_module(tmp_path, {"m.go": source})), "F").visits
    assert (len(visit.inserts), bool(visit.related)) == (1, related)


def test_a_range_that_does_nothing_to_its_map_is_not_noted(tmp_path: Path) -> None:
    assert visits(tmp_path, "for k := range m { delete(m, k) }\nfor k := range m { println(k) }") == ()


def test_the_holder_and_the_calls(tmp_path: Path) -> None:
    """A call in the body may insert: the range is noted with the variable whose field the map is."""
    (visit,) = visits(tmp_path, "for k := range s.m { g(k) }")
    assert (visit.inserts, visit.holder) == ((), "example.com/m.F.s")
    (visit,) = visits(tmp_path, "for k := range s.in.m { g(k) }")
    assert visit.holder == ""


PIECES = {
    'if strings.Contains(k, "=") { kv := strings.SplitN(k, "=", 2); m[kv[0]] = 1 }': True,
    'if strings.Contains(k, "=") { kv := strings.SplitN(k, "=", 2); name, _ := kv[0], kv[1]; m[name] = 1 }': True,
    'if strings.Contains(k, "=") { m[strings.Split(k, "=")[1]] = 1 }': True,
    'if name, _, ok := strings.Cut(k, "="); ok { m[strings.TrimSpace(name)] = 1 }': True,
    'if i := strings.Index(k, "="); i >= 0 { m[strings.Split(k, "=")[0]] = 1 }': True,
    'parts := strings.Split(k, "="); if len(parts) == 2 { m[parts[0]] = 1 }': True,
    'if !strings.HasPrefix(k, "--") { continue }; m[strings.TrimPrefix(k, "--")] = 1': True,
    'if strings.Contains(k, "=") { kv := strings.SplitN(k, "=", 2); m[kv[1]] = 1 }': False,
    'if _, rest, ok := strings.Cut(k, "="); ok { m[rest] = 1 }': False,
    'if strings.Contains(k, "=") { m[strings.Split(k, "/")[0]] = 1 }': False,
    'if i := strings.LastIndex(k, "/"); i >= 0 { m[path.Dir(k)] = 1 }': False,
    'if strings.Contains(k, "=") { name := "=" + strings.Split(k, "=")[0]; m[name] = 1 }': False,
    'name, _, _ := strings.Cut(k, "="); m[name+name] = 1': False,
}


@pytest.mark.parametrize("body", PIECES)
def test_the_piece_before_a_text_does_not_hold_it(tmp_path: Path, body: str) -> None:
    """So the condition that looks for the text is not met by the new key."""
    source = f"{TEXTS}func F(m map[string]int) {{ for k := range m {{ {body} }} }}\n"
    (visit,) = function(resolved(write_module(tmp_path, {"m.go": source})), "F").visits
    assert (len(visit.inserts), bool(visit.settled)) == (1, PIECES[body])


SPLIT = """\
package m

type tree struct { name string; in *tree }

func flat(t *tree, name string) (*tree, []*tree, error) { return t, []*tree{t.in}, nil }

"""


@pytest.mark.parametrize(
    ("body", "settled"),
    [
        ("got, rest, _ := flat(t.in, t.name); t.in = got; for _, r := range rest { m[r.name] = r }", True),
        ("got, rest, _ := flat(t, n); m[n] = got; for _, r := range rest { m[r.name] = r }", True),
        ("got, rest, _ := flat(t.in, t.name); println(got); for _, r := range rest { m[r.name] = r }", False),
        ("got, rest, _ := flat(o, o.name); t.in = got; for _, r := range rest { m[r.name] = r }", False),
        ("got, _, _ := flat(t.in, t.name); t.in = got; m[n+t.name] = got", False),
    ],
)
def test_what_is_split_off_while_the_value_gets_its_new_form(tmp_path: Path, body: str, settled: bool) -> None:
    """One call gives both, so the new entries have been through it."""
    source = f"{SPLIT}func F(m map[string]*tree, o *tree) {{ for n, t := range m {{ _ = n; {body} }} }}\n"
    (visit,) = function(resolved(write_module(tmp_path, {"m.go": source})), "F").visits
    assert bool(visit.settled) == settled
