"""What a function gives to those it calls: addresses that they may assign to, objects that they may call methods of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mapleak.program.values import Value
from mapleak.resolve.known import CONFIGURING
from mapleak.resolve.origins import Origin, in_tree
from mapleak.syntax import ast
from mapleak.types.types import UNKNOWN, Named, Pointer

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
                t = value.type.elem if isinstance(value.type, Pointer) else value.type
                if isinstance(t, Named):
                    self.objects[callee, t.name] = None
