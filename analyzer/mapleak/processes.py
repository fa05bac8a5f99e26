"""Work in several processes at once, its results in the order of the work."""

from __future__ import annotations

import contextlib
import math
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from mapleak.collector import patient_collector, spare_present_objects
from mapleak.errors import MapleakError
from mapleak.recursion import deep_recursion

T = TypeVar("T")
R = TypeVar("R")

FORKS = sys.platform == "linux"
"""Whether new processes may begin as copies of this one; elsewhere they start anew and are sent what they need."""

_PR_SET_PDEATHSIG = 1  # linux/prctl.h: the signal that a process gets when its parent ends

_work: Callable[..., object] | None = None  # in a new process: what it does with each item


def available_processors() -> int:
    """The processors this process may use: those it is bound to, or fewer when its control group has a quota."""
    bound = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota = _quota()
    return bound if quota is None else max(1, min(bound, math.ceil(quota)))


def _quota(groups: Path = Path("/proc/self/cgroup"), mount: Path = Path("/sys/fs/cgroup")) -> float | None:
    """The least number of processors that the control groups around this process grant, None for all."""
    try:
        lines = groups.read_text().splitlines()
    except OSError:
        return None
    found: list[float] = []
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers and "cpu" not in controllers.split(","):
            continue
        folder = mount / controllers / path.lstrip("/") if controllers else mount / path.lstrip("/")
        top = mount / controllers if controllers else mount
        for place in (folder, *folder.parents):
            granted = _granted(place)
            if granted is not None:
                found.append(granted)
            if place == top:
                break
    return min(found, default=None)


def _granted(folder: Path) -> float | None:
    """The quota of one control group, in processors (cgroup v2: cpu.max; v1: cpu.cfs_quota_us)."""
    try:
        if (folder / "cpu.max").exists():
            quota, period = (folder / "cpu.max").read_text().split()
        else:
            quota = (folder / "cpu.cfs_quota_us").read_text().strip()
            period = (folder / "cpu.cfs_period_us").read_text().strip()
        return int(quota) / int(period) if quota not in ("max", "-1") else None
    except (OSError, ValueError, ZeroDivisionError):
        return None


def spread(work: Callable[[T], R], items: Sequence[T], workers: int, batch: int = 1) -> Iterator[R]:
    """``work`` done on each of ``items``, in ``workers`` processes when that is more than one.

    ``batch`` items are handed over at a time. ``work`` and the items must survive pickling where :data:`FORKS` is
    false; results always. Raises MapleakError when a process dies.
    """
    if workers <= 1 or len(items) <= batch:
        yield from map(work, items)
        return
    import multiprocessing  # noqa: PLC0415 - not for a scan that finds little to do
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415
    from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415

    try:
        context = multiprocessing.get_context("fork" if FORKS else "spawn")
        pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_begin, initargs=(work, os.getpid()))
    except (ImportError, OSError):  # systems without what processes need to share a queue
        yield from map(work, items)
        return
    try:
        results: Iterator[R] = pool.map(_do, items, chunksize=batch)
        yield from results
    except BrokenProcessPool as error:
        raise MapleakError("a process died while it worked, perhaps for want of memory; try --jobs 1") from error
    finally:
        pool.shutdown(cancel_futures=True)


def _begin(work: Callable[..., object], parent: int) -> None:
    global _work  # noqa: PLW0603 - set once, when the process starts
    _work = work
    _end_with(parent)
    spare_present_objects()


def _end_with(parent: int) -> None:
    """Have this process end when its parent does, however that is ended: else it would work on for nobody."""
    if sys.platform != "linux":
        return
    with contextlib.suppress(ImportError, OSError, AttributeError):  # a Python without ctypes, a libc without prctl
        import ctypes  # noqa: PLC0415 - for new processes alone

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before it could be asked for
        os._exit(1)


@deep_recursion()  # a process that starts anew has Python's own limits
@patient_collector()
def _do(item: object) -> Any:
    assert _work is not None
    return _work(item)
