"""Where the mutex of a lock call is: what it is part of decides whom it keeps apart.

A mutex in a receiver or parameter that was passed by value is a copy of its own for each call (`go vet` says so too:
copylocks): it keeps nobody out. One that is a field, a variable or embedded in one is a lock with that name; one behind
a pointer may be any.
"""

from __future__ import annotations

from mapleak.program.scope import Scope
from mapleak.resolve.lock_facts import COPIED, OWN
from mapleak.syntax import ast
from mapleak.types.declared import Variable
from mapleak.types.lookup import select
from mapleak.types.types import Named, Pointer, Struct, Type, underlying

_MUTEXES = frozenset({"sync.Mutex", "sync.RWMutex"})


def place_of(lock: ast.Expr, scope: Scope) -> str:
    """COPIED or OWN for the mutex on which a method is called, "" where it is behind a pointer or not known."""
    found = _followed(lock, scope)
    if found is None or not _is_mutex(found[0]):
        return ""
    _, root, by_value = found
    handed = by_value and root.function == scope.owner and getattr(root.origin, "origin", "") == "parameter"
    return COPIED if handed else OWN


def _followed(e: ast.Expr, scope: Scope) -> tuple[Type, Variable, bool] | None:
    """The type of a chain of fields, the variable that it begins with, and whether it leads through no pointer."""
    match e:
        case ast.Name(name=name):
            variable = scope.lookup(name)
            if not isinstance(variable, Variable):
                return None
            return variable.type, variable, not isinstance(underlying(variable.type), Pointer)
        case ast.Selector(x=x, name=name):
            around = _followed(x, scope)
            if around is None:
                return None
            selection = select(around[0], name, scope.file.package.path)
            if selection is None or selection.field is None or selection.path:
                return None
            return selection.type, around[1], around[2] and not isinstance(underlying(selection.type), Pointer)
    return None


def _is_mutex(t: Type) -> bool:
    """Whether a type is a mutex, or a struct that embeds one."""
    if isinstance(t, Named) and t.name in _MUTEXES:
        return True
    struct = underlying(t)
    if isinstance(struct, Pointer):
        struct = underlying(struct.elem)
    return isinstance(struct, Struct) and any(
        field.embedded and isinstance(field.type, Named) and field.type.name in _MUTEXES for field in struct.fields
    )
