"""Code that does not fit together, and a mistake of ours in one function: neither costs what is known of the rest."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mapleak.cli.main import run
from mapleak.resolve.functions import FunctionResolver
from mapleak.syntax import ast
from programs import resolved, write_module

NOTHING = """\
package m

func nothing() {}

var known = map[string]int{}

func Values(k string) int {
	x := nothing()
	y, z := nothing()
	known[nothing()] = 1
	known[k] = nothing()
	for i := range nothing() {
		known[i] = 1
	}
	defer func() int { return nothing() }()
	f := map[string]int{"a": nothing()}
	s := []int{nothing()}
	go print(nothing())
	if nothing() {
	}
	switch nothing() {
	case nothing():
	}
	c := make(chan int)
	c <- nothing()
	s = append(s, nothing()...)
	delete(known, nothing())
	clear(nothing())
	_ = nothing().foo
	_ = nothing()[k]
	nothing().Bar(k)
	_ = *nothing()
	_ = &nothing()
	_ = nothing() + 1
	_ = nothing().(int)
	var q int = nothing()
	_, _, _, _, _, _ = x, y, z, f, s, q
	return nothing()
}

func Two() (int, error)   { return nothing() }
func Three() (int, error) { return Two(), nil }
"""

LEAK = """\
package main

import "net/http"

var seen = map[string]bool{}

func odd() {}

func handle(w http.ResponseWriter, r *http.Request) { seen[r.RemoteAddr] = true }

func main() {
	http.HandleFunc("/", handle)
	http.ListenAndServe(":8080", nil)
}
"""


def test_calls_without_results_are_no_values(tmp_path: Path) -> None:
    """Two functions of one name under different build constraints look like this, too."""
    program = resolved(write_module(tmp_path, {"m.go": NOTHING}))
    assert {"example.com/m.Values", "example.com/m.Two"} <= {function.name for function in program.functions}
    assert program.failures == ()


def test_a_mistake_in_one_function_is_a_note(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The function is left out and said to be; the finding in another one is there."""
    understood = FunctionResolver.function

    def failing(self: FunctionResolver, decl: ast.FuncDecl) -> None:
        understood(self, decl)
        if decl.name == "odd":
            raise IndexError("list index out of range")

    monkeypatch.setattr(FunctionResolver, "function", failing)
    module = write_module(tmp_path, {"main.go": LEAK})
    words = ["scan", "--jobs", "1", "--no-cache", "--compiler", "off", "--pedantic", "--format", "json", str(module)]
    assert run(words) == 1
    report = json.loads(capfd.readouterr().out)
    assert "ML101" in {finding["rule"] for finding in report["findings"]}
    assert report["summary"]["notes"] == [
        "main.go: odd was left out: an error in mapleak (IndexError: list index out of range)"
    ]
