"""Where the keys of insertions come from, followed through parameters to what callers pass.

The resolver says of each key what it is in its own function (constant, parameter, field, …). This module judges
whether keys of that origin are finitely many over the life of the process. A judgement is a Growth (bounded,
unbounded or unknown; start-up for a parameter that only start-up code passes) and a reason in words.

A parameter is what its callers pass: every call of the function is looked up and its argument judged in turn, up
to a fixed number of calls deep. A root is also called from outside, with anything. Where a caller's argument
is not followed, the parameter counts as coming from outside when running code passes it: data that is handed
down through functions is a program's input far more often than it is one of a few constants.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from msgspec.structs import replace
from msgspec.structs import replace as replace_key

from mapleak.callgraph.model import Edge
from mapleak.maps.closed_world import is_program
from mapleak.maps.context import Context
from mapleak.maps.filling.dialled import of_dialled, of_own_end
from mapleak.maps.filling.field_keys import is_one_value, known_field, of_each_object, of_few, of_object, of_pointed
from mapleak.maps.filling.judgement import Judgement, not_known, of_several, unsure, worst
from mapleak.maps.filling.key_facts import KeyFacts
from mapleak.maps.filling.known_calls import is_object_of_cluster, known_call, of_request, some_call, with_detail
from mapleak.maps.filling.lines import of_text
from mapleak.maps.filling.registration import is_registration
from mapleak.maps.filling.signing import signed
from mapleak.maps.filling.signs import TOO_FEW, Sign, is_message, sign_of
from mapleak.maps.filling.urls import of_kept_values, of_url_call
from mapleak.maps.filling.witnesses import Witnesses
from mapleak.maps.knowledge import (
    SERVING_TYPES,
    is_configuration,
    last_word,
)
from mapleak.maps.lives.owners import Owners
from mapleak.maps.model import Growth, KeyOrigin
from mapleak.maps.nodes import brief, container_of, position_function
from mapleak.model import Certainty
from mapleak.resolve.model import DEREFERENCED, CallFact, FunctionFacts, KeyFact

_PARAMETER_LEVELS = 5
"""How many calls up a parameter is followed."""

_STORES_LIMIT = 40
"""Assignments to one field that are looked at, constants apart; a field with more is used for too many things."""

_OWN_VALUE = "it is given what it was given before"
_CONSTANTS = Judgement(Growth.BOUNDED, "all it is given are constants")

_FINITE = {
    KeyOrigin.CONSTANT: "the key is a constant",
    KeyOrigin.ENUM: "the keys are a few named values",
    KeyOrigin.TYPE: "the keys are types of the program",
    KeyOrigin.INDEX: "the keys are small numbers counted anew each time",
    KeyOrigin.SAME_MAP: "the keys are in the map already",
}

_ENDLESS = {
    KeyOrigin.FRESH: "each key is allocated anew",
    KeyOrigin.COUNTER: "the keys are counted up without end",
}

_WALKS = re.compile(r"func\(string,(?:\*?[\w./-]+\.)?(?:FileInfo|DirEntry|Dirent)[,)]")
"""Heuristic ``walked``: what is given a path and what is known of the file is called for files that exist: a disk has
as many as it has, and the next walk finds the same."""

_OF_PROGRAM = (Sign.PART, Sign.KIND, Sign.FLEET)
_FEW = (Growth.NONE, Growth.START_UP, Growth.BOUNDED)


@dataclass(slots=True)
class Keys:
    """Judges keys. Remembers what was found about parameters and fields, and, while it judges the result of a call,
    which call that is."""

    context: Context
    owners: Owners
    _parameters: dict[str, Judgement] = field(default_factory=dict)
    _fields: dict[str, Judgement | None] = field(default_factory=dict)
    _calls: tuple[tuple[str, CallFact], ...] = ()  # that the result in question comes from: callee, call; outer first
    _facts: KeyFacts = field(init=False)
    _witnesses: Witnesses = field(init=False)

    def __post_init__(self) -> None:
        self._facts = KeyFacts(self.context)
        self._witnesses = Witnesses(self.context)

    def judge(self, key: KeyFact | None, owner: str, level: int = 0) -> Judgement:
        """Judges a key of a map whose owner is ``owner`` ("" for none)."""
        if key is None:
            return Judgement(Growth.UNKNOWN, "the source does not show the keys", Certainty.UNKNOWN)
        origin = KeyOrigin(key.origin)
        if origin in _FINITE:
            return Judgement(Growth.BOUNDED, with_detail(_FINITE[origin], key.detail))
        if key.type in TOO_FEW:
            return Judgement(Growth.BOUNDED, f"there are few numbers of type {key.type}, and then they come again")
        if origin in _ENDLESS:
            fresh = origin is KeyOrigin.FRESH
            return Judgement(Growth.UNBOUNDED, with_detail(_ENDLESS[origin], key.detail), fresh=fresh)
        found = self._by_source(key, origin, owner, level)
        pointed = found.fresh and key.callee == DEREFERENCED
        return self._signed(of_pointed(self.owners, key) if pointed else found, key)

    def _by_source(self, key: KeyFact, origin: KeyOrigin, owner: str, level: int) -> Judgement:
        if origin is KeyOrigin.OTHER_MAP:  # however it came there: only what that map has gets here
            return not_known(with_detail("the keys are those of another map", key.detail))
        if key.sources:
            return self._of_sources(key, owner, level)
        if position_function(key.node):
            return self._bound(key.node, level) or self.parameter(key.node, level)
        match origin:
            case KeyOrigin.FIELD:
                return self._field(key, owner, level)
            case KeyOrigin.CALL:
                return self._of_known(key) or self._result(key, level) or some_call(key)
            case KeyOrigin.PARAMETER:
                return Judgement(Growth.UNBOUNDED, with_detail("the key is handed in", key.detail), Certainty.ASSUMED)
            case KeyOrigin.ELEMENT:
                return self._element(key, owner, level)
            case _:
                return not_known(with_detail("where the key comes from is not known", key.detail))

    def _of_known(self, key: KeyFact) -> Judgement | None:
        """What is known of the function whose result a key is; None for functions of the tree, and for most others."""
        found = of_text(self._facts, key) or of_kept_values(self._facts, key) or of_dialled(self._facts, key)
        found = found or of_own_end(self._facts, key)
        return found or known_call(key, self._called(key)) or of_url_call(self._facts, key)

    def _called(self, key: KeyFact) -> str:
        """The function whose result a key is; of a method called through an interface ``(net.Addr).String``."""
        if key.callee or not key.node:
            return key.callee
        found = self._facts.call_of(key.node)
        return f"({found[1].callee}).{found[1].method}" if found is not None and found[1].method else ""

    def _signed(self, judgement: Judgement, key: KeyFact) -> Judgement:
        return signed(judgement, key, self._name(key))

    def _of_sources(self, key: KeyFact, owner: str, level: int) -> Judgement:
        """What a key is made of, or may be one of: the part that takes most values decides."""
        if is_object_of_cluster(key.parts):
            reason = f"the key names an object of the cluster ({key.text or key.detail})"
            return Judgement(Growth.UNBOUNDED, reason, Certainty.LIKELY, signed=True)
        found = [self.judge(source, owner, level) for source in key.sources]
        whole = of_several(found)
        if whole.fresh and key.callee.startswith("fmt."):
            return not_known("the key is a text of what an object holds that is allocated anew")
        of_type = any(source.origin == KeyOrigin.TYPE.value for source in key.sources)
        return unsure(whole) if of_type else whole  # (type, name): what a type of the program has by that name

    def _result(self, key: KeyFact, level: int) -> Judgement | None:
        """What the functions of the tree that a call may run return; None when that is not known."""
        found = self._facts.result_of(key.node)
        if found is None or level >= _PARAMETER_LEVELS:
            return None
        function, call, position = found
        judgements = []
        for callee in self._facts.callees(function, call):
            variants = self.context.graph.functions[callee]
            results = [key for variant in variants for keys in variant.results[position : position + 1] for key in keys]
            if not results:
                return None
            if self._is_of_configuration(callee):
                judgements.append(Judgement(Growth.BOUNDED, f"{brief(callee)} computes it from the configuration"))
            else:
                judgements += [self._returned(result, callee, call, level) for result in results]
        if not judgements:
            return None
        whole = of_several(judgements)
        if position and whole.growth is Growth.UNKNOWN:
            return None  # it says no more than that a call gives it
        return replace(whole, reason=f"{whole.reason}, by way of {key.detail or brief(call.callee)}")

    def _is_of_configuration(self, function: str) -> bool:
        """``of-configuration``: a method without parameters of a type that holds configuration."""
        variants = self.context.graph.functions[function]
        return all(is_configuration(variant.receiver_type) and not variant.params for variant in variants)

    def _returned(self, result: KeyFact, callee: str, call: CallFact, level: int) -> Judgement:
        """One result of a function; a parameter that it hands back is what this very call passes."""
        if position_function(result.node) == callee and "$p" in result.node and not result.sources:
            index = int(result.node.rpartition("$p")[2])
            argument = call.arg_keys[index] if index < len(call.arg_keys) else None
            return self.judge(argument, "", level + 1)
        outer, self._calls = self._calls, (*self._calls, (callee, call))
        found = self.judge(result, "", level + 1)
        self._calls = outer
        return found

    def _bound(self, node: str, level: int) -> Judgement | None:
        """What a parameter is in the very call whose result is judged; None when it is no parameter of such a one."""
        function, _, number = node.rpartition("$p")
        inner = self._calls
        for at in range(len(inner) - 1, -1, -1):
            callee, call = inner[at]
            if callee == function and number.isdigit():
                argument = call.arg_keys[int(number)] if int(number) < len(call.arg_keys) else None
                if argument is None or level >= _PARAMETER_LEVELS:
                    return None
                self._calls = inner[:at]
                found = self.judge(argument, "", level + 1)
                self._calls = inner
                return found
        return None

    def _stored(self, node: str, level: int) -> Judgement | None:
        """What a field is given in the whole program; None when nothing is seen, or too much."""
        if node not in self._fields:
            self._fields[node] = Judgement(Growth.NONE, _OWN_VALUE)
            inner, self._calls = self._calls, ()
            self._fields[node] = self._given(node, level)
            self._calls = inner
        return self._fields[node]

    def _given(self, node: str, level: int) -> Judgement | None:
        stores = self._facts.stores(node)
        others = [(function, key) for function, key in stores if KeyOrigin(key.origin) not in _FINITE]
        if stores and not others:
            return _CONSTANTS
        if not stores or len(others) > _STORES_LIMIT or level >= _PARAMETER_LEVELS:
            return None
        found = []
        for function, key in others:
            reach = self.context.reach(function.name)
            if reach.startup_only:
                found.append(Judgement(Growth.START_UP, f"{brief(function.name)} sets it at start-up"))
            elif reach.reachable and self._witnesses.counts(function.name, node):
                found.append(self.judge(key, "", level + 1))
        if all(judgement.growth is Growth.NONE for judgement in found):  # nothing but constants, if anything
            return _CONSTANTS if len(others) < len(stores) and found else None
        return of_several(found)

    def _name(self, key: KeyFact) -> str:
        """What the variable that a key was read from is called: a field, or a function's parameter."""
        function = position_function(key.node)
        index = key.node.rpartition("$p")[2]
        if function and index.isdigit():
            for variant in self.context.graph.functions.get(function, ()):
                if int(index) < len(variant.params):
                    return variant.params[int(index)].rpartition(".")[2]
            return ""
        node = container_of(key.node)
        return "" if "@" in node else node.rpartition(".")[2]

    def judge_source(self, node: str, function: FunctionFacts) -> Judgement:
        """Judges the keys of the map or sequence ``node``, all of which ``function`` copies into another map."""
        positions = [self.context.argument_position(node)]
        if node:
            positions += [alias for alias in self.context.aliases.backward(node).aliases if position_function(alias)]
        for position in positions:
            root = self.context.graph.roots.get(position_function(position)) if "$p" in position else None
            if root is not None and root.repeats:
                reason = f"the keys are handed in to {brief(root.function)} from outside"
                return Judgement(Growth.UNBOUNDED, reason, Certainty.LIKELY)
        return not_known(f"which keys {brief(function.name)} copies is not known")

    def _element(self, key: KeyFact, owner: str, level: int) -> Judgement:
        """What a collection holds comes from where the collection comes from."""
        if key.detail.startswith("received"):
            reason = with_detail("each key comes out of a channel", key.detail)
            return Judgement(Growth.UNBOUNDED, reason, Certainty.LIKELY)  # of what there is to do, as often as not
        position = self.context.argument_position(container_of(key.node))
        if position:
            return self.parameter(position, level)
        if key.node and self.context.nodes.is_place(key.node):
            return self._field(key, owner, level)
        if (found := self._result(replace_key(key, detail=""), level)) is not None:
            return found
        return of_request(key) or not_known(with_detail("the keys are elements of a collection", key.detail))

    def judge_through(self, key: KeyFact, owner: str, function: FunctionFacts, op_node: str, map_: str) -> Judgement:
        """Judges a key of an insertion that ``function`` makes into a map it is handed: what matters is what those
        pass who hand over this very map (``helper(s.peers, id)``), not what others pass for other maps."""
        position = self._facts.position_of(function, op_node)
        if not position or position_function(key.node) != function.name or key.sources:
            return self.judge(key, owner)
        edges = self._witnesses.callers(function.name)
        own = [edge for edge in edges if self._facts.passes(edge, position, map_)]
        if not own or len(own) == len(edges):
            return self.judge(key, owner)
        return self._signed(worst([self._argument(edge, key.node, 0) for edge in own]), key)

    def parameter(self, node: str, level: int = 0) -> Judgement:
        """Judges what is passed for the parameter ``F$pN``."""
        known = self._parameters.get(node)
        if known is None:
            self._parameters[node] = Judgement(Growth.NONE, "it is handed on by the function itself")
            inner, self._calls = self._calls, ()
            known = self._parameters[node] = self._passed(node, level)
            self._calls = inner
        return known

    def _passed(self, node: str, level: int) -> Judgement:
        function = position_function(node)
        if node.endswith("$p0") and any(_WALKS.match(v.signature) for v in self.context.graph.functions[function]):
            return replace(not_known("the keys are paths of files that a walk finds"), signed=True)
        found = [self._argument(edge, node, level) for edge in self._witnesses.callers(function)]
        root = self.context.graph.roots.get(function)
        if root is not None and root.repeats and not (found and self._callers_are_known(function, root.kind)):
            return self._from_outside(function, root.kind, found)
        if not found and function in self.context.graph.takers and function in self.context.graph.reachable:
            reason = f"the key is what code that is not seen passes to {brief(function)}, which it was given"
            return Judgement(Growth.UNBOUNDED, reason, Certainty.ASSUMED)
        if not found:
            return not_known(f"no call of {brief(function)} was found that passes the key")
        return worst(found)

    def _callers_are_known(self, function: str, kind: str) -> bool:
        """Whether a root's callers are all in the tree after all: exported, but of a package of a program."""
        package = self.context.graph.functions[function][0].package
        return kind == "exported" and is_program(package, self.context.programs)

    def _from_outside(self, function: str, kind: str, found: list[Judgement]) -> Judgement:
        """A root's parameter. A library's own calls of its exported function show how it is meant to be called;
        what a server passes to a handler is new each time, what importers pass to an exported function may be."""
        if kind == "exported" and found and worst(found).growth in (Growth.START_UP, Growth.BOUNDED):
            return not_known(f"all calls of {brief(function)} that are seen pass a few keys")
        reason = f"the key is a parameter of {brief(function)}, which is called from outside"
        seen = kind == "exported" and self._callers_are_known(function, kind)  # all callers, and there are none
        hook = kind == "callback" and bool(self.context.parent(function))  # a library calls it with what it likes
        certainty = Certainty.ASSUMED if seen or hook else Certainty.LIKELY
        return worst([Judgement(Growth.UNBOUNDED, reason, certainty), *found])

    def _argument(self, edge: Edge, node: str, level: int) -> Judgement:
        caller = brief(edge.caller)
        if self.context.calls_once(edge) or is_registration(self.context, edge.caller):
            return Judgement(Growth.START_UP, f"{caller} passes the key at start-up")
        if self._witnesses.once(edge.caller, edge.file, edge.pos):
            return Judgement(
                Growth.START_UP, f"{caller} passes the key, a command that a run of the program calls once"
            )
        index = int(node.rpartition("$p")[2]) if "$p" in node else -1
        call = self._facts.call_at(edge)
        if call is None or not 0 <= index < len(call.arg_keys) or level >= _PARAMETER_LEVELS:
            return Judgement(Growth.UNBOUNDED, f"the key is handed down by {caller}", Certainty.ASSUMED)
        end = None if self._takes_many(position_function(node), index) else index + 1
        return worst([self._handed_in(argument, caller, level) for argument in call.arg_keys[index:end]])

    def _takes_many(self, function: str, index: int) -> bool:
        """Whether a parameter is a variadic one, for which a call may pass any number of arguments."""
        variants = self.context.graph.functions.get(function, ())
        return any(
            "..." in variant.signature.rpartition(")(")[0] and index == len(variant.params) - 1 for variant in variants
        )

    def _handed_in(self, argument: KeyFact | None, caller: str, level: int) -> Judgement:
        if argument is None:
            return not_known(f"where {caller} takes the key from is not known")
        return self.judge(argument, "", level + 1)

    def _field(self, key: KeyFact, owner: str, level: int) -> Judgement:
        """A field, with the type that has it."""
        return replace(self._of_field(key, owner, level), holder=container_of(key.node).rpartition(".")[0])

    def _of_field(self, key: KeyFact, owner: str, level: int) -> Judgement:
        """A field of the map's own owner, of configuration or of a long-lived object takes few values, unless it is
        seen to be given ever new ones."""
        node = container_of(key.node)
        holder = node.rpartition(".")[0]
        name = brief(node) or key.text or "part of an object"
        if self._facts.is_setting(holder, node):
            return Judgement(Growth.BOUNDED, f"the key is {name}, which configuration is read into")
        own_type = holder in self.context.types  # what fields of other modules' types are given is not seen
        given = self._stored(node, level) if own_type and key.origin == KeyOrigin.FIELD.value else None
        if given is not None and given.growth is Growth.NONE:
            return given
        sign = sign_of("", [node.rpartition(".")[2]])
        if given is not None and given.growth is Growth.UNBOUNDED and given.certainty is Certainty.SURE:
            found = replace(given, reason=f"the key is {name}: {given.reason}")
            return unsure(found) if sign in _OF_PROGRAM else found
        if holder and holder == owner:
            return Judgement(Growth.BOUNDED, f"the key is {name}, a field of the object that owns the map")
        known = known_field(self._facts, key, node, name, of_each=of_each_object(self.owners, holder, key.type, given))
        if known is not None:
            return known
        if last_word(holder) in SERVING_TYPES and not is_message(holder):
            few = not_known(f"the key is {name}, and programs set up few objects like {brief(holder)}")
            return replace(few, signed=True)
        if given is not None and given.growth in _FEW:
            if node.rpartition(".")[2][:1].isupper():  # decoders and importers may set it as well
                return not_known(f"all that {name} is seen to be given are a few keys")
            return Judgement(Growth.BOUNDED, f"the key is {name}: {given.reason}")
        if given is not None and given.named and is_one_value(self.owners, holder):
            return replace(not_known(f"the key is {name}, of which there is one at a time"), signed=True)
        if given is not None and _is_likely(given) and (sign is Sign.IDENTITY or not given.signed):
            return replace(given, reason=f"the key is {name}: {given.reason}")
        found = of_few(self._facts, holder, name) or of_object(self.owners, holder, name)
        if not is_message(holder) or given is None or not (given.few or given.growth is Growth.UNKNOWN):
            return found
        return replace(unsure(found, 2 if given.few else 1), signed=True, few=given.few)  # it is seen who sends it


def _is_likely(judgement: Judgement) -> bool:
    return judgement.growth is Growth.UNBOUNDED and judgement.certainty is Certainty.LIKELY
