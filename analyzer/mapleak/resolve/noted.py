"""Facts of functions that single rules need: small, and recorded only where there are any. Part of resolve.model."""

from __future__ import annotations

import msgspec


class Visit(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A range over a built-in map whose body inserts into the same map, or calls what may.

    ``holder`` is the variable whose field the map is (``s`` of ``s.m``), "" when it is none or takes more to reach.
    ``inserts`` are the offsets of the operations in the body that name the same map by the same variable, ``related``
    those of them whose key is made from the visited value; ``left`` are the parts of the body after which the loop is
    always left. ``alias`` is the variable that stands for the map in the range (``m := s.m``), "" for none. ``empty``
    are those insertions that store nothing which a visit of the new entry could act on: nil, a zero, an empty literal.
    ``held`` are those whose key is one of several that the visited value holds; ``settled`` are those whose new entry's
    own visit adds nothing more, most likely (resolve.settled).
    """

    node: str
    holder: str
    pos: int
    end: int
    inserts: tuple[int, ...]
    related: tuple[int, ...]
    left: tuple[tuple[int, int], ...]
    alias: str = ""
    empty: tuple[int, ...] = ()
    held: tuple[int, ...] = ()
    settled: tuple[int, ...] = ()


class FloatFact(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A floating-point number that may be NaN, or that comes from where it may be (resolve.floats).

    ``what``: key (of the insertion at offset ``pos``), argument (number ``index`` of the call that ends at ``pos``),
    result (the function's first). ``path`` says where inside a key it sits. ``reason`` says why it may be NaN, "" when
    ``node``, a parameter or a result (``F$p0``, ``F$r0``), or nothing says where it comes from. It is no NaN if one of
    ``unless`` says so by its answer: ``F$p0=false`` is the answer false of F about its first parameter.

    tells: the function gives the answer ``path`` (true, false, nil, some) only for parameters ``node`` (``p0``,
    ``recv``) that are no NaN, if there is an ``unless``, where one of them says so.
    """

    what: str
    pos: int
    index: int
    path: str
    reason: str
    node: str
    unless: tuple[str, ...] = ()


class Decoded(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A call of a decoder into something that was there before and holds a map (resolve.decoding).

    ``kind`` says whose the target is: local, captured, variable (of the package), field (of the receiver), pooled (it
    comes out of a sync.Pool and goes back there). ``root`` is
    the node of the variable it begins with, ``map`` that of the map inside it, ``text`` how the map is reached
    (``reply.Labels``). ``loop_pos`` and ``loop_end`` are those of the keyword of the loop that decodes one message
    after the other, -1 when the call is in none. ``decoder`` may be a function of the tree, as ``F$p1``: its parameter
    is perhaps handed to a decoder (FunctionFacts.fills). ``used_after`` is true when the target is used after that
    loop, too. ``interface``: what ``map`` names is an interface that may hold a map.
    """

    kind: str
    decoder: str
    root: str
    map: str
    text: str
    pos: int
    end: int
    loop_pos: int
    loop_end: int
    used_after: bool = False
    interface: bool = False
