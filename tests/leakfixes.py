"""Scores mapleak on real leak fixes: a map that leaked must be reported before its fix, and not after it.

Needs a list of cases and bare mirrors of the repositories (MIRRORS/owner+name/repo). A case is a line of JSON:
``id``, ``repo`` (owner/name), the commits ``before`` and ``fix``, the map as ``file``, ``line`` and ``map`` (Type.field
or variable) in ``before``, ``insert`` (file:line) where it is filled, ``after_file`` and ``after_line`` where it is
declared in ``fix`` if it is still there, ``tier`` (1: nothing removes the key; 2: a removal exists and does not help;
3: beyond what the source can tell), ``score_after`` false where the fixed version still leaks through the same map.

    python tests/leakfixes.py CASES MIRRORS [--only ID,…] [--min-confidence medium]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

Case = dict[str, Any]
MODULE_FILES = frozenset({"go.mod", "go.sum", "go.work", "modules.txt"})


@dataclass(frozen=True)
class Outcome:
    """What became of one case: the rules that reported its map before and after the fix, and all findings counted."""

    case: Case
    before: tuple[str, ...]
    after: tuple[str, ...]
    findings: int

    @property
    def found(self) -> bool:
        return bool(self.before)

    @property
    def silent(self) -> bool:
        return not self.after


def check_out(mirror: Path, commit: str, folder: Path) -> None:
    """Write the Go files of a commit to a folder; files that the mirror lacks are left out."""
    folder.mkdir()
    environment = {**os.environ, "GIT_DIR": str(mirror), "GIT_INDEX_FILE": f"{folder}.index"}
    subprocess.run(["git", "read-tree", commit], check=True, env=environment)
    listed = subprocess.run(["git", "ls-files", "-z"], check=True, env=environment, capture_output=True).stdout
    names = [name for name in listed.split(b"\0") if _is_wanted(name.decode("utf-8", "replace"))]
    command = ["git", "checkout-index", "--quiet", "-z", "--stdin", f"--prefix={folder}/"]
    subprocess.run(command, check=False, env=environment, input=b"\0".join(names), capture_output=True)


def _is_wanted(name: str) -> bool:
    return name.endswith(".go") or PurePosixPath(name).name in MODULE_FILES


def scan(folder: Path, confidence: str) -> list[dict[str, Any]]:
    """The findings of a default scan without the compiler."""
    command = [sys.executable, "-m", "mapleak", "scan", "--format", "json", "--compiler", "off", "--exit-zero"]
    command += ["--min-confidence", confidence, "."]
    done = subprocess.run(command, check=False, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{folder}: {done.stderr.strip()[-300:]}")
    findings: list[dict[str, Any]] = json.loads(done.stdout)["findings"]
    return findings


_ON_LOCKS = "ML6"
"""How the rules on locks begin: a race is no leak."""


def about(findings: Iterable[dict[str, Any]], file: str, line: int, name: str, insertion: str) -> tuple[str, ...]:
    """The rules that tell of one map, but for those on locks: declared or filled there, or so called in that folder."""
    rules = []
    for finding in findings:
        declared, place = finding["map"]["declaration"], finding["location"]
        same_place = declared["file"] == file and abs(declared["line"] - line) <= 1
        same_folder = PurePosixPath(declared["file"]).parent == PurePosixPath(file).parent
        same_name = same_folder and finding["map"]["name"].rpartition(".")[2] == name.rpartition(".")[2]
        same = same_place or same_name or f"{place['file']}:{place['line']}" == insertion
        if same and not finding["rule"].startswith(_ON_LOCKS):
            rules.append(finding["rule"])
    return tuple(rules)


def run(case: Case, mirror: Path, confidence: str) -> Outcome:
    """Scan both sides of a case."""
    with tempfile.TemporaryDirectory(prefix="mapleak-") as temporary:
        before, after = Path(temporary, "before"), Path(temporary, "after")
        check_out(mirror, case["before"], before)
        check_out(mirror, case["fix"], after)
        leaking, fixed = scan(before, confidence), scan(after, confidence)
    found = about(leaking, case["file"], case["line"], case["map"], case.get("insert", ""))
    left: tuple[str, ...] = ()
    if case.get("after_file"):
        left = about(fixed, case["after_file"], case.get("after_line") or 0, case["map"], "")
    return Outcome(case, found, left, len(leaking))


def summary(title: str, outcomes: list[Outcome]) -> str:
    """One line: how many were found, and how many of those whose fix ends the leak are silent after it."""
    scored = [outcome for outcome in outcomes if outcome.case.get("score_after", True)]
    found, silent = sum(o.found for o in outcomes), sum(o.silent for o in scored)
    after = f"silent after the fix {silent} of {len(scored)}{_share(silent, len(scored))}"
    return f"{title}: found {found} of {len(outcomes)}{_share(found, len(outcomes))}, {after}"


def _share(part: int, whole: int) -> str:
    return f" ({100 * part / whole:.0f} %)" if whole else ""


def main() -> None:
    """Score all cases whose repositories are at hand."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", type=Path)
    parser.add_argument("mirrors", type=Path)
    parser.add_argument("--only", default="", metavar="ID,…")
    parser.add_argument("--min-confidence", default="medium", choices=["low", "medium", "high"])
    arguments = parser.parse_args()
    cases: list[Case] = [json.loads(line) for line in arguments.cases.read_text("utf-8").splitlines() if line.strip()]
    outcomes = []
    for case in cases:
        mirror = arguments.mirrors / case["repo"].replace("/", "+") / "repo"
        if arguments.only and case["id"] not in arguments.only.split(","):
            continue
        if not mirror.exists():
            print(f"{case['id']}: no mirror of {case['repo']}")
            continue
        outcome = run(case, mirror, arguments.min_confidence)
        outcomes.append(outcome)
        told = f"found by {', '.join(outcome.before)}" if outcome.found else "not found"
        then = "silent" if outcome.silent else f"still reported by {', '.join(outcome.after)}"
        print(f"{case['id']} {case['map']}: {told}, {then}; {outcome.findings} findings in all", flush=True)
    for tier in sorted({outcome.case.get("tier", 1) for outcome in outcomes}):
        print(summary(f"tier {tier}", [o for o in outcomes if o.case.get("tier", 1) == tier]))
    print(summary("all", outcomes))


if __name__ == "__main__":
    main()
