"""Keys that are fields: what the type that has the field tells of them, and its name."""

from __future__ import annotations

import re

from msgspec.structs import replace

from mapleak.maps.filling.accounts import of_account_field
from mapleak.maps.filling.judgement import Judgement, not_known
from mapleak.maps.filling.key_facts import KeyFacts
from mapleak.maps.filling.signs import is_message, is_typed_identity
from mapleak.maps.filling.urls import is_own_url, is_sent, of_sent, of_url
from mapleak.maps.knowledge import FINITE_FIELDS, REQUEST_TYPES, is_configuration
from mapleak.maps.lives.owners import Owners
from mapleak.maps.model import Growth, Lifetime
from mapleak.maps.nodes import brief, container_of
from mapleak.model import Certainty
from mapleak.resolve.model import KeyFact

_ADDRESS = re.compile(r"&[\w.]+")
_SEEN = (Certainty.SURE, Certainty.LIKELY)


def is_one_value(owners: Owners, holder: str) -> bool:
    """``one-at-a-time``: a field of the one object of its type, which the program makes when it starts. It has one
    value, and seldom another; only names could tell of more."""
    if holder not in owners.context.types:
        return False
    living = owners.lifetime(holder)
    return living.lifetime is Lifetime.PROCESS and living.certainty is Certainty.SURE


def of_each_object(owners: Owners, holder: str, type_: str, given: Judgement | None) -> bool:
    """``config-of-each``: a type called configuration that code which runs again and again makes, with values that
    are more than assumed to be ever new, and not by their names alone, or of a type that only individuals have
    (addresses, public keys), tells each new object what it is: a peer, a task."""
    new = given is not None and given.growth is Growth.UNBOUNDED and given.certainty in _SEEN and not given.named
    return (new or is_typed_identity(type_)) and owners.made_again(holder) is not None


def known_field(facts: KeyFacts, key: KeyFact, node: str, name: str, *, of_each: bool) -> Judgement | None:
    """A field, or the address of a variable, that tells by itself what it holds; ``of_each``: what is called
    configuration is made for each of many objects."""
    holder = node.rpartition(".")[0]
    if is_configuration(holder) and not of_each:
        return Judgement(Growth.BOUNDED, f"the key is {name}, part of the configuration")
    if node.removeprefix("outside:") in FINITE_FIELDS:
        return Judgement(Growth.BOUNDED, f"the key is {name}, the name of a part of the program")
    if holder.removeprefix("outside:") in REQUEST_TYPES and is_sent(facts, key):
        return of_sent(facts, key, name)
    if holder.removeprefix("outside:") == "net/url.URL":
        return of_url(facts, key, name, key.path[-2] if len(key.path) > 1 else "")
    if holder in facts.context.packages and _ADDRESS.fullmatch(key.detail):
        return Judgement(Growth.BOUNDED, f"the key is the address of the package variable {name}")
    return of_account_field(node)


def of_few(facts: KeyFacts, holder: str, name: str) -> Judgement | None:
    """A package variable, or a field of what a program writes itself; None for fields of other objects."""
    if holder in facts.context.packages:
        return not_known(f"the key is what {name} holds at the time")
    if is_own_url(holder):
        return replace(not_known(f"the key is {name}, part of a URL that the program itself writes"), signed=True)
    if _is_package(holder) and holder not in facts.context.types:
        return not_known(f"the key is what {name} of another module holds")
    return None


def of_object(owners: Owners, holder: str, name: str) -> Judgement:
    """A field of an object of type ``holder``: of what comes from outside, of what lasts, or of neither."""
    if holder.removeprefix("outside:") in REQUEST_TYPES:
        return Judgement(Growth.UNBOUNDED, f"the key is {name}, which the other side sends")
    if is_message(holder):
        reason = f"the key is {name}, which each message brings anew"
        return Judgement(Growth.UNBOUNDED, reason, Certainty.LIKELY, named=True)
    if holder in owners.context.types and owners.lifetime(holder).lifetime is Lifetime.PROCESS:
        few = not_known(f"the key is {name}, a field of a long-lived object")
        return replace(few, signed=True)
    return Judgement(Growth.UNBOUNDED, f"the key is {name}, {_each(owners, holder)}", Certainty.ASSUMED)


def of_pointed(owners: Owners, key: KeyFact) -> Judgement:
    """What a new pointer points to: not new for that, but what each message brings may be so for another reason."""
    node = container_of(key.node)
    holder = node.rpartition(".")[0]
    if is_message(holder):
        return of_object(owners, holder, brief(node))
    return not_known("the key is what a pointer points to, which may be the same for many of them")


def _each(owners: Owners, holder: str) -> str:
    """What is said of a field of many objects: who makes them, where that is seen, so that it can be looked up."""
    if holder in owners.context.types and (maker := owners.made_again(holder)) is not None:
        return f"another one for each {brief(holder)} that {brief(maker.name)} makes"
    return f"another one for each {brief(holder)}" if holder else "which differs from object to object"


def _is_package(holder: str) -> bool:
    """Whether what holds a variable is a package (``github.com/miekg/dns``) and not a type (``net/http.Request``)."""
    return bool(holder) and "." not in holder.rpartition("/")[2]
