"""Keys that are read from a URL: a request's is what the other end sent, others name servers of the program's own.

So with ``url.Values``: those of a request are what the other end sent. Heuristic ``values-kept``: the values that a
type of the program keeps in a field of its own are the parameters of something that it has set up, as often as not.

Heuristic ``request-sent``: a request that the program makes itself, or that is handed to a function which gives the
response for it (a transport), goes out. Its host is a server that this program asks, of which there are few; its path
and query may be others each time.
"""

from __future__ import annotations

from msgspec.structs import replace

from mapleak.callgraph.signatures import results_of
from mapleak.maps.closed_world import is_program
from mapleak.maps.filling.judgement import Judgement, not_known
from mapleak.maps.filling.key_facts import KeyFacts
from mapleak.maps.filling.signs import is_message
from mapleak.maps.knowledge import REQUEST_TYPES, URL_CALLS, is_configuration, last_word
from mapleak.maps.model import Growth
from mapleak.maps.nodes import brief, container_of, position_function
from mapleak.model import Certainty
from mapleak.resolve.model import KeyFact


def of_url_call(facts: KeyFacts, key: KeyFact) -> Judgement | None:
    """What a method of a URL reads from it; None for what is no such key."""
    if key.callee.startswith(_USER):
        return replace(not_known(f"the key is {key.detail or key.callee}, who a URL has this program be"), signed=True)
    if not key.callee.startswith(URL_CALLS):
        return None
    found = facts.call_of(key.node)
    receiver = container_of(found[1].receiver) if found is not None else ""
    return of_url(facts, key, key.detail or key.callee, receiver if facts.context.nodes.is_place(receiver) else "")


def of_kept_values(facts: KeyFacts, key: KeyFact) -> Judgement | None:
    """``values-kept``; None for other keys, and for the values of requests and messages."""
    found = facts.call_of(key.node) if key.callee == _VALUE else None
    receiver = found[1].receiver if found is not None else ""
    holder = receiver.rpartition(".")[0]
    if holder not in facts.context.types or not facts.context.nodes.is_place(receiver) or is_message(holder):
        return None
    return not_known(f"the key is a parameter of a URL that {brief(holder)} keeps")


def of_url(facts: KeyFacts, key: KeyFact, name: str, place: str) -> Judgement:
    """What is read from the URL in the field ``place``, "" when that is not known."""
    holder = place.rpartition(".")[0]
    if is_configuration(holder) or facts.is_setting(holder, place):
        return Judgement(Growth.BOUNDED, f"the key is {name}, part of a URL in the configuration")
    through = {node.removeprefix("outside:").rpartition(".")[0] for node in (*key.path, place)}
    written = holder not in facts.context.types and ".URL." in f".{key.detail or key.text}"
    if _names_server(name) and (through & REQUEST_TYPES or written):
        return not_known(f"the key is {name}, which a request that comes in leaves empty: it is who this program asks")
    if is_sent(facts, key):
        reason = f"the key is {name}, part of a URL that this program asks for"
        return Judgement(Growth.UNBOUNDED, reason, Certainty.LIKELY)
    if through & REQUEST_TYPES or is_message(holder) or written:
        return Judgement(Growth.UNBOUNDED, f"the key is {name}, part of a URL that the other side sends")
    return not_known(f"the key is {name}, and whether the URL is one of a few servers is not known")


def is_sent(facts: KeyFacts, key: KeyFact) -> bool:
    """``request-sent``, of a request that a key is a part of."""
    found = facts.call_of(key.node) if key.callee.startswith(URL_CALLS) else None
    function = position_function(key.part_of)
    variants = (found[0],) if found is not None else facts.context.graph.functions.get(function, ())
    return key.part_of in _NEW_REQUESTS or any(_RESPONSE in results_of(v.signature) for v in variants)


def of_sent(facts: KeyFacts, key: KeyFact, name: str) -> Judgement:
    """A part of a request that goes out: a program asks few servers; whom a library's users ask is not seen."""
    variants = facts.context.graph.functions.get(position_function(key.part_of), ())
    if any(not is_program(variant.package, facts.context.programs) for variant in variants):
        reason = f"the key is {name}, of a request that others send by it"
        return Judgement(Growth.UNBOUNDED, reason, Certainty.LIKELY, signed=True)
    return replace(not_known(f"the key is {name}, of a request that this program sends"), signed=True)


def is_own_url(holder: str) -> bool:
    """``own-url``: a type of the program that is called a URL is what it writes its services, registries and peers
    down with; what a request has is the standard library's."""
    return last_word(holder) == "url" and not is_message(holder) and not holder.startswith("outside:")


def _names_server(name: str) -> bool:
    """Whether what is read from a URL is the server's name or port.

    The URL of a request that a server gets has a path and a query, as a rule, and no host: that is in Request.Host.
    """
    return name.removesuffix("()").rpartition(".")[2] in _SERVER


_NEW_REQUESTS = frozenset({"net/http.NewRequest", "net/http.NewRequestWithContext"})
_RESPONSE = "*net/http.Response"
_USER = "(*net/url.Userinfo)."
_VALUE = "(net/url.Values).Get"
_SERVER = frozenset({"Host", "Hostname", "Port"})
