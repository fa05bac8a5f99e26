"""Keys that are results of calls: what is known of the functions called, and what is left to say of the others."""

from __future__ import annotations

import re
from collections.abc import Iterable

from mapleak.maps.filling.judgement import Judgement, not_known
from mapleak.maps.knowledge import (
    ADDRESS_CALLS,
    CLUSTER_CALLS,
    CONFIGURATION_CALLS,
    FINITE_CALLS,
    FRESH_CALLS,
    REQUEST_CALLS,
)
from mapleak.maps.model import Growth
from mapleak.model import Certainty
from mapleak.resolve.from_requests import SENT
from mapleak.resolve.model import KeyFact

_BUILTINS = frozenset({"append", "copy", "make", "max", "min", "new"})
"""Built-in functions, whose results are no keys by themselves."""

_CLAIM = "(*net/http.Request).BasicAuth"
"""Heuristic ``claim``: a name that somebody gives with a password is one of those that the program knows, once it has
been checked, as it always is."""

_MOMENT, _NOW = "(time.Time).Unix", "Now()"
"""Heuristic ``now``: only what is read from the clock is certainly another moment each time."""

_MASKED = re.compile(r"\.Mask\(net\.CIDRMask\((?P<ones>[^,()]*),")
"""Heuristic ``network``: an address that is cut to its network, as it is written."""

_FEW_NETWORKS = 24
"""Bits of the networks that are few: they are held by providers, not by those who call."""


def known_call(key: KeyFact, callee: str) -> Judgement | None:
    """Functions of which it is known how many results they have."""
    called = key.detail or key.callee
    if not FINITE_CALLS.isdisjoint((key.detail, callee)) or callee.startswith("(reflect.Type)."):
        return Judgement(Growth.BOUNDED, f"{called} has few results in one process")
    if key.callee == SENT:
        reason = f"the key is {called}, which comes out of a request"
        return Judgement(Growth.UNBOUNDED, reason, Certainty.LIKELY, named=True, holder=SENT)
    if key.callee.startswith(CONFIGURATION_CALLS):
        return Judgement(Growth.BOUNDED, f"the key is what the configuration says ({called})")
    if key.callee == _CLAIM:
        reason = f"the key is who the other side says it is ({called}), which is checked against a list of those known"
        return Judgement(Growth.UNBOUNDED, reason, Certainty.ASSUMED, signed=True)
    if callee in CLUSTER_CALLS:
        return Judgement(Growth.UNBOUNDED, f"the key names an object of the cluster ({called})", Certainty.LIKELY)
    if (sent := of_request(key)) is not None:
        return sent
    if key.callee.startswith(_MOMENT) and _NOW not in called:
        return Judgement(Growth.UNBOUNDED, f"the key is a moment ({called})", Certainty.LIKELY)
    if key.callee.startswith(FRESH_CALLS):
        return Judgement(Growth.UNBOUNDED, f"{called} gives another key each time")
    if callee in ADDRESS_CALLS and (mask := _MASKED.search(key.detail)) is not None:
        if mask["ones"].isdigit() and int(mask["ones"]) <= _FEW_NETWORKS:
            return Judgement(Growth.BOUNDED, f"the key is one of the networks of {mask['ones']} bits ({called})")
        return not_known(f"the key is the network of an address ({called})")
    if callee in ADDRESS_CALLS:
        return Judgement(Growth.UNBOUNDED, f"the key is an address ({called})", Certainty.LIKELY)
    return None


def of_request(key: KeyFact) -> Judgement | None:
    """What a function that reads requests gives, or an element of it; None for what others give."""
    if not key.callee.startswith(REQUEST_CALLS):
        return None
    return Judgement(Growth.UNBOUNDED, f"the key is what {key.detail or key.callee} reads from the other side")


def is_object_of_cluster(parts: Iterable[str]) -> bool:
    """Heuristic ``namespaced``: the namespace and the name of one and the same thing, and nothing else, name an object
    of a Kubernetes cluster, as those do who ask its client for the key. ``parts`` as in KeyFact."""
    split = [part.removesuffix("()").rpartition(".") for part in parts]
    called = sorted(name.removeprefix("Get") for _, _, name in split)
    return called == ["Name", "Namespace"] and len({holder for holder, _, _ in split} - {""}) == 1


def some_call(key: KeyFact) -> Judgement:
    if key.detail in _BUILTINS:  # of a collection: what is put into it is not seen
        return not_known(with_detail("where the key comes from is not known", key.detail))
    called = "" if key.detail.startswith("&") else key.detail  # no call is written so: it is what a call was given
    return Judgement(Growth.UNBOUNDED, with_detail("the key is the result of a call", called), Certainty.ASSUMED)


def with_detail(text: str, detail: str) -> str:
    return f"{text} ({detail})" if detail else text
