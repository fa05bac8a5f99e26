"""``mapleak explain --escape`` with the real compiler."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from evidence_support import write
from mapleak.evidence.toolchain import Toolchain, find_toolchain

needs_go = pytest.mark.skipif(not isinstance(find_toolchain(), Toolchain), reason="no Go toolchain")

CART = """package cart

import "example.com/shop/lib"

type Server struct {
	peers map[string]int // peers
}

func New() *Server {
	return &Server{peers: make(map[string]int)} // made in New
}

func (s *Server) Add(name string) {
	s.peers[name]++ // added
}

func Serve() int {
	server := &Server{peers: map[string]int{}} // made around
	server.Add("a")                            // added around
	return server.Of("a")
}

func (s *Server) Of(name string) int { return s.peers[name] }

func build() map[string]int {
	m := make(map[string]int) // made in build
	m["a"] = 1
	return m
}

func Count() int {
	return len(build()) // counted
}

var kept map[string]int

func Keep() {
	kept = build() // kept
}

func Local(keys []string) int {
	seen := map[string]bool{} // local
	for _, k := range keys {
		seen[k] = true
	}
	return len(seen)
}

func Watch(events chan string) {
	seen := make(map[string]bool)
	go func() { // watcher
		for event := range events {
			seen[event] = true
		}
	}()
}

//go:noinline
func each(visit func(string)) { visit("a") }

func Uses() int {
	n := 0
	each(func(string) { n++ }) // visitor
	return n
}

func once(visit func(string)) { visit("a") }

func Inlines() int {
	n := 0
	once(func(string) { n++ }) // vanishes
	return n
}

var table = lib.Table() // elsewhere

func Fill(k string) { table[k] = 1 }

var never map[int]int // nil

func Ask(k int) int { return never[k] }
"""
LIB = "package lib\n\nfunc Table() map[string]int {\n\treturn map[string]int{}\n}\n"
FILES = {"go.mod": "module example.com/shop\n\ngo 1.21\n", "cart/cart.go": CART, "lib/lib.go": LIB}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("shop")
    write(root, FILES)
    return root


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mapleak", "explain", *arguments]
    return subprocess.run(command, cwd=root, check=False, capture_output=True, text=True)


def line_of(root: Path, marker: str) -> str:
    lines = (root / "cart/cart.go").read_text().splitlines()
    (number,) = [number for number, line in enumerate(lines, 1) if line.endswith(f"// {marker}")]
    return f"cart/cart.go:{number}"


def explained(root: Path, marker: str) -> list[str]:
    result = run(root, "--escape", line_of(root, marker))
    assert result.returncode == 0, result.stderr
    return result.stdout.splitlines()


@needs_go
def test_a_map_that_escapes_into_a_field(shop: Path) -> None:
    """The steps in words, and the claim of the finding that they support."""
    lines = explained(shop, "made in New")
    assert any(line.endswith("make(map[string]int) in cart.New") for line in lines)
    assert any(line.startswith("  escapes to the heap: the map can outlive") for line in lines)
    steps = [line.split(": ", 1)[1] for line in lines if line.lstrip()[:2] in ("1.", "2.", "3.")]
    assert steps[0] == "it is made here: make(map[string]int)"
    assert any(step.startswith("it is stored in a struct: ") for step in steps)
    assert any(line.startswith("ML102 at cart/cart.go:") for line in lines)
    assert any(" is supported: the map escapes to the heap" in line for line in lines)


@needs_go
def test_a_line_that_fills_a_map_is_about_where_it_is_made(shop: Path) -> None:
    """The declaration of a field and an insertion lead to the place that makes the map."""
    made = line_of(shop, "made in New")
    for marker in ("added", "peers"):
        lines = explained(shop, marker)
        assert "maps: example.com/shop/cart.Server.peers" in lines
        assert any(line.startswith(f"{made}:") for line in lines)


@needs_go
@pytest.mark.parametrize("marker", ["made around", "added around"])
def test_a_struct_with_a_map_leads_to_the_map_in_it(shop: Path, marker: str) -> None:
    """Its own literal is no map: nothing is said of it."""
    lines = explained(shop, marker)
    assert any(line.endswith("map[string]int{} in cart.Serve") for line in lines)
    assert not any("this map" in line for line in lines)


@needs_go
def test_a_field_is_one_map_for_all_objects_and_a_line_is_about_one(shop: Path) -> None:
    """Where it is made, or filled by the function that has made it, only that one is told of; the others are named."""
    made, around, added = (explained(shop, marker) for marker in ("made in New", "added around", "added"))
    sites = [[line for line in lines if line[:1] == "c" and " in cart." in line] for lines in (made, around, added)]
    assert [[site.rpartition(" ")[2] for site in of_one] for of_one in sites] == [
        ["cart.New"],
        ["cart.Serve"],
        ["cart.New", "cart.Serve"],
    ]
    there = next(line for line in made if line.startswith("Other maps of the same field"))
    assert there.endswith(f"to be asked about there: {line_of(shop, 'made around')}")
    assert not any(line.startswith("Other maps") for line in added)
    assert len([line for line in explained(shop, "peers") if line[:1] == "c" and " in cart." in line]) == 2


@needs_go
def test_an_inlined_function_is_decided_about_at_its_calls(shop: Path) -> None:
    """At the definition it escapes; at one call it does not; without inlining there is only the definition."""
    lines = explained(shop, "made in build")
    assert any(line.startswith("  cart.build is inlined, and decided about again") for line in lines)
    counted, kept = line_of(shop, "counted"), line_of(shop, "kept")
    assert f"    {counted}:18: does not escape" in lines
    assert f"    {kept}:14: escapes to the heap" in lines
    assert any(line.endswith("it is assigned: kept = ~r0") for line in lines) or "~R0" in "".join(lines)
    assert "  without inlining (-l): the same here, and that holds for every call: there are no copies of it" in lines


@needs_go
def test_a_map_of_one_call(shop: Path) -> None:
    """It cannot outlive the call."""
    lines = explained(shop, "local")
    assert "  does not escape: the map cannot outlive the call that makes it" in lines
    assert "  without inlining (-l): the same" in lines
    assert lines[-1] == "No finding is about it."


@needs_go
def test_a_closure_of_a_goroutine(shop: Path) -> None:
    """It escapes, with what it captures; the function around it cannot be inlined, and that is said."""
    lines = explained(shop, "watcher")
    assert any(line.endswith("func literal in cart.Watch") for line in lines)
    assert any(line.startswith("  escapes to the heap: the closure can outlive") for line in lines)
    assert "  it captures seen by value: a copy of the variable" in lines
    assert any(line.startswith("  cart.Watch cannot be inlined: ") for line in lines)


@needs_go
def test_a_closure_that_stays(shop: Path) -> None:
    """It is called before the function returns."""
    assert "  does not escape: the closure cannot outlive the call that makes it" in explained(shop, "visitor")


@needs_go
def test_a_closure_that_inlining_does_away_with(shop: Path) -> None:
    """Silence is not taken for an answer; without inlining there is one."""
    lines = explained(shop, "vanishes")
    if "go1.21" in lines[0]:
        pytest.skip("Go 1.21 speaks of such closures all the same")
    assert any(line.startswith("  the compiler says nothing here: ") for line in lines)
    assert "  without inlining (-l): does not escape" in lines


@needs_go
def test_a_map_made_in_another_package(shop: Path) -> None:
    """One package is compiled; where else to ask is said."""
    lines = explained(shop, "elsewhere")
    assert "Made in other packages as well, to be asked about there: lib/lib.go:4" in lines


@needs_go
def test_a_map_that_is_never_made(shop: Path) -> None:
    """Nothing to judge, and nothing is made up."""
    text = "\n".join(explained(shop, "nil"))
    assert "has no allocation that the compiler could speak of" in text


@needs_go
def test_a_finding_that_is_refuted(tmp_path: Path) -> None:
    """The claim that a local map outlives its call, against the compiler's word."""
    shop = Path(shutil.copytree(Path(__file__).parent.parent / "testdata" / "shop", tmp_path / "shop"))
    (file,) = [path for path in shop.rglob("*.go") if "func distinct(" in path.read_text()]
    lines = file.read_text().splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("func distinct("))
    made = next(number for number in range(start, len(lines)) if "seen :=" in lines[number])
    result = run(shop, "--escape", f"{file.relative_to(shop)}:{made + 1}")
    assert result.returncode == 0, result.stderr
    (verdict,) = [line for line in result.stdout.splitlines() if line.startswith("  its claim that ")]
    assert verdict.startswith("  its claim that the map outlives the call that makes it is refuted: the map does not")


@needs_go
def test_a_test_file(tmp_path: Path) -> None:
    """It is compiled with its package."""
    test = 'package p\n\nimport "testing"\n\nvar m = map[string]int{}\n\nfunc TestIt(t *testing.T) { m[t.Name()]++ }\n'
    write(tmp_path, {"go.mod": "module example.com/p\n\ngo 1.21\n", "p.go": "package p\n", "p_test.go": test})
    result = run(tmp_path, "--escape", "p_test.go:5")
    assert "map[string]int{}" in result.stdout, result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--escape", "cart/cart.go"), "error: --escape 'cart/cart.go' is not FILE:LINE"),
        (("--escape", "cart/none.go:3"), "error: --escape cart/none.go: no such file"),
        ((), "error: give either a rule or --escape FILE:LINE (see 'mapleak explain --help')"),
        (("ML101", "--escape", "cart/cart.go:3"), "error: give either a rule or --escape FILE:LINE"),
        (("--escape", "cart/cart.go:3", "--go", "no-such-go"), "error: --go no-such-go: no such program"),
    ],
)
def test_mistakes_on_the_command_line(shop: Path, arguments: tuple[str, ...], message: str) -> None:
    """One line, and the exit code of a failure."""
    result = run(shop, *arguments)
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr.startswith(message)
    assert result.stderr.count("\n") == 1


@needs_go
def test_a_line_without_map_or_closure(shop: Path) -> None:
    """That is said."""
    result = run(shop, "--escape", "cart/cart.go:1")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == (
        "error: cart/cart.go:1: no map or closure is made, declared, filled or emptied on this line\n"
    )


def test_no_toolchain(shop: Path, tmp_path: Path) -> None:
    """A program that is no Go is none."""
    fake = tmp_path / "go"
    fake.write_text("#!/bin/sh\nexit 3\n")
    fake.chmod(0o755)
    result = run(shop, "--escape", line_of(shop, "local"), "--go", str(fake))
    assert result.returncode == 2
    assert result.stderr.startswith("error: --escape needs the Go compiler: the Go toolchain cannot be used")
    assert result.stderr.count("\n") == 1


@needs_go
def test_a_package_that_does_not_compile(tmp_path: Path) -> None:
    """One line that says why."""
    broken = "package p\n\nvar m = map[string]int{}\n\nfunc Add(k string) { m[k] = undefined }\n"
    write(tmp_path, {"go.mod": "module example.com/p\n\ngo 1.21\n", "p.go": broken})
    result = run(tmp_path, "--escape", "p.go:3")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("error: p.go: the package does not compile: ")
    assert "undefined: undefined" in result.stderr
    assert result.stderr.count("\n") == 1


@needs_go
def test_a_file_that_this_platform_leaves_out(tmp_path: Path) -> None:
    """The compiler did not look at it."""
    write(tmp_path, {"go.mod": "module example.com/p\n\ngo 1.21\n", "p.go": "package p\n"})
    write(tmp_path, {"p_plan9.go": "package p\n\nvar m = map[string]int{}\n\nfunc Add(k string) { m[k]++ }\n"})
    result = run(tmp_path, "--escape", "p_plan9.go:3")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("error: p_plan9.go: the file is left out of a build for ")
    assert result.stderr.count("\n") == 1


@needs_go
def test_nothing_of_the_program_is_executed(tmp_path: Path) -> None:
    """Neither its init functions nor its tests; nothing is written beside it."""
    source = """package main

import "os"

var m = map[string]int{}

func init() { _ = os.WriteFile("ran", nil, 0o600) }

func main() { m["a"] = 1 }
"""
    write(tmp_path, {"go.mod": "module example.com/p\n\ngo 1.21\n", "main.go": source})
    assert run(tmp_path, "--escape", "main.go:5").returncode == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["go.mod", "main.go"]
