"""What a function gives to those it calls: addresses that they may assign to, objects that they may call methods of.

An object is another library's, too, once it is taken for one of that library's interfaces: declared as one, stored in a
variable or field of such a type, or passed on as one (heuristic ``foreign-interface``). Why: nobody has a value of a
type that belongs to a library but to hand it there, and most calls of its methods are in code that is not seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mapleak.program.values import Value
from mapleak.resolve.known import CONFIGURING
from mapleak.resolve.origins import Origin, in_tree
from mapleak.syntax import ast
from mapleak.types.types import UNKNOWN, Interface, Named, Pointer, Signature, Type

if TYPE_CHECKING:
    from mapleak.resolve.recorder import Recorder

_BY_REFLECTION = "net/rpc"


def _calls_back(callee: str) -> bool:
    """Whether a function outside the tree may call methods that are not known: the standard library's interfaces are,
    but for net/rpc, which serves whatever exported methods an object has. Other import paths begin with a domain name.
    """
    path = callee.lstrip("(*")
    return ("/" in path and "." in path.partition("/")[0]) or path.startswith(f"{_BY_REFLECTION}.")


class Given:
    """What one function gives away; ``objects`` are the pairs of FunctionFacts.given."""

    def __init__(self) -> None:
        self.objects: dict[tuple[str, str], None] = {}

    def called(
        self,
        recorder: Recorder,
        call: ast.Call,
        callee: str,
        function: Value,
        mode: str,
        exprs: tuple[ast.Expr, ...],
        args: tuple[Value, ...],
    ) -> None:
        """A call is made. Whoever gets a field's address may assign to it; what flags and the environment give is
        configuration. A method of a value whose type is not known (``host.Network().Notify(x)``, where the package of
        host is not on disk) is another library's."""
        outside = mode == "static" and not in_tree(function.denotes)
        recorder.decoding.called(call, callee, exprs, args, recorder.scope, outside=outside)
        if outside:
            recorder.floats.filled(callee, exprs, recorder.scope)
        for e, value in zip(exprs, args, strict=False):
            if isinstance(e, ast.Unary) and e.op == "&" and isinstance(e.x, ast.Selector):
                flag = callee.startswith(CONFIGURING)
                recorder.stored_from(value.node, Origin("constant") if flag else Origin("call", "", "", callee=callee))
        unknown_method = function.type is UNKNOWN and isinstance(call.fun, ast.Selector)
        if (outside and _calls_back(callee)) or unknown_method:
            for value in args:
                self._add(callee, value.type)
        elif isinstance(function.type, Signature):
            for t, value in zip(function.type.params, args, strict=False):
                self.taken_for(t, value.type)

    def taken_for(self, interface: Type, t: Type) -> None:
        """A value of type ``t`` becomes one of the type ``interface``, which may be another library's."""
        if isinstance(interface, Named) and interface is not t and _is_foreign(interface):
            self._add(interface.name, t)

    def _add(self, taker: str, t: Type) -> None:
        named = t.elem if isinstance(t, Pointer) else t
        if isinstance(named, Named):
            self.objects[taker, named.name] = None


def _is_foreign(t: Named) -> bool:
    """Whether a type is an interface of a module that is not analysed, or may be: of one that is not on disk."""
    file = t.declaration.file
    elsewhere = (not file or file.startswith("/")) and _calls_back(t.name)
    return elsewhere and (t.underlying is UNKNOWN or isinstance(t.underlying, Interface))
