"""Reads suppression comments: which rules a comment accepts, where, for what reason, and what is wrong with it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from mapleak.model import Finding, Location
from mapleak.rule import Rule
from mapleak.syntax.facts import Directive, FileFacts

WHOLE_FILE = 1 << 31
MANY_LINES = 100
OWN = re.compile(r"//mapleak:(?P<verb>[\w-]*)(?P<rest>.*)", re.DOTALL)
LINT = re.compile(r"//lint:(?P<verb>ignore|file-ignore)(?=\s|$)(?P<rest>.*)", re.DOTALL)
NOLINT = re.compile(r"//nolint(?P<linters>:[\w,-]+)?(?=\s|/|$)(?P<rest>.*)", re.DOTALL)
CODES = re.compile(r"\s*(?P<codes>[^\s,]+(?:\s*,\s*[^\s,]+)*)(?P<reason>.*)", re.DOTALL)
OUR_ID = re.compile(r"ML\d+", re.IGNORECASE)


class Suppression(msgspec.Struct, frozen=True):
    """One comment that accepts findings.

    ``rules`` holds rule ids; None stands for all. ``faults`` says what is malformed. A comment without a reason
    still accepts what it names, so that it is reported once, as malformed, and not twice.
    """

    file: str
    location: Location
    first_line: int
    last_line: int
    text: str
    rules: frozenset[str] | None
    reason: str
    faults: tuple[str, ...]

    def accepts(self, rule: str, location: Location) -> bool:
        """Whether the comment speaks for this rule at this place."""
        return (
            location.file == self.file
            and self.first_line <= location.line <= self.last_line
            and (self.rules is None or rule in self.rules)
        )


class Comments:
    """Suppression comments in their order, found by the lines they speak for."""

    def __init__(self, comments: Sequence[Suppression]) -> None:
        self._comments = comments
        self._by_line: dict[tuple[str, int], list[int]] = defaultdict(list)
        self._wide: dict[str, list[int]] = defaultdict(list)  # those for more lines than are worth a list each
        for number, comment in enumerate(comments):
            if comment.last_line - comment.first_line > MANY_LINES:
                self._wide[comment.file].append(number)
            else:
                for line in range(comment.first_line, comment.last_line + 1):
                    self._by_line[comment.file, line].append(number)

    def __iter__(self) -> Iterator[Suppression]:
        return iter(self._comments)

    def accepting(self, finding: Finding) -> Iterator[Suppression]:
        """The comments that accept a finding: at the place that is reported, or at the map's declaration."""
        numbers: set[int] = set()
        for place in (finding.location, finding.map.declaration):
            for number in (*self._by_line.get((place.file, place.line), ()), *self._wide.get(place.file, ())):
                if self._comments[number].accepts(finding.rule, place):
                    numbers.add(number)
        return (self._comments[number] for number in sorted(numbers))


def suppressions(facts: Mapping[str, FileFacts], rules: Iterable[Rule]) -> tuple[Suppression, ...]:
    """The comments that are addressed to us, in the order of files and lines; other linters' are left out."""
    names = {rule.id: rule.id for rule in rules} | {rule.name: rule.id for rule in rules}
    parsed = (parse(path, directive, names) for path, file in sorted(facts.items()) for directive in file.directives)
    return tuple(suppression for suppression in parsed if suppression is not None)


def parse(path: str, directive: Directive, names: Mapping[str, str]) -> Suppression | None:
    """What a comment says, or None when it is not addressed to us; ``names`` gives the id of each rule id and name."""
    text = directive.text.rstrip()
    if match := OWN.match(text):
        if match["verb"] != "ignore":
            fault = f"mapleak:{match['verb']} is not known; the form is //mapleak:ignore ML101 reason"
            return _suppression(path, directive, frozenset(), "", (fault,))
        return _with_codes(path, directive, match["rest"], names, own=True)
    if match := LINT.match(text):
        whole_file = match["verb"] == "file-ignore"
        return _with_codes(path, directive, match["rest"], names, own=False, whole_file=whole_file)
    if match := NOLINT.match(text):
        return _nolint(path, directive, match)
    return None


def _nolint(path: str, directive: Directive, match: re.Match[str]) -> Suppression | None:
    """``//nolint`` and ``//nolint:all`` are for every linter: only the form with our name must give us a reason."""
    linters = (match["linters"] or ":all")[1:].split(",")
    reason = match["rest"].strip().removeprefix("//").strip()
    if "mapleak" in linters:
        faults = () if reason else ("it gives no reason",)
        return _suppression(path, directive, None, reason, faults)
    if "all" in linters:
        return _suppression(path, directive, None, reason, ())
    return None


def _with_codes(
    path: str, directive: Directive, rest: str, names: Mapping[str, str], *, own: bool, whole_file: bool = False
) -> Suppression | None:
    """A comment of the form ``CODE[,CODE…] reason``; in one that is not our ``own``, others' codes are skipped."""
    match = CODES.match(rest)
    if match is None:
        return _suppression(path, directive, frozenset(), "", ("it names no rule",)) if own else None
    codes = [code.strip() for code in match["codes"].split(",")]
    if not own:
        codes = [code for code in codes if OUR_ID.fullmatch(code) or code in names]
        if not codes:
            return None
    known = {code: names.get(code) or names.get(code.upper()) or names.get(code.lower()) for code in codes}
    faults = [f"{code} is not a rule" for code, rule in known.items() if rule is None]
    reason = match["reason"].strip()
    if not reason:
        faults.append("it gives no reason")
    rules = frozenset(rule for rule in known.values() if rule is not None)
    return _suppression(path, directive, rules, reason, tuple(faults), whole_file=whole_file)


def _suppression(
    path: str,
    directive: Directive,
    rules: frozenset[str] | None,
    reason: str,
    faults: tuple[str, ...],
    *,
    whole_file: bool = False,
) -> Suppression:
    return Suppression(
        file=path,
        location=Location(path, directive.line, directive.column, directive.line, directive.end_column),
        first_line=1 if whole_file else directive.first_line,
        last_line=WHOLE_FILE if whole_file else directive.last_line,
        text=directive.text.rstrip(),
        rules=rules,
        reason=reason,
        faults=faults,
    )
