"""Map models made by hand for the tests of rules, every value with an unremarkable default, and what rules find."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from mapleak.maps.model import (
    AbstractMap,
    CapturedMap,
    Effect,
    Goroutine,
    GoroutineEnd,
    Growth,
    Hazard,
    Key,
    KeyOrigin,
    Lifetime,
    MapModel,
    Miss,
    Missed,
    Operation,
    RangeStore,
)
from mapleak.model import Certainty, Finding, Location
from mapleak_rules import ALL_RULES

CHECKS = {rule.id: rule.check for rule in ALL_RULES}


def at(line: int, file: str = "cart/cart.go") -> Location:
    """A place of one column."""
    return Location(file, line, 2, line, 3)


def insert(line: int = 10, **changes: Any) -> Operation:
    """An insertion of a request's id, reached from a handler."""
    usual = Operation(
        effect=Effect.INSERT,
        form="assign",
        location=at(line),
        function="example.com/shop/cart.Login",
        key=Key("string", "id", KeyOrigin.PARAMETER),
        hazards=(),
        value="int",
        via="",
        in_loop=False,
        size_guarded=False,
        presence_guarded=False,
        startup_only=False,
        reachable=True,
        entry="example.com/shop/cart.Login",
        in_test=False,
        generated=False,
        constraint="",
        growth=Growth.UNBOUNDED,
    )
    return replace(usual, **changes)


def missed(kind: Miss, **changes: Any) -> Missed:
    """A way in which the emptying of a map misses."""
    return replace(Missed(kind, at(30), "it misses", Certainty.SURE), **changes)


def remove(line: int = 20, **changes: Any) -> Operation:
    """A delete that runs."""
    usual = {"effect": Effect.REMOVE, "form": "delete", "function": "example.com/shop/cart.Logout", "value": ""}
    return insert(line, **(usual | changes))


def variable(**changes: Any) -> AbstractMap:
    """A package variable of map type that grows without bound."""
    usual = AbstractMap(
        name="example.com/shop/cart.sessions",
        kind="var",
        container="map",
        type="map[string]int",
        key="string",
        value="int",
        declaration=at(5),
        package="example.com/shop/cart",
        lifetime=Lifetime.PROCESS,
        lifetime_reason="package variable",
        growth=Growth.UNBOUNDED,
        growth_reason="the key comes from a request",
        inserts=(insert(),),
        updates=(),
        removes=(),
        resets=(),
        creations=(at(5),),
        reported=True,
        generated=False,
        in_test=False,
        unseen_uses=False,
    )
    return replace(usual, **changes)


def local(**changes: Any) -> AbstractMap:
    """A local map that a goroutine may hold."""
    usual = {"name": "example.com/shop/cart.Serve.seen", "kind": "local", "lifetime": Lifetime.GOROUTINE}
    return variable(**(usual | changes))


def hazard_map(hazard: str, path: str = "", **changes: Any) -> AbstractMap:
    """A package variable with an insertion whose key holds a hazard."""
    return variable(**({"inserts": (insert(hazards=(Hazard(hazard, path),)),)} | changes))


def captured(**changes: Any) -> CapturedMap:
    """The local map, used after a wait."""
    usual = CapturedMap(
        map="example.com/shop/cart.Serve.seen",
        how="captured",
        held=True,
        held_by=at(32),
        wait=at(31),
        wait_text="<-messages",
        grows=(),
        emptied=False,
    )
    return replace(usual, **changes)


def goroutine(*captures: CapturedMap, **changes: Any) -> Goroutine:
    """A goroutine without an end, started again and again."""
    usual = Goroutine(
        location=at(30),
        function="example.com/shop/cart.Serve",
        body="example.com/shop/cart.Serve$1",
        closure=at(30),
        end=GoroutineEnd.ENDLESS,
        end_reason="endless loop",
        captures=captures,
        startup_only=False,
        reachable=True,
        in_test=False,
        generated=False,
    )
    return replace(usual, **changes)


def range_store(**changes: Any) -> RangeStore:
    """A Store of a new key inside Range."""
    usual = RangeStore(
        map="example.com/shop/cart.sessions",
        method="Store",
        key="new",
        location=at(42),
        store=at(42),
        range=at(41),
        chain=(),
        function="example.com/shop/cart.Round$1",
        deletes_visited=False,
        reachable=True,
        in_test=False,
        generated=False,
    )
    return replace(usual, **changes)


def model(
    *maps: AbstractMap, goroutines: tuple[Goroutine, ...] = (), range_stores: tuple[RangeStore, ...] = ()
) -> MapModel:
    """A model of these maps."""
    return MapModel(tuple(sorted(maps, key=lambda m: m.name)), goroutines, range_stores)


def run(rule: str, subject: MapModel) -> list[Finding]:
    """The findings of one rule."""
    check = CHECKS[rule]
    assert check is not None
    return list(check(subject))


def only(rule: str, subject: MapModel) -> Finding:
    """The one finding of a rule."""
    (finding,) = run(rule, subject)
    return finding
