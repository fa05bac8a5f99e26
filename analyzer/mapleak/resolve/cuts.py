"""Pieces of buffers that a function puts into maps, passes on or returns: a substring keeps all of its buffer alive.

Slicing a string or a byte slice, and the functions that cut (mapleak.resolve.texts), copy nothing: the piece refers to
the memory of the whole. Variables are followed from the call that makes a buffer to the store, in the order of the
statements, both branches of an if statement one after the other; what is not understood is taken for a copy.

A piece counts only where it is all that is kept: not where the whole buffer, or the rest of it, is stored along with
it or anywhere else, and not in a loop over the pieces of one buffer, which may keep all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from msgspec import structs

from mapleak.program.constants import integer
from mapleak.program.scope import Scope
from mapleak.resolve.picked import picked
from mapleak.resolve.pieces import (
    COPIED,
    LENT,
    MADE,
    PARAMETER,
    PARTS,
    READ,
    RESULT,
    SEVERAL,
    Root,
    Text,
    converts_to,
    cut,
    element,
    shaped,
    sliced,
    text_type,
)
from mapleak.resolve.sharing_facts import Cut
from mapleak.resolve.spell import spell
from mapleak.resolve.texts import (
    BUILDER,
    BUILT,
    CUTS,
    FILLED,
    FILLS,
    LARGE,
    LENDS,
    PIECE,
    READS,
    SCANNER_ROOM,
    SCANNER_TEXT,
    TRIMS,
    WHOLE,
)
from mapleak.syntax import ast
from mapleak.types.declared import Variable
from mapleak.types.types import Signature, Struct, Type, underlying


class Taken(NamedTuple):
    """What an assignment hands over: the ``text`` itself, the ``parts`` of a struct, ``all`` that is kept alive; of the
    parts those whose field is known."""

    text: Text | None
    parts: tuple[Text, ...]
    all: tuple[Text, ...]
    fields: tuple[tuple[str, Text], ...] = ()


_NOTHING = Taken(None, (), ())


class Cuts:
    """Follows the buffers of one function."""

    def __init__(self, function: str) -> None:
        self._function = function
        self._calls: dict[int, str] = {}  # end of a call to what it calls, where that makes or cuts a text
        self._held: dict[Variable, Text | None] = {}
        self._parts: dict[Variable, tuple[Text, ...]] = {}  # texts in the fields of local structs
        self._filled: set[Variable] = set()  # buffers all of an input was read into, scanners with room
        self._built: set[Variable] = set()  # builders that a loop writes to
        self._kept: set[Root] = set()
        self._returned: set[Root] = set()
        self._found: list[tuple[Root, Cut]] = []
        self._fields: dict[tuple[Variable, str], Text] = {}  # those of parts whose field is known

    def settle(self, body: ast.Block) -> None:
        """Tells pieces that are picked out from those that a loop stores one by one, now that its body is known."""
        self._found = [
            (root, structs.replace(cut, inner=False) if cut.inner and picked(body, cut.pos, root.pos) else cut)
            for root, cut in self._found
        ]

    def facts(self) -> tuple[Cut, ...]:
        """What was found, without the buffers that are kept as a whole anyway."""
        gone = self._kept | self._returned
        return tuple(
            cut
            for root, cut in self._found
            if root.kind == LENT or root not in (self._kept if cut.place == "result" else gone)
        )

    # --- what a value is --------------------------------------------------------------------------

    def read(self, e: ast.Expr, scope: Scope, depth: int) -> Text | None:
        """What the value of ``e`` is a part of, None when it is a copy or not known; ``depth``: loops around it."""
        match e:
            case ast.Name():
                return self._of_name(e, scope)
            case ast.Selector(x=ast.Name() as holder, name=name):
                variable = _variable(holder, scope)
                return self._fields.get((variable, name)) if variable in self._parts else None
            case ast.SliceExpr():
                return sliced(e, self.read(e.x, scope, depth), scope)
            case ast.Index(x=x, indices=(index,)):
                found = self.read(x, scope, depth)
                return element(index, found) if found is not None else None
            case ast.Call():
                return self._of_call(e, scope, depth)
        return None

    def _of_name(self, e: ast.Name, scope: Scope) -> Text | None:
        variable = scope.lookup(e.name)
        if not isinstance(variable, Variable) or variable.function != self._function:
            return None
        if variable in self._held:
            return self._held[variable]
        text = text_type(variable.type)
        node = getattr(variable.origin, "node", "")
        if text is None or not _is_parameter(variable) or not node:
            return None
        return Text(Root(PARAMETER, node, 0, 0, 0), WHOLE, text)

    def _of_call(self, e: ast.Call, scope: Scope, depth: int) -> Text | None:
        callee = self._calls.get(e.end, "")
        if not callee:
            return self._converted(e, scope, depth)
        if callee in LENDS:
            return Text(Root(LENT, callee, e.pos, e.end, depth), WHOLE, False)
        if callee in CUTS or callee in TRIMS:
            found = self.read(e.args[0], scope, depth) if e.args else None
            return cut(callee, found) if found is not None else None
        if callee in READS or callee == SCANNER_TEXT or callee in FILLED:
            if callee not in READS and not self._is_filled(e.fun, scope):
                return self._of_builder(e, scope, depth)
            if any(_is_limited(arg, scope) for arg in e.args):
                return None
            text = callee == SCANNER_TEXT or callee.endswith("String")
            return Text(Root(READ, callee, e.pos, e.end, depth), WHOLE, text)
        name, _, kind = callee.rpartition(" ")
        return Text(Root(RESULT, name, e.pos, e.end, depth), WHOLE, kind == "string")

    def _of_builder(self, e: ast.Call, scope: Scope, depth: int) -> Text | None:
        """The text of a builder that a loop wrote to."""
        builder = _variable(e.fun.x, scope) if isinstance(e.fun, ast.Selector) else None
        built = builder in self._built and depth == 0
        return Text(Root(READ, BUILDER, e.pos, e.end, depth), WHOLE, True) if built else None

    def _converted(self, e: ast.Call, scope: Scope, depth: int) -> Text | None:
        """A conversion copies where it leads from bytes to a string or back: a new buffer if all of it is copied."""
        match e:
            case ast.Call(fun=ast.Name(name="make"), args=(ast.ArrayType(slice=True) as made, length, *_)):
                size = integer(length, scope)
                large = size is not None and size >= LARGE and spell(made.elem) in ("byte", "uint8")
                return Text(Root(MADE, str(size), e.pos, e.end, depth), WHOLE, False) if large else None
            case ast.Call(args=(arg,)):
                to_string = converts_to(e.fun, scope)
                found = self.read(arg, scope, depth) if to_string is not None else None
                if found is None or to_string is None or found.is_string == to_string:
                    return found
                if found.shape == WHOLE and found.root.kind == RESULT:
                    return Text(found.root._replace(kind=COPIED), WHOLE, to_string)
                if found.shape != WHOLE or found.root.kind in (PARAMETER, LENT, COPIED):
                    return None
                return Text(found.root._replace(pos=e.pos, end=e.end, depth=depth), WHOLE, to_string)
        return None

    def _all(self, e: ast.Expr | None, scope: Scope, depth: int) -> Iterator[tuple[Text, str]]:
        """The texts that a value keeps alive, with how they are written: in a struct, behind a pointer, in a slice."""
        match e:
            case ast.Unary(op="&", x=x):
                yield from self._all(x, scope, depth)
            case ast.Composite(elements=elements):
                for element in elements:
                    yield from self._all(element.value, scope, depth)
            case ast.Call(fun=ast.Name(name="append"), args=(_, *rest)):
                for arg in rest:
                    parts = self._all(arg, scope, depth)
                    yield from (part for part in parts if not e.spread or part[0].shape in SEVERAL)
            case ast.Name():
                variable = scope.lookup(e.name)
                if isinstance(variable, Variable):
                    yield from ((text, e.name) for text in self._parts.get(variable, ()))
        if e is not None and (found := self.read(e, scope, depth)) is not None:
            yield found, spell(e)

    # --- what the statements tell -----------------------------------------------------------------

    def called(self, call: ast.Call, callee: str, of_tree: bool, signature: Type, scope: Scope, depth: int = 0) -> None:
        """A function was called, inside ``depth`` loops; ``of_tree``: its source is known."""
        if callee in _GIVING:
            self._calls[call.end] = callee
        elif callee in BUILT:
            if depth and isinstance(call.fun, ast.Selector) and (builder := _variable(call.fun.x, scope)) is not None:
                self._built.add(builder)
        elif callee in FILLS:
            position = FILLS[callee]
            if position < 0:
                self._fill(call.fun.x if isinstance(call.fun, ast.Selector) else None, scope)
            elif call.args:
                self._fill(call.args[position], scope)
        elif callee == SCANNER_ROOM and isinstance(call.fun, ast.Selector) and len(call.args) == 2:
            room = integer(call.args[1], scope)
            if room is None or room >= LARGE:
                self._fill(call.fun.x, scope)
        elif of_tree and isinstance(signature, Signature) and signature.results:
            text = text_type(signature.results[0])
            if text is not None:
                self._calls[call.end] = f"{callee} {'string' if text else 'bytes'}"

    def taken(self, source: ast.Expr | None, result: int, scope: Scope, depth: int) -> Taken:
        """What ``target = source`` hands over, or the result number ``result`` of the call ``source``.

        To be asked before the names on the left are declared.
        """
        if source is None:
            return _NOTHING
        if result:
            return Taken(self._result(source, result, scope, depth), (), ())
        texts = tuple(text for text, _ in self._all(source, scope, depth))
        fields = tuple(self._in_fields(source, scope, depth)) if texts else ()
        return Taken(self.read(source, scope, depth), texts if texts and _holds_parts(source) else (), texts, fields)

    def _in_fields(self, source: ast.Expr, scope: Scope, depth: int) -> Iterator[tuple[str, Text]]:
        literal = source.x if isinstance(source, ast.Unary) else source
        for part in literal.elements if isinstance(literal, ast.Composite) else ():
            found = self.read(part.value, scope, depth) if isinstance(part.key, ast.Name) else None
            if found is not None and isinstance(part.key, ast.Name):
                yield part.key.name, found

    def _result(self, source: ast.Expr, result: int, scope: Scope, depth: int) -> Text | None:
        shapes = CUTS.get(self._calls.get(source.end, ""), ())
        if result >= len(shapes) or not isinstance(source, ast.Call) or not source.args:
            return None
        found = self.read(source.args[0], scope, depth)
        return shaped(found, shapes[result]) if found is not None else None

    def assigned(self, target: ast.Expr, taken: Taken, scope: Scope) -> None:
        """``target`` has got what ``taken`` says."""
        match target:
            case ast.Name(name="_") | ast.Index():  # what is put into a map is an operation; slices are not followed
                return
            case ast.Name():
                variable = scope.lookup(target.name)
                if isinstance(variable, Variable) and variable.function == self._function:
                    self.hold(variable, taken)
                    return
            case ast.Selector(x=ast.Name(name=name), name=field):
                holder = scope.lookup(name)
                if isinstance(holder, Variable) and taken.text is not None:
                    self._fields[holder, field] = taken.text
                elif isinstance(holder, Variable):
                    self._fields.pop((holder, field), None)
                if isinstance(holder, Variable) and holder in self._parts:
                    self._parts[holder] = (*self._parts[holder], *taken.all)
                    return
                if isinstance(holder, Variable) and holder.function == self._function and _is_local_struct(holder):
                    self._parts[holder] = taken.all
                    return
        self._keep(taken.all)

    def hold(self, variable: Variable, taken: Taken) -> None:
        """A local variable has got what ``taken`` says."""
        if taken.text is not None or variable in self._held or _is_parameter(variable):
            self._held[variable] = taken.text
        if taken.parts:
            self._parts[variable] = taken.parts
            self._fields.update({(variable, field): text for field, text in taken.fields})
        else:
            self._parts.pop(variable, None)

    def ranged(self, s: ast.Range, found: Text | None, scope: Scope) -> None:
        """``for key, value := range x``: the pieces of ``found`` one by one; iterators give them as the key."""
        sequence = isinstance(s.x, ast.Call) and self._calls.get(s.x.end, "").endswith(_SEQUENCES)
        target = s.key if sequence else s.value
        variable = scope.lookup(target.name) if isinstance(target, ast.Name) else None
        if isinstance(variable, Variable) and (found is not None or variable in self._held):
            pieces = found is not None and found.shape in SEVERAL
            self._held[variable] = found._replace(shape=PIECE) if found is not None and pieces else None

    def stored(self, at: ast.Node, key: ast.Expr | None, value: ast.Expr | None, scope: Scope, depth: int) -> None:
        """An insertion into a map."""
        texts = [("key", *found) for found in self._all(key, scope, depth)]
        texts += [("value", *found) for found in self._all(value, scope, depth)]
        if texts:
            self._note(at, [(place, 0, text, how) for place, text, how in texts], depth)

    def passed(self, call: ast.Call, exprs: Sequence[ast.Expr], scope: Scope, depth: int) -> None:
        """Arguments of a call that may run code of the tree."""
        texts = []
        for i, e in enumerate(exprs):
            if isinstance(e, ast.BasicLit | ast.FuncLit | ast.Selector) or (isinstance(e, ast.Name) and not self._held):
                continue
            texts += [("argument", i, text, how) for text, how in self._all(e, scope, depth)]
        known = [found for found in texts if found[2].root.kind != PARAMETER or found[2].shape == PIECE]
        if known:
            self._note(call, texts, depth)

    def sent(self, e: ast.Expr, scope: Scope, depth: int) -> None:
        """A value is sent to whoever receives it, and kept there."""
        self._keep(text for text, _ in self._all(e, scope, depth))

    def _keep(self, texts: Iterable[Text]) -> None:
        self._kept.update(text.root for text in texts if text.shape not in PARTS)

    def returned(self, at: ast.Node, exprs: Sequence[ast.Expr], scope: Scope, depth: int) -> None:
        """A return statement: the first result, when it is a text; what is returned whole is kept by the caller."""
        first = self.read(exprs[0], scope, depth) if exprs else None
        if first is not None and first.shape in (PIECE, WHOLE):
            self._add("result", 0, first, spell(exprs[0]), at, depth)
        for e in exprs:
            texts = [text for text, _ in self._all(e, scope, depth)]
            self._returned.update(text.root for text in texts if text.shape not in PARTS)

    # --- parts ------------------------------------------------------------------------------------

    def _note(self, at: ast.Node, texts: Sequence[tuple[str, int, Text, str]], depth: int) -> None:
        """Of each buffer: its pieces, or that it is there as a whole."""
        wholes = {text.root for _, _, text, _ in texts if text.shape not in PARTS}
        for place, index, text, how in texts:
            whole = text.shape == WHOLE and not (place == "argument" and text.root.kind == PARAMETER)
            piece = text.shape in PARTS and text.root not in wholes
            if piece or text.root.kind == LENT or (whole and text.root.kind != MADE):
                self._add(place, index, text, how, at, depth)
            if place != "argument" and text.root in wholes and text.root.kind in (READ, MADE):
                self._kept.add(text.root)

    def _add(self, place: str, index: int, text: Text, how: str, at: ast.Node, depth: int) -> None:
        root = text.root
        if root.kind == PARAMETER and text.shape == WHOLE and place == "result":
            return
        inner = depth > root.depth
        made = (root.kind, root.name, root.pos, root.end)
        shape = PIECE if text.shape in PARTS else text.shape
        cut = Cut(place, at.pos, at.end, index, shape, *made, inner, how, not text.is_string)
        self._found.append((root, cut))

    def _fill(self, e: ast.Expr | None, scope: Scope) -> None:
        variable = _variable(e, scope)
        if variable is not None:
            self._filled.add(variable)

    def _is_filled(self, fun: ast.Expr, scope: Scope) -> bool:
        return isinstance(fun, ast.Selector) and _variable(fun.x, scope) in self._filled


_GIVING = frozenset((*CUTS, *TRIMS, *READS, *FILLED, *LENDS, SCANNER_TEXT))
_SEQUENCES = ("Seq", ".Lines")
"""Ends of the names of functions that give iterators."""


def _variable(e: ast.Expr | None, scope: Scope) -> Variable | None:
    e = e.x if isinstance(e, ast.Unary) else e
    found = scope.lookup(e.name) if isinstance(e, ast.Name) else None
    return found if isinstance(found, Variable) else None


def _is_parameter(variable: Variable) -> bool:
    return getattr(variable.origin, "origin", "") == "parameter"


def _is_local_struct(variable: Variable) -> bool:
    """A variable that is a struct itself: what a pointer leads to may be known elsewhere."""
    return isinstance(underlying(variable.type), Struct) and not _is_parameter(variable)


def _holds_parts(source: ast.Expr | None) -> bool:
    match source:
        case ast.Composite() | ast.Unary(op="&", x=ast.Composite()):
            return True
        case ast.Call(fun=ast.Name(name="append")):
            return True
    return False


def _is_limited(arg: ast.Expr, scope: Scope) -> bool:
    """``io.LimitReader(r, n)`` with a small constant."""
    match arg:
        case ast.Call(fun=ast.Selector(name="LimitReader"), args=(_, limit)):
            size = integer(limit, scope)
            return size is not None and size < LARGE
    return False
