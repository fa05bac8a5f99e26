"""Facts as bytes, for a cache and for other processes."""

from __future__ import annotations

import msgspec

from mapleak.syntax.facts import FileFacts

ENCODER = msgspec.msgpack.Encoder()
DECODER = msgspec.msgpack.Decoder(FileFacts)


def encode(facts: FileFacts) -> bytes:
    """The facts as MessagePack; the same facts give the same bytes."""
    return ENCODER.encode(facts)


def decode(data: bytes) -> FileFacts:
    """The facts that ``data`` encodes; raises msgspec.DecodeError for anything but :func:`encode`'s output."""
    return DECODER.decode(data)
