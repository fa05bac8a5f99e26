"""The words of findings, and the texts of the rules."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mapleak.maps.model import GoroutineEnd, Key, KeyOrigin
from mapleak.model import Certainty, Confidence, Link
from mapleak_rules import ALL_RULES, confidence, goroutines, wording
from mapleak_rules.argument import reached
from mapleak_rules.confidence import POINTS, repetition, weigh
from rule_models import hazard_map, insert, model, range_store, variable


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("example.com/shop/cart.sessions", "cart.sessions"),
        ("(*example.com/shop/cart.Server).Add", "(*cart.Server).Add"),
        ("example.com/shop/v2.Run", "shop.Run"),
        ("example.com/shop/v2/cart.Run", "cart.Run"),
        ("gopkg.in/yaml.v3.cache", "yaml.v3.cache"),
        ("main.main", "main.main"),
        ("example.com/a/b.Set[example.com/c/d.T]", "b.Set[d.T]"),
    ],
)
def test_short_names(name, expected):
    """The folders of import paths are left out, wherever they stand in a name."""
    assert wording.short(name) == expected


def test_keys_are_clipped_to_one_line():
    """Source text over several lines, or a long one, would break a message."""
    assert wording.clip("a +\n\t\tb") == "a + b"
    assert len(wording.clip("x" * 200)) == 48


@pytest.mark.parametrize("origin", list(KeyOrigin))
def test_every_origin_has_words(origin):
    """No origin of a key is forgotten."""
    assert wording.key_origin(Key("string", "k", origin))


@pytest.mark.parametrize("end", list(GoroutineEnd))
def test_every_end_of_a_goroutine_has_words(end):
    """No way to end, or not to end, is forgotten."""
    assert goroutines.ENDS[end]


def test_prose_has_one_line_for_each_paragraph():
    """GitHub breaks lines of Markdown where the source does."""
    assert wording.prose("\n    a\n    b\n\n    c\n    ") == "a b\n\nc"


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.id)
def test_texts_are_whole_sentences_on_one_line_each(rule):
    """Paragraphs are lines, and every text ends as a sentence does."""
    for text in (rule.summary, rule.rationale, rule.not_reported, rule.remedy):
        assert all(line == line.strip() for line in text.split("\n"))
        assert re.search(r"[.`)]$", text)
    assert len(rule.summary) < 120


@pytest.mark.parametrize(
    "claim",
    [
        r"(collector|GC) (skips|does not scan)",
        r"undefined behaviou?r",
        r"clear.* shrinks",
        r"unreachable",
        r"internal lock",
    ],
)
def test_no_rule_tells_an_untruth_about_the_runtime(claim):
    """Sayings that are often heard and wrong."""
    for rule in ALL_RULES:
        assert not re.search(claim, " ".join((rule.summary, rule.rationale, rule.remedy)))


def test_messages_hold_no_position_path_or_full_stop():
    """Messages are one line, lower-case where they begin with a word, without path, position or full stop."""
    subject = model(
        variable(),
        hazard_map("unsafe-pointer", name="example.com/shop/cart.names"),
        hazard_map("reflect-value", name="example.com/shop/cart.values"),
        range_stores=(range_store(),),
    )
    messages = [finding.message for rule in ALL_RULES if rule.check for finding in rule.check(subject)]
    assert len(messages) >= 4
    for message in messages:
        assert not message.endswith(".")
        assert not re.search(r"\n|\.go\b|example\.com|:\d+:", message)


def chain(**certainties: str) -> tuple[Link, ...]:
    """Links by name."""
    return tuple(Link(name, Certainty(certainty), "because") for name, certainty in certainties.items())


@pytest.mark.parametrize(
    ("links", "high", "medium"),
    [
        (chain(), Confidence.HIGH, Confidence.MEDIUM),
        (chain(growth="sure", reach="likely"), Confidence.HIGH, Confidence.MEDIUM),
        (chain(growth="likely", reach="likely"), Confidence.MEDIUM, Confidence.LOW),
        (chain(growth="assumed"), Confidence.MEDIUM, Confidence.LOW),
        (chain(growth="assumed", reach="likely"), Confidence.MEDIUM, Confidence.LOW),
        (chain(growth="assumed", reach="assumed"), Confidence.LOW, Confidence.LOW),
        (chain(growth="unknown"), Confidence.LOW, Confidence.LOW),
        (chain(growth="assumed") + chain(growth="likely"), Confidence.MEDIUM, Confidence.LOW),
    ],
    ids=str,
)
def test_confidence_is_what_the_links_leave(links: tuple[Link, ...], high: Confidence, medium: Confidence) -> None:
    """Points add up over the names of links, the least certain link of a name counts, and low is the floor."""
    assert weigh(Confidence.HIGH, links) is high
    assert weigh(Confidence.MEDIUM, links) is medium


def test_the_table_of_points_is_the_documented_one() -> None:
    """The module's text, and the page for users, tell the points that are counted."""
    page = (Path(__file__).parent.parent / "docs" / "accuracy.md").read_text(encoding="utf-8")
    for certainty, points in POINTS.items():
        assert re.search(rf"^{certainty.value} +{points} ", str(confidence.__doc__), re.MULTILINE)
        assert f"| {certainty.value} | {points} |" in page


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ("example.com/shop.main", "shop.main leads to it, and from there it runs again and again"),
        ("example.com/shop.init#1", "shop.init#1 leads to it, and from there it runs again and again"),
        ("example.com/shop.initial", "this runs again and again: shop.initial leads to it"),
        ("example.com/shop/cart.Login", "cart.Login is called from outside, again and again"),
    ],
)
def test_entries_that_run_once_are_not_said_to_repeat(entry: str, told: str) -> None:
    """``main`` itself runs once, whatever it starts."""
    (step,) = reached(insert(entry=entry))
    assert step.message == told


def test_what_importers_do_is_not_told_as_a_fact() -> None:
    (own,) = reached(insert(entry="example.com/shop/cart.Add", function="example.com/shop/cart.Add", assumed=True))
    (led,) = reached(insert(entry="example.com/shop/cart.Add", function="example.com/shop/cart.keep", assumed=True))
    assert own.message == "importers may call cart.Add as often as they like"
    assert led.message == "importers may call cart.Add as often as they like, which leads to it"


@pytest.mark.parametrize(
    ("between", "words"),
    [
        (("example.com/shop.pay",), " by way of shop.pay, inside a loop"),
        (("example.com/shop.a", "example.com/shop.b", "c.C", "d.D", "e.E"), " by way of shop.a, …, d.D, e.E, inside"),
    ],
)
def test_the_way_to_an_insertion(between, words):
    """Of a long one the first function and the last two."""
    (step,) = reached(insert(entry="example.com/shop.Serve", way=between, in_loop=True))
    assert f"shop.Serve leads to it{words}" in step.message


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("(*example.com/shop/cart.Till).Register", Certainty.ASSUMED),
        ("(*example.com/shop/cart.Till).MustRegisterCodec", Certainty.ASSUMED),
        ("(*example.com/shop/cart.Till).Registered", Certainty.LIKELY),
        ("(*example.com/shop/cart.Till).Add", Certainty.LIKELY),
    ],
)
def test_methods_that_register_are_called_at_start_up_more_often_than_not(entry: str, expected: Certainty) -> None:
    assert repetition([insert(entry=entry, assumed=True)]).certainty is expected
