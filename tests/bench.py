"""Measures time and memory of scans, as ratios within one run on one machine.

The floor is what any tool on the same parser has to pay: reading and parsing every file, with as many processes, and
nothing else. Trees are measured where they are; edits are made in copies. Caches are made for the run and go with it.

    python tests/bench.py DIRECTORY [--jobs N] [--runs N] [--long-runs N] [--hook DIRECTORY] [--no-curve]
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import msgspec

from bench_memory import MEASURABLE, Watch
from mapleak.processes import available_processors, spread
from mapleak.source.discover import DiscoverOptions, discover
from mapleak.source.model import Tree
from mapleak.syntax.grammar import parse

MANIFEST = Path(__file__).parent.parent / ".pre-commit-hooks.yaml"
MODULE_FILES = ("go.mod", "go.sum", "go.work", "go.work.sum", "modules.txt", ".gitignore")
SCAN = ("scan", "--pedantic", "--compiler", "off", "--no-progress", "--exit-zero", "--format", "json")
FILES_AT_A_TIME = 16
SHARES = (8, 4, 2)
"""The curve: one in so many packages; the whole and twice the whole follow."""


@dataclass(frozen=True)
class Row:
    """A line of the table."""

    what: str
    measured: str
    ratio: str = ""
    aim: str = ""


@dataclass
class Bench:
    """One run: what it measures, where it works, how often it measures, and what it found."""

    directory: Path
    tree: Tree
    folder: Path
    jobs: int
    runs: int
    long_runs: int
    rows: list[Row] = field(default_factory=list)
    different: list[str] = field(default_factory=list)

    def new(self, name: str) -> Path:
        """An empty folder."""
        return Path(tempfile.mkdtemp(prefix=f"{name}-", dir=self.folder))

    def scan(self, tree: Path, cache: Path | None, jobs: int = 0, watch: Watch | None = None) -> tuple[float, bytes]:
        """Seconds of a scan without the compiler, and its report."""
        report = self.new("report") / "report.json"
        kept = ["--cache-dir", str(cache)] if cache else ["--no-cache"]
        words = [*SCAN, *kept, "--jobs", str(jobs or self.jobs), "--output", str(report), str(tree)]
        seconds = mapleak(words, watch=watch)
        return seconds, report.read_bytes()

    def same(self, what: str, report: bytes, expected: bytes) -> None:
        """Note when two scans that should report the same do not."""
        if report != expected:
            self.different.append(what)


def mapleak(words: Sequence[str], cwd: Path | None = None, watch: Watch | None = None) -> float:
    """Seconds that a command takes, from the start of the interpreter on; raises CalledProcessError."""
    return timed([sys.executable, "-m", "mapleak", *words], cwd, watch)


def timed(command: list[str], cwd: Path | None = None, watch: Watch | None = None) -> float:
    """Seconds that a program takes. Findings are no failure."""
    began = time.perf_counter()
    with subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        if watch is not None:
            watch.until_end(process)
        _, errors = process.communicate()
        seconds = time.perf_counter() - began
    if process.returncode not in (0, 1):
        raise subprocess.CalledProcessError(process.returncode, command, stderr=errors)
    return seconds


def median(times: int, measure: Callable[[], float]) -> float:
    """The median of so many measurements."""
    return statistics.median(measure() for _ in range(times))


def parse_file(path: str) -> bool:
    """What the floor consists of; the tree is dropped at once."""
    return parse(Path(path).read_bytes()) is not None


def floor(tree: Tree, jobs: int) -> float:
    """Seconds to read and parse every file of a tree."""
    began = time.perf_counter()
    for _ in spread(parse_file, [file.absolute for file in tree.files], jobs, FILES_AT_A_TIME):
        pass
    return time.perf_counter() - began


def found_in(directory: Path) -> Tree:
    """The tree that a scan of a directory reads; raises SystemExit when it goes beyond the directory."""
    tree = discover(DiscoverOptions((str(directory),)))
    if not all(Path(file.absolute).is_relative_to(directory) for file in tree.files):
        sys.exit(f"error: {directory} is a part of a module; name the folder that has its go.mod")
    return tree


def copied(directory: Path, tree: Tree, to: Path, share: int = 1) -> Path:
    """A copy of one in ``share`` packages of a tree, with its module files and all that is vendored."""
    chosen = set(sorted({file.package_dir for file in tree.files})[::share])
    for file in tree.files:
        if file.package_dir in chosen:
            put(Path(file.absolute), to / Path(file.absolute).relative_to(directory))
    for path in module_files(directory):
        put(path, to / path.relative_to(directory))
    return to


def module_files(root: Path) -> Iterator[Path]:
    """The files that say what modules there are, and the code of vendored packages."""
    for folder, below, names in os.walk(root):
        below[:] = [name for name in below if name not in (".git", "node_modules", "testdata")]
        vendored = "vendor" in Path(folder).relative_to(root).parts
        for name in names:
            if name in MODULE_FILES or (vendored and name.endswith(".go")):
                yield Path(folder) / name


def put(source: Path, to: Path) -> None:
    """Copy a file into a folder that may not be there yet."""
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, to)


class Edits:
    """Edits of a copy, each in another file, spread over the tree: a new function at the end."""

    def __init__(self, directory: Path, tree: Tree, copy: Path, times: int) -> None:
        files = sorted(Path(file.absolute).relative_to(directory) for file in tree.files if not file.is_test)
        self._places = [copy / files[len(files) * number // (times + 1)] for number in range(1, times + 1)]
        self._made = 0

    def make(self) -> Path:
        """Make the next one; gives the file."""
        path = self._places[self._made % len(self._places)]
        self._made += 1
        with path.open("a") as file:
            file.write(f"\nfunc addedToMeasure{self._made}(key string) int {{ return len(key) }}\n")
        return path


def measure_scans(bench: Bench) -> float:
    """Cold and warm scans against the floor, on the tree itself; gives the seconds of a cold one."""
    parsing = median(bench.runs, lambda: floor(bench.tree, bench.jobs))
    bench.rows.append(Row("parsing every file, nothing else (the floor)", f"{parsing:.2f} s"))
    reports: list[bytes] = []
    caches: list[Path] = []

    def cold() -> float:
        caches.append(bench.new("cache"))
        seconds, report = bench.scan(bench.directory, caches[-1])
        reports.append(report)
        return seconds

    scanning = median(bench.long_runs, cold)
    for number, report in enumerate(reports[1:], 2):
        bench.same(f"cold scan {number}", report, reports[0])
    bench.rows.append(
        Row("cold scan", f"{scanning:.2f} s", f"{scanning / parsing:.2f} times the floor", "at most 2 times")
    )

    def warm() -> float:
        seconds, report = bench.scan(bench.directory, caches[-1])
        bench.same("warm scan", report, reports[0])
        return seconds

    again = median(bench.runs, warm)
    bench.rows.append(Row("warm scan, nothing changed", f"{again:.2f} s", of_cold(again, scanning), "at most 10 %"))
    measure_memory(bench, reports[0])
    return scanning


def of_cold(seconds: float, cold: float) -> str:
    """A share of a cold scan."""
    return f"{100 * seconds / cold:.1f} % of cold"


def measure_memory(bench: Bench, expected: bytes) -> None:
    """Peak memory with the chosen number of processes, with one and with two; the reports must be the same."""
    for jobs in sorted({bench.jobs, 1, 2}):
        watch = Watch()
        _, report = bench.scan(bench.directory, bench.new("cache"), jobs, watch)
        bench.same(f"scan with --jobs {jobs}", report, expected)
        aim = "under 1 GiB" if jobs == bench.jobs else ""
        bench.rows.append(Row(f"peak memory of a cold scan, --jobs {jobs}", watch.peak_shown, "", aim))


def measure_edits(bench: Bench, cold: float) -> None:
    """Scans after the change of one file, in a copy; the last of them is compared with a scan that knows nothing."""
    copy, cache = copied(bench.directory, bench.tree, bench.new("copy")), bench.new("cache")
    bench.scan(copy, cache)
    edits = Edits(bench.directory, bench.tree, copy, bench.runs)
    reports: list[bytes] = []

    def change() -> float:
        edits.make()
        seconds, report = bench.scan(copy, cache)
        reports.append(report)
        return seconds

    changed = median(bench.runs, change)
    bench.rows.append(Row("one file changed", f"{changed:.2f} s", of_cold(changed, cold), "at most 15 %"))
    bench.same("scan after changes", reports[-1], bench.scan(copy, None)[1])


def measure_hook(bench: Bench, directory: Path) -> None:
    """The hook on staged changes, in a copy that is a git repository, as pre-commit calls it."""
    tree = found_in(directory)
    copy, cache = copied(directory, tree, bench.new("hook")), bench.new("cache")
    git(copy, "init", "--quiet")
    git(copy, "add", "--all")
    git(copy, "-c", "user.name=Bench", "-c", "user.email=bench@example.com", "commit", "--quiet", "--message=All")
    found = re.search(r"- id: mapleak\n(?:  .*\n)*?  entry: mapleak (.*)\n", MANIFEST.read_text())
    assert found, "the manifest of the hooks has no entry that can be read"
    words = [*found.group(1).split(), "--cache-dir", str(cache), "--jobs", str(bench.jobs)]
    edits = Edits(directory, tree, copy, bench.runs + 1)

    def commit() -> float:
        git(copy, "add", str(edits.make()))
        return mapleak(words, copy)

    commit()
    seconds = median(bench.runs, commit)
    lines = summary(bench.scan(copy, cache)[1])["lines"]
    bench.rows.append(Row(f"hook, one staged change, {lines:,} lines", f"{seconds:.2f} s", "", "under 1 s at 500,000"))


def git(repository: Path, *words: str) -> None:
    """Run git without anybody's configuration."""
    alone = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    subprocess.run(["git", "-C", str(repository), *words], check=True, capture_output=True, env=alone)


def measure_curve(bench: Bench) -> None:
    """Time and memory on parts of the tree, on the whole, and on the tree beside a copy of itself."""
    measured = {}
    for share in SHARES:
        part = copied(bench.directory, bench.tree, bench.new("part"), share)
        measured[f"1/{share}"] = cold_with_memory(bench, part)
    twice = bench.new("twice")
    copied(bench.directory, bench.tree, twice / "one")
    measured["1"] = cold_with_memory(bench, twice)
    copied(bench.directory, bench.tree, twice / "two")
    measured["2"] = cold_with_memory(bench, twice)
    base, _, base_lines = measured["1"]
    for name, (seconds, peak, lines) in measured.items():
        ratio = f"{seconds / base:.2f} times the whole at {lines / base_lines:.2f} times its lines"
        what = f"{name} of the packages, {lines:,} lines"
        bench.rows.append(Row(what, f"{seconds:.2f} s, {peak}", ratio, "in line"))


def cold_with_memory(bench: Bench, directory: Path) -> tuple[float, str, int]:
    """Seconds and peak memory of a cold scan, and how many lines it read."""
    watch = Watch()
    seconds, report = bench.scan(directory, bench.new("cache"), watch=watch)
    return seconds, watch.peak_shown, summary(report)["lines"]


def summary(report: bytes) -> dict[str, int]:
    """How much a scan read."""
    counted: dict[str, int] = msgspec.json.decode(report)["summary"]
    return counted


def printed(bench: Bench, lines: int) -> Iterator[str]:
    """The table, and what it was measured with."""
    tools = ", ".join(f"{name} {version(name)}" for name in ("mapleak", "tree-sitter", "tree-sitter-go"))
    go = subprocess.run(["go", "version"], check=False, capture_output=True, text=True).stdout.strip()
    yield f"{len(bench.tree.files):,} files, {lines:,} lines; --jobs {bench.jobs}; {tools}, {go}"
    yield f"{platform.python_implementation()} {platform.python_version()} on {platform.platform()}"
    yield f"Medians; times measured: {bench.runs}, cold scans {bench.long_runs}, the curve once."
    yield f"Memory is the {MEASURABLE} of the whole process tree, in runs of their own but for the curve."
    yield ""
    yield "| what | measured | ratio | aim |"
    yield "|---|---|---|---|"
    for row in bench.rows:
        yield f"| {row.what} | {row.measured} | {row.ratio} | {row.aim} |"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("directory", type=Path)
    parser.add_argument("--jobs", type=int, default=available_processors(), help="processes, for the floor as well")
    parser.add_argument("--runs", type=int, default=3, help="measurements of what is short")
    parser.add_argument("--long-runs", type=int, default=1, help="measurements of cold scans")
    parser.add_argument("--hook", type=Path, help="another module for the hook")
    parser.add_argument("--no-curve", action="store_true", help="leave the scaling curve out")
    return parser.parse_args()


def main() -> None:
    options = arguments()
    directory = options.directory.resolve()
    tree = found_in(directory)
    with tempfile.TemporaryDirectory(prefix="mapleak-bench-") as folder:
        bench = Bench(directory, tree, Path(folder), options.jobs, options.runs, options.long_runs)
        os.environ["MAPLEAK_CACHE_DIR"] = str(bench.new("usual"))  # nothing may reach the user's
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # what users install has its bytecode after the first run
        cold = measure_scans(bench)
        measure_edits(bench, cold)
        measure_hook(bench, (options.hook or directory).resolve())
        helped = median(max(options.runs, 3), lambda: mapleak(["--help"]))
        bench.rows.append(Row("mapleak --help", f"{helped:.2f} s", "", "under 0.2 s"))
        if not options.no_curve:
            measure_curve(bench)
        said = f"different: {', '.join(bench.different)}" if bench.different else "byte-identical"
        jobs = ", ".join(f"--jobs {jobs}" for jobs in sorted({bench.jobs, 1, 2}))
        checked = f"reports: cold, warm, {jobs}, after changes against cold"
        bench.rows.append(Row(checked, said, "", "byte-identical"))
        lines = summary(bench.scan(bench.directory, None)[1])["lines"]
        for line in printed(bench, lines):
            print(line)
    sys.exit(1 if bench.different else 0)


if __name__ == "__main__":
    main()
