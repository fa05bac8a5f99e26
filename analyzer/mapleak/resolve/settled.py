"""Insertions in a range over the same map for whose new entry a visit adds nothing more, most likely.

Five heuristics tell them:

* ``normal-form``: the key is made from the visited one where that has been found not to have some form (``if
  !strings.HasPrefix(k, "./") { m["./"+k] = v }``). The new key has that form.
* ``cut-form``: the key is the piece of the visited one before a text that the body looks for in it (``if
  strings.Contains(k, "=") { m[strings.Split(k, "=")[0]] = v }``). That text is not in the piece. What is left behind
  the text, or before its last place, may hold it once more: such keys tell nothing. What any function makes of such a
  piece alone counts as the piece.
* ``other-head``: it stands under a condition that asks the visited key for a prefix, and begins with another text (``if
  strings.HasPrefix(k, "dirs[") { m["dir_options"+n] = v }``); or likewise at the end. The new key never gets there.
* ``replaced``: it stands under a condition that looks for a text in the visited key, and the new key has another text
  in its place (``if strings.Contains(k, old) { m[strings.Replace(k, old, new, 1)] = v }``), of which the old one is no
  part as it is written.
* ``split-off``: one call gives what takes the place of the visited value, or of a field of it, and the new entries
  (``flat, rest := flatten(v.tree)``, ``v.tree = flat``). What it splits off has passed it, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from mapleak.resolve.kept import names_in, parts_of
from mapleak.resolve.loop_bodies import given, lists, made_from
from mapleak.resolve.spell import spell
from mapleak.syntax import ast

_TEXTS = frozenset({"strings", "path", "filepath"})
"""Packages, as their importers call them, whose functions answer whether a text has some form."""

_MATCHES = frozenset({"MatchString"})
"""Methods of regular expressions that do."""

_LOOKING = frozenset({"Contains", "ContainsRune", "HasPrefix", "HasSuffix", "Count", "Index", "IndexByte", "IndexRune"})
"""Functions of package strings that look for a text, the second argument."""

_ASKS_END = {"prefix": 0, "suffix": -1}
"""What functions have in their names that ask a text for its beginning or its end, and which piece of a sum that is."""

_CUTTING = frozenset({"Cut", "CutPrefix", "CutSuffix", "Split", "SplitN", "TrimPrefix", "TrimSuffix"})
"""Functions of package strings that give pieces without a text, the second argument."""

_FIRST_ONLY = frozenset({"Cut", "SplitN"})
"""Those of them whose later pieces may hold the text again."""


class Settling:
    """The loop ``s``, asked about the insertions in it."""

    def __init__(self, s: ast.Range) -> None:
        self._loop = s
        self._made = made_from(s.key, s.body)

    def settled(self, pos: int, key: ast.Expr | None, names: frozenset[str]) -> bool:
        """Whether a visit of what is inserted at ``pos`` under ``key``, which mentions ``names``, adds nothing."""
        if key is None:
            return False
        if not self._made.isdisjoint(names) and (self._is_other_form(pos) or self._is_cut(pos, key)):
            return True
        written = self._written(key)
        if self._has_other_head(pos, written) or self._is_replaced(pos, written):
            return True
        return not self._split_off.isdisjoint(names)

    def _written(self, key: ast.Expr) -> ast.Expr:
        """What a key is, where it is written under a name that the loop's body gives it once."""
        if not isinstance(key, ast.Name):
            return key
        found: list[ast.Expr] = []
        for targets, sources in given(self._loop.body):
            for i, target in enumerate(targets):
                if isinstance(target, ast.Name | ast.Ident) and target.name == key.name:
                    alone = sources if isinstance(sources, tuple) and len(sources) == len(targets) else (key,) * (i + 1)
                    found.append(alone[i])
        return found[0] if len(found) == 1 else key

    def _is_other_form(self, pos: int) -> bool:
        return any(start <= pos < end for start, end in self._asked)

    def _is_cut(self, pos: int, key: ast.Expr) -> bool:
        texts = self._pieces.texts(key)
        return bool(texts) and any(at < pos and not texts.isdisjoint(sought) for at, sought in self._sought)

    def _has_other_head(self, pos: int, key: ast.Expr) -> bool:
        pieces = list(_pieces_of_sum(key))
        for s in _ifs(self._loop.body):
            if s.then.pos <= pos < s.then.end:
                for call in _conditions(s.cond):
                    if any(_excludes(call, number, word, pieces, self._made) for word, number in _ASKS_END.items()):
                        return True
        return False

    def _is_replaced(self, pos: int, key: ast.Expr) -> bool:
        match key:
            case ast.Call(fun=ast.Selector(x=ast.Name(name="strings"), name=name), args=(whole, old, new, *_)):
                if not name.startswith("Replace") or spell(old) in spell(new) or self._made.isdisjoint(names_in(whole)):
                    return False
                around = (s for s in _ifs(self._loop.body) if s.then.pos <= pos < s.then.end)
                return any(_looks_for(call, old) for s in around for call in _conditions(s.cond))
        return False

    @cached_property
    def _asked(self) -> list[tuple[int, int]]:
        return list(_after_asking(self._loop.body.stmts, self._made))

    @cached_property
    def _pieces(self) -> _Pieces:
        return _Pieces(self._loop.body, self._made)

    @cached_property
    def _sought(self) -> list[tuple[int, set[str]]]:
        """Where if statements are, and what they look for in the visited key."""
        return [(s.pos, self._pieces.looked_for(s)) for s in _ifs(self._loop.body)]

    @cached_property
    def _split_off(self) -> set[str]:
        """The variables that are made from what a call has given beside the new form of the visited value."""
        value, body = self._loop.value, self._loop.body
        visited, back = made_from(value, body), set(_put_back(body, self._loop))
        found: set[str] = set()
        for targets, source in given(body):
            results = [target.name for target in targets if isinstance(target, ast.Name)]
            calls = isinstance(source, tuple) and len(source) == 1 and isinstance(source[0], ast.Call)
            if calls and not back.isdisjoint(results) and not visited.isdisjoint(names_in(source)):
                for name in set(results) - back:
                    found |= made_from(ast.Name(0, 0, name), body)
        return found


class _Pieces:
    """Which variables of a loop's body hold pieces of the visited key, and the texts that these are cut at.

    By variable: the texts that are not in it, the function and the text that made a list of pieces, and the texts that
    it tells of, whether one is there or how often.
    """

    def __init__(self, body: ast.Block, made: set[str]) -> None:
        self._made = made
        self._without: dict[str, set[str]] = {}
        self._cut_by: dict[str, tuple[str, str]] = {}
        self._tells: dict[str, set[str]] = {}
        for targets, source in given(body):
            if isinstance(source, tuple):
                self._assigned(targets, source)

    def _assigned(self, targets: tuple[object, ...], sources: tuple[object, ...]) -> None:
        names = [target.name if isinstance(target, ast.Name | ast.Ident) else "" for target in targets]
        if len(sources) == len(names):
            for name, source in zip(names, sources, strict=True):
                if isinstance(source, ast.Call) and (called := self._called(source)):
                    self._cut_by[name] = called
                    self._tells.setdefault(name, set()).add(called[1])
                self._without.setdefault(name, set()).update(self.texts(source))
        elif len(sources) == 1 and isinstance(sources[0], ast.Call) and (called := self._called(sources[0])):
            self._without.setdefault(names[0], set()).add(called[1])  # before, after, found := strings.Cut(k, text)
            self._tells.setdefault(names[-1], set()).add(called[1])

    def _called(self, call: ast.Call) -> tuple[str, str] | None:
        """The function of package strings that is given the visited key, or a piece of it, and the text."""
        match call:
            case ast.Call(fun=ast.Selector(x=ast.Name(name="strings"), name=name), args=(subject, text, *_)):
                known = name in _LOOKING or name in _CUTTING
                plain = isinstance(text, ast.Name | ast.BasicLit)
                if known and plain and not self._made.isdisjoint(names_in(subject)):
                    return name, spell(text)
        return None

    def texts(self, e: object) -> set[str]:
        """The texts that are not in an expression, because it is a piece cut off before them."""
        match e:
            case ast.Name(name=name):
                return self._without.get(name, set())
            case ast.Index(x=ast.Name(name=name), indices=(index,)) if name in self._cut_by:
                cutter, text = self._cut_by[name]
                return {text} if cutter in _CUTTING and _is_settled_piece(cutter, index) else set()
            case ast.Index(x=ast.Call() as call, indices=(index,)) if called := self._called(call):
                return {called[1]} if called[0] in _CUTTING and _is_settled_piece(called[0], index) else set()
            case ast.Call() if (called := self._called(e)) and called[0].startswith("Trim"):
                return {called[1]}
            case ast.SliceExpr(x=ast.Name(name=name), bounds=(ast.Call(fun=ast.Name(name="len"), args=(text,)), *_)):
                return {spell(text)} if name in self._made else set()
            case ast.Call(args=(piece,)):
                return self.texts(piece)  # strings.TrimSpace, canonical
        return set()

    def looked_for(self, s: ast.If) -> set[str]:
        """The texts that the condition of an if statement looks for in the visited key."""
        found = {called[1] for call in _calls(s.cond) if (called := self._called(call))}
        for name in names_in(s.cond):
            found |= self._tells.get(name, set())
        return found


def _looks_for(call: ast.Call, text: ast.Expr) -> bool:
    """Whether a call looks for a text."""
    match call:
        case ast.Call(fun=ast.Selector(x=ast.Name(name="strings"), name=name), args=(_, sought, *_)):
            return name in _LOOKING and spell(sought) == spell(text)
    return False


def _is_settled_piece(cutter: str, index: ast.Expr) -> bool:
    return cutter not in _FIRST_ONLY or (isinstance(index, ast.BasicLit) and index.text == "0")


def _pieces_of_sum(e: ast.Expr) -> Iterator[ast.Expr]:
    """The operands of a sum, from left to right."""
    if isinstance(e, ast.Binary) and e.op == "+":
        yield from _pieces_of_sum(e.x)
        yield e.y
    else:
        yield e


def _conditions(e: ast.Expr) -> Iterator[ast.Call]:
    """The calls all of which must be true for a condition to be."""
    if isinstance(e, ast.Binary) and e.op == "&&":
        yield from _conditions(e.x)
        yield from _conditions(e.y)
    elif isinstance(e, ast.Call):
        yield e


def _excludes(call: ast.Call, number: int, word: str, pieces: list[ast.Expr], made: set[str]) -> bool:
    """Whether a call asks one of the variables for a text at an end where a sum of ``pieces`` has another one."""
    name = call.fun.name if isinstance(call.fun, ast.Selector | ast.Name) else ""
    if word not in name.lower() or not call.args or made.isdisjoint(names_in(call.args[0])):
        return False
    texts = [_text(e) for e in call.args[1:]]
    wanted, own = (texts[number] if texts else ""), _text(pieces[number])
    size = min(len(wanted), len(own))
    return bool(size) and (wanted[:size] != own[:size] if number == 0 else wanted[-size:] != own[-size:])


def _text(e: ast.Expr) -> str:
    """The text of a string literal without escapes, "" of everything else."""
    plain = isinstance(e, ast.BasicLit) and e.text[:1] in '"`' and "\\" not in e.text
    return e.text[1:-1] if isinstance(e, ast.BasicLit) and plain else ""


def _put_back(body: ast.Block, s: ast.Range) -> Iterator[str]:
    """The variables that are stored in a field of the visited value, or under the visited key."""
    value, key = (e.name if isinstance(e, ast.Name) else "" for e in (s.value, s.key))
    for targets, sources in given(body):
        if isinstance(sources, tuple) and len(sources) == len(targets):
            for target, source in zip(targets, sources, strict=True):
                match target:
                    case ast.Selector(x=ast.Name(name=name)) if name == value and isinstance(source, ast.Name):
                        yield source.name
                    case ast.Index(indices=(ast.Name(name=name),)) if name == key and isinstance(source, ast.Name):
                        yield source.name


def _ifs(node: object) -> Iterator[ast.If]:
    if isinstance(node, ast.If):
        yield node
    for part in parts_of(node):
        yield from _ifs(part)


def _calls(node: object) -> Iterator[ast.Call]:
    if isinstance(node, ast.Call):
        yield node
    for part in parts_of(node):
        yield from _calls(part)


def _after_asking(stmts: tuple[ast.Stmt, ...], made: set[str]) -> Iterator[tuple[int, int]]:
    """The parts of a statement list that run only where one of those has been found not to have some form."""
    for i, stmt in enumerate(stmts):
        if isinstance(stmt, ast.If):
            negated = isinstance(stmt.cond, ast.Unary) and stmt.cond.op == "!"
            if negated and _asks_form(stmt.cond, made):
                yield stmt.then.pos, stmt.then.end
            elif not negated and _asks_form(stmt.cond, made):
                if stmt.orelse is not None:
                    yield stmt.orelse.pos, stmt.orelse.end
                if stmt.then.stmts and isinstance(stmt.then.stmts[-1], ast.Branch) and i + 1 < len(stmts):
                    yield stmts[i + 1].pos, stmts[-1].end
        for inner, _ in lists(stmt):
            yield from _after_asking(inner, made)


def _asks_form(condition: ast.Expr, made: set[str]) -> bool:
    """Whether a condition is a call of those functions that is given one of the variables, or the negation of one."""
    match condition:
        case ast.Unary(op="!", x=x):
            return _asks_form(x, made)
        case ast.Call(fun=ast.Selector(x=ast.Name(name=package), name=name), args=args):
            known = package in _TEXTS or name in _MATCHES
            return known and any(not made.isdisjoint(names_in(a)) for a in args)
    return False
