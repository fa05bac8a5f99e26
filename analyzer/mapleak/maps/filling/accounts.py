"""Keys that name accounts of the operating system: users and groups, of which a host has a finite set.

Heuristic ``accounts``: the key is read from what the system says of a file's owner or of an account, or the function
that inserts looks an account up by it, itself or in a function that it hands the key to.
"""

from __future__ import annotations

from mapleak.maps.census import Site
from mapleak.maps.context import Context
from mapleak.maps.filling.judgement import Judgement
from mapleak.maps.knowledge import ACCOUNT_FIELDS, ACCOUNT_LOOKUPS
from mapleak.maps.model import Growth
from mapleak.maps.nodes import position_function
from mapleak.resolve.model import CallFact, FunctionFacts, KeyFact

_LEVELS = 2
"""How many calls away from the insertion the look-up is searched for."""


def of_account_field(node: str) -> Judgement | None:
    """What a key is that is read from the field ``node``; None when that field names no account."""
    if node.removeprefix("outside:") not in ACCOUNT_FIELDS:
        return None
    return Judgement(Growth.BOUNDED, "the keys are accounts of the operating system")


def looked_up_account(context: Context, site: Site) -> Judgement | None:
    """What an insertion is by whose key an account is looked up; None when it is not."""
    key = site.op.key
    if key is None or key.sources or position_function(key.node) != site.function.name:
        return None
    lookup = _lookup(context, site.function, key.node, _LEVELS)
    return Judgement(Growth.BOUNDED, f"{lookup} finds the key among the accounts of the system") if lookup else None


def _lookup(context: Context, function: FunctionFacts, node: str, levels: int) -> str:
    """The function that looks an account up by the value at ``node``, "" for none."""
    for call in function.calls:
        if call.callee in ACCOUNT_LOOKUPS and any(_is_made_of(argument, node) for argument in call.arg_keys):
            return call.callee.rpartition("/")[2]
    for call in function.calls if levels else ():
        for index, argument in enumerate(call.arg_keys):
            if argument is None or argument.node != node or argument.sources:
                continue
            for callee in _callees(context, function, call):
                for variant in context.graph.functions.get(callee, ()):
                    if found := _lookup(context, variant, f"{callee}$p{index}", levels - 1):
                        return found
    return ""


def _callees(context: Context, function: FunctionFacts, call: CallFact) -> list[str]:
    edges = context.graph.callees.get(function.name, ())
    return sorted({edge.callee for edge in edges if (edge.file, edge.end) == (function.file, call.end)})


def _is_made_of(key: KeyFact | None, node: str) -> bool:
    """Whether a value is what stands at ``node``, or is made of that alone (``strconv.Itoa(int(uid))``)."""
    if key is None:
        return False
    return key.node == node or any(_is_made_of(source, node) for source in key.sources)
