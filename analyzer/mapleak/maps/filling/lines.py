"""Keys that are read line by line: a connection goes on, a file or a text at hand comes to its end.

Heuristic ``text-at-hand``: all that a function reads through bufio is a file that it opens, a string, or what somebody
types. What such a text holds is written down somewhere, so names are all that could tell of ever new keys.
"""

from __future__ import annotations

from mapleak.maps.filling.judgement import Judgement, not_known
from mapleak.maps.filling.key_facts import KeyFacts
from mapleak.resolve.model import FunctionFacts, KeyFact

_READERS = frozenset({"bufio.NewReader", "bufio.NewReaderSize", "bufio.NewScanner"})
_AT_HAND = frozenset(
    {"bytes.NewBuffer", "bytes.NewBufferString", "bytes.NewReader", "os.Open", "os.OpenFile", "strings.NewReader"}
)
_STDIN = "os.Stdin"


def of_text(facts: KeyFacts, key: KeyFact) -> Judgement | None:
    """What is read from a text that ends; None for what is no such key, or may come from somebody who goes on."""
    if not key.callee.startswith("(*bufio."):
        return None
    found = facts.call_of(key.node)
    if found is None or not _reads_only_texts(found[0]):
        return None
    return not_known(f"the key is what {key.detail or key.callee} reads from a file or a text at hand")


def _reads_only_texts(function: FunctionFacts) -> bool:
    sources = [call.arg_keys[0] if call.arg_keys else None for call in function.calls if call.callee in _READERS]
    return bool(sources) and all(
        source is not None and (source.callee in _AT_HAND or source.node.removeprefix("outside:") == _STDIN)
        for source in sources
    )
