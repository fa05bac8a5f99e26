"""Keys that have been looked up in a table, in another function, before they are stored."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.maps.model import Growth
from maps_source import model_of

SHELF = """
package main

import (
	"errors"
	"fmt"
	"net/http"
)

var (
	recipes = map[string]func() any{}
	baked   = map[string]any{}
)

func init() { recipes["bread"] = func() any { return 1 } }

func learn(name string) { recipes[name] = func() any { return 2 } }

func bake(name string) (any, error) {
	%(lookup)s
}

type oven struct{}

func (oven) take(name string, how func(string) (any, error)) (any, error) {
	if done, ok := baked[name]; ok {
		return done, nil
	}
	made, err := %(call)s
	%(check)s
	baked[name] = made
	return made, nil
}

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		_, err := oven{}.take(r.URL.Path, bake)
		fmt.Fprintln(w, err, errors.New(""))
		%(serve)s
	})
	http.ListenAndServe(":80", nil)
}
"""

FAILS = """recipe, ok := recipes[name]
	if !ok {
		return nil, fmt.Errorf("no %q", name)
	}
	return recipe(), nil"""
SPECIAL = """if recipe, ok := recipes[name]; ok {
		return recipe(), nil
	}
	return name, nil"""
OTHER_KEY = """recipe, ok := recipes[name[1:]]
	if !ok {
		return nil, errors.New("no")
	}
	return recipe(), nil"""
LEAVE = "if err != nil { return nil, err }"


@pytest.mark.parametrize(
    ("lookup", "call", "check", "serve", "growth"),
    [
        (FAILS, "bake(name)", LEAVE, "", Growth.BOUNDED),
        (FAILS, "how(name)", LEAVE, "", Growth.BOUNDED),
        (FAILS, "how(name)", "_ = err", "", Growth.UNBOUNDED),  # goes on without it
        (FAILS, "how(name)", 'if err != nil { fmt.Println("no") }', "", Growth.UNBOUNDED),
        (FAILS, 'how("bread")', LEAVE, "", Growth.UNBOUNDED),
        (FAILS, "how(name)", LEAVE, "learn(r.URL.Path)", Growth.UNBOUNDED),  # the table grows itself
        (SPECIAL, "how(name)", LEAVE, "", Growth.UNBOUNDED),
        (OTHER_KEY, "how(name)", LEAVE, "", Growth.UNBOUNDED),
    ],
)
def test_a_key_that_a_table_must_have(
    tmp_path: Path, lookup: str, call: str, check: str, serve: str, growth: Growth
) -> None:
    source = SHELF % {"lookup": lookup, "call": call, "check": check, "serve": serve}
    baked = model_of(tmp_path, {"main.go": source}).map("example.com/m.baked")
    assert baked is not None
    assert baked.inserts[0].growth is growth, baked.inserts[0].growth_reason
