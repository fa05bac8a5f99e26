"""Census of maps, operations and calls against the type checker, on our own hard cases and on the standard library."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest

import census
import census_input
from census_input import Record, Truth

MODULES = Path(__file__).parent.parent / "testdata" / "census"
STANDARD = ("net/http", "encoding/json", "go/types", "sync", "text/template", "database/sql")
FORM = re.compile(r"(?P<form>[\w.]+) (?P<element>element of )?(?P<name>forms\.[\w.]+)")

needs_go = [pytest.mark.needs_go, pytest.mark.skipif(shutil.which("go") is None, reason="needs a Go toolchain")]


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return census_input.build_program(tmp_path_factory.mktemp("census"))


def marked(function: object) -> object:
    for mark in needs_go:
        function = mark(function)
    return function


@marked
def test_the_type_checkers_side_says_what_the_remarks_say(program: Path) -> None:
    """The truth itself is checked: every operation in the module of forms has a remark that names it."""
    directory = MODULES / "forms"
    expected: Counter[tuple[int, str, str, bool]] = Counter()
    for number, line in enumerate((directory / "forms.go").read_text().splitlines(), 1):
        remark = line.partition("// ")[2]
        for match in FORM.finditer(remark):
            expected[number, match["form"], f"example.com/{match['name']}", bool(match["element"])] += 1
    truth = census_input.read_truth(directory, (), program)
    named = [operation for operation in truth.operations if operation.base in {"var", "field"}]
    assert Counter((o.line, o.form, o.name, o.level > 0) for o in named) == expected


@marked
@pytest.mark.parametrize("module", sorted(path.name for path in MODULES.iterdir()))
def test_own_modules_completely(module: str, program: Path, tmp_path: Path) -> None:
    directory = tmp_path / module
    shutil.copytree(MODULES / module, directory)
    scores, truth = census.measure(directory, binary=program)
    assert truth.files
    assert not truth.broken
    demand(scores, 100.0)


@marked
def test_standard_library(program: Path) -> None:
    root = subprocess.run(["go", "env", "GOROOT"], check=True, capture_output=True, text=True).stdout.strip()
    source = Path(root).resolve() / "src"
    truth = census_input.read_truth(source, STANDARD, program)
    assert truth.packages == set(STANDARD)
    demand(census.compare(truth, census_input.read_ours(source)), 98.0)


def demand(scores: list[census.Score], least: float) -> None:
    """Fails with the rows that are not good enough and what is missed or wrong in them."""
    bad = [score for score in scores if min(score.recall, score.precision) < least]
    if bad:
        lines = [line for score in bad for line in census.differences(score, 20)]
        pytest.fail("\n".join([census.table(bad), *lines]), pytrace=False)


def _place(line: int, column: int = 1) -> dict[str, object]:
    return {"file": "/m/a.go", "line": line, "column": column}


def _truth(*records: Mapping[str, object]) -> Truth:
    first = {"record": "file", "file": "/m/a.go", "package": "m"}
    return census_input.truth_of([msgspec.convert(r, Record) for r in (first, *records)])


def _ours(maps: list[dict[str, object]], calls: list[dict[str, object]]) -> census_input.Ours:
    graph = {"schema_version": 1, "functions": [{"name": "m.f", "file": "a.go", "line": 9}], "calls": calls}
    return census_input.ours_of(json.dumps({"maps": maps}).encode(), json.dumps(graph).encode(), Path("/m"))


def _map(name: str, line: int, inserts: list[dict[str, object]], **other: object) -> dict[str, object]:
    where = {"file": "a.go", "line": line, "column": 5}
    return {"name": name, "kind": "var", "container": "map", "declaration": where, "inserts": inserts} | other


def _site(line: int, form: str = "assign", file: str = "a.go", via: str = "") -> dict[str, object]:
    return {"file": file, "line": line, "column": 1, "form": form, "via": via}


def _operation(line: int, name: str, base: str = "var", form: str = "assign", level: int = 0) -> dict[str, object]:
    declaration = {"file": "/m/a.go", "line": 1, "column": 5}
    kind = {"record": "op", "op": "insert", "form": form, "map": name, "base": base, "level": level}
    return kind | {"declaration": declaration, "function": "m.f"} | _place(line)


def _declared(name: str, line: int) -> dict[str, object]:
    return {"record": "map", "name": name, "role": "var", "kind": "map", "package": "m"} | _place(line, 5)


def test_maps_are_compared_by_name_and_place() -> None:
    truth = _truth(_declared("m.a", 1), _declared("m.b", 2), _declared("m.c", 3))
    ours = _ours([_map("m.a", 1, []), _map("m.x", 2, []), _map("m.d", 4, []), _map("m.e", 5, [], kind="local")], [])
    score = census.compare_maps(truth, ours)
    assert (score.truth, score.found, score.listed, score.right) == (3, 1, 3, 1)
    assert [text.split(": ")[1].split(" ")[0] for text in score.missed] == ["m.b", "m.c"]
    assert [text.split(": ")[1].split(" ")[0] for text in score.wrong] == ["m.x", "m.d"]


def test_what_is_not_compiled_here_does_not_count() -> None:
    other = {"declaration": {"file": "a_windows.go", "line": 1, "column": 5}}
    truth = _truth(_declared("m.a", 1), _operation(7, "m.a"))
    ours = _ours([_map("m.a", 1, [_site(7), _site(8, file="a_windows.go")]), _map("m.b", 1, [], **other)], [])
    assert [(s.found, s.right, s.wrong) for s in census.compare(truth, ours)[1:2]] == [(1, 1, [])]
    assert census.compare_maps(truth, ours).listed == 1


def test_operations_need_line_form_and_name() -> None:
    declared = [_declared("m.a", 1), _declared("m.b", 2)]
    truth = _truth(*declared, *(_operation(line, "m.a") for line in (11, 12, 13, 14)), _operation(14, "m.a"))
    sites = [_site(11), _site(12, "delete"), _site(14), _site(20), _site(21, "call")]
    score = census.compare_operations(truth, _ours([_map("m.a", 1, sites), _map("m.b", 2, [_site(13)])], []))
    assert (score.truth, score.found, score.listed, score.right) == (5, 2, 5, 2)
    assert [text.split(":")[1] for text in score.missed] == ["12", "13", "14"]
    assert sorted(text.split(":")[1] for text in score.wrong) == ["12", "13", "20"]


def test_an_operation_may_also_be_listed_under_what_it_aliases() -> None:
    truth = _truth(
        _declared("m.a", 1),
        _operation(11, "m.a"),
        _operation(12, "local", base="local"),
        _operation(13, "m.a", level=1),
    )
    aliased = [_site(11, via="local"), _site(12, via="local"), _site(14, via="local")]
    ours = _ours([_map("m.a", 1, [_site(11)]), _map("m.b", 2, aliased)], [])
    score = census.compare_operations(truth, ours)
    assert (score.truth, score.found, score.listed, score.right) == (1, 1, 2, 1)
    assert [text.split(":")[1] for text in score.wrong] == ["14"]
    assert score.notes["through an alias"] == 2


def test_replacing_a_struct_replaces_its_maps() -> None:
    truth = _truth(_operation(11, "", base="owner", form="remake"))
    ours = _ours([_map("m.a", 1, [_site(11, "remake"), _site(12, "remake")])], [])
    assert [text.split(":")[1] for text in census.compare_operations(truth, ours).wrong] == ["12"]


def test_operations_on_elements_need_a_place() -> None:
    truth = _truth(_operation(13, "m.a", level=1), _operation(14, "m.a", level=2))
    ours = _ours([_map("m.a[]", 1, [_site(13), _site(15)], kind="element")], [])
    score = census.compare_elements(truth, ours)
    assert (score.truth, score.found, score.listed, score.right) == (2, 1, 2, 1)


def _call(line: int, callee: str, kind: str = "static", caller: str = "m.f") -> dict[str, object]:
    return {"record": "call", "caller": caller, "callee": callee, "kind": kind, "callee_package": "m"} | _place(line)


def _edge(line: int, callee: str, kind: str = "static", caller: str = "m.f") -> dict[str, object]:
    return {"caller": caller, "callee": callee, "kind": kind, "file": "a.go", "line": line}


def test_calls_need_caller_callee_and_line() -> None:
    functions = [{"record": "function", "name": name} | _place(1) for name in ("m.f", "m.g", "(*m.T).h", "m.init#1")]
    calls = [_call(1, "m.g"), _call(2, "(*m.T).h"), _call(3, "m.g", caller="m.init#1"), _call(4, "m.I.x", "interface")]
    truth = _truth(*functions, *calls)
    edges = [_edge(1, "m.g"), _edge(2, "m.g"), _edge(3, "m.g", caller="m.init#2"), _edge(4, "(*m.T).h", "go")]
    score = census.compare_calls(truth, _ours([], [*edges, _edge(5, "fmt.Println"), _edge(6, "m.g", "interface")]))
    assert (score.truth, score.found, score.listed, score.right) == (3, 2, 3, 2)
    assert score.notes["go or defer of a dynamic call"] == 1


def test_packages_that_do_not_check_are_left_out() -> None:
    error = {"record": "error", "package": "m", "message": "undefined: x"}
    assert _truth(_declared("m.a", 1), error).broken == {"m": "undefined: x"}
    assert not _truth(_declared("m.a", 1), error).maps
    assert _truth(_declared("m.a", 1), error | {"cgo": True}).maps


def test_ordinals_of_initialisers_are_not_compared() -> None:
    assert census_input.normal("p.init#3") == "p.init"
    assert census_input.normal("p.init$12$1") == "p.init$"
    assert census_input.normal("p.init#1$2") == "p.init$"
    assert census_input.normal("p.F$2") == "p.F$2"
    assert census_input.normal("(*p.T).initialise") == "(*p.T).initialise"


def test_the_package_of_a_function() -> None:
    assert census_input.package_of("fmt.Println") == "fmt"
    assert census_input.package_of("example.com/a.b/c.F$1") == "example.com/a.b/c"
    assert census_input.package_of("(*example.com/a.b/c.T).M") == "example.com/a.b/c"
    assert census_input.package_of("(c.T).M$1$2") == "c"
