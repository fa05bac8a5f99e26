"""ML303, ML402 and ML502 against models made by hand: level, confidence, what silences them."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from mapleak.maps.model import Effect, Lifetime, MapModel, NotANumber
from mapleak.maps.statements import Decode, RangeInsert
from mapleak.model import Certainty, Confidence, Finding, Level
from rule_models import at, insert, model, only, remove, run, variable

NAN = NotANumber("", "it is a quotient, 'a / b', and 0/0 is NaN")


def nan_map(**changes: Any) -> MapModel:
    """A package variable with an insertion under a key that may be NaN."""
    return model(variable(**({"inserts": (insert(nan=NAN),)} | changes)))


def test_a_key_that_may_be_nan() -> None:
    finding = only("ML303", nan_map())
    assert finding.confidence is Confidence.HIGH
    assert "0/0 is NaN" in finding.message


@pytest.mark.parametrize("form", ["delete", "maps.DeleteFunc", "sync.Map.Delete"])
def test_removals_by_key_miss_a_nan(form: str) -> None:
    finding = only("ML303", nan_map(removes=(remove(form=form),)))
    assert any("a NaN is never found" in step.message for step in finding.trace)


@pytest.mark.parametrize(
    "changes",
    [
        {"removes": (remove(form="clear"),)},
        {"resets": (remove(effect=Effect.RESET, form="remake"),)},
        {"lifetime": Lifetime.CALL},
        {"inserts": (insert(),)},
        {"inserts": (insert(nan=NAN, startup_only=True),)},
        {"inserts": (insert(nan=NAN, in_test=True),)},
        {"told_by": "example.com/shop/cart.other"},
    ],
    ids=str,
)
def test_nan_entries_that_go_or_never_come(changes: dict[str, Any]) -> None:
    assert run("ML303", nan_map(**changes)) == []


def test_a_float_of_which_nothing_is_known_has_low_confidence() -> None:
    assert only("ML303", nan_map(inserts=(insert(nan=NotANumber("", "")),))).confidence is Confidence.LOW


def range_insert(**changes: Any) -> MapModel:
    """A model with one insertion of a new key in a range."""
    usual = RangeInsert(
        map="example.com/shop/cart.sessions",
        key="new",
        key_text='id + "\'"',
        location=at(42),
        insert=at(42),
        range=at(41),
        chain=(),
        function="example.com/shop/cart.Round",
        deletes_visited=False,
        reachable=True,
        in_test=False,
        generated=False,
    )
    return replace(model(variable()), range_inserts=(replace(usual, **changes),))


@pytest.mark.parametrize(
    ("changes", "level", "confidence"),
    [
        ({}, Level.WARNING, Confidence.HIGH),
        ({"key": "unknown"}, Level.WARNING, Confidence.MEDIUM),
        ({"key": "related"}, Level.WARNING, Confidence.LOW),
        ({"key": "settled"}, Level.WARNING, Confidence.LOW),
        ({"starting": True}, Level.WARNING, Confidence.HIGH),
        ({"starting": True, "key": "absent"}, Level.WARNING, Confidence.MEDIUM),
        ({"deletes_visited": True}, Level.NOTE, Confidence.HIGH),
        ({"deletes_visited": True, "key": "unknown"}, Level.NOTE, Confidence.LOW),
        ({"reachable": False}, Level.WARNING, Confidence.LOW),
        ({"supports": True}, Level.WARNING, Confidence.LOW),
    ],
    ids=str,
)
def test_an_insertion_in_a_range(changes: dict[str, Any], level: Level, confidence: Confidence) -> None:
    finding = only("ML402", range_insert(**changes))
    assert (finding.level, finding.confidence) == (level, confidence)


def test_the_calls_that_lead_to_the_insertion_are_steps() -> None:
    finding = only("ML402", range_insert(location=at(43), chain=(at(43), at(50)), insert=at(60)))
    assert [step.location.line for step in finding.trace] == [5, 41, 43, 50, 60]


def decoded(**changes: Any) -> Finding:
    """The finding for a call of a decoder in a loop."""
    usual = Decode(
        map="example.com/shop/cart.order.Items",
        text="o.Items",
        decoder="encoding/json.Unmarshal",
        kept="it is declared outside of the loop",
        kept_certainty=Certainty.SURE,
        location=at(42),
        loop=at(41),
        function="example.com/shop/cart.Read",
        package="example.com/shop/cart",
        assumed=False,
        reachable=True,
        in_test=False,
        generated=False,
    )
    return only("ML502", replace(model(), decodes=(replace(usual, **changes),)))


@pytest.mark.parametrize(
    ("changes", "confidence"),
    [
        ({}, Confidence.MEDIUM),
        ({"kept_certainty": Certainty.LIKELY}, Confidence.MEDIUM),
        ({"kept_certainty": Certainty.ASSUMED}, Confidence.LOW),
        ({"assumed": True}, Confidence.LOW),
        ({"assumed": True, "kept_certainty": Certainty.ASSUMED}, Confidence.LOW),
        ({"reachable": False}, Confidence.LOW),
        ({"supports": True}, Confidence.LOW),
    ],
    ids=str,
)
def test_a_decoder_into_what_was_there(changes: dict[str, Any], confidence: Confidence) -> None:
    assert decoded(**changes).confidence is confidence


def test_what_a_decoder_fills_is_named() -> None:
    finding = decoded()
    assert finding.message.startswith("json.Unmarshal decodes into o.Items, which keeps the entries")
    assert "inside the loop" in finding.remedy
    assert "fresh variable" in decoded(loop=None).remedy
