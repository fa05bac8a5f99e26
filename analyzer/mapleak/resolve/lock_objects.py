"""Whose lock it is: a function may hold the locks of two objects that are one field of one type.

``g.mu`` and ``o.mu`` have one node. They are told apart by their texts, as long as these stay names of two objects:

* what a text is made of is assigned nothing while the lock is in use, and calls nothing;
* neither is seen to be another name of the other (``o := g``), or may lead to it by way of what is embedded;
* what is given back by one text is taken by it: else two of them may mean one lock.

Where that is not so the locks are ``mixed``: they are counted together, and nothing is said to stay held.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

import msgspec

from mapleak.resolve.kept import parts_of
from mapleak.resolve.lock_facts import LockOp
from mapleak.resolve.lock_states import Literal
from mapleak.resolve.spell import spell
from mapleak.syntax import ast

_APART = "\0"
_WORD = re.compile(r"\w+")
_PATH = re.compile(r"\w+(?:\.\w+)*")
_SPELLING = re.compile(r"[()*&]|\.(?:RW)?Mutex$")
"""What two texts of one lock may differ in: ``s.Lock`` is ``s.Mutex.Lock``, and ``(*s).mu`` is ``s.mu``."""

_CALL = re.compile(r"\w\(")

_GIVING_BACK = frozenset({"Unlock", "RUnlock"})


class LockObjects(msgspec.Struct, frozen=True):
    """How the walk over one function names its locks."""

    mixed: frozenset[str] = frozenset()

    def name(self, op: LockOp) -> str:
        """The lock of an operation, by node and text."""
        return op.lock if op.lock in self.mixed else f"{op.lock}{_APART}{_SPELLING.sub('', op.text)}"

    def of_literal(self, name: str) -> str:
        """The name that the walk over a literal in the function has for a lock, as this function's walk has it."""
        return node_of(name) if node_of(name) in self.mixed else name


def node_of(name: str) -> str:
    """The node of a lock that the walk knows by this name."""
    return name.partition(_APART)[0]


def lock_objects(ops: Collection[LockOp], literals: Mapping[int, Literal], body: ast.Block) -> LockObjects:
    """Which locks of a function, its literals included, cannot be told apart by their texts."""
    every = [*ops, *(op for literal in literals.values() for op in literal.ops)]
    texts: dict[str, dict[str, list[LockOp]]] = defaultdict(dict)
    for op in every:
        texts[op.lock].setdefault(_SPELLING.sub("", op.text), []).append(op)
    mixed: set[str] = set()
    for lock, _ in (slot for literal in literals.values() for slot in literal.net):
        node, apart, text = lock.partition(_APART)
        if not apart or text not in texts[node]:
            mixed.add(node)  # literals in the literal have it, or it cannot tell them apart itself
    several = {node: found for node, found in texts.items() if len(found) > 1 and node not in mixed}
    if several:
        changes = list(_changes(body))
        mixed.update(node for node, found in several.items() if not _are_apart(found, changes))
    return LockObjects(frozenset(mixed))


class _Change(msgspec.Struct, frozen=True):
    """A variable, or a path of fields, that is given a value somewhere from ``since`` to ``end``: these are one offset,
    or, for an assignment in a loop, those of the outermost one."""

    path: str
    value: str
    since: int
    end: int


def _changes(node: object, loop: tuple[int, int] | None = None) -> Iterator[_Change]:
    """What a body assigns and declares."""
    if isinstance(node, ast.For | ast.Range) and loop is None:
        loop = node.pos, node.end
    match node:
        case ast.Assign(op=op, lhs=lhs, rhs=rhs):
            for i, target in enumerate(lhs):
                value = spell(rhs[i]) if len(rhs) == len(lhs) else ""
                yield _change(spell(target), value, node.pos, loop if op != ":=" else None)
        case ast.IncDec(x=x):
            yield _change(spell(x), "", node.pos, loop)
        case ast.Range(key=key, value=second, define=define):
            for part in (key, second):
                if part is not None:
                    yield _change(spell(part), "", node.pos, None if define else loop)
        case ast.VarSpec(names=names, values=values):
            for i, name in enumerate(names):
                yield _change(name.name, spell(values[i]) if len(values) == len(names) else "", node.pos, None)
    for inner in parts_of(node):
        yield from _changes(inner, loop)


def _change(path: str, value: str, pos: int, loop: tuple[int, int] | None) -> _Change:
    return _Change(_SPELLING.sub("", path), _SPELLING.sub("", value), *(loop or (pos, pos)))


def _are_apart(texts: Mapping[str, list[LockOp]], changes: Collection[_Change]) -> bool:
    """Whether the texts of one lock are names of several objects, each of one."""
    seen: set[str] = set()
    depths: dict[str, int] = {}
    for text, ops in texts.items():
        if any("…" in op.text or _CALL.search(op.text) for op in ops) or all(op.method in _GIVING_BACK for op in ops):
            return False
        if any(_is_changed(text, ops, change) for change in changes):
            return False
        if depths.setdefault(_root(text), text.count(".")) != text.count("."):
            return False  # s.mu may be s.base.mu
        names = {text, *_other_names(text, changes)}
        if names & seen:
            return False
        seen |= names
    return True


def _is_changed(text: str, ops: Collection[LockOp], change: _Change) -> bool:
    """Whether a text may mean another object at one of the operations than at the next."""
    if change.path not in _WORD.findall(text) and not text.startswith(f"{change.path}."):
        return False
    return change.since <= max(op.pos for op in ops) and change.end > min(op.pos for op in ops)


def _other_names(text: str, changes: Collection[_Change]) -> Iterator[str]:
    """The text with the variable that it begins with replaced by what that is given."""
    for change in changes:
        if change.path == _root(text) and _PATH.fullmatch(change.value):
            yield change.value + text[len(change.path) :]


def _root(text: str) -> str:
    return text.partition(".")[0]
