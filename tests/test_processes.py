"""How many processes may work, and what becomes of their work."""

from __future__ import annotations

import concurrent.futures
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mapleak import processes
from mapleak.cli.main import main
from mapleak.errors import MapleakError
from mapleak.processes import _quota, available_processors, spread
from programs import write_module


def groups(tmp_path: Path, own: str, files: dict[str, str]) -> tuple[Path, Path]:
    """What ``/proc/self/cgroup`` and the mounted control groups look like."""
    mount = tmp_path / "mount"
    for name, text in files.items():
        (mount / name).parent.mkdir(parents=True, exist_ok=True)
        (mount / name).write_text(text)
    (tmp_path / "cgroup").write_text(own)
    return tmp_path / "cgroup", mount


def v1(folder: str, quota: int) -> dict[str, str]:
    return {f"{folder}/cpu.cfs_quota_us": f"{quota}\n", f"{folder}/cpu.cfs_period_us": "100000\n"}


@pytest.mark.parametrize(
    ("own", "files", "granted"),
    [
        pytest.param("0::/job\n", {"job/cpu.max": "150000 100000\n"}, 1.5, id="v2"),
        pytest.param("0::/job\n", {"job/cpu.max": "max 100000\n"}, None, id="v2 without a quota"),
        pytest.param("0::/\n", {"cpu.max": "50000 100000\n"}, 0.5, id="v2 at the top, as in a container"),
        pytest.param(
            "0::/a/b\n",
            {"a/cpu.max": "200000 100000\n", "a/b/cpu.max": "max 100000\n"},
            2.0,
            id="v2, of a group around",
        ),
        pytest.param(
            "0::/a/b\n", {"a/cpu.max": "100000 100000\n", "a/b/cpu.max": "400000 100000\n"}, 1.0, id="v2, the least"
        ),
        pytest.param("4:cpu,cpuacct:/job\n", v1("cpu,cpuacct/job", 300000), 3.0, id="v1"),
        pytest.param("4:cpu,cpuacct:/job\n", v1("cpu,cpuacct/job", -1), None, id="v1 without a quota"),
        pytest.param("4:cpu:/job\n", v1("cpu", 200000), 2.0, id="v1, the path is that of the host"),
        pytest.param("2:cpuset:/job\n", v1("cpuset/job", 100000), None, id="v1, another controller"),
        pytest.param("4:cpu:/job\n0::/job\n", v1("cpu/job", 100000), 1.0, id="both"),
        pytest.param("0::/job\n", {"job/cpu.max": "nonsense\n"}, None, id="damaged"),
        pytest.param("0::/job\n", {"job/cpu.max": "100000 0\n"}, None, id="no period"),
        pytest.param("", {}, None, id="no groups"),
    ],
)
def test_quota(tmp_path: Path, own: str, files: dict[str, str], granted: float | None) -> None:
    assert _quota(*groups(tmp_path, own, files)) == granted


def test_no_quota_where_there_are_no_groups(tmp_path: Path) -> None:
    assert _quota(tmp_path / "missing", tmp_path) is None


@pytest.mark.parametrize(
    ("bound", "quota", "expected"), [(8, None, 8), (8, 2.0, 2), (8, 1.5, 2), (2, 4.0, 2), (8, 0.5, 1), (1, None, 1)]
)
def test_processors(monkeypatch: pytest.MonkeyPatch, bound: int, quota: float | None, expected: int) -> None:
    """The processors of the affinity mask, fewer where the quota is less; part of one is worth a process."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(bound)), raising=False)
    monkeypatch.setattr(processes, "_quota", lambda: quota)
    assert available_processors() == expected


def process_of(_: int) -> int:
    return os.getpid()


def double(number: int) -> int:
    return 2 * number


def fall(number: int) -> int:
    if number == 7:
        os._exit(9)
    return number


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_results_keep_the_order_of_the_work(workers: int) -> None:
    assert list(spread(double, range(50), workers, batch=4)) == [2 * number for number in range(50)]


def test_work_is_done_elsewhere() -> None:
    """Otherwise the other tests prove nothing."""
    assert os.getpid() not in set(spread(process_of, range(20), 2, batch=2))


def test_a_process_that_dies_is_an_error() -> None:
    with pytest.raises(MapleakError, match=r"a process died while it worked.*--jobs 1"):
        list(spread(fall, range(20), 2))


TELLING = """\
import os, sys, time
from mapleak.processes import spread

def tell(number):
    sys.stdout.write(f"{os.getpid()}\\n")
    sys.stdout.flush()
    time.sleep(60)

if __name__ == "__main__":
    list(spread(tell, range(2), 2))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing ends a process with its parent")
def test_processes_end_with_the_one_that_started_them(tmp_path: Path) -> None:
    """Even when that is killed and can tell them nothing."""
    script = tmp_path / "telling.py"
    script.write_text(TELLING)
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        workers = [int(first.stdout.readline()) for _ in range(2)]
        assert all(map(_runs, workers))
        first.send_signal(signal.SIGKILL)
        deadline = time.monotonic() + 20
        while any(map(_runs, workers)) and time.monotonic() < deadline:
            time.sleep(0.05)
        left = [worker for worker in workers if _runs(worker)]
    for worker in left:
        os.kill(worker, signal.SIGKILL)
    assert not left


def _runs(process: int) -> bool:
    """Whether a process exists and is not just waiting to be forgotten."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    except OSError:
        return False


@pytest.fixture
def large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The arguments of a scan that uses two processes when it may."""
    monkeypatch.setattr("mapleak.intake.FILES_PER_PROCESS", 1)
    files = {f"p{number}/p.go": f"package p{number}\n" for number in range(40)}
    return ["scan", "--no-cache", "--no-progress", "--compiler", "off", str(write_module(tmp_path, files))]


def run(words: list[str]) -> int:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert isinstance(ended.value.code, int)
    return ended.value.code


class Counted(concurrent.futures.ProcessPoolExecutor):
    """Counts the pools that are made."""

    made = 0

    def __init__(self, *args: object, **options: object) -> None:
        Counted.made += 1
        super().__init__(*args, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(("jobs", "starts"), [("1", False), ("2", True)])
def test_one_job_starts_no_process(large: list[str], monkeypatch: pytest.MonkeyPatch, jobs: str, starts: bool) -> None:
    monkeypatch.setattr(Counted, "made", 0)
    monkeypatch.setattr(concurrent.futures, "ProcessPoolExecutor", Counted)
    assert run([*large, "--jobs", jobs]) == 0
    assert (Counted.made > 0) is starts


def die(*_: object) -> None:
    os._exit(9)


def test_the_user_is_told_in_one_line(
    large: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if not processes.FORKS:
        pytest.skip("new processes do not see what this test changes")
    monkeypatch.setattr("mapleak.reading._read", die)
    assert run([*large, "--jobs", "2"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("error: a process died while it worked")
