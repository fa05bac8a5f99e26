"""What the name and type of a key make of a judgement about it, where the data-flow ends without an answer."""

from __future__ import annotations

from msgspec.structs import replace

from mapleak.maps.filling.judgement import Judgement, unsure
from mapleak.maps.filling.signs import Sign, is_generic, is_typed_identity, is_unique, name_in, sign_of
from mapleak.maps.model import Growth
from mapleak.model import Certainty
from mapleak.resolve.model import KeyFact

_MAY_GROW = (Growth.UNKNOWN, Growth.UNBOUNDED)
_FEWEST = (Sign.KIND, Sign.FLEET)


def signed(judgement: Judgement, key: KeyFact, variable: str) -> Judgement:
    """The judgement with what the key is called: it adds to what is known, or takes away.

    ``variable`` is what the variable is called that the key was read from. What is nearest to the end of the data-flow
    says it; the names that a key is handed on under add nothing, unless it was only called an id or an address there
    and is called that of something on the way.
    """
    if judgement.growth not in _MAY_GROW or judgement.certainty is Certainty.SURE:
        return judgement
    names = [name for name in (name_in(key.text), variable, name_in(key.detail)) if name]
    sign = sign_of(key.type, names)
    if sign is Sign.SMALL:
        return Judgement(Growth.BOUNDED, f"the keys are small numbers ({key.text})", Certainty.ASSUMED)
    if judgement.named and is_typed_identity(key.type):
        judgement = replace(judgement, typed=True)
    if sign is Sign.NEUTRAL or (judgement.signed and not (judgement.generic and sign is Sign.FLEET)):
        return judgement
    judgement = replace(judgement, signed=True, generic=not judgement.signed and is_generic(names))
    if sign in _FEWEST:
        return replace(unsure(judgement, 2), few=True)
    if sign is Sign.PART:
        return unsure(judgement)
    judgement = replace(judgement, typed=is_typed_identity(key.type) or is_unique(key.type, names))
    if judgement.growth is Growth.UNKNOWN:
        reason = f"{judgement.reason}; by what they are called, keys are individuals"
        return replace(judgement, growth=Growth.UNBOUNDED, reason=reason, certainty=Certainty.ASSUMED, named=True)
    if judgement.certainty is Certainty.LIKELY:
        return judgement
    return replace(judgement, certainty=Certainty.LIKELY, named=True)
