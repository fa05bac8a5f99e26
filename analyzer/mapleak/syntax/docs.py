"""What the comment above a function says of locks: that its callers see to them.

Heuristic ``documented-locking``: "The caller must hold s.mu", "not safe for concurrent use", "only called from the
loop". Nothing checks such words, so they are believed only to keep silent.
"""

from __future__ import annotations

import re

_CALLERS_LOCK = re.compile(
    r"\b(callers?|must|should|needs?|requires?|assum\w+|expect\w*|already|while|when|if)\b[^.]*"
    r"\b(hold|holds|holding|held|lock|locks|locked|locking|mutex|mu|rlock|synchroni\w+|serializ\w+)\b"
    r"|\b(not|never|isn't|un)[ -]*(be )?(thread|goroutine|go-?routine|concurren\w+|multi\w*)[ -]?safe"
    r"|\bnot[^.]*\b(safe (for|to|with|in)|concurren\w+|parallel)|\bunsafe\b|\b(without|no|skips?|lacks?) (any )?lock"
    r"|\block(less|[ -]free)\b|\bsingle[ -](thread|goroutine)|\bnon-?concurrent|\bnot (take|acquire)"
    r"|\bonly[^.]*\b(called|used|call|use|run|runs|invoked|accessed|written|safe)\b"
    r"|\b(called|used|run|invoked) (only|once|before|prior|during|at start|on start|in the|from the|by the|from a)\b"
)


def leaves_locking(text: str, pos: int) -> bool:
    """Whether the comment that ends right above offset ``pos`` says that callers see to the lock."""
    return _CALLERS_LOCK.search(" ".join(_comment(text, pos)).lower()) is not None


def _comment(text: str, pos: int) -> list[str]:
    """The lines of the comment above an offset, without their marks."""
    lines: list[str] = []
    end = text.rfind("\n", 0, pos)
    while end > 0:
        start = text.rfind("\n", 0, end) + 1
        line = text[start:end].strip()
        if line.endswith("*/"):
            return [text[max(text.rfind("/*", 0, end), 0) + 2 : end].strip("*/ \n")]
        if not line.startswith("//"):
            break
        lines.insert(0, line.lstrip("/ "))
        end = start - 1
    return lines
