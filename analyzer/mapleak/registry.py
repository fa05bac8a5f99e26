"""Finds the rules by entry point, checks them all at once, and runs them."""

from __future__ import annotations

import functools
import re
import sys
import traceback
from collections import Counter
from collections.abc import Iterable
from importlib.metadata import entry_points
from pathlib import Path
from types import TracebackType

import msgspec

from mapleak.errors import MapleakError, RuleError
from mapleak.maps.model import AbstractMap, CapturedMap, Goroutine, MapModel, RangeStore
from mapleak.model import Finding
from mapleak.rule import Rule
from mapleak.store import code_digest

GROUP = "mapleak.rules"
PRECISIONS = ("very-high", "high", "medium", "low")
ID_PATTERN = re.compile(r"ML\d{3}")
NAME_PATTERN = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
TEXTS = ("summary", "rationale", "not_reported", "remedy", "bad", "good", "since")


class RuleFailure(msgspec.Struct, frozen=True):
    """A rule that could not be run to its end: its id, one line that says why, and the traceback for its author."""

    rule: str
    message: str
    traceback: str


class RuleResults(msgspec.Struct, frozen=True):
    """What the rules found, in report order, and which of them failed: of those there are no findings."""

    findings: tuple[Finding, ...]
    failures: tuple[RuleFailure, ...]


def load_rules() -> tuple[Rule, ...]:
    """All rules that installed packages offer, by id; raises MapleakError naming every problem (none is one, too)."""
    rules: list[Rule] = []
    problems: list[str] = []
    for point in sorted(entry_points(group=GROUP), key=lambda point: (point.name, point.value)):
        try:
            loaded = point.load()
        except (ImportError, AttributeError) as error:
            problems.append(f"entry point {point.name} ({point.value}) cannot be loaded: {error}")
            continue
        offered = loaded if isinstance(loaded, (tuple, list)) else ()
        if not offered or not all(isinstance(rule, Rule) for rule in offered):
            problems.append(f"entry point {point.name} ({point.value}) is not a tuple of rules")
            continue
        rules.extend(offered)
    problems += validate(rules)
    if not rules and not problems:
        problems.append(f"no package offers any (entry point group {GROUP})")
    if problems:
        raise MapleakError("the rules cannot be used: " + "; ".join(problems))
    return tuple(sorted(rules, key=lambda rule: rule.id))


def validate(rules: Iterable[Rule]) -> list[str]:
    """Everything that is wrong with the rules' metadata, in words."""
    known = list(rules)
    problems = [problem for rule in known for problem in _problems(rule)]
    for what in ("id", "name"):
        seen = Counter(getattr(rule, what) for rule in known)
        problems += [f"{what} {value} is used {count} times" for value, count in sorted(seen.items()) if count > 1]
    return problems


def _problems(rule: Rule) -> list[str]:
    problems = []
    if not ID_PATTERN.fullmatch(rule.id):
        problems.append(f"{rule.id!r} is not an id like ML101")
    if not NAME_PATTERN.fullmatch(rule.name):
        problems.append(f"{rule.id}: name {rule.name!r} is not in kebab-case")
    problems += [f"{rule.id}: {text} is empty" for text in TEXTS if not getattr(rule, text).strip()]
    if rule.precision not in PRECISIONS:
        problems.append(f"{rule.id}: precision {rule.precision!r} is not one of {', '.join(PRECISIONS)}")
    if rule.cwe is not None and rule.cwe <= 0:
        problems.append(f"{rule.id}: CWE {rule.cwe} is not a CWE number")
    return problems


def matching(rules: Iterable[Rule], code: str) -> list[Rule]:
    """The rules that a rule id, the beginning of one, or a rule name stands for."""
    wanted = code.strip()
    by_name = [rule for rule in rules if rule.name == wanted.lower()]
    return by_name or [rule for rule in rules if wanted and rule.id.startswith(wanted.upper())]


def select_rules(
    rules: tuple[Rule, ...], select: tuple[str, ...], extend: tuple[str, ...], ignore: tuple[str, ...]
) -> tuple[Rule, ...]:
    """The rules that are on: the longest code that fits a rule decides, ``ignore`` before ``select`` on a tie.

    Raises MapleakError for a code that stands for no rule.
    """
    weight: dict[str, tuple[int, bool]] = {rule.id: (-1 if select else 0, not select) for rule in rules}
    for codes, switched_on in ((select, True), (extend, True), (ignore, False)):
        for code in codes:
            found = matching(rules, code)
            if not found:
                raise MapleakError(f"no rule matches {code!r}; 'mapleak rules' lists them")
            for rule in found:
                length = len(rule.id) if code.strip().lower() == rule.name else len(code.strip())
                if length >= weight[rule.id][0]:
                    weight[rule.id] = (length, switched_on)
    return tuple(rule for rule in rules if weight[rule.id][1])


def run_rules(rules: Iterable[Rule], model: MapModel) -> RuleResults:
    """Run all rules that have a check; one that raises is told of, and takes nothing away from the others."""
    findings: list[Finding] = []
    failures: list[RuleFailure] = []
    for rule in rules:
        try:
            findings += _run(rule, model)
        except RuleError as error:
            failures.append(RuleFailure(rule.id, str(error), "".join(traceback.format_exception(error))))
    return RuleResults(tuple(sorted(findings, key=report_order)), tuple(failures))


def report_order(finding: Finding) -> tuple[object, ...]:
    """The order of findings everywhere: file, line, column, rule, and what else tells two apart."""
    return (finding.location, finding.rule, finding.map.name, finding.message)


def _run(rule: Rule, model: MapModel) -> list[Finding]:
    if rule.check is None:
        return []
    try:
        found = list(rule.check(model))
    except Exception as error:
        where = _map_at_hand(error.__traceback__, frozenset(found.name for found in model.maps))
        looking = f" while looking at map {where}" if where else ""
        raise RuleError(f"rule {rule.id} ({rule.name}) failed{looking}: {type(error).__name__}: {error}") from error
    strangers = sorted({finding.rule for finding in found if finding.rule != rule.id})
    if strangers:
        raise RuleError(f"rule {rule.id} ({rule.name}) made a finding of {', '.join(strangers)}")
    return found


def _map_at_hand(trace: TracebackType | None, names: frozenset[str]) -> str:
    """The map a rule was looking at when it raised: read from the variables of its innermost frame that has one.

    Rules are plain generators over the whole model, so nothing but their own variables tells how far they were.
    A variable may hold the map, a fact about it, or just one of the model's ``names``.
    """
    name = ""
    while trace is not None:
        for value in trace.tb_frame.f_locals.values():
            match value:
                case AbstractMap(name=found) | CapturedMap(map=found) | RangeStore(map=found):
                    name = found
                case Goroutine(captures=(CapturedMap(map=found), *_)):
                    name = found
                case str() if value in names:
                    name = value
        trace = trace.tb_next
    return name


def code_of(rules: Iterable[Rule]) -> bytes:
    """A digest of the code that rules come with: of whole packages, because their parts call one another."""
    names = {_home(rule.check).partition(".")[0] for rule in rules if rule.check is not None}
    return code_digest(sorted(place for name in names for place in _places(name)))


def _home(check: object) -> str:
    """The module that a check was written in; of one made with ``functools.partial``, that of the function within."""
    while isinstance(check, functools.partial):
        check = check.func
    return str(getattr(check, "__module__", ""))


def _places(module: str) -> list[Path]:
    """The folders of a package, or the file of a module that is none."""
    found = sys.modules.get(module)
    file = getattr(found, "__file__", None)
    return [Path(folder) for folder in getattr(found, "__path__", ())] or ([Path(file)] if file else [])
