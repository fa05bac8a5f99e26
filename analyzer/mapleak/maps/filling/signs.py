"""What the names and types of keys tell of how many values they take: the one heuristic of its kind, ``key-signs``.

Where the data-flow of a key ends without an answer (a parameter of an exported function, a field of an object, a
result of code that is not analysed), what is left is what people call it. Peers, addresses, users, sessions and
hashes come and go with the outside world; names of kinds, methods, columns and backends are parts of the program or
of its configuration; levels, ports and status codes are small numbers. The words are matched whole, as the last word
of a name or of a type's name, so ``connID`` and ``ConnID`` are identities and ``identity`` is nothing.

A sign never decides alone that a map grows: it says how sure the argument is, and only small
numbers, which need an integer type as well, bound a map.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable

from mapleak.maps.knowledge import PROTOCOL_BUFFERS, last_word, words

IDENTITY_WORDS = frozenset(
    {
        "account", "addr", "address", "arn", "blob", "block", "cid", "client", "conn", "connection", "digest", "epoch",
        "fingerprint", "guid", "handle", "hash", "height", "id", "identifier", "inode", "ip", "ip4", "ip6",
        "ipport", "nonce", "offset", "oid", "owner", "path", "peer", "pid", "pod", "pointer", "principal", "ptr",
        "recipient", "remote", "request", "round", "sender", "seq", "sequence", "serial", "session", "sha", "socket",
        "ssrc", "stream", "subscriber", "subscription", "tenant", "tid", "time", "timestamp", "token", "transaction",
        "ts", "tx", "txid", "txn", "uid", "user", "username", "uuid",
    }
)  # fmt: skip
"""What individuals are known by: those of the outside world, or those that a program makes without end."""

PART_WORDS = frozenset(
    {
        "action", "algorithm", "alias", "arch", "attr", "attribute", "backend", "capability", "category", "class",
        "codec", "column", "command", "component", "config", "configuration", "currency", "database", "db", "dialect",
        "driver", "encoding", "endpoint", "ext", "extension", "feature", "field", "flag", "format", "func", "function",
        "host", "hostname", "interface", "kind", "label", "labels", "lang", "language", "level", "locale", "method",
        "metric", "mime", "mode", "model", "module", "name", "namespace", "network", "op", "operation", "opt",
        "option", "options", "param", "parameter", "pattern", "plugin", "prefix", "property", "proto", "protocol",
        "provider", "reason", "region", "role", "route", "rule", "schema", "scheme", "scope", "section", "service",
        "setting", "signal", "state", "status", "suffix", "system", "table", "tag", "template", "tier", "timezone",
        "topic", "typ", "type", "unit", "upstream", "variable", "variant", "verb", "version", "zone",
    }
)  # fmt: skip
"""What parts of a program, of its configuration and of its schemas are known by: as many as somebody wrote down. The
hosts that a program talks to are as well, more often than not."""

SMALL_NUMBER_WORDS = frozenset(
    {
        "arity", "bits", "code", "core", "cpu", "day", "degree", "depth", "dimension", "exponent", "fd", "hour", "idx",
        "index", "kind", "lane", "level", "minute", "month", "opcode", "order", "port", "power", "prio", "priority",
        "proto", "protocol", "rank", "region", "shard", "signal", "slot", "status", "typ", "type", "weekday", "width",
        "worker",
    }
)  # fmt: skip
"""What integers of small range are called. A file descriptor is the lowest number that is free."""

_NAMESPACES = frozenset({"cgroup", "ipc", "mnt", "mount", "net", "network", "pid", "proc", "time", "user", "uts"})
"""Heuristic ``namespace-number``: of which kind a namespace of the kernel is. As with file descriptors, the number of
one that is gone is given to the next."""

_POSITIONS = frozenset({"idx", "index", "order", "slot"})
_WIDE = frozenset({"int64", "uint64"})
"""Heuristic ``wide-index``: what counts places in a list of the program is an int; an index of 64 bits is one in a log,
which goes on for ever."""

KIND_WORDS = frozenset({"category", "class", "kind", "typ", "type", "variant"})
"""The parts of a program that are fewest: what sorts of things there are."""

FLEET_WORDS = frozenset(
    {
        "broker", "cluster", "datacenter", "datanode", "dc", "disk", "follower", "leader", "machine", "master", "node",
        "rack", "replica", "server", "store",
    }
)  # fmt: skip
"""The machines, and parts of machines, that a system runs on: as many as somebody has set up. They change in days,
where what they serve changes in seconds."""

_OF_SOMETHING = frozenset({"addr", "address", "arn", "id", "identifier", "name", "uuid"})
"""Last words that say nothing of what a key stands for; the word before them does."""

_JOINTS = frozenset({"by", "for", "from", "in", "of", "with"})
"""Heuristic ``joint``: what a name is about stands before such a word (``LeaderWithID``, ``UserFromToken``)."""

_UNIQUE = frozenset({"guid", "uid", "ulid", "uuid"})
"""Last words of what is made to be unique for ever."""

_LOCATORS = frozenset({"uri", "url"})
"""Last words of what a kind of message is known by (``typeUrl``)."""

_SET_UP = frozenset({"app", "application", "backend", "interface", "plugin", "registry", "tier"})
"""Words before an id that tell it is that of something somebody has set up or written."""

_OWN = frozenset({"advertise", "advertised", "bind", "listen", "own", "self"})
"""Words before an address that tell it is the program's own: as many as there are processes of it."""

MESSAGE_WORDS = frozenset(
    {
        "call", "change", "datagram", "entry", "event", "frame", "header", "message", "msg", "notification", "packet",
        "pkt", "record", "req", "request", "resp", "response", "session", "span", "transaction", "tx", "update",
    }
)  # fmt: skip
"""Last words of type names whose values come one after the other for as long as a program serves."""

_IDENTITY_TYPE = re.compile(
    r"netip\.(?:Addr|AddrPort|Prefix)|net\.(?:Addr|Conn)|netaddr\.IP\w*|uuid\.UUID|ulid\.ULID|xid\.ID|cid\.Cid|peer\.ID"
    r"|common\.(?:Hash|Address)|time\.Time|\[(?:8|1[26]|2[048]|3[23]|48|6[45]|\w+Size)\](?:u?int8|byte)"
)
"""Types of addresses, hashes, public keys (33 or 65 bytes), random identifiers and moments, as they are written."""

_INTEGER = re.compile(r"u?int(?:8|16|32|64)?")
_NAME = re.compile(r"([A-Za-z_]\w*)(?:\(\))?$")
_REWRITTEN = re.compile(r"(?:strings|strconv|path|filepath|fmt|hex)\.\w+\((?P<first>.+?)(?:,.*)?\)")
_RENDERING = re.compile(r"\.(?:String|Hex|Bytes|Load|Get|Clone|AsSlice|Unmap)\(\)$")
_PREDECLARED = frozenset({"any", "string", "int", "uint", "uintptr", "float32", "float64", "error", "byte", "rune", ""})

TOO_FEW = frozenset({"uint16", "int16"})
"""Integer types of so small a range that a map of them stays small."""


class Sign(enum.Enum):
    """What a key looks like."""

    IDENTITY = "identity"
    PART = "part"
    KIND = "kind"
    FLEET = "fleet"
    SMALL = "small number"
    NEUTRAL = "neutral"


def sign_of(type_: str, names: Iterable[str]) -> Sign:
    """What the type of a key and what it is called say together; of several names the first that says anything."""
    if type_ in TOO_FEW:
        return Sign.SMALL
    if _IDENTITY_TYPE.fullmatch(type_):
        return Sign.IDENTITY
    for name in names:
        word = last_word(name)
        if (
            word in SMALL_NUMBER_WORDS
            and not (word in _POSITIONS and type_ in _WIDE)
            and (_INTEGER.fullmatch(type_) or not type_)
        ):
            return Sign.SMALL if type_ else Sign.KIND if word in KIND_WORDS else Sign.PART
        if _INTEGER.fullmatch(type_) and _is_namespace(name):
            return Sign.SMALL
        found = _by_words(name)
        if found is not Sign.NEUTRAL and not (found is Sign.FLEET and type_.startswith("*")):
            return found
    named = type_.lstrip("*")
    if named in _PREDECLARED or _INTEGER.fullmatch(named):
        return Sign.NEUTRAL
    return _by_word(last_word(named)) if named != type_ else _by_words(named)


def _is_namespace(name: str) -> bool:
    """Whether something is called a namespace of the kernel's: ``netns``, ``MountNS``, ``pidNamespace``."""
    *before, last = words(name) or ("",)
    if last.removesuffix("ns") in _NAMESPACES and last.endswith("ns"):
        return True
    return last in ("ns", "namespace") and bool(before) and before[-1] in _NAMESPACES - {"time"}


def is_generic(names: Iterable[str]) -> bool:
    """Whether a key is called an id or an address and no more, by the first name that it has."""
    found = [word for word in next((words(name) for name in names), ()) if word != "get"]
    return len(found) == 1 and found[0] in _OF_SOMETHING


def is_typed_identity(type_: str) -> bool:
    """Whether the type of a key tells by itself that its values are individuals: an address, a hash, a session's id."""
    named = type_.lstrip("*")
    if _IDENTITY_TYPE.fullmatch(type_):
        return True
    return named not in _PREDECLARED and not _INTEGER.fullmatch(named) and _by_words(named) is Sign.IDENTITY


def is_unique(type_: str, names: Iterable[str]) -> bool:
    """Heuristic ``unique-name``: what is called unique (a uid that is no number, a uuid) is given once."""
    return not _INTEGER.fullmatch(type_) and last_word(next(iter(names), "")) in _UNIQUE


def _by_words(name: str) -> Sign:
    """What a name says: by its last word before a joint, or for the id of something by the word before that."""
    found = [word for word in words(name) if not word.isdigit()]
    joint = next((i for i, word in enumerate(found) if i and word in _JOINTS), len(found))
    found = found[:joint]
    if not found:
        return Sign.NEUTRAL
    if found[-1] in _OF_SOMETHING and len(found) > 1 and found[-2] in FLEET_WORDS | _OWN:
        return Sign.FLEET
    if found[-1] in _OF_SOMETHING and len(found) > 1 and found[-2] in _SET_UP:
        return Sign.PART
    if found[-1] in _OF_SOMETHING | _LOCATORS and len(found) > 1 and found[-2] in KIND_WORDS:
        return Sign.KIND
    return Sign.FLEET if found[-1] in FLEET_WORDS else _by_word(found[-1])


def _by_word(word: str) -> Sign:
    if word in IDENTITY_WORDS:
        return Sign.IDENTITY
    if word in KIND_WORDS:
        return Sign.KIND
    return Sign.PART if word in PART_WORDS else Sign.NEUTRAL


def name_in(text: str) -> str:
    """The name at the end of an expression: ``cg.ID()``, ``cg.ID.String()`` and ``strings.ToLower(cg.ID)`` are called
    ID; "" for what has none, such as a sum."""
    rewritten = _REWRITTEN.fullmatch(text)
    if rewritten is not None:
        text = rewritten["first"]
    match = _NAME.search(_RENDERING.sub("", text))
    return match[1] if match else ""


def is_message(type_name: str) -> bool:
    """Whether values of a type come one after the other for as long as a program serves.

    Packages of protocol buffers are named after them (``schedulerpb``): what they declare is sent to and fro.
    """
    if PROTOCOL_BUFFERS.fullmatch(type_name.rpartition("/")[2].partition(".")[0]):
        return True
    found = [word for word in words(type_name) if not word.isdigit()]
    return bool(found) and found[-1] in MESSAGE_WORDS
