"""What else of an insertion speaks for new keys, beside what they are called.

Names say what a key is known by, not how many there are: hosts and paths are those of the configuration as often as
those of the world outside. So where names are all there is, these signs make the difference:

* ``receive-loop``: the key is found in an endless loop that takes packets or connections from the network;
* ``table-of-locks``: each key gets a lock or a limiter of its own when it is first met. Nobody needs that for the parts
  of a program, which have theirs beside them; it is made for what the program is asked to work on.

* ``process-ids``: a number called pid. The system gives each process that is started another one, so they come and go
  with what runs on the machine.

And one sign speaks against them: ``memo-of-clients``, where each key gets a client or a connection of its own when it
is first met. What a program connects to by itself is written in its configuration far more often than not.
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from mapleak.maps.census import Site, Subject
from mapleak.maps.context import endless_loops
from mapleak.maps.filling.judgement import Judgement, unsure
from mapleak.maps.knowledge import last_word
from mapleak.maps.model import Growth, KeyOrigin
from mapleak.model import Certainty

_RECEIVING = re.compile(r"\(?\*?net\.(?:UDPConn|IPConn|UnixConn|PacketConn|Listener|TCPListener|UnixListener)\)?")
_RECEIVE = re.compile(r"Read\w*|Accept\w*")
"""Types and methods of the standard library that take what comes from the network, one packet or peer at a time."""

_LOCK = re.compile(r"\*?(?:sync\.(?P<lock>(?:RW)?Mutex)|rate\.Limiter|semaphore\.Weighted)")
_GIVES_LOCK = re.compile(r".*\)\(?\*?(?:sync\.(?P<lock>(?:RW)?Mutex)|golang\.org/x/time/rate\.Limiter)\b.*")
"""Types of locks and limiters, as they are written, and functions that hand one out."""

_MEMO = frozenset({"client", "closer", "conn", "connection", "db"})
"""Last words of types of what a program opens once for each server, database or account that it is set up to use."""

_PROCESS_WORDS = frozenset({"pid", "tgid", "tid"})
_INTEGER = re.compile(r"int|u?int32")

_FOUND_THERE = frozenset({KeyOrigin.FIELD.value, KeyOrigin.CALL.value, KeyOrigin.ELEMENT.value})


def with_evidence(subject: Subject, site: Site, judgement: Judgement) -> Judgement:
    """The judgement of an insertion whose keys only their names tell of, likely where the code speaks for new keys."""
    if judgement.growth is not Growth.UNBOUNDED or judgement.few:
        return judgement
    if not judgement.named:
        guessed = judgement.certainty is Certainty.ASSUMED and _own_client(subject, site)
        return unsure(judgement) if guessed else judgement
    if judgement.certainty not in (Certainty.ASSUMED, Certainty.LIKELY):
        return judgement
    reason = _from_network(site) or _own_lock(subject, site) or _of_process(site)
    if not reason:
        return unsure(judgement) if _own_client(subject, site) else judgement
    return replace(judgement, certainty=Certainty.LIKELY, named=False, reason=f"{judgement.reason}; {reason}")


def _from_network(site: Site) -> str:
    """``receive-loop``."""
    if site.op.key is None or site.op.key.origin not in _FOUND_THERE:
        return ""
    for loop in endless_loops(site.function):
        if loop.pos <= site.op.pos < loop.end:
            for call in site.function.calls:
                receiver, _, method = call.callee.rpartition(".")
                if call.mode == "interface":
                    receiver, method = call.callee, call.method
                inside = loop.pos <= call.pos < site.op.pos
                if inside and _RECEIVING.fullmatch(receiver) and _RECEIVE.fullmatch(method):
                    return "they come in a loop that reads from the network"
    return ""


def _of_process(site: Site) -> str:
    """``process-ids``."""
    key = site.op.key
    numbers = key is not None and _INTEGER.fullmatch(key.type) and last_word(key.text) in _PROCESS_WORDS
    return "the system gives each process another number" if numbers else ""


def _own_client(subject: Subject, site: Site) -> bool:
    """``memo-of-clients``."""
    value = subject.variable.value if subject.variable is not None else ""
    return _when_first_met(site) and last_word(value) in _MEMO


def _when_first_met(site: Site) -> bool:
    return site.op.form.endswith("LoadOrStore") or "absent" in site.op.guards


def _own_lock(subject: Subject, site: Site) -> str:
    """``table-of-locks``."""
    if not _when_first_met(site):
        return ""
    value = subject.variable.value if subject.variable is not None else ""
    found = _LOCK.fullmatch(value) or _LOCK.fullmatch(site.op.value) or _GIVES_LOCK.fullmatch(site.function.signature)
    if found is None:
        return ""
    return f"each key gets a {'lock' if found['lock'] else 'limiter'} of its own"
