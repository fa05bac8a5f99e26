"""ML103 on models made by hand: when it speaks, how sure it is, and what it says."""

from __future__ import annotations

from typing import Any

import pytest

from mapleak.maps.model import AbstractMap, Effect, Growth, MapModel, Miss
from mapleak.model import Certainty, Confidence, Finding
from mapleak_rules.ml103_delete_never_reached import RULE
from rule_models import insert, missed, remove, variable


def found(subject: AbstractMap) -> list[Finding]:
    assert RULE.check is not None
    return list(RULE.check(MapModel((subject,), (), ())))


def missing(kind: Miss, **changes: Any) -> AbstractMap:
    return variable(removes=(remove(missed=missed(kind, **changes)),))


@pytest.mark.parametrize("kind", [k for k in Miss if k not in (Miss.TOMBSTONE, Miss.INNER_LEVEL)])
def test_a_removal_that_misses(kind: Miss) -> None:
    """The reason stands in the message and at its place in the trace; the remedy fits it."""
    (finding,) = found(missing(kind, reason="it is given 'x'"))
    assert finding.message.endswith("it is given 'x'")
    assert any(step.message == "it is given 'x'" for step in finding.trace)
    assert not any("nothing deletes" in step.message for step in finding.trace)
    assert finding.remedy


@pytest.mark.parametrize("kind", [Miss.TOMBSTONE, Miss.INNER_LEVEL])
def test_what_keeps_the_key_is_told_by_other_rules(kind: Miss) -> None:
    assert found(variable(missing=(missed(kind),))) == []


def test_one_removal_that_helps_is_enough() -> None:
    misses = remove(missed=missed(Miss.ONE_WAY_OUT))
    assert found(variable(removes=(misses,)))
    assert found(variable(removes=(misses, remove(21)))) == []
    assert found(variable(removes=(misses,), resets=(remove(22, effect=Effect.RESET, form="remake"),))) == []


def test_nothing_is_said_of_maps_that_do_not_grow_or_of_which_nothing_is_known() -> None:
    assert found(variable(missing=(missed(Miss.SIBLING),)))
    assert found(variable(missing=(missed(Miss.SIBLING),), growth=Growth.BOUNDED)) == []
    assert found(variable()) == []


def test_the_surest_reason_comes_first() -> None:
    likely = missed(Miss.SIBLING, reason="likely", certainty=Certainty.LIKELY)
    (finding,) = found(variable(missing=(likely, missed(Miss.ONLY_READS, reason="sure"))))
    assert finding.message.endswith("sure")


def test_every_removal_must_miss_so_the_least_certain_counts() -> None:
    one, other = remove(missed=missed(Miss.OTHER_KEY)), remove(21, missed=missed(Miss.OTHER_KEY))
    (sure,) = found(variable(removes=(one, other)))
    doubtful = remove(21, missed=missed(Miss.OTHER_KEY, certainty=Certainty.ASSUMED))
    (unsure,) = found(variable(removes=(one, doubtful)))
    assert (sure.confidence, unsure.confidence) == (Confidence.HIGH, Confidence.MEDIUM)


@pytest.mark.parametrize(
    ("kind", "certainty"), [(Miss.SIBLING, Certainty.LIKELY), (Miss.NEVER_CALLED, Certainty.ASSUMED)]
)
def test_a_removal_shows_that_keys_come_and_go(kind: Miss, certainty: Certainty) -> None:
    """Not one that nobody calls: the program may have no use for it."""
    filled = (insert(growth_certainty=Certainty.ASSUMED),)
    (finding,) = found(variable(inserts=filled, missing=(missed(kind),)))
    (growth,) = (link for link in finding.links if link.name == "growth")
    assert growth.certainty is certainty
