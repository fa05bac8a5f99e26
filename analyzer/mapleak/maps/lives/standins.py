"""Types that keep in memory what others of the program keep on disk or at a server: what they are given is their data.

Heuristic ``stand-in``: a type is named for memory (``MemoryStore``, ``memBlobs``; or its package is), and implements an
interface of the tree that another type, which is not so named, implements as well; or what holds it, and is named for
memory itself, does. Programs use it for tests, trials
and small installations, and it keeps whatever it is given because that is its task. What only remembers for a while
(caches, sessions, limits) is no data of that kind, wherever it is kept.
"""

from __future__ import annotations

from itertools import chain, pairwise

from mapleak.callgraph.testing import is_for_tests
from mapleak.maps.context import Context
from mapleak.maps.knowledge import words
from mapleak.maps.lives.carriers import Carriers
from mapleak.maps.lives.marks import TEST_WORDS
from mapleak.resolve.model import TypeFacts

_MEMORY_WORDS = frozenset({"mem", "memory", "inmem", "inmemory", "ram"})
_MEMORY_PACKAGES = _MEMORY_WORDS | {"memstore", "memdb", "memorystore", "memstorage", "memkv"}

_PASSING_WORDS = frozenset(
    {
        "buffer", "cache", "caches", "challenge", "code", "counter", "cursor", "hub", "limit", "limiter", "limiters",
        "lock", "locker", "locks", "nonce", "pending", "presence", "pubsub", "queue", "quota", "rate", "ratelimit",
        "session", "sessions", "state", "token", "tokens", "tracker", "transport",
    }
)  # fmt: skip
"""Words of names of what is meant to be forgotten after a while."""

_STATE_STORES = frozenset({("state", "db"), ("state", "storage"), ("state", "store")})
"""Words in a row that make the state a data set: what such a store keeps is kept for good."""


def stands_in_for(context: Context, carriers: Carriers, fact: TypeFacts) -> str:
    """A type of the program that keeps elsewhere what ``fact`` keeps in memory, "" when it is no stand-in."""
    if not _is_of_memory(fact) or any(map(_passes, (fact.name, *carriers.implemented(fact)))):
        return ""
    holders = [name for name in carriers.held_by.get(fact.name, ()) if _is_of_memory(context.types[name])]
    for name in chain.from_iterable(carriers.rivals(name) for name in (fact.name, *holders)):
        rival = context.types[name]
        if _is_of_memory(rival) or is_for_tests(rival.package) or TEST_WORDS & set(words(name)):
            continue
        if rival.underlying != "interface":
            return name
    return ""


def _passes(name: str) -> bool:
    """Whether a type is named for what passes, or its package or the folder around it is: ``session/memory.Store``."""
    folders = name.rpartition(".")[0].split("/")[-2:]
    named = words(name)
    if any(pair in pairwise(named) for pair in _STATE_STORES):
        named = tuple(word for word in named if word != "state")
    return not _PASSING_WORDS.isdisjoint((*named, *folders))


def _is_of_memory(fact: TypeFacts) -> bool:
    named = words(fact.name)
    package = fact.package.rpartition("/")[2].lower()
    return bool(named) and (named[0] in _MEMORY_WORDS or named[:2] == ("in", "memory") or package in _MEMORY_PACKAGES)
