"""Maps with their operations and the places of the source these were made from, as the search for misses needs them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

import msgspec

from mapleak.maps.census import Census, Site, Subject
from mapleak.maps.context import Context
from mapleak.maps.model import AbstractMap, Effect, Growth, Lifetime, Operation
from mapleak.maps.removal.effects import effect_of
from mapleak.maps.removal.emptying import owner_of
from mapleak.resolve.model import FunctionFacts, MapRead

_GROWING = frozenset({Growth.UNBOUNDED, Growth.UNKNOWN})


class Done(msgspec.Struct, frozen=True, eq=False):
    """One operation: as the map model has it, and where it comes from. Each is only equal to itself."""

    operation: Operation
    site: Site

    @property
    def function(self) -> FunctionFacts:
        return self.site.function


class Table(msgspec.Struct, frozen=True):
    """One map: what fills it while the program runs, and what takes entries out of it."""

    subject: Subject
    map: AbstractMap
    owner: str  # the type whose field it is, "" for package variables and locals
    inserts: tuple[Done, ...]  # that may add keys after start-up, outside tests
    removes: tuple[Done, ...]
    resets: tuple[Done, ...]

    @property
    def emptying(self) -> tuple[Done, ...]:
        """The removals that take entries out of the map of a running program."""
        return tuple(done for done in self.removes if not done.operation.no_effect)

    @property
    def replaced(self) -> bool:
        """Whether the map is replaced as a whole while the program runs."""
        return any(not done.operation.no_effect for done in self.resets)

    @property
    def may_leak(self) -> bool:
        """Whether there is anything to say of its removals: it takes new keys and outlives the call that makes it."""
        return bool(self.inserts) and self.map.growth in _GROWING and self.map.lifetime is not Lifetime.CALL


class Tables:
    """All maps that a variable, a field, an element or a local of a lasting goroutine holds; the reads, by node."""

    def __init__(self, context: Context, census: Census, maps: Mapping[str, AbstractMap]) -> None:
        self.context = context
        self.census = census
        self.by_node = {
            node: _table(context, subject, maps[node])
            for node, subject in census.subjects.items()
            if subject.kind in ("var", "field", "element") or maps[node].lifetime is Lifetime.GOROUTINE
        }

    def __iter__(self) -> Iterator[Table]:
        return iter(self.by_node.values())

    @cached_property
    def reads(self) -> Mapping[str, tuple[tuple[FunctionFacts, MapRead], ...]]:
        """The reads of each map outside tests, in the order of the functions."""
        found: dict[str, list[tuple[FunctionFacts, MapRead]]] = defaultdict(list)
        for function in self.context.resolved.functions:
            if function.reads and not self.context.is_test(function.file):
                for read in function.reads:
                    for node in self.census.maps_of(read.node):
                        found[node].append((function, read))
        return {node: tuple(reads) for node, reads in found.items()}

    @cached_property
    def families(self) -> Mapping[str, tuple[Table, ...]]:
        """The maps that belong together, by owner: the fields of a type, the variables of a package."""
        found: dict[str, list[Table]] = defaultdict(list)
        for table in self:
            if table.subject.kind != "element":
                found[self.family_of(table)].append(table)
        return {owner: tuple(members) for owner, members in found.items()}

    @cached_property
    def _emptied_families(self) -> Mapping[str, tuple[Table, ...]]:
        return {owner: tuple(table for table in members if table.emptying) for owner, members in self.families.items()}

    def family_of(self, table: Table) -> str:
        """What the map shares with its siblings: its owner, a local's function, a variable's package."""
        if table.subject.kind == "local" and table.subject.variable is not None:
            return table.subject.variable.function
        return table.owner or f"{table.map.package}."

    @cached_property
    def _by_remover(self) -> Mapping[tuple[str, str, str], tuple[Table, ...]]:
        """The maps of a family that a function, by name and file, removes entries from."""
        found: dict[tuple[str, str, str], list[Table]] = defaultdict(list)
        for family, members in self.families.items():
            for table in members:
                removers = dict.fromkeys((done.function.name, done.function.file) for done in table.removes)
                for name, file in removers:
                    found[family, name, file].append(table)
        return {key: tuple(members) for key, members in found.items()}

    def emptied_siblings(self, table: Table) -> Iterator[Table]:
        """The other maps of the same family that entries are taken out of, sorted by name.

        A generated package may have thousands of maps, few of which are ever emptied.
        """
        if table.subject.kind != "element":
            family = self._emptied_families.get(self.family_of(table), ())
            yield from (other for other in family if other is not table)

    def emptied_in(self, function: FunctionFacts, table: Table) -> Iterator[Table]:
        """The other maps of the same family that ``function`` removes entries from, sorted by name."""
        if table.subject.kind != "element":
            key = (self.family_of(table), function.name, function.file)
            yield from (other for other in self._by_remover.get(key, ()) if other is not table)


def _table(context: Context, subject: Subject, of: AbstractMap) -> Table:
    operations = {
        Effect.INSERT: iter(of.inserts),
        Effect.UPDATE: iter(of.updates),
        Effect.REMOVE: iter(of.removes),
        Effect.RESET: iter(of.resets),
    }
    done: dict[Effect, list[Done]] = {effect: [] for effect in Effect}
    for site in subject.sites:
        effect = effect_of(site)
        done[effect].append(Done(next(operations[effect]), site))
    owner = owner_of(subject) if subject.kind == "field" else ""
    return Table(
        subject,
        of,
        owner,
        tuple(_after_startup(done[Effect.INSERT])),
        tuple(_outside_tests(context, done[Effect.REMOVE])),
        tuple(_outside_tests(context, done[Effect.RESET])),
    )


def _after_startup(inserts: Iterable[Done]) -> Iterator[Done]:
    for done in inserts:
        op = done.operation
        if op.growth in _GROWING and not (op.in_test or op.startup_only or op.size_guarded):
            yield done


def _outside_tests(context: Context, removals: Iterable[Done]) -> Iterator[Done]:
    return (done for done in removals if not context.is_test(done.function.file))
