"""Heuristic ``out-of-a-request``: the fields of a local variable that a request was decoded into are what the other
side sends: ``json.NewDecoder(r.Body).Decode(&order)``, ``ctx.ShouldBindJSON(&order)``, ``socket.ReadJSON(&message)``.

Only the variable's own fields count, and only until something else is assigned to it. What they are called may take
some of that away again, as of all that others send: a region is one of few.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mapleak.program.scope import Scope
from mapleak.program.values import Value
from mapleak.resolve.origins import Origin
from mapleak.syntax import ast
from mapleak.types.declared import Variable
from mapleak.types.types import Pointer, Struct, underlying

SENT = "decoded"
"""What stands for the function whose result a key is, where the key comes out of a request."""

_REQUESTS = frozenset({"*net/http.Request"})
_DECODES = re.compile(r"\(\*encoding/(?:json|xml|gob)\.Decoder\)\.Decode")
_READS = re.compile(
    r"\(\*?github\.com/(?:gin-gonic/gin\.Context|labstack/echo(?:/v\d)?\.Context|gofiber/fiber(?:/v\d)?\.Ctx)\)\."
    r"(?:(?:Should)?Bind(?:JSON|XML|With|Body)?|BodyParser)|\(\*github\.com/\w+/websocket\.Conn\)\.ReadJSON"
    r"|[\w.]+\.(?:ReadJSON|(?:Should)?BindJSON|BodyParser)"  # of what a function not on disk returns
)

Arguments = Sequence[tuple[ast.Expr, Value]]


def note_sent(call: ast.Call, callee: str, arguments: Arguments, scope: Scope) -> None:
    """Notes that ``call`` decodes a request into a local variable."""
    if not arguments or not (_READS.fullmatch(callee) or (_DECODES.fullmatch(callee) and _of_request(call, scope))):
        return
    target = arguments[0][0]
    target = target.x if isinstance(target, ast.Unary) and target.op == "&" else target
    variable = scope.lookup(target.name) if isinstance(target, ast.Name) else None
    if isinstance(variable, Variable) and variable.function:
        struct = underlying(variable.type.elem if isinstance(variable.type, Pointer) else variable.type)
        fields = struct.fields if isinstance(struct, Struct) else ()
        variable.parts = {field.name: Origin("call", f"{variable.name}.{field.name}", callee=SENT) for field in fields}


def _of_request(call: ast.Call, scope: Scope) -> bool:
    """Whether a decoder is made on the spot for the body of a request."""
    match call.fun:
        case ast.Selector(x=ast.Call(args=(ast.Selector(x=ast.Name(name=name), name="Body"),))):
            found = scope.lookup(name)
            return isinstance(found, Variable) and found.type.text in _REQUESTS
    return False
