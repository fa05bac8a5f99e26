"""The memory of a program with all its processes, while it runs (Linux only)."""

from __future__ import annotations

import contextlib
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

INTERVAL = 0.05
MOST_OF_THE_TIME = 10
"""After looking, wait so many times as long as that took: looking at large processes holds them up."""

MEASURABLE = "proportional set size (PSS)" if Path("/proc/self/smaps_rollup").exists() else ""


class Watch:
    """Looks at a process and its descendants until they end, and remembers the most memory they had together."""

    def __init__(self) -> None:
        self.peak_kib = 0

    def until_end(self, process: subprocess.Popen[str]) -> None:
        """Wait for the end of a process."""
        while process.poll() is None:
            began = time.perf_counter()
            if MEASURABLE:
                self.peak_kib = max(self.peak_kib, sum(proportional_kib(pid) for pid in family(process.pid)))
            looked = time.perf_counter() - began
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(INTERVAL, MOST_OF_THE_TIME * looked))

    @property
    def peak_shown(self) -> str:
        """The peak, in words."""
        return f"{self.peak_kib / 1024:,.0f} MiB" if MEASURABLE else "not measured"


def family(pid: int) -> Iterator[int]:
    """A process and all its descendants that are there now."""
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in task.read_text().split():
                yield from family(int(child))


def proportional_kib(pid: int) -> int:
    """The memory of a process, pages it shares counted in part; 0 when it has ended."""
    with contextlib.suppress(OSError, ValueError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0
