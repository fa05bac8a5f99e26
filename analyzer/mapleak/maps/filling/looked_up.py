"""Keys that are looked up in a table before they are stored: there are no more of them than the table has.

Heuristic ``looked-up-first``: the function that inserts has handed its key to another function, by whatever name or
value that is called, and has left when this came back with an error; and that function looks the key up in a table and
makes an error when it is not there. (Within one function the resolver tells: mapleak.resolve.guarding.)

Heuristic ``looked-up-by-callers``: all that call the function that inserts have found the key that they hand to it in
a table.

Heuristic ``read-first``: the function has read, opened or looked at the file that its key names, and has left on an
error. Files that exist are as many as somebody has put there.

Heuristic ``listened-on``: the same, where it has begun to listen on the address that its key is. A process listens on
as many addresses as somebody has set up for it, on none of them twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from mapleak.maps.census import Site
from mapleak.maps.context import Context
from mapleak.maps.filling.judgement import Judgement, not_known, worst
from mapleak.maps.model import Growth
from mapleak.maps.nodes import brief, position_function
from mapleak.model import Certainty
from mapleak.resolve.model import CallFact, FunctionFacts, KeyFact
from mapleak.resolve.way_facts import Arm

_MOST_CALLEES = 40
"""Functions that a call may mean and that are looked at: each sort of plug-in may have its registry and function."""

_ERRORS = re.compile(r"(?:^fmt|/?errors|/status)\.(?:New|Errorf?|Wrapf?|Newf)$")
"""Functions that make errors."""


_FILE_READERS = frozenset(
    {
        "(embed.FS).Open", "(embed.FS).ReadFile", "io/fs.ReadFile", "io/fs.Stat", "io/fs.Sub",
        "io/ioutil.ReadFile", "os.Lstat", "os.Open", "os.ReadFile", "os.Stat", "plugin.Open",
    }
)  # fmt: skip
"""Functions that come back with an error when there is no file of the name that they are given."""


_LISTENING = frozenset(
    {
        "(*net.ListenConfig).Listen", "(*net.ListenConfig).ListenPacket", "crypto/tls.Listen", "net.Listen",
        "net.ListenPacket", "net.ListenTCP", "net.ListenUDP", "net.ListenUnix",
    }
)  # fmt: skip
"""Functions that come back with an error when something listens on the address already."""


def read_before(judgement: Judgement, site: Site) -> Judgement:
    """``read-first``, ``listened-on``: the judgement of an insertion whose key names a file that is there, or an
    address that the program listens on."""
    if judgement.growth is not Growth.UNBOUNDED or site.op.key is None:
        return judgement
    for call in site.function.calls:
        listens = call.callee in _LISTENING
        if not listens and (call.callee not in _FILE_READERS or judgement.certainty is Certainty.SURE):
            continue
        named = [given for given in call.arg_keys[:3] if given is not None]  # after the context or file system, if any
        same = call.end < site.op.pos and any(_is_same(given, site.op.key) for given in named)
        if same and _left_on_error(site.function, call, site.op.pos):
            what = "an address that this program listens on" if listens else "the name of a file that is there"
            return not_known(f"the key is {what}, or {brief(call.callee)} had failed")
    return judgement


def _is_same(given: KeyFact, key: KeyFact) -> bool:
    return given.text == key.text or (bool(given.node) and given.node == key.node)


def follow_tables(
    context: Context, judgement: Judgement, site: Site, judgements: Callable[[str], Sequence[Judgement]]
) -> Judgement:
    """Judges an insertion by how the tables grow that its key has been looked up in. ``judgements`` gives what is known
    of all maps a node may be."""
    if judgement.growth not in (Growth.UNBOUNDED, Growth.UNKNOWN):
        return judgement
    tables = tables_before(context, site)
    found = [list(judgements(table)) for table in tables]
    if not found or not all(found):
        return judgement
    whole = worst([of_table for several in found for of_table in several])
    if whole.growth not in (Growth.NONE, Growth.START_UP, Growth.BOUNDED):
        return judgement
    return Judgement(Growth.BOUNDED, f"the keys have been looked up in {brief(tables[0])}, which does not grow")


def tables_before(context: Context, site: Site) -> tuple[str, ...]:
    """The tables that have the key of an insertion when it runs, each for some of its calls; none when it may be
    another key, or is not looked up."""
    function, key = site.function, site.op.key
    if key is None or key.sources or position_function(key.node) != function.name:
        return ()
    if tables := _known_to_callers(context, function, key.node):
        return tables
    for call in function.calls:
        if call.end >= site.op.pos or not call.arg_keys:
            continue
        given = (
            index for index, a in enumerate(call.arg_keys) if a is not None and a.node == key.node and not a.sources
        )
        index = next(given, None)
        if index is not None and _left_on_error(function, call, site.op.pos):
            tables = _looked_up_by_all(context, function, call, index)
            if tables:
                return tables
    return ()


def _known_to_callers(context: Context, function: FunctionFacts, parameter: str) -> tuple[str, ...]:
    """The tables in which those who call a function have found what they hand over as a parameter; none when somebody
    has not, or is not seen."""
    if function.name in context.graph.roots or "$p" not in parameter:
        return ()
    index = int(parameter.rpartition("$p")[2])
    found: dict[str, None] = {}
    for edge in context.graph.callers.get(function.name, ()):
        if context.is_test(edge.file):
            continue
        tables = [node for call in context.calls.of(edge) for at, node in call.present if at == index]
        if not tables:
            return ()
        found[tables[0]] = None
    return tuple(found)


def _left_on_error(function: FunctionFacts, call: CallFact, pos: int) -> bool:
    """Whether the function goes on from a call to ``pos`` only when there was no error: the branch right after it."""
    after = [arm for arm in function.arms if call.end <= arm.statement < pos]
    first = min(after, key=lambda arm: (arm.statement, arm.pos), default=None)
    return (
        first is not None
        and first.leaves
        and first.failure == "error"
        and not any(call.end < other.pos < first.statement for other in function.calls)
    )


def _looked_up_by_all(context: Context, function: FunctionFacts, call: CallFact, index: int) -> tuple[str, ...]:
    edges = context.graph.callees.get(function.name, ())
    callees = {edge.callee for edge in edges if (edge.file, edge.end) == (function.file, call.end)}
    if not callees or len(callees) > _MOST_CALLEES:
        return ()
    found: dict[str, None] = {}
    for name in sorted(callees):
        tables = [table for variant in context.graph.functions.get(name, ()) for table in _looked_up(variant, index)]
        if not tables:
            return ()
        found[tables[0]] = None
    return tuple(found)


def _looked_up(function: FunctionFacts, index: int) -> Iterator[str]:
    """The maps under whose keys a function looks its parameter up before anything else, to leave when it is not one."""
    parameter = f"{function.name}$p{index}"
    for read in function.reads:
        if read.key is None or read.key.node != parameter or read.key.sources or not read.key.text.isidentifier():
            continue
        after = [arm for arm in function.arms if arm.statement >= read.end]
        first = min(after, key=lambda arm: (arm.statement, arm.pos), default=None)
        if first is not None and first.leaves and _makes_error(function, read.end, first):
            yield read.node


def _makes_error(function: FunctionFacts, since: int, arm: Arm) -> bool:
    """Whether the next thing that a function does is to make an error in ``arm``: it leaves with what it found there
    otherwise, and goes on without it."""
    following = min((call for call in function.calls if call.pos >= since), key=lambda call: call.pos, default=None)
    return following is not None and arm.pos <= following.pos < arm.end and bool(_ERRORS.search(following.callee))
