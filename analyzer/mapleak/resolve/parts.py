"""What is kept of a package, file by file: in one that has changed, the files it does not concern stay as they were.

What a file says depends on its own bytes and on what the other files of its package declare: on their outlines, as
for importers (mapleak.syntax.outline). Functions that are not exported are no part of those, so that a new one
concerns nobody but those that name it. Which names a file looked up is known once it is resolved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

import msgspec
from msgspec import Struct

from mapleak.resolve.model import PackageFacts
from mapleak.store import Store, digest


class FilePart(Struct, frozen=True, array_like=True, gc=False):
    """The facts of one file, encoded, and what they depend on.

    ``key`` is a digest of everything but functions of the package that are not exported; of those that ``names`` has,
    ``meant`` is one. ``inits`` and ``literals`` are how far functions without a name of their own were counted.
    """

    key: bytes
    names: str  # with blanks between them
    meant: bytes
    inits: int
    literals: int
    facts: msgspec.Raw


class FileKeys(msgspec.Struct, frozen=True):
    """What the files of a package depend on: ``files`` by path, ``hidden`` functions by name, as digests.

    ``package`` says which package it is, whatever is in it.
    """

    package: bytes
    files: Mapping[str, bytes]
    hidden: Mapping[str, bytes]

    def of(self, path: str, inits: int, literals: int) -> bytes:
        """The key of a file, before which so many functions were counted."""
        return digest(self.files[path], str(inits), str(literals))

    def meant(self, names: str) -> bytes:
        """A digest of the hidden functions that ``names`` has."""
        hidden = self.hidden
        return digest(*(part for name in names.split() if name in hidden for part in (name, hidden[name])))


_ENCODER = msgspec.msgpack.Encoder()
_PARTS = msgspec.msgpack.Decoder(tuple[FilePart, ...])
_FACTS = msgspec.msgpack.Decoder(PackageFacts)


def encoded_facts(facts: PackageFacts) -> msgspec.Raw:
    """What a part keeps of a file's facts."""
    return msgspec.Raw(_ENCODER.encode(facts))


def encoded_parts(parts: Sequence[FilePart]) -> bytes:
    """A package, as it is kept and sent between processes."""
    return _ENCODER.encode(parts)


def joined(data: bytes) -> PackageFacts:
    """The package whose encoded parts ``data`` is."""
    parts = [_FACTS.decode(part.facts) for part in _PARTS.decode(data)]
    if len(parts) == 1:
        return parts[0]
    # build variants of a type are one: the first
    types = {t.name: t for part in reversed(parts) for t in reversed(part.types)}
    return PackageFacts(
        functions=tuple(chain.from_iterable(part.functions for part in parts)),
        variables=tuple(chain.from_iterable(part.variables for part in parts)),
        types=tuple(types.values()),
        interfaces=tuple(chain.from_iterable(part.interfaces for part in parts)),
        holders=tuple(chain.from_iterable(part.holders for part in parts)),
        containers=tuple(chain.from_iterable(part.containers for part in parts)),
        wrapped=tuple(chain.from_iterable(part.wrapped for part in parts)),
        failures=tuple(chain.from_iterable(part.failures for part in parts)),
    )


def latest(store: Store, package: bytes) -> dict[bytes, FilePart]:
    """The parts of a package as it was last, by their keys."""
    key = store.get("latest", package)
    data = store.get("package", key) if key is not None else None
    try:
        return {part.key: part for part in _PARTS.decode(data)} if data is not None else {}
    except msgspec.DecodeError:
        return {}


def names_of(looked_up: Iterable[str]) -> str:
    """Those of the names that a file looked up which functions that are not exported may have."""
    return " ".join(sorted(name for name in looked_up if name[:1] == "_" or "a" <= name[:1] <= "z"))
