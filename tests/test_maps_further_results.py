"""Keys that are results of the tree's own functions, behind the first: each is followed to where it comes from."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.maps.model import Growth
from maps_source import model_of

SERVER = """
package main

import "net/http"

var seen = map[string]int{}

func forwarded(r *http.Request) (int, string, error) { return parse(r) }

func parse(r *http.Request) (int, string, error) {
	who := r.Header.Get("X-User")
	return len(who), who, nil
}

func named(r *http.Request) (n int, who string) {
	who = r.Header.Get("X-User")
	return
}

func sorted(r *http.Request) (who, kind string) {
	if r.Method == "GET" {
		return r.Host, "reader"
	}
	return r.Host, "writer"
}

func joined(r *http.Request) (n int, key string) {
	key = "/"
	for _, part := range parts {
		key += part
	}
	return len(key), key
}

var parts []string

func serve(w http.ResponseWriter, r *http.Request) {
	%s
	seen[key]++
}

func main() { http.ListenAndServe(":80", http.HandlerFunc(serve)) }
"""

READ = "the key is what r.Header.Get reads from the other side"


@pytest.mark.parametrize(
    ("call", "growth", "reason"),
    [
        ("_, key, _ := parse(r)", Growth.UNBOUNDED, f"{READ}, by way of parse"),
        ("_, key, _ := forwarded(r)", Growth.UNBOUNDED, f"{READ}, by way of parse, by way of forwarded"),
        ("_, key := named(r)", Growth.UNBOUNDED, f"{READ}, by way of named"),
        ("_, key := joined(r)", Growth.UNBOUNDED, "the key is the result of a call (joined)"),
        ("_, key := sorted(r)", Growth.BOUNDED, "the key is a constant, by way of sorted"),
    ],
)
def test_each_result_is_followed(call: str, growth: Growth, reason: str, tmp_path: Path) -> None:
    seen = model_of(tmp_path, {"main.go": SERVER % call}).map("example.com/m.seen")
    assert (seen.growth, seen.growth_reason) == (growth, reason)
