"""Compiles packages of one module with the user's toolchain and keeps what the compiler says about wanted lines.

``go list -e -export -gcflags=-m`` compiles, never links, writes to the build cache only and replays its output from
there. A broken package does not stop the others. No code of the repository runs: the compiler reads Go (and, with
cgo, the C compiler reads C, with the flags that the go command lets a source file choose), and nothing it makes is
started. The working folder is always the module's: cached output holds paths relative to the folder it was first
compiled from, so the flags are spelled in a way of our own (``-e`` changes nothing else) to get none of others'.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator, Set
from pathlib import Path

import msgspec
from msgspec.structs import replace

from mapleak.evidence.escape import EscapeFact, base_name, parse_line
from mapleak.evidence.process import run
from mapleak.evidence.toolchain import Toolchain, build_environment
from mapleak.evidence.workspace import StandIn, stand_in

OUT_OF_TIME = "the compiler did not finish in the time allowed"

VERDICTS = "-m -e"
"""Flags of the compiler for the short lines; ``-e`` changes nothing and keeps the cached output our own."""

_COMMAND = ("list", "-e", "-export")
_FIELDS = "-json=ImportPath,Dir,Name,Export,GoFiles,CgoFiles,IgnoredGoFiles,Error,DepsErrors"
_ARGUMENT_LIMIT = 24_000  # characters of package arguments in one command; Windows allows 32,767 in all
_COMPLAINTS_KEPT = 20
_ADVICE = re.compile(r"; to add(?: it)?:.*")  # it would change go.mod, and is about the wrong thing in a workspace
_OFFLINE = ("module lookup disabled by GOPROXY=off", "not in the module cache (`go mod download` fetches it)")
_NOISE = ("go: downloading ", "go: finding ")


Listener = Callable[[str, str], None]
"""Is told each line of a package's diagnostics, after the import path of the package."""


class Request(msgspec.Struct, frozen=True):
    """What to compile: folders relative to ``directory`` ("" for itself), which is real, with test files or without."""

    directory: str
    folders: tuple[str, ...]
    tests: bool = False
    in_module: bool = True  # false: no go.mod governs the directory


class PackageAnswer(msgspec.Struct, frozen=True):
    """What the go command says of a package (or of its variant with test files); ``error`` is "" if it compiles."""

    directory: str
    import_path: str
    files: frozenset[str]
    ignored: frozenset[str]
    error: str


class BlockFact(msgspec.Struct, frozen=True):
    """A fact and the import path of the package that was being compiled."""

    package: str
    fact: EscapeFact


class Compilation(msgspec.Struct, frozen=True):
    """All answers to a request. ``problem`` says why packages without an answer have none."""

    request: Request
    facts: tuple[BlockFact, ...]
    packages: tuple[PackageAnswer, ...]
    problem: str = ""


class _PackageError(msgspec.Struct):
    Err: str = ""
    Pos: str = ""


class _Package(msgspec.Struct):
    ImportPath: str = ""
    Dir: str = ""
    Name: str = ""
    Export: str = ""
    GoFiles: list[str] = []
    CgoFiles: list[str] = []
    IgnoredGoFiles: list[str] = []
    Error: _PackageError | None = None
    DepsErrors: list[_PackageError] | None = None


def compile_packages(
    toolchain: Toolchain,
    request: Request,
    wanted: Set[tuple[str, int]] | None,
    *,
    deadline: float,
    scratch: Path,
    proxy: bool = False,
    flags: str = VERDICTS,
    listener: Listener | None = None,
) -> Compilation:
    """Compiles until ``deadline`` (monotonic).

    ``wanted`` are the base names and lines whose facts are kept, None for all; ``listener`` is told every line.
    """
    environment = build_environment(toolchain, proxy=proxy)
    if request.in_module:
        workspace = stand_in(toolchain.path, request.directory, environment, scratch, _left(deadline))
        if workspace is not None:
            environment["GOWORK"] = workspace.path
    else:
        environment["GO111MODULE"] = "off"
        workspace = None
    facts: list[BlockFact] = []
    packages: list[PackageAnswer] = []
    problem = ""
    for patterns in _batches(request.folders):
        reader = OutputReader(request, wanted, listener)
        ending = run(
            [toolchain.path, *_COMMAND, f"-gcflags={flags}", *(["-test"] if request.tests else []), _FIELDS, *patterns],
            directory=request.directory,
            environment=environment,
            timeout=_left(deadline),
            on_output=reader.output,
            on_error=reader.error,
        )
        facts += reader.facts
        packages += reader.packages
        if ending.timed_out:
            problem = OUT_OF_TIME
            break
        if ending.code != 0:
            problem = (
                problem or ending.problem or reader.complaint() or f"the go command failed with code {ending.code}"
            )
        else:
            problem = problem or reader.complaint()
    answer = Compilation(request, tuple(facts), tuple(packages), problem)
    return answer if workspace is None else _in_words_of(workspace, answer)


def _in_words_of(workspace: StandIn, answer: Compilation) -> Compilation:
    """With the user's workspace instead of its stand-in in what the go command says."""
    copied, original = os.path.split(workspace.path)[0], workspace.folder
    packages = tuple(replace(package, error=package.error.replace(copied, original)) for package in answer.packages)
    return replace(answer, packages=packages, problem=answer.problem.replace(copied, original))


def _left(deadline: float) -> float:
    return max(0.0, deadline - time.monotonic())


def _batches(folders: tuple[str, ...]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for folder in folders:
        pattern = f"./{folder}" if folder else "."
        if batch and size + len(pattern) > _ARGUMENT_LIMIT:
            yield batch
            batch, size = [], 0
        batch.append(pattern)
        size += len(pattern) + 1
    if batch:
        yield batch


class OutputReader:
    """Takes the go command's two streams line by line and keeps what is asked for, so that memory stays small."""

    def __init__(self, request: Request, wanted: Set[tuple[str, int]] | None, listener: Listener | None = None) -> None:
        self._request = request
        self._listener = listener
        self.facts: list[BlockFact] = []
        self.packages: list[PackageAnswer] = []
        self._wanted = wanted
        self._object: list[bytes] = []
        self._block = ""
        self._complaints: list[str] = []

    def output(self, line: bytes) -> None:
        """A line of the concatenated JSON objects; each ends with a brace in the first column."""
        self._object.append(line)
        if line.rstrip() != b"}" or line[:1] != b"}":
            return
        text, self._object = b"".join(self._object), []
        try:
            package = msgspec.json.decode(text, type=_Package)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return  # the package then has no answer, which is said of its findings
        if not package.ImportPath.endswith(".test"):
            self.packages.append(_answer(package, self._request))

    def error(self, line: bytes) -> None:
        """A line of diagnostics, of a block's head, or of the go command's own complaints."""
        text = os.fsdecode(line).rstrip("\r\n")
        if text.startswith("# "):
            self._block = text[2:].partition(" [")[0]
            return
        if self._listener is not None:
            self._listener(self._block, text)
        fact = parse_line(text)
        if fact is not None:
            if self._wanted is None or (base_name(fact.path), fact.line) in self._wanted:
                self.facts.append(BlockFact(self._block, fact))
        elif self._is_complaint(text):
            self._complaints.append(text)

    def _is_complaint(self, text: str) -> bool:
        room = len(self._complaints) < _COMPLAINTS_KEPT
        return room and (not self._block or text.startswith("go: ")) and bool(text) and not text.startswith(_NOISE)

    def complaint(self) -> str:
        """The go command's own complaint in one line, or ""."""
        return _first_sentence(self._complaints)


def _answer(package: _Package, request: Request) -> PackageAnswer:
    directory = package.Dir or _folder_asked_for(package.ImportPath, request)
    return PackageAnswer(
        directory=os.path.realpath(directory) if directory else "",
        import_path=package.ImportPath.partition(" [")[0],
        files=frozenset(package.GoFiles + package.CgoFiles),
        ignored=frozenset(package.IgnoredGoFiles),
        error="" if package.Export else _error(package),
    )


def _folder_asked_for(import_path: str, request: Request) -> str:
    """The folder of a package refused without one: named as we named it, or by an import path that is not allowed."""
    matches = [folder for folder in request.folders if folder and f"/{import_path}".endswith(f"/{folder}")]
    return str(Path(request.directory, max(matches, key=len))) if matches else ""


def _error(package: _Package) -> str:
    if package.Error is not None:
        return f"the package does not compile: {_one_line(package.Error)}"
    if package.DepsErrors:
        return f"a package it imports cannot be compiled: {_one_line(package.DepsErrors[0])}"
    return ""


def _one_line(error: _PackageError) -> str:
    text = _first_sentence([line for line in error.Err.splitlines() if not line.startswith("# ")])
    return f"{error.Pos}: {text}" if error.Pos and error.Pos not in text else text


def _first_sentence(lines: list[str]) -> str:
    """The first line, and the next one where the first only announces it."""
    lines = [" ".join(line.split()) for line in lines if line.strip()]
    if not lines:
        return ""
    first = _ADVICE.sub("", lines[0]).replace(*_OFFLINE)
    return f"{first} {lines[1]}" if first.endswith(":") and len(lines) > 1 else first
