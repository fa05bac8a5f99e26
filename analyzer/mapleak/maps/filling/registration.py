"""Code that fills registries and settings, told by the names of the functions that lead to it."""

from __future__ import annotations

import re

from mapleak.maps.census import Site
from mapleak.maps.context import Context
from mapleak.maps.knowledge import (
    CONFIGURING_NAME,
    CONSTRUCTOR_NAME,
    FROM_CONFIGURATION,
    PREPARING_NAME,
    PREPARING_WORDS,
    REGISTRATION_NAME,
    SERVING_METHODS,
    first_word,
)
from mapleak.maps.model import KeyOrigin

_CALLERS_LIMIT = 20
"""Callers that are looked at before a function is taken for ordinary code."""

_COUNTING_FORMS = frozenset({"inc_dec", "op_assign"})
_NEW_KEYS = frozenset({KeyOrigin.FRESH.value, KeyOrigin.COUNTER.value})
_HANDED_KEYS = frozenset({KeyOrigin.PARAMETER.value, KeyOrigin.ELEMENT.value})


def is_registration(context: Context, function: str) -> bool:
    """Whether a function runs only inside functions named like a registration, apart from start-up code."""
    return _only_within(context, function, REGISTRATION_NAME)


def configures(context: Context, site: Site) -> bool:
    """Whether an insertion only runs inside functions named like a registration or a setting, start-up code apart.

    Counting (``m[k]++``) is no setting, and a key made anew for each call names no part of a program. A constructor
    configures what its caller names (``NewServer(addr)``); with a key of its own it keeps track of what it makes.
    """
    key = site.op.key
    if site.op.form in _COUNTING_FORMS or (key is not None and key.origin in _NEW_KEYS):
        return False
    if _is_named(context, context.outermost(site.function.name), REGISTRATION_NAME):
        return True  # whoever calls it means to register something
    if _only_within(context, site.function.name, CONFIGURING_NAME):
        return True
    handed = key is not None and key.origin in _HANDED_KEYS
    return handed and _only_within(context, site.function.name, CONSTRUCTOR_NAME, SERVING_METHODS)


def _only_within(
    context: Context, function: str, pattern: re.Pattern[str], serving: frozenset[str] = frozenset()
) -> bool:
    """Whether functions named so, and nothing else, lead to a function. What they hand out runs after them.

    ``serving`` are methods that may call such a function as well: it is how they begin. What makes the parts of a
    program that its configuration names (``from-configuration``) runs once for each, too. The answers are remembered.
    """
    asked = (function, pattern, serving)
    known = context.within.get(asked)
    if known is None:
        known = context.within[asked] = _find_within(context, function, pattern, serving)
    return known


def _find_within(context: Context, function: str, pattern: re.Pattern[str], serving: frozenset[str]) -> bool:
    if _runs_later(context, function):
        return False
    seen = {context.outermost(function)}
    queue = list(seen)
    named = False
    for name in queue:
        if (
            name != queue[0] and name.rpartition(").")[2] in serving
        ):  # whoever calls it waits in it: it does not run again and again
            named = True
            continue
        if FROM_CONFIGURATION.fullmatch(name.rpartition(".")[2]):
            named = True
            continue
        matches = _is_named(context, name, pattern)
        named = named or matches
        if not matches and name in context.graph.roots:
            return False
        callers = _running_callers(context, name)
        if not matches and not callers:
            return False
        if not matches and any(_runs_later(context, edge.caller) for edge in context.graph.callers.get(name, ())):
            return False
        queue.extend(caller for caller in callers if caller not in seen)
        seen.update(callers)
        if len(seen) > _CALLERS_LIMIT:
            return False
    return named


def _running_callers(context: Context, name: str) -> list[str]:
    """The functions that call a function while the program serves, sorted; a closure's is what it is written in.

    Of a function with more callers than are looked at, no more than that are listed: a library's helper has thousands.
    """
    found: set[str] = set()
    for edge in context.graph.callers.get(name, ()):
        caller = context.outermost(edge.caller)
        if caller not in found and not context.is_test(edge.file) and not context.calls_once(edge):
            found.add(caller)
            if len(found) > _CALLERS_LIMIT:
                break
    return sorted(found)


def _runs_later(context: Context, function: str) -> bool:
    """Whether a function is a closure that nothing is seen to call: whoever it is handed to calls it, at any time."""
    return bool(context.parent(function)) and not context.graph.callers.get(function)


def _is_named(context: Context, function: str, pattern: re.Pattern[str]) -> bool:
    """Whether a function is a plain exported one (methods take data as a rule) with such a name."""
    variants = context.graph.functions.get(function, ())
    plain = any(variant.exported and not variant.receiver_type for variant in variants)
    return plain and pattern.fullmatch(function.rpartition(".")[2]) is not None


def prepares(context: Context, function: str) -> bool:
    """Whether a function or method, by its own name, fills a registry, reads a configuration or builds something."""
    name = context.outermost(function).rpartition(".")[2]
    if name.partition("#")[0] == "init":
        return False  # a closure that an initialiser makes runs whenever it is called
    return first_word(name) in PREPARING_WORDS or PREPARING_NAME.fullmatch(name) is not None
