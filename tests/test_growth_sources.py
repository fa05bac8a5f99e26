"""Keys of Go programs followed to their sources: results, fields, parts, helpers; and size checks elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.callgraph.build import build as build_graph
from mapleak.maps.build import build
from mapleak.maps.model import Growth, Operation
from mapleak.model import Certainty
from programs import function, resolved, write_module

HEAD = """\
package main

import (
	"flag"
	"fmt"
	"net/http"
	"strings"
)

type server struct {
	m, other map[string]int
	n        map[int]int
	p        map[*thing]int
	next     int
	region   string
	what     thing
	made     thing
}

type thing struct {
	set  string
	mode string
}

var s = &server{}

var _ = fmt.Sprint
var _ = strings.ToLower

func main() {
	flag.StringVar(&s.region, "region", "", "")
	http.HandleFunc("/", handle)
	http.ListenAndServe(":1", nil)
}

"""

HANDLE = "func handle(_ http.ResponseWriter, r *http.Request) {\n\t%s\n}\n"


def inserted(folder: Path, statement: str, rest: str = "", map_: str = "m") -> Operation:
    """The one insertion into a field of the server of a program whose handler runs ``statement``."""
    program = resolved(write_module(folder, {"main.go": HEAD + HANDLE % statement + rest}))
    found = build(program, build_graph(program)).map(f"example.com/m.server.{map_}")
    assert found is not None
    (insertion,) = found.inserts
    return insertion


KEY = "func key(r *http.Request) string {\n\t%s\n}\n"


@pytest.mark.parametrize(
    ("body", "growth"),
    [
        ("return r.Host", Growth.UNBOUNDED),
        ('if r.Host == "" {\n\t\treturn "none"\n\t}\n\treturn r.Host', Growth.UNBOUNDED),
        ('if r.Host == "" {\n\t\treturn "none"\n\t}\n\treturn word(r.ContentLength > 0)', Growth.BOUNDED),
        ('return strings.ToUpper(word(true)) + "!"', Growth.BOUNDED),
        ('return fmt.Sprintf("%s-%s", word(true), r.Host)', Growth.UNBOUNDED),
    ],
)
def test_results_of_functions(tmp_path: Path, body: str, growth: Growth) -> None:
    """A function's results are followed on, with what they are made of."""
    rest = KEY % body + 'func word(b bool) string {\n\tif b {\n\t\treturn "a"\n\t}\n\treturn "b"\n}\n'
    assert inserted(tmp_path, "s.m[key(r)]++", rest).growth is growth


@pytest.mark.parametrize(
    "body",
    [
        '_, rest, _ := strings.Cut(r.Host, ":")\n\treturn rest',
        "words := strings.Fields(r.Host)\n\treturn words[0]",
        'return strings.Split(r.Host, ":")[0]',
        'for _, part := range strings.Split(r.Host, ":") {\n\t\treturn part\n\t}\n\treturn ""',
    ],
)
def test_what_is_cut_out_of_a_text_comes_from_the_text(tmp_path: Path, body: str) -> None:
    """One of several results, an element of a local, of a call and of a range."""
    found = inserted(tmp_path, "s.m[key(r)]++", KEY % body)
    assert found.growth is Growth.UNBOUNDED
    assert found.growth_certainty in (Certainty.SURE, Certainty.LIKELY)  # less sure where it may be a constant


@pytest.mark.parametrize(("argument", "growth"), [("r.Host", Growth.UNBOUNDED), ('"fixed"', Growth.BOUNDED)])
def test_a_parameter_handed_back_is_what_this_call_passes(tmp_path: Path, argument: str, growth: Growth) -> None:
    """Other calls of the same function do not matter."""
    rest = "func same(text string) string {\n\treturn text\n}\nfunc init() { _ = same(`x`) }\n"
    statement = f"_ = same(r.Host)\n\ts.m[same({argument})]++"
    assert inserted(tmp_path, statement, rest).growth is growth


def test_results_made_anew(tmp_path: Path) -> None:
    """A constructor's pointers never come again."""
    found = inserted(tmp_path, "s.p[make_()]++", "func make_() *thing {\n\treturn &thing{}\n}\n", "p")
    assert (found.growth, found.growth_certainty) == (Growth.UNBOUNDED, Certainty.SURE)


@pytest.mark.parametrize(
    ("statement", "map_", "growth"),
    [
        ("s.next++\n\ts.n[s.next]++", "n", Growth.UNBOUNDED),  # its own counter
        ("s.m[s.region]++", "m", Growth.BOUNDED),
        ("t := &thing{set: r.Host}\n\tkeep(t)", "m", Growth.UNBOUNDED),
        ('t := &thing{set: "a"}\n\tt.set = "b"\n\tkeep(t)', "m", Growth.BOUNDED),
    ],
)
def test_what_fields_are_given(tmp_path: Path, statement: str, map_: str, growth: Growth) -> None:
    """A field takes as many values as it is given in the whole program."""
    rest = "func keep(t *thing) {\n\ts.m[t.set]++\n}\n" if "keep" in statement else ""
    assert inserted(tmp_path, statement, rest, map_).growth is growth


def test_assignments_are_kept_for_fields_that_keys_are_read_from(tmp_path: Path) -> None:
    """All others say nothing about maps."""
    statement = 't := &thing{set: r.Host, mode: "x"}\n\ts.m[t.set]++'
    program = resolved(write_module(tmp_path, {"main.go": HEAD + HANDLE % statement}))
    stores = [name for f in program.functions for name, _ in f.stores]
    assert "example.com/m.thing.set" in stores
    assert "example.com/m.thing.mode" not in stores


def test_sources_of_what_is_assigned_twice(tmp_path: Path) -> None:
    """Either may be the key; constants add nothing."""
    statement = 'k := "none"\n\tif r.Close {\n\t\tk = r.Host\n\t} else {\n\t\tk = s.region\n\t}\n\ts.m[k]++'
    program = resolved(write_module(tmp_path, {"main.go": HEAD + HANDLE % statement}))
    (op,) = function(program, "handle").ops
    assert op.key is not None
    assert [source.node.rpartition(".")[2] for source in op.key.sources] == ["Host", "region"]


def test_a_helper_called_for_several_maps(tmp_path: Path) -> None:
    """Each map has the keys that are passed together with it."""
    rest = "func count(m map[string]int, k string) {\n\tm[k]++\n}\n"
    statement = 'count(s.m, "fixed")\n\tcount(s.other, r.Host)'
    assert inserted(tmp_path / "a", statement, rest).growth is Growth.BOUNDED
    assert inserted(tmp_path / "b", statement, rest, "other").growth is Growth.UNBOUNDED


@pytest.mark.parametrize(
    ("statement", "rest", "growth"),
    [
        ("if full() {\n\t\treturn\n\t}\n\ts.m[r.Host]++", "func full() bool { return len(s.m) > 9 }\n", Growth.BOUNDED),
        (
            "if full() {\n\t\treturn\n\t}\n\ts.m[r.Host]++",
            "func full() bool { return len(s.n) > 9 }\n",
            Growth.UNBOUNDED,
        ),
        ("if len(s.m) < 9 {\n\t\tadd(r.Host)\n\t}", "func add(k string) { s.m[k]++ }\n", Growth.BOUNDED),
        (
            "if len(s.m) < 9 {\n\t\tadd(r.Host)\n\t}\n\tadd(r.Host)",
            "func add(k string) { s.m[k]++ }\n",
            Growth.UNBOUNDED,
        ),
    ],
)
def test_size_checks_elsewhere(tmp_path: Path, statement: str, rest: str, growth: Growth) -> None:
    """In a function that the condition asks, or around every call; of this very map."""
    assert inserted(tmp_path, statement, rest).growth is growth


@pytest.mark.parametrize(
    ("method", "growth"),
    [
        ("start() {\n\tfor _, k := range load() {\n\t\ts.m[k]++\n\t}\n}", Growth.BOUNDED),
        ("start(k string) {\n\ts.m[k]++\n}", Growth.UNBOUNDED),
        ("open() *work {\n\tw := &work{time.Now().String()}\n\ts.m[w.id]++\n\treturn w\n}", Growth.UNBOUNDED),
        ("open() {\n\tw := &work{time.Now().String()}\n\ts.m[w.id]++\n}", Growth.BOUNDED),
        ("turn() {\n\tfor _, k := range load() {\n\t\ts.m[k]++\n\t}\n}", Growth.UNKNOWN),
    ],
)
def test_what_begins_the_work_of_an_object(tmp_path: Path, method: str, growth: Growth) -> None:
    """It fills the map as a constructor does, unless it is given the key or hands out what it makes: then it begins the
    work of something else."""
    rest = f"type work struct{{ id string }}\nfunc (s *server) {method}\nfunc load() []string {{\n\treturn nil\n}}\n"
    name, argument = method.partition("(")[0], "r.Host" if "k string" in method else ""
    assert inserted(tmp_path, f"s.{name}({argument})", rest).growth is growth


@pytest.mark.parametrize(
    ("condition", "growth"),
    [("debug", Growth.NONE), ("!debug", Growth.UNBOUNDED), ("verbose", Growth.UNBOUNDED), ("on", Growth.UNBOUNDED)],
)
def test_what_a_constant_switches_off(tmp_path: Path, condition: str, growth: Growth) -> None:
    """``const debug = false`` keeps what it guards out of the program; a variable may be set."""
    rest = "const debug, on = false, true\n\nvar verbose = false\n"
    assert inserted(tmp_path, f"if {condition} {{\n\t\ts.m[r.Host]++\n\t}}", rest).growth is growth


REMOTE = """
type remote struct{ params url.Values }

type updateMessage struct{ params url.Values }

func newRemote(text string) *remote {
	values, _ := url.ParseQuery(text)
	return &remote{values}
}

var primary = newRemote("group=a")
"""


@pytest.mark.parametrize(
    ("statement", "certainty"),
    [
        ('s.m[primary.params.Get("group")] = 1', Certainty.UNKNOWN),
        ('s.m[(&updateMessage{r.Form}).params.Get("group")] = 1', Certainty.SURE),
        ('s.m[r.URL.Query().Get("group")] = 1', Certainty.SURE),
        ('s.m[r.Form.Get("group")] = 1', Certainty.SURE),
        ('values := r.URL.Query(); s.m[values.Get("group")] = 1', Certainty.SURE),
    ],
)
def test_parameters_of_urls_that_the_program_keeps(tmp_path: Path, statement: str, certainty: Certainty) -> None:
    """What a request has in its URL the other side sent; what an object of the program's has somebody set up."""
    head = HEAD.replace('"net/http"', '"net/http"\n\t"net/url"')
    program = resolved(write_module(tmp_path, {"main.go": head + HANDLE % statement + REMOTE}))
    found = build(program, build_graph(program)).map("example.com/m.server.m")
    assert found is not None
    assert found.inserts[0].growth_certainty is certainty


def test_network_interfaces_of_the_machine_are_few(tmp_path: Path) -> None:
    head = HEAD.replace('"net/http"', '"net"\n\t"net/http"')
    statement = "all, _ := net.Interfaces(); for _, one := range all { s.m[one.Name] = len(r.Host) }"
    program = resolved(write_module(tmp_path, {"main.go": head + HANDLE % statement}))
    found = build(program, build_graph(program)).map("example.com/m.server.m")
    assert found is not None
    assert found.inserts[0].growth is Growth.BOUNDED


@pytest.mark.parametrize(
    ("counted", "growth"), [("uint32", Growth.UNBOUNDED), ("uint16", Growth.BOUNDED), ("int8", Growth.BOUNDED)]
)
def test_what_counts_beyond_its_type_begins_again(counted: str, growth: Growth, tmp_path: Path) -> None:
    rest = f"type tally struct{{ last {counted} }}\n\nvar t tally\n\nvar table = map[{counted}]int{{}}\n"
    source = HEAD + HANDLE % "t.last++; table[t.last] = 1" + rest
    program = resolved(write_module(tmp_path, {"main.go": source}))
    found = build(program, build_graph(program)).map("example.com/m.table")
    assert found is not None
    assert found.growth is growth


def test_what_a_library_passes_to_a_function_that_it_was_given(tmp_path: Path) -> None:
    """The function is handed away; where it is called is not seen."""
    source = HEAD.replace('"strings"\n)', '"strings"\n\n\t"example.org/wire"\n)')
    source += HANDLE % "wire.Peers(func(id string) { s.m[id] = 1 })"
    program = resolved(write_module(tmp_path, {"main.go": source}))
    found = build(program, build_graph(program)).map("example.com/m.server.m")
    assert found is not None
    assert (found.growth, found.inserts[0].growth_certainty) == (Growth.UNBOUNDED, Certainty.LIKELY)
    assert "passes to m.handle$1" in found.growth_reason


@pytest.mark.parametrize("call", ["client.ObjectKeyFromObject(r)", "client.IndexOf(r)"])
def test_objects_of_a_cluster_come_and_go(call: str, tmp_path: Path) -> None:
    source = HEAD.replace('"strings"\n)', '"strings"\n\n\t"sigs.k8s.io/controller-runtime/pkg/client"\n)')
    source += HANDLE % f"o[{call}] = 1" + "\nvar o = map[any]int{}\n"
    program = resolved(write_module(tmp_path, {"main.go": source}))
    found = build(program, build_graph(program)).map("example.com/m.o")
    assert found is not None
    assert ("names an object of the cluster" in found.growth_reason) is ("ObjectKey" in call)
