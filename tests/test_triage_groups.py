"""Every finding ends in exactly one group; fingerprints survive edits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import fields, replace

from mapleak.config import Config
from mapleak.model import Confidence, Finding, Level
from mapleak.triage.fingerprints import with_fingerprints
from mapleak.triage.model import Triaged
from mapleak.triage.triage import candidates, triage
from samples import REFUTED, RULES, comment, facts, finding, location, source_file, tree

FILES = tree(
    source_file("cart/cart.go"),
    source_file("cart/cart_test.go"),
    source_file("cart/generated.go"),
    source_file("cart/quiet.go", reported=False),
)
FACTS = {
    "cart/cart.go": facts(comment("//nolint:mapleak // few users", 20)),
    "cart/cart_test.go": facts(),
    "cart/generated.go": facts(generated=True),
    "cart/quiet.go": facts(),
}


def sorted_out(findings: list[Finding], config: Config) -> Triaged:
    asked = candidates(findings, FILES, FACTS, config)
    checked = [replace(found, compiler=REFUTED) if found.location.line == 30 else found for found in asked.findings]
    return triage(asked, checked, FILES, FACTS, RULES, RULES, config)


def there(file: str, line: int = 10) -> dict[str, object]:
    place = location(line, file=file)
    return {"location": place, "map": replace(finding().map, declaration=place)}


@pytest.mark.parametrize(
    ("found", "config", "group"),
    [
        (finding(), Config(), "reported"),
        (finding(location=location(20)), Config(), "suppressed"),
        (finding(location=location(30)), Config(), "refuted"),
        (finding(confidence=Confidence.LOW), Config(), "below_threshold"),
        (finding(confidence=Confidence.LOW), Config(min_confidence=Confidence.LOW), "reported"),
        (finding(confidence=Confidence.MEDIUM), Config(), "reported"),
        (finding(confidence=Confidence.MEDIUM), Config(min_confidence=Confidence.HIGH), "below_threshold"),
        (finding(level=Level.NOTE), Config(min_level=Level.WARNING), "below_threshold"),
        (finding(**there("cart/generated.go")), Config(), "hidden_generated"),
        (finding(**there("cart/generated.go")), Config(generated=True), "reported"),
        (finding(**there("cart/generated.go"), confidence=Confidence.LOW), Config(), "below_threshold"),
        (finding(**there("cart/cart_test.go"), confidence=Confidence.LOW), Config(), "below_threshold"),
        (
            finding(**there("cart/generated.go"), confidence=Confidence.LOW),
            Config(min_confidence=Confidence.LOW),
            "hidden_generated",
        ),
        (finding(**there("cart/cart_test.go")), Config(), "hidden_tests"),
        (finding(**there("cart/cart_test.go")), Config(tests=True), "reported"),
        (finding(**there("cart/quiet.go")), Config(), "unasked"),
        (finding(location=location(file="cart/quiet.go")), Config(), "reported"),
    ],
)
def test_group(found: Finding, config: Config, group: str) -> None:
    """Each reason for not reporting has its group; the last case is declared in a file that was asked for."""
    assert len(getattr(sorted_out([found], config), group)) == 1


@given(
    st.lists(
        st.builds(
            lambda rule, map_, confidence, level, file, line: finding(
                rule, map_, confidence=confidence, level=level, **there(file, line)
            ),
            st.sampled_from(["ML101", "ML201", "ML301", "ML401", "ML601"]),
            st.sampled_from(["p.a", "p.b"]),
            st.sampled_from(Confidence),
            st.sampled_from(Level),
            st.sampled_from(sorted(FACTS)),
            st.sampled_from([10, 20, 30]),
        ),
        max_size=12,
        unique_by=lambda found: (found.rule, found.map.name, found.location),
    )
)
def test_every_finding_is_in_exactly_one_group(findings: list[Finding]) -> None:
    """Nothing is lost and nothing is counted twice, apart from what is said about comments."""
    triaged = sorted_out(findings, Config())
    everything = [
        getattr(item, "finding", item).fingerprint for group in fields(Triaged) for item in getattr(triaged, group.name)
    ]
    assert sorted(everything) == sorted(found.fingerprint for found in with_fingerprints(findings))


def test_fingerprints_hold_no_line_message_or_path() -> None:
    """Moving the code, rewording and renaming the file change nothing."""
    moved = finding(location=location(50, file="cart/elsewhere.go"), message="other words")
    assert with_fingerprints([moved])[0].fingerprint == with_fingerprints([finding()])[0].fingerprint


@pytest.mark.parametrize(
    "other",
    [
        finding("ML201"),
        finding(map_="example.com/shop/cart.other"),
        finding(package="example.com/other"),
        finding(function="example.com/shop/cart.Put"),
    ],
)
def test_fingerprints_tell_apart(other: Finding) -> None:
    """Rule, map, package and function are part of a finding's identity."""
    assert with_fingerprints([other])[0].fingerprint != with_fingerprints([finding()])[0].fingerprint


def test_equals_are_numbered_in_source_order() -> None:
    """Two findings that share everything have two fingerprints, the same ones when both move."""
    pair = [finding(location=location(8)), finding(location=location(3))]
    shifted = [finding(location=location(48)), finding(location=location(43))]
    first, second = with_fingerprints(pair)
    assert first.location.line == 3
    assert first.fingerprint != second.fingerprint
    assert [found.fingerprint for found in with_fingerprints(shifted)] == [first.fingerprint, second.fingerprint]


def test_options_do_not_change_fingerprints() -> None:
    """The ordinal counts all findings, not only those that are shown."""
    low = finding(location=location(3), confidence=Confidence.LOW)
    shown = sorted_out([low, finding()], Config()).reported[0]
    all_shown = sorted_out([low, finding()], Config(min_confidence=Confidence.LOW))
    assert shown.fingerprint in {found.fingerprint for found in (*all_shown.reported, *all_shown.merged)}
