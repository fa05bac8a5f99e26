"""Texts that are made of objects: an object that is new each time need not print as another text each time."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.maps.model import Growth
from mapleak.resolve.formats import verbs_of
from mapleak.syntax import ast
from maps_source import model_of

HALL = """
package main

import (
	"fmt"
	"net/http"
)

type lamp struct{ colour string }

var lit = map[string]int{}

func serve(w http.ResponseWriter, r *http.Request) { light(&lamp{"red"}, r.Host) }

func light(l *lamp, host string) { lit[%s]++ }

func main() { http.ListenAndServe(":80", http.HandlerFunc(serve)) }
"""


@pytest.mark.parametrize(
    ("key", "growth"),
    [
        ('fmt.Sprintf("%T", l)', Growth.BOUNDED),
        ('fmt.Sprintf("%5.1f %% %T", 0.5, l)', Growth.BOUNDED),
        ('fmt.Sprintf("%T of %s", l, host)', Growth.UNBOUNDED),
        ('fmt.Sprintf("%p", l)', Growth.UNBOUNDED),
        ('fmt.Sprintf("%v", l)', Growth.UNKNOWN),
        ("fmt.Sprint(l)", Growth.UNKNOWN),
    ],
)
def test_what_a_verb_prints(key: str, growth: Growth, tmp_path: Path) -> None:
    lit = model_of(tmp_path, {"main.go": HALL % key}).map("example.com/m.lit")
    assert lit.growth is growth, lit.growth_reason


@pytest.mark.parametrize(
    ("text", "verbs"),
    [
        ('"%d/%-8.3s: %+v"', ("d", "s", "v")),
        ('"100%% of %x"', ("x",)),
        ('"%*d %.*f"', ("*", "d", "*", "f")),
        ('"%[2]d"', ()),
        ('"plain"', ()),
    ],
)
def test_verbs(text: str, verbs: tuple[str, ...]) -> None:
    call = ast.Call(0, 0, ast.Name(0, 0, "Sprintf"), (ast.BasicLit(0, 0, "string", text),), 0, False)
    assert verbs_of(call) == verbs
