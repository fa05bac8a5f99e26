"""The benchmark measures what it says, leaves the tree as it is, and notices reports that differ."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import bench
from bench_memory import MEASURABLE, Watch
from programs import write_module

PROGRAM = {
    "main.go": 'package main\n\nimport "example.com/m/a"\n\nfunc main() { a.Put("x") }\n',
    "a/a.go": "package a\n\nvar m = map[string]int{}\n\nfunc Put(k string) { m[k]++ }\n",
    "b/b.go": "package b\n",
}


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_table(tmp_path: Path) -> None:
    """Every figure has its line, the reports are the same, and the tree is not touched."""
    tree = write_module(tmp_path / "tree", PROGRAM)
    before = contents(tree)
    command = [sys.executable, str(Path(bench.__file__)), str(tree), "--runs", "1", "--no-curve", "--jobs", "1"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    table = [line.split(" | ") for line in done.stdout.splitlines() if line.startswith("| ")]
    measured = {row[0].removeprefix("| ").partition(",")[0]: row[1] for row in table}
    for what in ("parsing every file", "cold scan", "warm scan", "one file changed", "hook", "mapleak --help"):
        assert measured[what].endswith(" s"), what
    assert measured["reports: cold"] == "byte-identical"
    assert contents(tree) == before


def test_a_part_of_a_module_is_no_tree_to_measure(tmp_path: Path) -> None:
    tree = write_module(tmp_path, PROGRAM)
    with pytest.raises(SystemExit, match="part of a module"):
        bench.found_in(tree / "a")


def test_copies_hold_a_share_of_the_packages_and_every_module_file(tmp_path: Path) -> None:
    vendored = {"vendor/modules.txt": "", "vendor/example.com/x/x.go": "package x\n"}
    directory = write_module(tmp_path / "tree", {**PROGRAM, **vendored})
    tree = bench.found_in(directory)
    assert contents(bench.copied(directory, tree, tmp_path / "whole")) == contents(directory)
    half = contents(bench.copied(directory, tree, tmp_path / "half", 2))
    assert half.keys() == {"go.mod", "main.go", "b/b.go", *vendored}


def test_the_curve_measures_parts_of_the_tree(tmp_path: Path) -> None:
    """From one of two packages to the tree beside a copy of itself."""
    directory = write_module(tmp_path / "tree", PROGRAM)
    (tmp_path / "bench").mkdir()
    found = bench.Bench(directory, bench.found_in(directory), tmp_path / "bench", 1, 1, 1)
    bench.measure_curve(found)
    lines = [int(row.what.split()[-2]) for row in found.rows]
    assert lines == [5, 5, 6, 11, 22]


def test_reports_that_differ_are_named(tmp_path: Path) -> None:
    directory = write_module(tmp_path, PROGRAM)
    found = bench.Bench(directory, bench.found_in(directory), tmp_path, 1, 1, 1)
    found.same("warm scan", b"a", b"a")
    assert found.different == []
    found.same("warm scan", b"a", b"b")
    assert found.different == ["warm scan"]


@pytest.mark.skipif(not MEASURABLE, reason="needs Linux")
def test_memory_of_children_counts(tmp_path: Path) -> None:
    """A parent that holds little and a child that holds 64 MiB until they have been seen.

    It touches them again and again: a busy system takes unused memory away.
    """
    seen = tmp_path / "seen"
    child = (
        "import pathlib, time\nheld = bytearray(64 << 20)\nfor _ in range(600):\n    held[::4096] = b'x' * (16 << 10)\n"
        f"    if pathlib.Path({str(seen)!r}).exists(): break\n    time.sleep(0.1)"
    )
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    watch = Watch()
    with subprocess.Popen([sys.executable, "-c", parent], text=True) as process:
        watching = threading.Thread(target=watch.until_end, args=(process,))
        watching.start()
        while watching.is_alive() and watch.peak_kib <= 64 << 10:
            time.sleep(0.05)
        seen.touch()
        watching.join()
    assert watch.peak_kib > 64 << 10
