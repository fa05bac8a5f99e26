"""Room for the recursion that deeply nested source needs, given back afterwards: callers have a limit of their own."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

RECURSION_LIMIT = 10_000
"""Python's own limit of 1,000 frames is too low for syntax nested 200 deep, the most that is read of a file."""


@contextmanager
def deep_recursion() -> Iterator[None]:
    """Raise Python's recursion limit to ours while the block, or the decorated function, runs; never lower it."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, RECURSION_LIMIT))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
