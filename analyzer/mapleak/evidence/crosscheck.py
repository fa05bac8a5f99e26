"""The evidence stage's compiler half: gives each finding the verdict of Go's escape analysis. Never adds a finding.

Only packages that hold a finding's places are compiled, per module. Whatever goes wrong (no toolchain, a package that
does not compile, a file that a build constraint leaves out, a deadline) makes findings inconclusive, with the reason.
"""

from __future__ import annotations

import enum
import os
import re
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import msgspec
from msgspec.structs import replace

from mapleak.errors import MapleakError
from mapleak.evidence.compile import Compilation, PackageAnswer, Request, compile_packages
from mapleak.evidence.places import FactIndex, Place, find_places
from mapleak.evidence.result import CrosscheckResult
from mapleak.evidence.toolchain import NoToolchain, Toolchain, find_toolchain
from mapleak.evidence.verdict import SILENT, SiteFacts, judge
from mapleak.evidence.wording import one_line
from mapleak.model import CompilerEvidence, Finding, Location, Verdict
from mapleak.source.model import Tree

_ASK_TIMEOUT = 30.0


class CompilerMode(enum.StrEnum):
    """Whether to ask the compiler: if there is one, never, or as a condition of the scan."""

    AUTO = "auto"
    OFF = "off"
    REQUIRE = "require"


class CrosscheckOptions(msgspec.Struct, frozen=True):
    """``go`` is a toolchain the user named, ``timeout`` seconds for all compiling, ``proxy`` allows downloads."""

    mode: CompilerMode = CompilerMode.AUTO
    go: str | None = None
    timeout: float = 600.0
    proxy: bool = False


def crosscheck(
    findings: Sequence[Finding],
    tree: Tree,
    options: CrosscheckOptions,
    announce: Callable[[str], None] = lambda _: None,
) -> CrosscheckResult:
    """Asks the compiler about each finding; ``announce`` is told what takes time.

    Raises MapleakError when the toolchain named does not exist and, if the compiler is required, when there is no
    usable toolchain or a package that holds a finding does not compile.
    """
    if options.mode == CompilerMode.OFF:
        return CrosscheckResult(tuple(replace(finding, compiler=None) for finding in findings), "", ())
    toolchain = find_toolchain(
        options.go, min(options.timeout, _ASK_TIMEOUT), patient=options.mode == CompilerMode.REQUIRE
    )
    if isinstance(toolchain, NoToolchain):
        if options.mode == CompilerMode.REQUIRE:
            raise MapleakError(f"--compiler require: {toolchain.reason}")
        evidence = CompilerEvidence(Verdict.INCONCLUSIVE, toolchain.reason)
        notes = (one_line(f"not checked with the compiler: {toolchain.reason}"),)
        return CrosscheckResult(tuple(replace(finding, compiler=evidence) for finding in findings), "", notes)
    files = {file.path: file for file in tree.files}
    places = find_places((site for finding in findings for site in finding.check.sites), files)
    known = [place for place in places.values() if isinstance(place, Place)]
    requests = requests_for(known, tree)
    compilations = _compile(toolchain, requests, known, options, announce)
    answers = Answers(compilations, toolchain, tree)
    if options.mode == CompilerMode.REQUIRE:
        answers.require(known)
    sites = {location: answers.about(location, place) for location, place in places.items()}
    judged = tuple(
        replace(finding, compiler=judge(finding.check, [sites[site] for site in finding.check.sites]))
        for finding in findings
    )
    return CrosscheckResult(judged, toolchain.version, answers.notes())


def requests_for(places: Iterable[Place], tree: Tree) -> list[Request]:
    """One request per module, and a second one for its packages where a place is in a test file."""
    modules = sorted((os.path.realpath(module.directory) for module in tree.modules), key=len, reverse=True)
    with_go_mod = [directory for directory in modules if Path(directory, "go.mod").is_file()]
    wanted: dict[tuple[str, bool], dict[str, bool]] = {}
    for place in places:
        module = next((directory for directory in with_go_mod if _is_below(place.folder, directory)), None)
        home = (module or os.path.realpath(tree.root), module is not None)
        relative = os.path.relpath(place.folder, home[0]).replace(os.sep, "/")
        folder = "" if relative == "." else relative
        folders = wanted.setdefault(home, {})
        folders[folder] = folders.get(folder, False) or place.name.endswith("_test.go")
    return [
        Request(
            directory, tuple(sorted(folder for folder, tested in folders.items() if tested is tests)), tests, in_module
        )
        for (directory, in_module), folders in sorted(wanted.items())
        for tests in (False, True)
        if tests in folders.values()
    ]


def _is_below(folder: str, module: str) -> bool:
    return folder == module or folder.startswith(module.rstrip(os.sep) + os.sep)


def _compile(
    toolchain: Toolchain,
    requests: Sequence[Request],
    places: Sequence[Place],
    options: CrosscheckOptions,
    announce: Callable[[str], None],
) -> list[Compilation]:
    """All requests, one after the other (the go command uses all cores), within the one deadline."""
    deadline = time.monotonic() + options.timeout
    wanted = {place.wanted for place in places}
    count = sum(len(request.folders) for request in requests)
    if count:
        announce(f"compiling {count} package{'s' * (count != 1)} with {toolchain.version}")
    compilations: list[Compilation] = []
    with tempfile.TemporaryDirectory(prefix="mapleak-") as scratch:
        for number, request in enumerate(requests):
            compilations.append(
                compile_packages(
                    toolchain,
                    request,
                    wanted,
                    deadline=deadline,
                    scratch=Path(scratch, str(number)),
                    proxy=options.proxy,
                )
            )
    return compilations


class Answers:
    """What all compilations said, looked up by place."""

    def __init__(self, compilations: Sequence[Compilation], toolchain: Toolchain, tree: Tree) -> None:
        self._compilations = compilations
        self._toolchain = toolchain
        self._tree = tree
        self._facts = FactIndex(compilations)
        self._packages: dict[str, list[PackageAnswer]] = {}
        self._problems: dict[str, str] = {}
        for compilation in compilations:
            for package in compilation.packages:
                self._packages.setdefault(package.directory, []).append(package)
            for folder in compilation.request.folders:
                path = os.path.realpath(Path(compilation.request.directory, folder))
                self._problems[path] = compilation.problem

    def about(self, location: Location, place: Place | str) -> SiteFacts:
        """The facts about a place, or why there are none."""
        if isinstance(place, str):
            return SiteFacts(location, (), place)
        facts = self._facts.at(place)
        return SiteFacts(location, facts, "" if facts else self.absence(place) or SILENT)

    def require(self, places: Iterable[Place]) -> None:
        """Raises MapleakError for the first place whose package does not compile."""
        for place in places:
            reason = "" if self._is_excluded(place) else self.absence(place)
            if reason:
                raise MapleakError(f"--compiler require: {place.location.file}: {reason}")

    def notes(self) -> tuple[str, ...]:
        """One line for each module that the go command refused as a whole, or did not finish."""
        lines = [
            one_line(f"not checked with the compiler: {self._readable(compilation.problem)}")
            for compilation in self._compilations
            if compilation.problem and not compilation.packages
        ]
        return tuple(dict.fromkeys(lines))

    def _is_excluded(self, place: Place) -> bool:
        packages = self._packages.get(place.folder, [])
        return any(place.name in package.ignored for package in packages) and not any(
            place.name in package.files for package in packages
        )

    def absence(self, place: Place) -> str:
        """Why the compiler did not look at a place, or "" if it did."""
        packages = self._packages.get(place.folder, [])
        holding = [package for package in packages if place.name in package.files]
        if any(not package.error for package in holding):
            return ""
        if self._is_excluded(place):
            return f"the file is left out of a build for {self._toolchain.platform} by a build constraint"
        errors = [package.error for package in holding or packages if package.error]
        if packages and not errors:
            return "the file is not part of the package that the go command builds"
        reason = errors[0] if errors else self._problems.get(place.folder, "")
        return self._readable(reason or "the go command does not list the package")

    def _readable(self, text: str) -> str:
        """One line, without the folders that differ between machines."""
        for root in (os.path.realpath(self._tree.root), self._tree.root):
            folder = root.rstrip(os.sep)
            if folder:
                text = re.sub(re.escape(folder) + r"(?![\w.-])", ".", text.replace(folder + os.sep, ""))
        return one_line(text.replace(self._toolchain.goroot, "GOROOT") if self._toolchain.goroot else text)
