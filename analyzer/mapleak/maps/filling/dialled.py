"""Addresses of the other end of connections that the program itself opens: those of the servers it is set up to call.

Heuristic ``dialling-package``: the package that asks a connection for the address of its other end dials, or makes
clients, and neither listens nor accepts. So nobody who comes by himself is at the other end.
"""

from __future__ import annotations

import re
from dataclasses import replace

from mapleak.maps.filling.judgement import Judgement, not_known
from mapleak.maps.filling.key_facts import KeyFacts
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


def _only_dials(facts: KeyFacts, package: str) -> bool:
    called = facts.called_in(package)
    return any(map(_DIALS.fullmatch, called)) and not any(map(_LISTENS.fullmatch, called))
