"""One map, one story."""

from __future__ import annotations

from msgspec.structs import replace

from mapleak.model import Confidence, Finding, Level
from mapleak.triage.story import one_story
from samples import finding, location


def told(*findings: Finding) -> list[str]:
    return [f"{found.rule}:{found.location.line}" for found in one_story(findings)[0]]


def test_the_most_specific_rule_tells_the_growth_of_a_map() -> None:
    """Each rule of the order displaces all that come after it."""
    order = ["ML301", "ML401", "ML502", "ML201", "ML104", "ML103", "ML101"]
    for index, best in enumerate(order):
        assert told(*(finding(rule) for rule in reversed(order[index:]))) == [f"{best}:10"]


def test_what_is_displaced_becomes_a_step_of_the_trace() -> None:
    """The facts of the less specific finding are not lost."""
    general = finding("ML101", location=location(7))
    (leader,), ((merged, into),) = one_story([general, finding("ML301")])
    assert merged == general
    assert into == leader
    assert leader.trace[-1].location == location(7)
    assert "ML101" in leader.trace[-1].message
    assert general.message in leader.trace[-1].message


def test_another_map_is_another_story() -> None:
    """Findings about two maps are both told."""
    assert told(finding("ML101"), finding("ML301", "example.com/shop/cart.other")) == ["ML101:10", "ML301:10"]


def test_the_same_name_in_another_package_is_another_map() -> None:
    """Two packages may have the same import path only in name: main."""
    assert len(told(finding("ML101"), finding("ML301", package="example.com/other"))) == 2


def test_insertions_of_one_rule_into_one_map_are_one_finding() -> None:
    """The strongest is told, and the others are places in its trace."""
    weak = finding("ML101", location=location(5), confidence=Confidence.MEDIUM)
    (leader,), merged = one_story([weak, finding("ML101", location=location(8))])
    assert leader.location.line == 8
    assert [step.location.line for step in leader.trace][-1] == 5
    assert len(merged) == 1


def test_goroutines_with_one_map_are_one_finding() -> None:
    """What is told is the map; the other go statements that keep or fill it are in the trace, in their own words."""
    same = finding("ML201", location=location(8))
    other = replace(finding("ML201", location=location(11), confidence=Confidence.MEDIUM), message="keeps it alive")
    (leader,), merged = one_story([same, other, finding("ML201", location=location(5))])
    assert leader.location.line == 5
    assert [(step.location.line, step.message) for step in leader.trace][-2:] == [
        (8, "the same happens here"),
        (11, "also: keeps it alive"),
    ]
    assert len(merged) == 2


def test_a_race_beside_a_leak_is_a_second_cause() -> None:
    """Rules that explain no growth are not displaced and displace nothing."""
    assert told(finding("ML101"), finding("ML601"), finding("ML701")) == ["ML101:10", "ML601:10", "ML701:10"]


def test_a_wasteful_store_does_not_hide_a_leak() -> None:
    """A note of ML401 explains no growth."""
    assert told(finding("ML101"), finding("ML401", level=Level.NOTE)) == ["ML101:10", "ML401:10"]


def test_the_order_of_findings_does_not_matter() -> None:
    """The same story whatever order the rules ran in."""
    findings = [finding(rule, location=location(line)) for rule in ("ML101", "ML201") for line in (3, 9)]
    assert one_story(findings) == one_story(reversed(findings))


def test_a_map_in_two_places_is_one_story() -> None:
    """One statement fills it, by one of its names."""
    own = finding("ML102", "example.com/shop/api.pending")
    held = finding("ML102", "example.com/shop/cart.pending", via="api.pending")
    (leader,), ((merged, _),) = one_story([own, held])
    assert (leader.map.name, merged) == (own.map.name, held)
    assert leader.trace[-1].message == "cart.pending is the same map"


def test_two_maps_that_one_statement_fills_are_two_stories() -> None:
    """A helper is handed either."""
    other = finding("ML102", "example.com/shop/cart.other", via="put.m")
    assert len(told(finding("ML102", via="put.m"), other)) == 2
    elsewhere = finding("ML102", "example.com/shop/cart.held", via="cart.sessions", location=location(8))
    assert len(told(finding("ML102"), elsewhere)) == 2
