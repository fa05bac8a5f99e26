"""How a map is presented: its type as users write it, its key and value types, where it is declared."""

from __future__ import annotations

import msgspec

from mapleak.maps.census import Subject
from mapleak.maps.context import Context
from mapleak.maps.nodes import container_of, element_depth
from mapleak.model import Location
from mapleak.resolve.model import EntryLayout, Variable

_SYNC_MAP = "sync.Map"


class MapTypes(msgspec.Struct, frozen=True):
    """The types of a map and the package it belongs to; "" where they are not known."""

    container: str
    type: str
    key: str
    value: str
    package: str
    entry: EntryLayout | None = None  # what an entry is made of


def types_of(context: Context, subject: Subject) -> MapTypes:
    """The types of a map, those of an element read off the type of what contains it or off its operations."""
    variable = subject.variable
    if variable is not None:
        key, value, package = variable.key, variable.value, variable.package
        return MapTypes(variable.container, variable.type, key, value, package, _entry(variable, 0))
    container = context.variables.get(container_of(subject.node))
    function = subject.sites[0].function if subject.sites else None
    package = container.package if container is not None else function.package if function is not None else ""
    text = container.type if container is not None else ""
    entry = _entry(container, element_depth(subject.node)) if container is not None else None
    for _ in range(element_depth(subject.node)):
        text = element_type(text)
    text = text.lstrip("*")
    if text == _SYNC_MAP:
        return MapTypes(_SYNC_MAP, text, "any", "any", package, entry)
    key, value = split_map_type(text)
    if not key:
        known = next((site.op for site in subject.sites if site.op.key is not None), None)
        key, value = (known.key.type, known.value) if known is not None and known.key is not None else ("", "")
        text = text or (f"map[{key}]{value}" if key else "")
    return MapTypes("map" if text.startswith("map[") or not text else text, text, key, value, package, entry)


def _entry(variable: Variable, level: int) -> EntryLayout | None:
    return variable.entries[level] if level < len(variable.entries) else None


def declaration_of(context: Context, subject: Subject) -> Location:
    """Where a map is declared; for an element where its container is, else the first place that names it."""
    variable = subject.variable or context.variables.get(container_of(subject.node))
    if variable is not None:
        return context.location(variable.file, variable.pos, variable.end)
    first = subject.sites[0]
    return context.location(first.function.file, first.op.pos, first.op.end)


def split_map_type(text: str) -> tuple[str, str]:
    """Key and value of ``map[K]V``, ("", "") for any other text. K may hold brackets itself."""
    if not text.startswith("map["):
        return "", ""
    depth = 0
    for index, character in enumerate(text):
        if character == "[":
            depth += 1
        elif character == "]":
            depth -= 1
            if depth == 0:
                return text[4:index], text[index + 1 :]
    return "", ""


def element_type(text: str) -> str:
    """The type of what is stored in a map, slice, array, channel or behind a pointer; "" when the text does not say."""
    key, value = split_map_type(text)
    if key:
        return value
    if text.startswith("["):
        return text.partition("]")[2]
    for prefix in ("*map[", "*["):
        if text.startswith(prefix):
            return element_type(text[1:])
    if text.startswith("*"):
        return text[1:]
    for prefix in ("<-chan ", "chan<- ", "chan "):
        if text.startswith(prefix):
            return text[len(prefix) :]
    return ""
