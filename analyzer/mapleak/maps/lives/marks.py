"""What the declaration of a type says about how long its objects live: the habits of Go programs.

Used where nothing is seen to make or keep the objects: for the exported API of a library, whose users are not part
of the tree. None of these proves anything; each gives ``likely`` or ``assumed``.

* ``shared``: a lock (sync's, or one of the tree's own that is held by value) or a sync.Map among its fields: several
  goroutines use the object, which nobody does with what one call makes;
* ``lifecycle``: a method like Close, Serve, Run or Start;
* ``goroutine``: a goroutine that waits for events runs one of its methods;
* ``handler``: a method with the shape of a request handler, of a sink, of an interceptor;
* ``long-lived-name``, ``certain-name``, ``per-call-name``: the last word of its name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from mapleak.callgraph.knowledge import is_event_method, is_handler_shaped
from mapleak.callgraph.signatures import results_of
from mapleak.callgraph.testing import is_for_tests
from mapleak.maps.context import Context
from mapleak.maps.knowledge import LIFECYCLE_METHODS, LONG_LIVED_WORDS, PER_CALL_WORDS, last_word, words
from mapleak.maps.lives.making import parameters_of
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

CERTAIN_WORDS = frozenset(
    {
        "agent", "broker", "cache", "client", "cluster", "controller", "daemon", "db", "dispatcher", "gateway", "hub",
        "interceptor", "limiter", "manager", "middleware", "pool", "registry", "router", "scheduler", "server",
        "service", "sink", "store", "supervisor", "tracker", "watcher",
    }
)  # fmt: skip
"""Last words of type names that speak for themselves, where nothing else is known."""

BRIEF_WORDS = frozenset(
    {
        "args", "builder", "call", "cmd", "command", "compiler", "config", "ctx", "cursor", "decoder", "encoder",
        "event", "formatter", "frame", "iter", "iterator", "lexer", "linker", "message", "msg", "options", "opts",
        "packet", "params", "parser", "planner", "printer", "query", "request", "response", "result", "results",
        "scanner", "settings", "snapshot", "spec", "suite", "transaction", "tx", "txn", "visitor", "walker",
    }
)  # fmt: skip
"""Last words of type names whose objects are done with before the next event, wherever they pass by meanwhile."""

_NAME = re.compile(r"[\w./~-]+")

CONNECTION_WORDS = frozenset(
    {
        "client", "channel", "conn", "connection", "endpoint", "link", "peer", "receiver", "sender", "session",
        "stream", "subscriber", "subscription", "tunnel",
    }
)  # fmt: skip
"""Last words of type names of what lives as long as somebody is connected, and sees all messages of that time."""

TEST_WORDS = frozenset({"dummy", "fake", "mock", "mocked", "stub", "test", "testing"})
"""Words of type names that belong to tests, wherever they stand in the name; what begins with one certainly does."""

STAND_IN_WORDS = TEST_WORDS - {"test", "testing"}
"""Those with which it ends as well: a load test runs, a connection mock stands in for a connection."""


class Marks(msgspec.Struct, frozen=True):
    """The marks of one type, each as words for a reason, "" when it does not have it."""

    shared: str
    lifecycle: str
    goroutine: str
    handler: str
    long_lived: str
    named: str
    per_call: str
    brief: bool
    carried: str
    testing: bool


class MarkIndex(msgspec.Struct, frozen=True):
    """What the program says about types beside their declarations."""

    running: Mapping[str, str]  # type -> method that a goroutine which waits for events runs
    concurrent: frozenset[str]  # types with a sync.Map among their fields
    carried: Mapping[str, str]  # type -> function that takes its objects out of a context


def marks_of(context: Context, fact: TypeFacts, index: MarkIndex) -> Marks:
    """The marks of a type."""
    word = last_word(fact.name)
    methods = {method.name for method in fact.methods}
    lifecycle = sorted(methods & LIFECYCLE_METHODS)
    name = fact.name.rpartition("/")[2].rpartition(".")[2]
    return Marks(
        shared=_shared(context, fact) or ("a sync.Map" if fact.name in index.concurrent else ""),
        lifecycle=lifecycle[0] if lifecycle else "",
        goroutine=index.running.get(fact.name, ""),
        handler=_handles(fact),
        long_lived=name if word in LONG_LIVED_WORDS or word in SERVING_WORDS else "",
        named=name if word in CERTAIN_WORDS else "",
        per_call=name if word in PER_CALL_WORDS or word in BRIEF_WORDS else "",
        brief=word in BRIEF_WORDS,
        carried="" if lifecycle and word in LONG_LIVED_WORDS else index.carried.get(fact.name, ""),
        testing=bool(TEST_WORDS & set(words(fact.name))) or is_for_tests(fact.package),
    )


def carried_in_contexts(context: Context) -> dict[str, str]:
    """Types with a function that takes their objects out of a context.Context: they belong to one request.

    What tests share does so with anything; and clients and pools, which somebody closes, are handed about that way.
    """
    found: dict[str, str] = {}
    for function in context.resolved.functions:
        if not any(call.method == "Value" and call.callee == "context.Context" for call in function.calls):
            continue
        if context.is_test(function.file) or is_for_tests(function.package):
            continue
        for name in _NAME.findall(results_of(function.signature)):
            if name in context.types:
                found.setdefault(name, function.name)
    return found


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
        if is_event_method(method.name, method.signature):
            return method.name
        if is_handler_shaped(parameters_of(method.signature)):
            return method.name
    return ""
