"""What is kept between runs changes no result: not after edits, not with other processes, not in other places."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mapleak import analysis, intake, pipeline, reading
from mapleak.cli.render import RenderOptions, rendered
from mapleak.config import CompilerMode, Config
from mapleak.model import Confidence
from mapleak.program.packages import File, Package
from mapleak.progress import Silent
from mapleak.registry import load_rules
from mapleak.resolve import package, resolve
from mapleak.resolve.model import PackageFacts
from mapleak.resolve.parts import FilePart
from mapleak.store import NO_STORE, Store
from programs import write_module

RULES = load_rules()

SERVER = """package main

import (
	"net/http"

	"example.com/m/state"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { state.Seen(r.RemoteAddr) })
	_ = http.ListenAndServe(":8080", nil)
}
"""
GROWING = """package state

import "example.com/m/kinds"

var seen = map[string]kinds.Kind{}

func Seen(address string) { seen[address] = kinds.Of(address) }
"""
EMPTIED = GROWING + "\nfunc Gone(address string) { delete(seen, address) }\n"
BY_KIND = """package state

import "example.com/m/kinds"

var seen = map[kinds.Kind]int{}

func Seen(address string) { seen[kinds.Of(address)]++ }
"""
KINDS = """package kinds

type Kind int

const (
	A Kind = iota
	B
)

func Of(s string) Kind { return Kind(len(s) % 2) }
"""
ADDRESSES = "package kinds\n\ntype Kind string\n\nfunc Of(s string) Kind { return Kind(s) }\n"
LONGER = "// A comment moves everything.\n\n" + GROWING
BROKEN = "package state\n\nfunc Seen(address string) {\n"
BY_DEFAULT = GROWING.replace("seen[address] = kinds.Of(address)", "seen[address] = kinds.Default; all[kinds.Key]++")
BY_DEFAULT += "\nvar all = map[any]int{}\n"
DEFAULT = KINDS + "\nvar Default, Key = A, key()\n\nfunc key() bool { return true }\n"
DEFAULTS = [DEFAULT, DEFAULT.replace("bool { return true", "string { return load"), DEFAULT + "\nfunc load() {}\n"]
TEST = 'package state\n\nimport "testing"\n\nfunc TestSeen(t *testing.T) { Seen("a") }\n'
METHODS = "package state\n\nvar others = map[string]bool{}\n\nfunc Other(name string) { others[name] = true }\n"
COUNTED = """package state

var first = func() int { return len(seen) }()

func init() { register("first", func(name string) { seen[name] = first }) }
"""
COUNTED_TWICE = COUNTED + '\nvar second = func() int { return 2 }()\n\nfunc init() { register("", nil) }\n'
REGISTERED = """package state

var named, count = map[string]func(string){}, func() int { return 0 }()

func init() { count = limit() }

func register(name string, use func(string)) { named[name] = use }
"""
LIMITED = REGISTERED + "\nfunc limit() int { return 1 }\n"
USER = SERVER.replace("state.Seen(r.RemoteAddr)", "state.Seen(r.RemoteAddr); state.Other(r.Host)")

HANDLER = """package pNUMBER

import "net/http"

var seen = map[string]int{}

func init() {
	http.HandleFunc("/NUMBER", func(w http.ResponseWriter, r *http.Request) { seen[r.Host]++ })
}
"""

STATES: dict[str, list[str | None]] = {
    "main.go": [SERVER, USER],
    "state/state.go": [GROWING, EMPTIED, BY_KIND, BY_DEFAULT, LONGER, BROKEN, None],
    "state/other.go": [None, METHODS],
    "state/counted.go": [None, COUNTED, COUNTED_TWICE],
    "state/registered.go": [None, REGISTERED, LIMITED],
    "state/limit.go": [None, "package state\n\nfunc limit() string { return load() }\n"],
    "state/state_test.go": [None, TEST],
    "kinds/kinds.go": [KINDS, ADDRESSES, *DEFAULTS],
    "go.mod": ["module example.com/m\n\ngo 1.24\n", "module example.com/m\n\ngo 1.21\n"],
}


def report(folder: Path, store: Store, jobs: int = 1, compiler: CompilerMode = CompilerMode.OFF) -> str:
    """What a user sees of a scan, everything shown."""
    config = Config(paths=(str(folder),), jobs=jobs, min_confidence=Confidence.LOW, tests=True, compiler=compiler)
    found = pipeline.analyze(config, RULES, Silent(), store)
    shown = rendered(found, "json", RenderOptions(show_refuted=True, show_suppressed=True), to_terminal=False)
    return shown if isinstance(shown, str) else shown.decode()


@pytest.fixture(autouse=True)
def _exact_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """File systems that tests run on tell times apart that lie a hundredth of a second apart."""
    monkeypatch.setattr(reading, "CLOCK_STEP_NS", 5_000_000)


def put(folder: Path, state: dict[str, str | None]) -> None:
    for name, text in state.items():
        path = folder / name
        if text is None:
            path.unlink(missing_ok=True)
        elif not path.exists() or path.read_text() != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)


edits = st.lists(
    st.sampled_from([(name, text) for name, texts in STATES.items() for text in texts]), min_size=1, max_size=6
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits)
def test_after_any_edits_a_scan_says_what_a_first_scan_says(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[str, str | None]]
) -> None:
    folder = tmp_path_factory.mktemp("tree")
    store = Store(tmp_path_factory.mktemp("cache"))
    state = {name: texts[0] for name, texts in STATES.items()}
    put(folder, state)
    report(folder, store)
    for name, text in changes:
        state[name] = text
        put(folder, state)
        assert report(folder, store) == report(folder, NO_STORE)


def test_the_states_differ_in_what_is_found(tmp_path: Path) -> None:
    """Otherwise the test above could not fail."""
    found = set()
    for number, (text, kinds) in enumerate(itertools.product((GROWING, EMPTIED, BY_KIND, LONGER), (KINDS, ADDRESSES))):
        folder = tmp_path / str(number)
        put(folder, {"go.mod": STATES["go.mod"][0], "main.go": SERVER, "state/state.go": text, "kinds/kinds.go": kinds})
        found.add(report(folder, NO_STORE).replace(str(folder), ""))
    assert len(found) == 8


def test_a_second_scan_reads_no_file_and_resolves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, store = _settled(tmp_path)
    first = report(folder, store)

    def never(*_: object) -> None:
        raise AssertionError("work that was done before")

    monkeypatch.setattr(reading, "_read", never)
    monkeypatch.setattr(analysis, "resolve", never)
    monkeypatch.setattr(analysis, "build_callgraph", never)
    assert report(folder, store) == first


def test_a_changed_body_resolves_its_own_package_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, store = _settled(tmp_path)
    report(folder, store)
    resolved = _watch(monkeypatch)
    put(folder, {"kinds/kinds.go": KINDS.replace("len(s) % 2", "(len(s) + 1) % 2")})
    report(folder, store)
    assert resolved == ["example.com/m/kinds"]


def test_a_changed_declaration_resolves_what_imports_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, store = _settled(tmp_path)
    report(folder, store)
    resolved = _watch(monkeypatch)
    put(folder, {"kinds/kinds.go": ADDRESSES})
    report(folder, store)
    assert sorted(resolved) == ["example.com/m", "example.com/m/kinds", "example.com/m/state"]


def test_a_function_that_is_not_exported_concerns_its_own_package_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, store = _settled(tmp_path)
    report(folder, store)
    resolved = _watch(monkeypatch)
    put(folder, {"kinds/kinds.go": KINDS + "\n// Not seen.\nfunc rest(n int) int { return n % 2 }\n"})
    report(folder, store)
    assert resolved == ["example.com/m/kinds"]


def test_a_function_that_initialises_a_variable_concerns_importers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, store = _settled(tmp_path)
    put(folder, {"kinds/kinds.go": DEFAULTS[0], "state/state.go": BY_DEFAULT})
    report(folder, store)
    resolved = _watch(monkeypatch)
    put(folder, {"kinds/kinds.go": DEFAULTS[1]})
    assert report(folder, store) == report(folder, NO_STORE)
    assert "example.com/m/state" in resolved[:3]


def test_a_changed_body_resolves_its_own_file_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, store = _settled(tmp_path)
    put(folder, {"state/other.go": METHODS, "state/counted.go": COUNTED, "state/registered.go": LIMITED})
    report(folder, store)
    resolved = _watch_files(monkeypatch)
    put(folder, {"state/other.go": METHODS.replace("others[name] = true", "others[name] = false")})
    assert report(folder, store) == report(folder, NO_STORE)
    assert resolved[:1] == ["state/other.go"]
    assert resolved.count("state/counted.go") == 1  # by the scan that knows nothing


def test_a_new_function_concerns_the_files_that_name_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, store = _settled(tmp_path)
    put(folder, {"state/other.go": METHODS, "state/counted.go": COUNTED, "state/registered.go": REGISTERED})
    report(folder, store)
    resolved = _watch_files(monkeypatch)
    put(folder, {"state/other.go": METHODS + "\nfunc limit() int { return len(others) }\n"})
    report(folder, store)
    assert resolved == ["state/other.go", "state/registered.go"]


def test_init_functions_are_counted_from_file_to_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, store = _settled(tmp_path)
    put(folder, {"state/counted.go": COUNTED, "state/other.go": METHODS, "state/registered.go": LIMITED})
    report(folder, store)
    resolved = _watch_files(monkeypatch)
    put(folder, {"state/counted.go": COUNTED + '\nfunc init() { register("", nil) }\n'})
    report(folder, store)
    assert resolved == ["state/counted.go", "state/other.go", "state/registered.go", "state/state.go"]


def test_what_is_gone_before_it_is_needed_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, store = _settled(tmp_path)
    monkeypatch.setattr(Store, "get", lambda *_: None)
    assert report(folder, store) == report(folder, NO_STORE)


def test_the_number_of_processes_changes_nothing(tmp_path: Path) -> None:
    count = intake.FILES_PER_PROCESS + 20
    files = {f"p{n}/p.go": HANDLER.replace("NUMBER", str(n)) for n in range(count)}
    imports = "".join(f'\t_ "example.com/m/p{n}"\n' for n in range(count))
    main = f'package main\n\nimport (\n\t"net/http"\n{imports})\n\nfunc main() {{ http.ListenAndServe("", nil) }}\n'
    files["main.go"] = main
    folder = write_module(tmp_path / "m", files)
    alone = report(folder, NO_STORE, jobs=1)
    assert report(folder, NO_STORE, jobs=2) == alone
    assert report(folder, Store(tmp_path / "cache"), jobs=3) == alone
    assert alone.count('"ML101"') > intake.FILES_PER_PROCESS


def test_another_copy_of_the_tree_knows_what_this_one_learnt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, store = _settled(tmp_path)
    report(folder, store)
    shutil.copytree(folder, tmp_path / "copy")
    resolved = _watch(monkeypatch)
    copied = report(tmp_path / "copy", store)
    assert resolved == []
    assert copied.replace("/copy", "/tree") == report(folder, NO_STORE)


def test_an_edit_that_keeps_size_and_time_is_seen(tmp_path: Path) -> None:
    """As an archive that is unpacked over a tree may do: only the time of the change itself tells."""
    folder, store = _settled(tmp_path)
    first = report(folder, store)
    place = folder / "kinds/kinds.go"
    times = place.stat()
    place.write_text(KINDS.replace("type Kind int", "type Kind uin"))
    os.utime(place, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert report(folder, store) == report(folder, NO_STORE) != first


def test_the_compiler_is_asked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, store = _settled(tmp_path)
    first = report(folder, store, compiler=CompilerMode.AUTO)
    if '"toolchain": ""' in first:
        pytest.skip("no Go toolchain")
    monkeypatch.setattr(subprocess, "Popen", lambda *_, **__: pytest.fail("the compiler ran again"))
    assert report(folder, store, compiler=CompilerMode.AUTO) == first


def _settled(tmp_path: Path) -> tuple[Path, Store]:
    """A tree whose files are old enough for their times to prove something."""
    folder = tmp_path / "tree"
    put(folder, {name: texts[0] for name, texts in STATES.items()})
    time.sleep(0.01)  # one step of the file system's clock
    return folder, Store(tmp_path / "cache")


def _watch(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The packages that are resolved from now on."""
    seen: list[str] = []
    real = resolve.resolve_package

    def watched(found: Package, *rest: Any) -> tuple[FilePart, ...]:
        seen.append(found.path)
        return real(found, *rest)

    monkeypatch.setattr(resolve, "resolve_package", watched)
    return seen


def _watch_files(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are resolved from now on."""
    seen: list[str] = []
    real = package.resolve_file

    def watched(file: File, *rest: Any) -> PackageFacts:
        seen.append(file.path)
        return real(file, *rest)

    monkeypatch.setattr(package, "resolve_file", watched)
    return seen
