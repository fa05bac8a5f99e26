"""The decisions of the rules about shared memory, on map models made by hand: ML501 and ML701."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from mapleak.maps.model import Growth, Lifetime, MapModel
from mapleak.maps.sharing import Pin, SharedMap
from mapleak.model import Certainty, Confidence
from rule_models import at, insert, model, only, remove, run, variable

PIN = Pin(
    "key", "body[:8]", "what io.ReadAll gives", at(8), "example.com/shop/cart.Login", Certainty.LIKELY, "no limit"
)
SHARED = SharedMap(
    "example.com/shop/cart.Options.labels", "map[string]string", at(12), at(10), "example.com/shop/cart.Login",
    "labels", "options", "defaults", "variable", "returned", "", False, True, False, False,
)  # fmt: skip


def pinning(pin: Pin = PIN, **changes: Any) -> MapModel:
    """A package variable with one insertion that pins a buffer."""
    op = {name: changes.pop(name) for name in ("growth", "startup_only", "size_guarded", "in_test") if name in changes}
    return model(variable(inserts=(insert(pins=(pin,), **op),), **changes))


def sharing(**changes: Any) -> MapModel:
    """A map that is changed through a copy."""
    return replace(model(), shared_maps=(replace(SHARED, **changes),))


class TestPinnedBackingArray:
    """ML701."""

    def test_tells_the_piece_and_the_buffer(self) -> None:
        """The trace shows where the buffer is made and where the piece is stored."""
        finding = only("ML701", pinning())
        assert "key 'body[:8]' of cart.sessions is a piece of what io.ReadAll gives" in finding.message
        assert {at(8), at(10)} <= {step.location for step in finding.trace}
        assert "strings.Clone" in finding.remedy

    def test_a_removal_does_not_help_while_entries_live(self) -> None:
        """It makes the finding no surer, either."""
        assert only("ML701", pinning(removes=(remove(),))).rule == "ML701"

    @pytest.mark.parametrize(
        ("certainty", "confidence"),
        [
            (Certainty.SURE, Confidence.HIGH),
            (Certainty.ASSUMED, Confidence.MEDIUM),
            (Certainty.UNKNOWN, Confidence.LOW),
        ],
    )
    def test_confidence_follows_what_is_known_of_the_size(self, certainty: Certainty, confidence: Confidence) -> None:
        """Everything else is sure here."""
        assert only("ML701", pinning(replace(PIN, certainty=certainty))).confidence is confidence

    @pytest.mark.parametrize(
        "changes",
        [
            {"lifetime": Lifetime.CALL},
            {"growth": Growth.BOUNDED},
            {"startup_only": True},
            {"size_guarded": True},
            {"in_test": True},
            {"kind": "local"},
            {"told_by": "another"},
        ],
        ids=str,
    )
    def test_says_nothing_where_little_is_pinned(self, changes: dict[str, Any]) -> None:
        """A map that dies, a fixed number of entries, a test."""
        assert run("ML701", pinning(**changes)) == []


class TestSharedMapCopy:
    """ML501."""

    def test_tells_copy_and_original(self) -> None:
        """The trace shows where the struct is copied and where the map is changed."""
        finding = only("ML501", sharing())
        assert finding.message == (
            "cart.Login changes options.labels, which is also the map of defaults: copying a struct shares its maps"
        )
        assert [step.location for step in finding.trace] == [at(10), at(12), at(10)]
        assert "options.labels = maps.Clone(options.labels)" in finding.remedy

    @pytest.mark.parametrize(
        ("changes", "confidence"),
        [
            ({}, Confidence.MEDIUM),
            ({"kind": "receiver"}, Confidence.MEDIUM),
            ({"kind": "receiver", "apart": "assigned"}, Confidence.LOW),
            ({"kind": "parameter"}, Confidence.LOW),
            ({"apart": "passed"}, Confidence.LOW),
            ({"lazy": True}, Confidence.LOW),
            ({"kind": "element", "lazy": True}, Confidence.LOW),
            ({"kind": "parameter", "lazy": True}, Confidence.LOW),
            ({"reachable": False}, Confidence.LOW),
            ({"supports": True}, Confidence.LOW),
        ],
        ids=str,
    )
    def test_confidence(self, changes: dict[str, Any], confidence: Confidence) -> None:
        """Whether the original is in use, and whether the copy is meant to be another thing."""
        assert only("ML501", sharing(**changes)).confidence is confidence

    def test_says_nothing_of_tests(self) -> None:
        """Their copies hurt nobody."""
        assert run("ML501", sharing(in_test=True)) == []
