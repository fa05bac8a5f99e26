"""Reads the two sides of the census: the Go program's records and mapleak's own output.

Both become the same few values with absolute file names, so that the comparison is set arithmetic.
"""

from __future__ import annotations

import functools
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

PROGRAM = Path(__file__).parent / "go" / "census"
SKIPPED = frozenset({"vendor", "testdata", "node_modules"})
ORDINAL = re.compile(r"#\d+")
INITIALISER = re.compile(r"\.init(#\d+)?((\$\d+)+)?$")


class Record(msgspec.Struct, frozen=True, gc=False):
    """Any record of the Go program: the fields of all kinds together, see ``go/census/record.go``."""

    record: str
    file: str = ""
    line: int = 0
    column: int = 0
    name: str = ""
    type: str = ""
    role: str = ""
    package: str = ""
    message: str = ""
    cgo: bool = False
    op: str = ""
    form: str = ""
    map: str = ""
    base: str = ""
    level: int = 0
    function: str = ""
    declaration: Place | None = None
    caller: str = ""
    callee: str = ""
    callee_package: str = ""
    kind: str = ""
    how: str = ""


class Place(msgspec.Struct, frozen=True, gc=False):
    file: str
    line: int
    column: int


class Operation(msgspec.Struct, frozen=True, gc=False):
    """An insert or remove. ``base`` and ``level`` are known only to the type checker."""

    file: str
    line: int
    column: int
    form: str
    name: str
    base: str = ""
    level: int = 0
    declared: str = ""  # file of the declaration of what the expression names
    is_element: bool = False
    via: str = ""  # ours: what the map is reached through when the expression does not name it

    def key(self) -> tuple[str, int, str, str]:
        return self.file, self.line, self.form, self.name

    def place_key(self) -> tuple[str, int, str]:
        return self.file, self.line, self.form

    def named(self, truth: Truth) -> bool:
        """Whether the expression names a package variable or field of the packages compared."""
        return self.base in {"var", "field"} and self.declared in truth.files and bool(self.name)

    def direct(self, truth: Truth) -> bool:
        return self.level == 0 and self.named(truth)

    def __str__(self) -> str:
        element = f" (an element, level {self.level})" if self.level else ""
        return f"{self.file}:{self.line}:{self.column}: {self.form} {self.name}{element}"


class Listed(msgspec.Struct, frozen=True, gc=False):
    """A map variable or field."""

    file: str
    line: int
    column: int
    name: str
    kind: str
    type: str
    container: str
    operations: tuple[Operation, ...] = ()

    def place(self) -> tuple[str, int, int]:
        return self.file, self.line, self.column

    def where(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Function(msgspec.Struct, frozen=True, gc=False):
    file: str
    line: int
    name: str

    def key(self) -> tuple[str, int, str]:
        return self.file, self.line, normal(self.name)


class Call(msgspec.Struct, frozen=True, gc=False):
    caller: str
    callee: str
    kind: str
    file: str
    line: int
    callee_package: str = ""
    how: str = ""  # call, go, defer; only from the type checker

    def key(self) -> tuple[str, str, str, int]:
        return normal(self.caller), normal(self.callee), self.file, self.line

    def site(self) -> tuple[str, str, int]:
        return normal(self.caller), self.file, self.line

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.caller} → {self.callee} ({self.kind})"


@functools.lru_cache(maxsize=1 << 16)
def normal(name: str) -> str:
    """A function's name without the ordinals that depend on which files of a package are compiled.

    These are the numbers of init functions and of the literals in package initialisers.
    """
    match = INITIALISER.search(name)
    if match is None:
        return name
    return f"{name[: match.start()]}.init{'$' if match[2] else ''}"


def package_of(function: str) -> str:
    """The import path in a function's name: ``a.b/c`` of ``a.b/c.F$1`` and of ``(*a.b/c.T).M``."""
    path = function.lstrip("(*").partition(")")[0]
    start = path.rfind("/") + 1
    return path[: start + path[start:].find(".")]


@dataclass
class Truth:
    """What the type checker says of the packages that check."""

    files: set[str] = field(default_factory=set)
    packages: set[str] = field(default_factory=set)
    broken: dict[str, str] = field(default_factory=dict)  # package to its first error
    maps: list[Listed] = field(default_factory=list)
    operations: list[Operation] = field(default_factory=list)
    functions: list[Function] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)


@dataclass
class Ours:
    """What mapleak says."""

    maps: list[Listed]
    functions: list[Function]
    calls: list[Call]


def build_program(directory: Path) -> Path:
    """Builds the Go program into a directory."""
    binary = directory / ("census.exe" if os.name == "nt" else "census")
    environment = os.environ | {"GOWORK": "off", "GOFLAGS": "-mod=mod", "GOTOOLCHAIN": "local", "GOPROXY": "off"}
    subprocess.run(["go", "build", "-o", str(binary), "."], cwd=PROGRAM, env=environment, check=True)
    return binary


def read_truth(directory: Path, patterns: tuple[str, ...], binary: Path | None) -> Truth:
    """Runs the Go program on the packages that match, or on every module at and below the directory.

    ``binary`` is the built program; without it one is built for this run.
    """
    if binary is None:
        with tempfile.TemporaryDirectory() as built:
            return read_truth(directory, patterns, build_program(Path(built)))
    runs = [(directory, patterns)] if patterns else [(module, ("./...",)) for module in modules(directory)]
    records: list[Record] = []
    decoder = msgspec.json.Decoder(Record)
    for module, wanted in runs:
        command = [str(binary), "-C", str(module), *wanted]
        with subprocess.Popen(command, env=_environment(module), stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            records.extend(decoder.decode(line) for line in process.stdout)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, command)
    return truth_of(records)


def truth_of(records: list[Record]) -> Truth:
    """Sorts the records.

    Packages with errors (other than those cgo makes) are left out, and vendored packages, which mapleak
    reads for their declarations only.
    """
    truth = Truth()
    compiled = (r for r in records if r.record == "file")
    package_of = {r.file: r.package for r in compiled if "vendor" not in Path(r.file).parts}
    roots = set(package_of.values())
    for record in records:
        if record.record == "error" and not record.cgo and record.package in roots:
            truth.broken.setdefault(record.package, record.message)
    truth.packages = roots - truth.broken.keys()
    truth.files = {file for file, package in package_of.items() if package in truth.packages}
    for r in records:
        if r.file not in truth.files:
            continue
        if r.record == "map":
            truth.maps.append(Listed(r.file, r.line, r.column, r.name, r.role, r.type, r.kind))
        elif r.record == "op":
            declared = r.declaration.file if r.declaration else ""
            truth.operations.append(Operation(r.file, r.line, r.column, r.form, r.map, r.base, r.level, declared))
        elif r.record == "function":
            truth.functions.append(Function(r.file, r.line, r.name))
        elif r.record == "call":
            truth.calls.append(Call(r.caller, r.callee, r.kind, r.file, r.line, r.callee_package, r.how))
    return truth


def modules(directory: Path) -> Iterator[Path]:
    """The directories with a go.mod at and below a directory, or the directory when there is none."""
    found = False
    for parent, names, files in os.walk(directory):
        names[:] = sorted(n for n in names if n not in SKIPPED and not n.startswith(("_", ".")))
        if "go.mod" in files:
            found = True
            yield Path(parent)
    if not found:
        yield directory


def _environment(module: Path) -> dict[str, str]:
    """Offline, and outside the workspace when the workspace does not use the module."""
    environment = os.environ | {"GOPROXY": "off", "GOTOOLCHAIN": "local"}
    workspace = _go(module, "env", "GOWORK").strip()
    if workspace and workspace != "off":
        used = json.loads(_go(module, "work", "edit", "-json")).get("Use") or []
        if module.resolve() not in {(Path(workspace).parent / use["DiskPath"]).resolve() for use in used}:
            environment["GOWORK"] = "off"
    return environment


def _go(directory: Path, *arguments: str) -> str:
    return subprocess.run(["go", *arguments], cwd=directory, check=True, capture_output=True, text=True).stdout


class _Site(msgspec.Struct, gc=False):
    file: str
    line: int
    column: int
    form: str
    via: str = ""


class _Map(msgspec.Struct, gc=False):
    name: str
    kind: str
    container: str
    declaration: Place
    inserts: list[_Site] = []
    removes: list[_Site] = []


class _Maps(msgspec.Struct, gc=False):
    maps: list[_Map]


class _Graph(msgspec.Struct, gc=False):
    functions: list[Function]
    calls: list[Call]


def read_ours(directory: Path) -> Ours:
    """Runs ``mapleak maps`` and ``mapleak callgraph`` on a directory; raises when either fails."""
    return ours_of(_mapleak("maps", directory), _mapleak("callgraph", directory), report_root(directory))


def ours_of(maps: bytes, graph: bytes, root: Path) -> Ours:
    """Reads the JSON of both commands; ``root`` is what its file names are relative to."""
    calls = msgspec.json.decode(graph, type=_Graph)
    at = functools.lru_cache(maxsize=None)(lambda file: str(root / file))
    return Ours(
        maps=[_listed(m, at) for m in msgspec.json.decode(maps, type=_Maps).maps],
        functions=[msgspec.structs.replace(f, file=at(f.file)) for f in calls.functions],
        calls=[msgspec.structs.replace(c, file=at(c.file)) for c in calls.calls],
    )


def _listed(m: _Map, at: Callable[[str], str]) -> Listed:
    name = ORDINAL.sub("", m.name)  # which of several locals of the same name holds an anonymous struct
    element = m.kind == "element" or m.name.endswith("[]")
    operations = tuple(
        Operation(at(s.file), s.line, s.column, s.form, name, is_element=element, via=s.via)
        for sites in (m.inserts, m.removes)
        for s in sites
    )
    where = m.declaration
    return Listed(at(where.file), where.line, where.column, name, m.kind, "", m.container, operations)


def report_root(directory: Path) -> Path:
    """The nearest directory upwards with ``.git``, else the directory: what reported paths are relative to."""
    directory = directory.resolve()
    for candidate in (directory, *directory.parents):
        if (candidate / ".git").exists():
            return candidate
    return directory


def _mapleak(command: str, directory: Path) -> bytes:
    program = "import sys; from mapleak.cli.main import main; sys.exit(main())"
    arguments = [sys.executable, "-c", program, command, "--format", "json", str(directory)]
    return subprocess.run(arguments, check=True, stdout=subprocess.PIPE).stdout
