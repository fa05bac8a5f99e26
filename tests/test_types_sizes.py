"""Sizes and alignments of types against the real compiler, for both word sizes."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from conftest import GoCommand
from mapleak.program.link import link
from mapleak.program.units import units
from mapleak.source.locate import Locator
from mapleak.types.sizes import _STANDARD, extent
from mapleak.types.types import Interface, TypeParam
from mapleak.types.universe import EMPTY_INTERFACE, STRING
from programs import linked, package, read, write_module

BASICS = (
    *("bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "int", "uint", "uintptr"),
    *("float32", "float64", "complex64", "complex128", "string", "byte", "rune", "any", "error", "unsafe.Pointer"),
)
LENGTHS = ("0", "1", "3", "7", "0x10", "width", "2*width+1", "1<<4 - 2", "tall", "lib.Size", "int('a') % 5", "0b11")
RANDOM_TYPES = 150

WRITTEN = """
type named int32
type tree struct {
	left, right *tree
	key         string
}
type pair[K comparable, V any] struct {
	key   K
	value V
}
type digest [lib.Size]byte
type embedding struct {
	pair[uint8, int64]
	*tree
	done bool
}
type empty struct{}
type trailing struct {
	n int8
	empty
}
type only struct{ _ [0]func() }
type grid [width][tall]int16
"""
NAMES = (
    "named",
    "tree",
    "pair[uint16, string]",
    "digest",
    "embedding",
    "empty",
    "trailing",
    "only",
    "grid",
    "lib.Date",
)

LIB = """package lib

const (
	one = 1 << iota
	_
	four
	Size = 4 * four * (one + 1)
)

type Date struct {
	Year int16
	Day  uint8
}
"""


def random_type(rng: random.Random, depth: int = 0) -> str:
    """A type as Go source."""
    if depth > 3 or rng.random() < 0.3:
        return rng.choice(BASICS + NAMES)
    match rng.randrange(6):
        case 0:
            return f"[{rng.choice(LENGTHS)}]{random_type(rng, depth + 1)}"
        case 1:
            return f"{rng.choice(('*', '[]', 'chan ', 'map[string]'))}{random_type(rng, depth + 1)}"
        case 2:
            return rng.choice(("func(int) string", "interface{ M() }", "<-chan int", "map[int]bool"))
    fields = (f"f{i} {random_type(rng, depth + 1)}" for i in range(rng.randrange(6)))
    return f"struct {{ {'; '.join(fields)} }}"


def module(folder: Path, types: list[str], imports: str = "") -> Path:
    """A module whose package variables ``v0``, ``v1``, … have the types."""
    variables = "".join(f"var v{i} {t}\n" for i, t in enumerate(types))
    source = f'package main\n\nimport (\n\t"unsafe"\n\t"example.com/m/lib"\n{imports})\n'
    source += f"const width, tall = 5, width - 1\n{WRITTEN}\n{variables}\nvar _ unsafe.Pointer\n"
    return write_module(folder, {"main.go": source, "lib/lib.go": LIB})


def ours(folder: Path, word: int) -> list[tuple[int, int] | None]:
    """Size and alignment of v0, v1, … as we see them."""
    found = package(linked(folder)[0])
    sizes = []
    while (variable := found.find(f"v{len(sizes)}", None)) is not None:
        seen = extent(variable.type, word)  # type: ignore[union-attr]
        sizes.append((seen.size, seen.align) if seen is not None else None)
    return sizes


def generated() -> list[str]:
    rng = random.Random(20240607)
    return [*BASICS, *NAMES, *(random_type(rng) for _ in range(RANDOM_TYPES))]


@pytest.mark.needs_go
def test_sizes_are_those_of_the_compiler(go: GoCommand, tmp_path: Path) -> None:
    """unsafe.Sizeof and unsafe.Alignof of generated types and of the standard library's, printed by a program."""
    library = ["time.Time", "sync.Mutex", "sync.RWMutex", "sync.Once", "atomic.Int64", "netip.Addr", "url.URL"]
    library += ["[sha256.Size]byte", "[sha512.Size384 / 2]int32", "http.Request", "bytes.Buffer", "big.Int"]
    types = generated() + library
    paths = ("time", "sync", "sync/atomic", "net/netip", "net/url", "net/http", "crypto/sha256", "crypto/sha512")
    folder = module(tmp_path, types, "".join(f'\t"{path}"\n' for path in (*paths, "bytes", "math/big")))
    lines = "".join(f"\tprintln(unsafe.Sizeof(v{i}), unsafe.Alignof(v{i}))\n" for i in range(len(types)))
    (folder / "print.go").write_text(f'package main\n\nimport "unsafe"\n\nfunc main() {{\n{lines}}}\n')
    result = go(folder, ("run", "."))
    assert result.returncode == 0, result.stderr
    theirs = [tuple(map(int, line.split())) for line in result.stderr.splitlines()]
    seen = ours(folder, 8)
    assert len(theirs) == len(types)
    assert [(t, s) for t, s in zip(types, seen, strict=True)] == [(t, s) for t, s in zip(types, theirs, strict=True)]


@pytest.mark.needs_go
def test_sizes_with_a_word_of_four_bytes(go: GoCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The compiler for 386 accepts our sizes as lengths of arrays, and refuses one that is wrong."""
    types = [*generated(), "atomic.Int64", "struct { a bool; n atomic.Uint64 }"]
    folder = module(tmp_path, types, '\t"sync/atomic"\n')
    said = ours(folder, 4)
    assert None not in said
    checks = "".join(
        f"var _ [unsafe.Sizeof(v{i})]int8 = [{s[0]}]int8{{}}\nvar _ [unsafe.Alignof(v{i})]int8 = [{s[1]}]int8{{}}\n"
        for i, s in enumerate(said)
        if s is not None
    )
    check = folder / "check.go"
    check.write_text(f'package main\n\nimport "unsafe"\n\nfunc main() {{}}\n\n{checks}')
    monkeypatch.setenv("GOARCH", "386")
    monkeypatch.setenv("CGO_ENABLED", "0")
    arguments = ("build", "-gcflags=-e", "-o", str(tmp_path / "out"), ".")
    assert go(folder, arguments).stderr == ""
    check.write_text(check.read_text().replace("[unsafe.Sizeof(v0)]int8 = [1]", "[unsafe.Sizeof(v0)]int8 = [2]"))
    assert "cannot use" in go(folder, arguments).stderr


def test_what_is_not_known_has_no_size(tmp_path: Path) -> None:
    """A package that is not on disk, a type parameter, a length that cannot be read, a type that contains itself."""
    types = [
        "absent.T",
        "struct { n int; t absent.T }",
        "[absent.Size]byte",
        "[unsafe.Sizeof(v0)]byte",
        "loop",
        "[n]int",
    ]
    folder = module(tmp_path, types, '\t"example.com/absent"\n')
    (folder / "more.go").write_text("package main\n\ntype loop struct{ again [2]loop }\n\nconst n, o = o + 1, n + 1\n")
    assert ours(folder, 8) == [None] * len(types)


def test_a_type_parameter_has_the_size_its_constraint_gives() -> None:
    """None with any constraint but one whose types all have the same underlying type."""
    free = TypeParam("T", lambda: EMPTY_INTERFACE)
    text = TypeParam("S", lambda: Interface(lambda: ({}, (STRING,))))
    assert extent(free, 8) is None
    assert extent(text, 8) == (16, 8, True)


@pytest.mark.needs_go
def test_the_standard_library_is_known_without_its_source(tmp_path: Path) -> None:
    """What is said of its types where it is not on disk is what its source says."""
    names = sorted(_STANDARD[8])
    short = [name.rpartition("/")[2] for name in names]
    paths = sorted({name.rpartition(".")[0] for name in names})
    folder = module(tmp_path, short, "".join(f'\t"{path}"\n' for path in paths))
    for word in (4, 8):
        assert ours(folder, word) == [_STANDARD[word][name][:2] for name in names]
        sources, _ = read(folder)
        without = package(link(sources, units(sources), Locator(sources.tree)))
        types = [without.find(f"v{i}", None).type for i in range(len(names))]  # type: ignore[union-attr]
        assert [extent(t, word) for t in types] == [_STANDARD[word][name] for name in names]
