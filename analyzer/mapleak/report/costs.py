"""What an entry of a map costs: one line for people, one object for programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mapleak.model import Block, EntryCost, Half

if TYPE_CHECKING:  # only names in annotations: the JSON reports import this module
    from mapleak.report.jsonout import JsonObject


def cost_words(cost: EntryCost) -> str:
    """The cost in one line: bytes of an entry, what is stored elsewhere, what a removal gives back."""
    if cost.unknown:
        return f"unknown: {cost.unknown}"
    where = "it" if cost.structure == "trie" else "the table"
    lost = f"; {cost.lost} lost to size classes" if cost.lost else ""
    full = f"by how full {where} is"
    between = f"{cost.least} to {cost.most}, {full}"
    if cost.asked and cost.at:
        ((entries, each),) = cost.at
        takes = f"{each} bytes in a map of {entries:,} (in large maps {cost.bytes} on average, {between}{lost})"
    elif cost.at:
        takes = f"{cost.bytes} bytes on average ({between}: {_counted(cost)}{lost})"
    else:
        takes = f"{cost.bytes} bytes on average ({between}{lost})"
    apart = "".join(f", {own.taken} of them in an object for the {what}" for what, own in _apart(cost))
    return f"an entry takes about {takes}{apart}{_beside(cost)}; {_removal(cost)}"


def _counted(cost: EntryCost) -> str:
    """What an entry takes in maps of some sizes: ``55 of 1,000 entries, 44 of 10,000``."""
    (entries, each), *others = cost.at
    return ", ".join([f"{each} in a map of {entries:,}", *(f"{some} of {n:,}" for n, some in others)])


def _beside(cost: EntryCost) -> str:
    referring = [f"the {what}" for what, half in _halves(cost) if half.pointers]
    if not referring:
        return ""
    boxed = any(half.boxes for _, half in _halves(cost))
    objects = " (a value in an interface is an object of its own)" if boxed else ""
    return f", beside what {' and '.join(referring)} refer{'s' * (len(referring) == 1)} to{objects}"


def _removal(cost: EntryCost) -> str:
    refers = any(half.pointers for _, half in _halves(cost))
    if cost.structure == "trie":
        return "a removal gives all of it back"
    if cost.structure == "two-maps":
        return f"a removal gives back what it refers to and, later, {cost.freed} bytes, but not its place in the table"
    back = [f"{cost.freed} bytes"] * bool(cost.freed) + ["what it refers to"] * refers
    if not back:
        return "delete gives nothing back: its place in the table stays"
    return f"delete gives back {' and '.join(back)}, but not its place in the table"


def _apart(cost: EntryCost) -> Iterator[tuple[str, Block]]:
    return ((what, half.block) for what, half in _halves(cost) if half.block is not None)


def _halves(cost: EntryCost) -> Iterator[tuple[str, Half]]:
    if cost.key is not None:
        yield "key", cost.key
    if cost.value is not None:
        yield "value", cost.value


def cost_json(cost: EntryCost) -> JsonObject:
    """The cost as an object; with ``unknown`` alone where nothing is known."""
    if cost.unknown:
        return {"unknown": cost.unknown}
    found: JsonObject = {
        "bytes_per_entry": cost.bytes,
        "least": cost.least,
        "most": cost.most,
        "at": {str(entries): each for entries, each in cost.at},
        "freed_by_delete": cost.freed,
        "lost_to_rounding": cost.lost,
        "structure": cost.structure,
        "because": cost.because,
        "word": cost.word,
    }
    found |= {what: _half(half) for what, half in _halves(cost)}
    if cost.block is not None:
        found["block"] = _block(cost.block)
    return found


def _half(half: Half) -> JsonObject:
    found: JsonObject = {
        "size": half.size,
        "align": half.align,
        "stored": half.stored,
        "pointers": half.pointers,
        "boxes": half.boxes,
    }
    if half.block is not None:
        found["block"] = _block(half.block)
    return found


def _block(block: Block) -> JsonObject:
    return {"size": block.size, "size_class": block.taken, "lost": block.lost}
