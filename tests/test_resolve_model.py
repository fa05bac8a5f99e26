"""The facts of functions, as they are kept and sent between processes."""

from __future__ import annotations

import msgspec

from mapleak.maps.model import KeyOrigin
from mapleak.resolve.model import CallFact, KeyFact


def _key(origin: str) -> KeyFact:
    return KeyFact("string", "k", origin, "", "", ())


def _again(call: CallFact) -> CallFact:
    return msgspec.msgpack.decode(msgspec.msgpack.encode(call), type=CallFact)


def test_every_origin_is_read_again() -> None:
    """Those that the map model knows are all there are; a value that the decoder is not told would end a scan."""
    keys = tuple(_key(origin.value) for origin in KeyOrigin)
    call = CallFact("static", "p.F", "", "call", 0, 1, "", (), 0, keys)
    assert _again(call) == call


def test_words_that_come_again_and_again_are_one_string() -> None:
    """There are millions of them in a large program."""
    call = CallFact("interface", "p.I", "M", "defer", 0, 1, "", ("", ""), 0, (_key("parameter"), _key("parameter")))
    first, second = _again(call), _again(call)
    assert first.mode is second.mode
    assert first.how is second.how
    assert first.arg_keys[0] is not None
    assert second.arg_keys[1] is not None
    assert first.arg_keys[0].origin is second.arg_keys[1].origin
