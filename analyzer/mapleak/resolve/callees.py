"""What a call calls, as far as the call itself says."""

from __future__ import annotations

from mapleak.program.values import Literal, Value
from mapleak.resolve.model import InterfaceFacts
from mapleak.resolve.origins import callee_name
from mapleak.resolve.shapes import signature_text
from mapleak.resolve.spell import spell
from mapleak.resolve.wrapping import instance_of
from mapleak.syntax import ast
from mapleak.types.lookup import Selection, dispatching, method_key
from mapleak.types.types import Interface, underlying


def callee_of(
    call: ast.Call, function: Value, package: str, interfaces: dict[str, InterfaceFacts]
) -> tuple[str, str, str]:
    """Mode, callee and method of a call in ``package``, as in CallFact; adds the interface it goes through."""
    denotes = function.denotes
    name = callee_name(denotes)
    if name:
        return "static", name, ""
    if isinstance(denotes, Literal):
        return "static", denotes.name, ""
    if isinstance(denotes, Selection) and denotes.interface is not None:
        return "interface", interface_key(denotes, interfaces), method_key(denotes, package)
    if function.node and not function.node.startswith("outside:"):
        return "value", function.node, ""
    return "unknown", spell(call.fun), ""


def receiver_instance(function: Value) -> str:
    """The instantiation of a wrapper whose method is called, as in CallFact."""
    denotes = function.denotes
    if function.operand is None or not isinstance(denotes, Selection) or denotes.path:
        return ""
    return instance_of(function.operand.type)


def interface_key(selection: Selection, interfaces: dict[str, InterfaceFacts]) -> str:
    """The key of the interface that a method is selected through, which is added to ``interfaces``."""
    interface = dispatching(selection)
    key = interface.text
    if key not in interfaces:
        u = underlying(interface)
        methods = u.methods if isinstance(u, Interface) else {}
        interfaces[key] = InterfaceFacts(key, tuple((name, signature_text(methods[name])) for name in sorted(methods)))
    return key
