"""Verdicts from the compiler's facts: on recorded output of three Go versions, and rule by rule."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from evidence_support import ESCAPE_DATA, RECORDED, finding, recorded, site, tree_of
from mapleak.evidence.compile import BlockFact, Compilation, PackageAnswer, Request
from mapleak.evidence.escape import EscapeFact, EscapeKind, parse_line
from mapleak.evidence.places import FactIndex, Place, find_places
from mapleak.evidence.verdict import (
    AMBIGUOUS,
    ENDLESS,
    NO_INITIALISER,
    NO_SITES,
    NOTHING_TO_ASK,
    SILENT,
    SiteFacts,
    judge,
)
from mapleak.model import CompilerCheck, CompilerEvidence, Location, Verdict

MODULE = ESCAPE_DATA / "module"
CONFIRMED, REFUTED, INCONCLUSIVE = Verdict.CONFIRMED, Verdict.REFUTED, Verdict.INCONCLUSIVE


def compilation(version: str, module: Path) -> Compilation:
    """The recorded output as the compile step hands it on."""
    facts: list[BlockFact] = []
    package = ""
    for line in recorded(version, 1):
        if line.startswith("# "):
            package = line[2:]
        elif (fact := parse_line(line)) is not None:
            facts.append(BlockFact(package, fact))
    names = ("caller", "directives", "forms", "shapes")
    answers = [
        PackageAnswer(str(module / name), f"example.com/escape/{name}", frozenset({f"{name}.go"}), frozenset(), "")
        for name in names
    ]
    return Compilation(Request(str(module), names), tuple(facts), tuple(answers))


@pytest.mark.parametrize("version", RECORDED)
@pytest.mark.parametrize(
    ("claim", "file", "marker", "verdict"),
    [
        ("package-variable", "forms/forms.go", "Made = make(", CONFIRMED),
        ("package-variable", "forms/forms.go", "Literal = map[string]int{", CONFIRMED),
        ("map-outlives-call", "forms/forms.go", "pinned := map[unsafe.Pointer]bool{", REFUTED),
        ("map-in-endless-call", "forms/forms.go", "pinned := map[unsafe.Pointer]bool{", INCONCLUSIVE),
        ("map-outlives-call", "forms/forms.go", "Fresh() map[string]int { return map[string]int{", CONFIRMED),
        ("map-outlives-call", "forms/forms.go", "boxed := make(", CONFIRMED),
        ("map-outlives-call", "forms/forms.go", "seen := make(", CONFIRMED),
        ("map-outlives-call", "forms/forms.go", "日本 = map[string]string{", CONFIRMED),
        ("map-outlives-call", "forms/forms.go", "After = make(", CONFIRMED),
        ("map-outlives-call", "forms/forms.go", "wide := make(", REFUTED),
        ("value-pinned", "forms/forms.go", "Keep(k", CONFIRMED),
        ("value-pinned", "forms/forms.go", "Each(m", INCONCLUSIVE),
        ("map-outlives-call", "shapes/shapes.go", "entries: make(", CONFIRMED),
        ("map-outlives-call", "shapes/shapes.go", "seen := map[K]struct{}{", REFUTED),
        ("map-outlives-call", "shapes/shapes.go", "local := make(", REFUTED),
        ("map-outlives-call", "directives/directives.go", "NoColumn = make(", CONFIRMED),
        ("map-outlives-call", "directives/directives.go", "Column = make(", CONFIRMED),
        ("map-outlives-call", "directives/directives.go", "Next = make(", CONFIRMED),
        ("map-outlives-call", "directives/directives.go", "NoName = make(", CONFIRMED),
        ("map-outlives-call", "directives/directives.go", "Inline = make(", CONFIRMED),
        ("map-outlives-call", "directives/directives.go", "Again = make(", CONFIRMED),
        ("map-outlives-call", "directives/directives.go", "Text = make(", CONFIRMED),
        ("map-outlives-call", "directives/directives.go", "Far = make(", CONFIRMED),
        ("map-outlives-call", "directives/directives.go", "Last = make(", CONFIRMED),
    ],
)
def test_recorded_output(version: str, claim: str, file: str, marker: str, verdict: Verdict) -> None:
    """Each form and position, line directives and columns beyond 254 included, is matched in every Go version."""
    marker = f" {marker}" if marker == "Column = make(" else marker
    place = site(MODULE, file, marker)
    found = find_places([place], {f.path: f for f in tree_of(MODULE).files})[place]
    assert isinstance(found, Place)
    facts = FactIndex([compilation(version, MODULE.resolve())]).at(found)
    assert judge(finding(claim, place).check, [SiteFacts(place, facts)]).verdict is verdict


@pytest.mark.parametrize("version", RECORDED)
def test_closures(version: str) -> None:
    """A closure that a goroutine runs escapes, and so does one that is returned."""
    files = {f.path: f for f in tree_of(MODULE).files}
    index = FactIndex([compilation(version, MODULE.resolve())])
    for marker in ("func() {\n\t\tfor event", "func() int { count++"):
        place = site(MODULE, "forms/forms.go", marker, last=False)
        found = find_places([place], files)[place]
        assert isinstance(found, Place)
        evidence = judge(CompilerCheck("closure-outlives-call", (place,)), [SiteFacts(place, index.at(found))])
        assert evidence.verdict is CONFIRMED
        assert [line.message for line in evidence.diagnostics] == ["func literal escapes to heap"]


@pytest.mark.parametrize(
    ("printed", "block"),
    [
        ("forms/forms.go", "forms"),
        ("./forms/forms.go", "caller"),
        (str(MODULE / "forms" / "forms.go"), "caller"),
        ("example.com/escape/forms/forms.go", "caller"),
        ("../nowhere/forms.go", "forms"),
    ],
)
def test_paths_as_the_compiler_prints_them(printed: str, block: str) -> None:
    """Relative, absolute, by import path (``-trimpath``), or from a folder that another run was in."""
    place = site(MODULE, "forms/forms.go", "Made = make(")
    found = find_places([place], {f.path: f for f in tree_of(MODULE).files})[place]
    assert isinstance(found, Place)
    fact = parse_line(f"{printed}:{place.line}:{place.column}: make(map[string]*int) escapes to heap")
    assert fact is not None
    whole = compilation("go1.27.3", MODULE.resolve())
    index = FactIndex([replace(whole, facts=(BlockFact(f"example.com/escape/{block}", fact),))])
    assert index.at(found) == (fact,)


HERE = Location("a.go", 3, 7, 3, 8)
THERE = Location("a.go", 9, 7, 9, 8)


def at(location: Location, *texts: str, column: bool = True) -> SiteFacts:
    """A site with facts of these texts."""
    facts: list[EscapeFact] = []
    for text in texts:
        position = f"a.go:{location.line}:{location.column}" if column else f"a.go:{location.line}"
        fact = parse_line(f"{position}: {text}")
        assert fact is not None
        facts.append(fact)
    return SiteFacts(location, tuple(facts))


def verdict_on(claim: str, *sites: SiteFacts) -> CompilerEvidence:
    """The evidence for a claim about the sites."""
    return judge(CompilerCheck(claim, tuple(site.location for site in sites)), sites)


def test_one_escaping_site_confirms() -> None:
    """A map made in two places outlives its call if one of them lets it; the verdict rests on that line."""
    evidence = verdict_on(
        "map-outlives-call", at(HERE, "make(map[K]V) does not escape"), at(THERE, "make(map[K]V) escapes to heap")
    )
    assert evidence.verdict is CONFIRMED
    assert [(line.location, line.message) for line in evidence.diagnostics] == [
        (THERE, "make(map[K]V) escapes to heap")
    ]


def test_all_sites_must_stay_to_refute() -> None:
    """Silence about one place is never "does not escape"."""
    stays = at(HERE, "make(map[K]V) does not escape")
    assert verdict_on("map-outlives-call", stays, at(THERE, "map[K]V{} does not escape")).verdict is REFUTED
    evidence = verdict_on("map-outlives-call", stays, at(THERE))
    assert evidence.verdict is INCONCLUSIVE
    assert evidence.reason.endswith(SILENT)


def test_one_escaping_instantiation_is_enough() -> None:
    """Two shapes of a generic function at one position."""
    both = at(HERE, "map[go.shape.int]bool{} does not escape", "map[go.shape.string]bool{} escapes to heap")
    assert verdict_on("map-outlives-call", both).verdict is CONFIRMED


def test_lines_without_column_must_agree() -> None:
    """A line whose column is left out may be about any allocation of that line."""
    maps = ("make(map[int]int) escapes to heap", "map[string]int{...} does not escape")
    evidence = verdict_on("map-outlives-call", at(HERE, *maps, column=False))
    assert (evidence.verdict, evidence.reason) == (INCONCLUSIVE, AMBIGUOUS)
    with_closure = ("make(map[int]int) does not escape", "func literal escapes to heap", "x escapes to heap")
    assert verdict_on("map-outlives-call", at(HERE, *with_closure, column=False)).verdict is REFUTED
    assert verdict_on("closure-outlives-call", at(HERE, *with_closure, column=False)).verdict is CONFIRMED


@pytest.mark.parametrize(
    ("claim", "sites", "reason"),
    [
        ("none", (), NOTHING_TO_ASK),
        ("package-variable", (), NO_INITIALISER),
        ("map-outlives-call", (), NO_SITES),
        ("closure-outlives-call", (), NO_SITES),
        ("value-pinned", (), NO_SITES),
        ("map-outlives-call", (at(HERE),), SILENT),
        ("package-variable", (at(HERE),), SILENT),
        ("value-pinned", (at(HERE),), SILENT),
        ("map-in-endless-call", (at(HERE, "make(map[int]int) does not escape"),), ENDLESS),
        ("map-outlives-call", (SiteFacts(HERE, (), "the package does not compile"),), "the package does not compile"),
    ],
)
def test_inconclusive_says_why(claim: str, sites: tuple[SiteFacts, ...], reason: str) -> None:
    """Whatever cannot be known has its reason in words."""
    evidence = judge(CompilerCheck(claim, tuple(site.location for site in sites)), sites)
    assert (evidence.verdict, evidence.reason) == (INCONCLUSIVE, reason)


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("x escapes to heap", CONFIRMED),
        ("moved to heap: x", CONFIRMED),
        ("leaking param: x", CONFIRMED),
        ("leaking param content: x", CONFIRMED),
        ("leaking param: x to result ~r0 level=0", INCONCLUSIVE),
        ("x does not escape", INCONCLUSIVE),
    ],
)
def test_a_pinned_value_is_never_refuted(text: str, verdict: Verdict) -> None:
    """What stays on the stack may have been made from a pointer that does not."""
    assert verdict_on("value-pinned", at(HERE, text)).verdict is verdict


def test_kinds_that_are_no_allocation_say_nothing_about_a_map() -> None:
    """A leaking parameter at the place of a map is another thing's line."""
    facts = at(HERE, "leaking param: x").facts
    assert facts[0].kind is EscapeKind.LEAKS
    assert verdict_on("map-outlives-call", SiteFacts(HERE, facts)).verdict is INCONCLUSIVE
