"""What loops without an end count up: counters from their first turn on, wherever the counting is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from programs import function, resolved, write_module

SOURCE = """package m

type T struct{ m map[int]int }

func F(t *T, in <-chan int, list []int, p int) {
	next := 5
	%s
}
"""

COUNTERS = {
    "after its use": "for r := range in { t.m[next] = r; next++ }",
    "by another name": "for r := range in { id := next; next++; t.m[id] = r }",
    "before its use": "for r := range in { next++; t.m[next] = r }",
    "by more than one": "for r := range in { t.m[next] = r; next += 2 }",
    "in a loop without a condition": "for { t.m[next] = <-in; next++ }",
    "by the loop itself": "for i := 1; ; i++ { t.m[i] = <-in }",
    "on some ways": "for r := range in { t.m[next] = r; if r > 0 { next++ } }",
}

OTHERS = {
    "a loop that ends": "for _, r := range list { t.m[next] = r; next++ }",
    "not counted": "for r := range in { t.m[next] = r }",
    "begun anew": "for r := range in { t.m[next] = r; next++; if next == 9 { next = 0 } }",
    "another variable": "for r := range in { t.m[next] = r; next := r; next++ }",
    "in a function of its own": "for r := range in { t.m[next] = r; f := func() { next++ }; _ = f }",
}


def origin(tmp_path: Path, body: str) -> str:
    found = function(resolved(write_module(tmp_path, {"m.go": SOURCE % body})), "F")
    (key,) = [op.key for op in found.ops if op.effect == "insert"]
    assert key is not None
    return key.origin


@pytest.mark.parametrize("case", COUNTERS)
def test_counters(tmp_path: Path, case: str) -> None:
    assert origin(tmp_path, COUNTERS[case]) == "counter"


@pytest.mark.parametrize("case", OTHERS)
def test_no_counters(tmp_path: Path, case: str) -> None:
    assert origin(tmp_path, OTHERS[case]) == "constant"
