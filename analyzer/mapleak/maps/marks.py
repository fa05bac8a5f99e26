"""What the declaration of a type says about how long its objects live: the habits of Go programs.

Used where nothing is seen to make or keep the objects: for the exported API of a library, whose users are not part
of the tree. None of these proves anything; each gives ``likely`` or ``assumed``.

* ``shared``: a lock (sync's, or one of the tree's own that is held by value) or a sync.Map among its fields: several
  goroutines use the object, which nobody does with what one call makes;
* ``lifecycle``: a method like Close, Serve, Run or Start;
* ``goroutine``: a goroutine that waits for events runs one of its methods;
* ``handler``: a method with the shape of a request handler, of a sink, of an interceptor;
* ``long-lived-name``, ``per-call-name``: the last word of its name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from mapleak.callgraph.knowledge import METHODS, is_handler_shaped
from mapleak.maps.context import Context
from mapleak.maps.knowledge import LIFECYCLE_METHODS, LONG_LIVED_WORDS, PER_CALL_WORDS, last_word, words
from mapleak.resolve.model import TypeFacts

_LOCKING = frozenset({"Lock", "Unlock"})

SERVING_WORDS = frozenset(
    {
        "aggregator", "app", "backend", "balancer", "beacon", "bus", "driver", "filesystem", "firewall", "handlers",
        "hook", "informer", "interceptor", "keeper", "loader", "lock", "locker", "locks", "middleware", "multiplexer",
        "notifier", "observer", "plugin", "processor", "profiler", "publisher", "receiver", "reconciler", "recorder",
        "reporter", "repo", "repository", "runner", "runtime", "sampler", "sink", "source", "subscriber", "syncer",
        "tracer", "updater", "worker",
    }
)  # fmt: skip
"""Last words of type names of what programs set up once and let work for them. Weaker than LONG_LIVED_WORDS."""

VALUE_WORDS = frozenset(
    {
        "analysis", "analyzer", "args", "batch", "collection", "comparator", "data", "definition", "description",
        "diff", "document", "entry", "graph", "info", "input", "item", "list", "map", "metadata", "output", "pass",
        "plan", "planner", "policy", "record", "report", "row", "schema", "set", "stats", "stack", "statement",
        "status", "suite", "summary", "test", "tree", "type", "value", "view", "views",
    }
)  # fmt: skip
"""Last words of type names of plain data, and of what one task works on: their objects live as their user wants."""

CONNECTION_WORDS = frozenset(
    {
        "client", "channel", "conn", "connection", "endpoint", "link", "peer", "receiver", "sender", "session",
        "stream", "subscriber", "subscription", "tunnel",
    }
)  # fmt: skip
"""Last words of type names of what lives as long as somebody is connected, and sees all messages of that time."""

_TEST_WORDS = frozenset({"dummy", "fake", "mock", "mocked", "stub", "test", "testing"})
"""Words of type names that belong to tests, wherever they stand in the name."""

_TEST_FOLDER = re.compile(
    r"(?:t|unit|integration|e2e|system|functional|perf|load|stress|chaos)?[-_]?tests?(?:[-_]\w+|s|ing|util|utils|kit|lib|data|"
    r"helper|helpers|control|support|framework|suite|env|case|cases|infra|plans?|bed)?"
    r"|\w+[-_]?tests?|e2e|mocks?|\w+mocks?|fakes?|stubs?|simulat(?:ion|or)s?"
)
"""Folders of code that only tests need."""


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of one type, each as words for a reason, "" when it does not have it."""

    shared: str
    lifecycle: str
    goroutine: str
    handler: str
    long_lived: str
    per_call: str
    value: str
    testing: bool


def marks_of(context: Context, fact: TypeFacts, running: Mapping[str, str]) -> Marks:
    """The marks of a type. ``running``: type -> method that a goroutine which waits for events runs."""
    word = last_word(fact.name)
    methods = {method.name for method in fact.methods}
    lifecycle = sorted(methods & LIFECYCLE_METHODS)
    name = fact.name.rpartition("/")[2].rpartition(".")[2]
    return Marks(
        shared=_shared(context, fact),
        lifecycle=lifecycle[0] if lifecycle else "",
        goroutine=running.get(fact.name, ""),
        handler=_handles(fact),
        long_lived=name if word in LONG_LIVED_WORDS or word in SERVING_WORDS else "",
        per_call=name if word in PER_CALL_WORDS else "",
        value=name if word in VALUE_WORDS else "",
        testing=bool(_TEST_WORDS & set(words(fact.name))) or is_for_tests(fact.package),
    )


def is_for_tests(package: str) -> bool:
    """Whether a package is a part of tests, by the name of its folders: testutil, mocks, integration-tests, e2e."""
    return any(_TEST_FOLDER.fullmatch(part) for part in package.split("/"))


def _shared(context: Context, fact: TypeFacts) -> str:
    if fact.has_mutex or {method.name for method in fact.methods} >= _LOCKING:
        return "a mutex"
    for part in fact.embeds:
        held = context.types.get(part)
        if held is not None and {method.name for method in held.methods} >= _LOCKING:
            return "a lock"
    return ""


def _handles(fact: TypeFacts) -> str:
    """A method that the outside calls at every event, by its name and signature."""
    for method in fact.methods:
        known = METHODS.get(method.name)
        if known is not None and known.repeats and known.hint and known.hint in method.signature:
            return method.name
        if is_handler_shaped(method.signature):
            return method.name
    return ""
