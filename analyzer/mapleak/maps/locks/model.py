"""What the map model says of locks: those that stay held around a map, and accesses that no lock keeps apart."""

from __future__ import annotations

import enum

import msgspec

from mapleak.model import Location


class Stays(enum.Enum):
    """How a lock that a function takes is not given back as it should be."""

    RETURN = "return"  # a return, or the end of the function, leaves it held
    AGAIN = "again"  # the next turn of a loop locks it once more
    ONE_WAY = "way"  # one of several ways to the rest of the function leaves it held
    TWICE = "twice"  # a deferred call locks it once more, instead of releasing it
    MISMATCH = "mismatch"  # given back as if it had been locked for the other purpose


class UnreleasedLock(msgspec.Struct, frozen=True):
    """A call of Lock or RLock after which some way keeps the lock, and the map that it is held around.

    ``lock`` is its source text, ``method`` the locking call's; ``way_out`` is where the way ends that keeps it, for a
    mismatch the release. ``access`` is an operation on the map while the lock is held, ``access_here`` false when that
    is in another function. ``release`` is a release in the same function, on another way.
    """

    map: str
    lock: str
    method: str
    stays: Stays
    location: Location
    way_out: Location
    access: Location
    access_here: bool
    release: Location | None
    release_method: str
    function: str
    reachable: bool
    in_test: bool
    generated: bool


SIDE_BY_SIDE, ONCE, PLAIN = "side-by-side", "once", "plain"
PASSING, ALONE, UNCALLED = "passing", "alone", "uncalled"
"""What is known of the two accesses: both sides are seen to run beside each other again and again; or one of them does
so once, in a goroutine that is started when the program begins; or no more than that the map is written under a lock in
one function and accessed without it in another, of an object that lasts or (passing) is made again and again; or
(alone) nothing in the tree of a program calls the function, and all objects of the kind that are seen die with the call
which makes them; or (uncalled) nothing in a program calls the function, or makes such an object."""


class Unguarded(enum.Enum):
    """Why two goroutines may meet at a map."""

    MISSED_LOCK = "missed-lock"  # the lock that is held at the other accesses is not held at this one
    READ_LOCK = "read-lock"  # written under a lock for reading, which others hold at the same time
    COPIED_LOCK = "copied-lock"  # each call locks a copy of the lock
    OTHER_LOCK = "other-lock"  # one lock is held here, another there
    GOROUTINES = "goroutines"  # goroutines started in a loop write it without a lock
    HANDLERS = "handlers"  # handlers that run side by side write it without a lock
    BACKGROUND = "background"  # handlers read without a lock what the loop of a goroutine writes
    LOOP = "loop"  # the goroutine of an object, and what calls its methods, access it without a lock
    STARTED = "started"  # a goroutine, or what a timer runs, and what started it access it without a lock
    BOTH = "both"  # two goroutines of one function access it without a lock


class UnguardedAccess(msgspec.Struct, frozen=True):
    """An access to a map that may happen while another goroutine writes it.

    ``lock`` is the lock in question as the source calls it, "" when there is none at all; ``held`` is the other lock,
    where another one is held. ``other`` is an access that
    may happen at the same time, ``other_writes`` whether that is a write. ``guarded`` and ``unguarded`` count the
    places with and without the lock. ``way`` are the calls that lead to the access without the lock, outermost first,
    from ``entry``; ``together`` says what runs side by side: goroutine, timer, callback, exported. ``proof`` is
    SIDE_BY_SIDE, ONCE, …, UNCALLED, or "" where the locks held elsewhere tell that the map is shared.
    """

    map: str
    kind: Unguarded
    writes: bool
    lock: str
    location: Location
    other: Location | None
    other_writes: bool
    other_function: str
    guarded: int
    unguarded: int
    entry: str
    together: str
    way: tuple[Location, ...]
    function: str
    in_test: bool
    generated: bool
    held: str = ""
    proof: str = ""
