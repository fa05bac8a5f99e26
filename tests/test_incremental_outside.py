"""A scan with a cache sees what changes outside the tree's own files: vendored and downloaded modules, Go, settings."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from mapleak import intake, reading
from mapleak.evidence.inputs import build_inputs
from mapleak.resolve import dependencies
from mapleak.source.discover import DiscoverOptions, discover
from mapleak.source.environment import GoEnvironment, go_environment
from mapleak.source.modules import lists_all_modules
from mapleak.store import NO_STORE, Store
from programs import write_module
from test_incremental import report

MAIN = """package main

import (
	"net/http"

	"lib.example.com/keys"
)

var seen = map[keys.Key]int{}

func of(string) (k keys.Key) { return }

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { seen[of(r.Host)]++ })
	_ = http.ListenAndServe(":8080", nil)
}
"""
KEYS = 'package keys\n\nimport "lib.example.com/kinds"\n\ntype Key = kinds.Kind\n'
TEXT = "package kinds\n\ntype Kind string\n\ntype Kinb bool\n"
TRUTH = "package kinds\n\ntype Kinb string\n\ntype Kind bool\n"
assert len(TEXT) == len(TRUTH)


@pytest.fixture
def vendored(tmp_path: Path) -> Path:
    return write_module(
        tmp_path / "tree",
        {
            "main.go": MAIN,
            "vendor/lib.example.com/keys/keys.go": KEYS,
            "vendor/lib.example.com/kinds/kinds.go": TEXT,
        },
    )


def _same_size_and_time(place: Path) -> None:
    times = place.stat()
    place.write_text(TRUTH)
    os.utime(place, ns=(times.st_atime_ns, times.st_mtime_ns))


def _behind_a_link(place: Path) -> None:
    outside = place.parents[4] / "kinds.go"
    if not outside.exists():
        place.rename(outside)
        place.symlink_to(outside)
    else:
        outside.write_text(TRUTH)


def _in_a_linked_folder(place: Path) -> None:
    outside = place.parents[4] / "kinds"
    if not outside.exists():
        place.parent.rename(outside)
        place.parent.symlink_to(outside)
        (outside / "up").symlink_to(place.parents[2])  # and round and round
    else:
        place.write_text(TRUTH)


@pytest.mark.parametrize("edit", [_same_size_and_time, _behind_a_link, _in_a_linked_folder])
def test_an_edit_in_a_vendor_folder_is_seen(
    vendored: Path, tmp_path: Path, edit: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dependencies, "CLOCK_STEP_NS", 0)  # the content is no help
    place = vendored / "vendor/lib.example.com/kinds/kinds.go"
    store = Store(tmp_path / "cache")
    if edit is not _same_size_and_time:
        edit(place)
    first = report(vendored, store)
    edit(place)
    assert report(vendored, store) == report(vendored, NO_STORE) != first


def test_an_edit_within_a_step_of_the_clock_is_seen(
    vendored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All that the file system says may be the same then."""
    real = os.stat

    def coarse(path: str | Path, **how: bool) -> os.stat_result:
        found = real(path, **how)
        if not str(path).endswith("kinds.go"):
            return found
        return os.stat_result(tuple(found)[:10], {"st_mtime_ns": 2**62, "st_ctime_ns": 2**62})

    store = Store(tmp_path / "cache")
    monkeypatch.setattr(os, "stat", coarse)
    first = report(vendored, store)
    (vendored / "vendor/lib.example.com/kinds/kinds.go").write_text(TRUTH)
    assert report(vendored, store) == report(vendored, NO_STORE) != first


@pytest.mark.parametrize(
    ("go_mod", "appears"),
    [
        (
            "go 1.22\n\nrequire (\n\tlib.example.com/keys v1.0.0\n\tlib.example.com/kinds v1.0.0\n)\n\n"
            "replace lib.example.com/kinds => fork.example.com/kinds v1.2.0\n",
            "fork.example.com/kinds@v1.2.0",
        ),
        ("go 1.16\n\nrequire lib.example.com/keys v1.0.0\n", "lib.example.com/kinds@v1.3.0"),
    ],
    ids=["replaced by another module", "not listed in go.mod"],
)
def test_a_module_that_is_downloaded_later_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, go_mod: str, appears: str
) -> None:
    """It is imported by a dependency: no file of the tree names it."""
    cache = tmp_path / "modules"
    write_module(cache / "lib.example.com/keys@v1.0.0", {"keys.go": KEYS}, "lib.example.com/keys")
    folder = write_module(tmp_path / "tree", {"go.mod": f"module example.com/m\n\n{go_mod}", "main.go": MAIN})
    monkeypatch.setenv("GOMODCACHE", str(cache))
    store = Store(tmp_path / "cache")
    first = report(folder, store)
    write_module(cache / appears, {"kinds.go": TRUTH}, "lib.example.com/kinds")
    assert report(folder, store) == report(folder, NO_STORE) != first


@pytest.mark.parametrize(("go", "all_listed"), [("1.16", False), ("1.17", True), ("1.22.3", True), ("", False)])
def test_which_go_mod_lists_all_modules(go: str, all_listed: bool) -> None:
    assert lists_all_modules(go) is all_listed


def test_nothing_is_kept_that_depends_on_an_unreleased_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its standard library is somebody's working tree, and any edit there may change what is found."""

    def unreleased(go: str | None) -> GoEnvironment:
        return replace(go_environment(go), goroot=str(goroot), version=None)

    goroot = tmp_path / "go"
    place = goroot / "src/keys/kinds/kinds.go"
    place.parent.mkdir(parents=True)
    (goroot / "src/fmt").mkdir()
    place.write_text(TEXT)
    main = MAIN.replace("lib.example.com/keys", "keys/kinds").replace("keys.Key", "kinds.Kind")
    folder = write_module(tmp_path / "tree", {"main.go": main})
    monkeypatch.setattr(intake, "go_environment", unreleased)
    store = Store(tmp_path / "cache")
    first = report(folder, store)
    place.write_text(TRUTH)
    assert report(folder, store) == report(folder, NO_STORE) != first


@pytest.mark.parametrize(
    "name", ["go.mod", "go.sum", "vendor/modules.txt", "../go.work", "../go.work.sum", "../settings"]
)
def test_what_a_build_depends_on(tmp_path: Path, name: str) -> None:
    folder = write_module(tmp_path / "tree", {"a.go": "package a\n"})
    (tmp_path / "go.work").write_text("go 1.24\n\nuse ./tree\n")
    environ = {"GOENV": str(tmp_path / "settings")}

    def inputs(**more: str) -> list[bytes | str]:
        return list(build_inputs(discover(DiscoverOptions((str(folder),))), {**environ, **more}))

    before = inputs()
    assert inputs(HOME="/elsewhere") == before
    assert inputs(GOFLAGS="-tags=x") != before
    assert inputs(CC="clang") != before
    place = folder / name
    place.parent.mkdir(exist_ok=True)
    with place.open("a") as stream:
        stream.write("\n// GOFLAGS=-tags=x\n")
    assert inputs() != before


def test_a_damaged_value_is_replaced_though_the_file_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Known by its status, a file is not read; its code is looked for when something else changes."""
    monkeypatch.setattr(reading, "CLOCK_STEP_NS", -(10**9))
    folder = write_module(tmp_path / "tree", {"main.go": MAIN, "other/other.go": "package other\n\nvar A int\n"})
    cache = tmp_path / "cache"
    report(folder, Store(cache))
    kept = sorted(path for path in cache.glob("*/file/*/*"))
    for path in [*kept, *cache.glob("*/package/*/*"), *cache.glob("*/findings/*/*")]:
        path.write_bytes(b"damaged")
    report(folder, Store(cache))
    assert not [path for path in kept if path.read_bytes() == b"damaged"]


def test_folders_that_are_gone_leave_the_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "CLOCK_STEP_NS", -(10**9))
    folder = write_module(
        tmp_path / "tree", {"a/a.go": "package a\n", "b/b.go": "package b\n", "c/c.go": "package c\n"}
    )
    store = Store(tmp_path / "cache")
    report(folder, store)
    (folder / "b/b.go").unlink()
    (folder / "b").rmdir()
    (folder / "a/a.go").write_text("package a // edited\n")
    report(folder, store)
    assert sorted(reading._index(str(folder), store).files) == ["a/a.go", "c/c.go"]
