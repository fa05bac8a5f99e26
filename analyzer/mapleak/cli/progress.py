"""Progress on standard error: a bar on a terminal, timings with ``-v``, otherwise nothing."""

from __future__ import annotations

import os
import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

import click

from mapleak.report.safe import safe

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID


class Watcher:
    """Shows stages as they run; with timings says of each how long it took and the peak of memory after it."""

    def __init__(self, *, bar: bool, timings: bool) -> None:
        self._wanted = bar
        self._timings = timings
        self._bar: Bar | None = None
        self._task: TaskID | None = None
        self._current = ""
        self._since = 0.0

    def __enter__(self) -> Self:
        if self._wanted:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

            columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
            self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._finish()
        if self._bar is not None:
            self._bar.stop()

    def stage(self, name: str, total: int | None = None) -> None:
        """A stage begins; the one before is over."""
        self._finish()
        self._current, self._since = name, time.perf_counter()
        if self._bar is not None:
            if self._task is not None:
                self._bar.remove_task(self._task)
            self._task = self._bar.add_task(name, total=total)

    def advance(self, count: int = 1) -> None:
        """So many units of the current stage are done."""
        if self._bar is not None and self._task is not None:
            self._bar.advance(self._task, count)

    def _finish(self) -> None:
        if self._timings and self._current:
            peak = peak_memory()
            memory = f"  {peak[0]:6.0f} MiB" if peak else ""
            click.echo(f"{time.perf_counter() - self._since:8.2f} s{memory}  {safe(self._current)}", err=True)
        self._current = ""


def bar_wanted(*, switched_off: bool) -> bool:
    """A bar is for people: standard error is a terminal that can draw one, and no CI system records it."""
    return sys.stderr.isatty() and not switched_off and not os.environ.get("CI") and os.environ.get("TERM") != "dumb"


def peak_memory() -> tuple[float, float] | None:
    """The most memory this process and its largest child have used so far, in MiB; None where it is not known."""
    try:
        import resource
    except ImportError:
        return None
    unit = 1 if sys.platform == "darwin" else 1024
    own, child = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own * unit / 2**20, child * unit / 2**20


def peak_in_words() -> str:
    """One line about memory for ``-v``."""
    peak = peak_memory()
    return f"peak memory {peak[0]:.0f} MiB, largest child process {peak[1]:.0f} MiB" if peak else "peak memory unknown"
