"""``mapleak maps`` and ``mapleak rules`` as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mapleak.maps.model import AbstractMap, MapModel, Operation
from mapleak.report.costs import cost_words
from mapleak.report.safe import safe
from mapleak.rule import Rule


def maps_text(model: MapModel) -> str:
    """Every map: what the engine believes of it, and its operations one to a line."""
    return "".join(f"{safe(line)}\n" for found in model.maps for line in _map_lines(found))


def _map_lines(found: AbstractMap) -> Iterator[str]:
    place = found.declaration
    yield f"{found.name}  {found.type}  ({found.kind}, {place.file}:{place.line}:{place.column})"
    yield f"  lifetime {found.lifetime.value}: {found.lifetime_reason}"
    yield f"  growth {found.growth.value}: {found.growth_reason}"
    if found.cost is not None:
        yield f"  cost: {cost_words(found.cost)}"
    for operation in sorted(_operations(found), key=lambda operation: operation.location):
        yield f"  {_operation(operation)}"


def _operations(found: AbstractMap) -> tuple[Operation, ...]:
    return found.inserts + found.updates + found.removes + found.resets


def _operation(operation: Operation) -> str:
    place = operation.location
    via = f", through {operation.via}" if operation.via else ""
    words = f"{operation.effect.value} ({operation.form}) in {operation.function}{via}"
    return f"{place.file}:{place.line}:{place.column}  {words}"


def rules_text(rules: Iterable[Rule]) -> str:
    """A line for each rule: id, level, confidence, name, summary."""
    return "".join(
        f"{rule.id}  {rule.level.value:<7}  {rule.confidence.value:<6}  {rule.name:<28}  {rule.summary}\n"
        for rule in rules
    )
