"""Addresses of the other end of connections that the program itself opens: those of the servers it is set up to call.

Heuristic ``dialling-package``: the package that asks a connection for the address of its other end dials, or makes
clients, and neither listens nor accepts. So nobody who comes by himself is at the other end.

Heuristic ``own-end``: an address that a listener or server has in a field, or a part of the configuration, is the one
that somebody has given it.
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from mapleak.maps.filling.judgement import Judgement, not_known
from mapleak.maps.filling.key_facts import KeyFacts
from mapleak.maps.knowledge import ADDRESS_CALLS, SERVING_TYPES, is_configuration, last_word
from mapleak.maps.nodes import brief
from mapleak.resolve.model import KeyFact

_OTHER_END = re.compile(r"(?:.*\.)?RemoteAddr(?:\(\)(?:\.String)?)?")
_DIALS = re.compile(r"Dial(?![a-z])\w*|New\w*Client(?![a-z])\w*")
_LISTENS = re.compile(r"(?:Listen|Accept|Serve)(?![a-z])\w*|New\w*Server(?![a-z])\w*|ReadFrom\w*")


def of_dialled(facts: KeyFacts, key: KeyFact) -> Judgement | None:
    """What a key is that is the address of a connection's other end; None for other keys and unknown connections."""
    if not _OTHER_END.fullmatch(key.detail):
        return None
    found = facts.call_of(key.node)
    if found is None or not _only_dials(facts, found[0].package):
        return None
    found_out = not_known(f"the key is the address of a server that this program calls ({key.detail})")
    return replace(found_out, signed=True)


def of_own_end(facts: KeyFacts, key: KeyFact) -> Judgement | None:
    """What a key is that is the address in a field of what the program sets up; None for other keys."""
    found = facts.call_of(key.node) if key.detail.endswith(".String") else None
    if found is None or f"({found[1].callee}).{found[1].method}" not in ADDRESS_CALLS:
        return None
    holder = found[1].receiver.rpartition(".")[0]
    if not (holder in facts.context.types and (is_configuration(holder) or last_word(holder) in SERVING_TYPES)):
        return None
    return replace(not_known(f"the key is the address that {brief(holder)} was given ({key.detail})"), signed=True)


def _only_dials(facts: KeyFacts, package: str) -> bool:
    called = facts.called_in(package)
    return any(map(_DIALS.fullmatch, called)) and not any(map(_LISTENS.fullmatch, called))
