"""What is kept between runs: never wrong, whatever happens to the disk."""

from __future__ import annotations

import os
import time
from multiprocessing import get_context
from pathlib import Path

import platformdirs
import pytest

from mapleak.cli.main import run
from mapleak.store import NO_STORE, Store, clean, code_digest, default_directory, digest, remembered, trim
from programs import write_module

KEY = digest("a key")


def test_a_value_comes_back(tmp_path: Path) -> None:
    Store(tmp_path).put("file", KEY, b"value")
    assert Store(tmp_path).get("file", KEY) == b"value"
    assert Store(tmp_path).get("package", KEY) is None
    assert Store(tmp_path).get("file", digest("another")) is None


def test_nothing_is_kept_without_a_directory() -> None:
    NO_STORE.put("file", KEY, b"value")
    assert NO_STORE.get("file", KEY) is None
    NO_STORE.close()


@pytest.mark.parametrize("damage", [b"", b"x", b"\0" * 40])
def test_damaged_values_are_as_good_as_none_and_are_replaced(tmp_path: Path, damage: bytes) -> None:
    store = Store(tmp_path)
    store.put("file", KEY, b"value")
    (place,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    place.write_bytes(damage)
    assert store.get("file", KEY) is None
    store.put("file", KEY, b"value")
    assert store.get("file", KEY) == b"value"


def test_a_place_that_cannot_be_written_costs_nothing_but_time(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where the directory should be")
    store = Store(tmp_path / "taken")
    store.put("file", KEY, b"value")
    assert store.get("file", KEY) is None
    store.close()


def test_parts_of_keys_are_not_confused() -> None:
    assert digest("ab", "c") != digest("a", "bc")
    assert digest("ab") == digest(b"ab")


def _write_often(directory: Path) -> None:
    for number in range(200):
        Store(directory).put("file", digest(str(number % 5)), bytes([number % 5]) * 100_000)


def test_runs_at_the_same_time_see_whole_values(tmp_path: Path) -> None:
    context = get_context("spawn")
    writers = [context.Process(target=_write_often, args=(tmp_path,)) for _ in range(2)]
    for writer in writers:
        writer.start()
    seen = set()
    while any(writer.is_alive() for writer in writers):
        for number in range(5):
            value = Store(tmp_path).get("file", digest(str(number)))
            assert value in (None, bytes([number]) * 100_000)
            seen.add(value is not None)
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    assert all(Store(tmp_path).get("file", digest(str(n))) == bytes([n]) * 100_000 for n in range(5))
    assert not [path for path in tmp_path.rglob("*.*") if path.is_file()], "drafts are left"


def test_what_was_not_used_for_longest_goes_first(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for age in (3, 1, 2):
        store.put("file", digest(str(age)), bytes(1000))
        newest = max((p for p in tmp_path.rglob("*") if p.is_file()), key=lambda p: p.stat().st_mtime_ns)
        os.utime(newest, (time.time() - age * 1e6,) * 2)
    trim(tmp_path, 2500)
    assert [store.get("file", digest(str(age))) is not None for age in (1, 2, 3)] == [True, True, False]


def test_use_makes_young(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.put("file", KEY, b"value")
    (place,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    os.utime(place, (1.0, 1.0))
    store.get("file", KEY)
    assert place.stat().st_mtime > 1e9


def test_closing_keeps_the_store_within_its_limit(tmp_path: Path) -> None:
    store = Store(tmp_path, limit=1500)
    store.put("file", digest("1"), bytes(1000))
    store.put("file", digest("2"), bytes(1000))
    store.close()
    assert sum(p.stat().st_size for p in tmp_path.rglob("*") if p.is_file() and p.name != "CACHEDIR.TAG") <= 1500


def test_cleaning_takes_only_our_own(tmp_path: Path) -> None:
    Store(tmp_path).put("file", KEY, b"value")
    (tmp_path / "mine.txt").write_text("precious")
    assert clean(tmp_path) > len(b"value")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    assert clean(tmp_path / "absent") == 0


def test_values_are_made_once_and_only_lasting_ones_kept(tmp_path: Path) -> None:
    store, made = Store(tmp_path), []

    def make() -> tuple[int, ...]:
        made.append(1)
        return (len(made),)

    def ask(key: bytes, *, lasting: bool) -> tuple[int, ...]:
        return remembered(store, "findings", key, tuple[int, ...], make, lambda _: lasting)

    assert ask(KEY, lasting=False) == (1,)
    assert ask(KEY, lasting=True) == (2,)
    assert ask(KEY, lasting=True) == (2,)
    assert ask(b"", lasting=True) == (3,), "no key, no memory"
    store.put("findings", KEY, b"\xc1 is not MessagePack")
    assert ask(KEY, lasting=True) == (4,)


def test_changed_code_is_other_code(tmp_path: Path) -> None:
    (tmp_path / "rule.py").write_text("a = 1\n")
    before = code_digest([tmp_path])
    assert code_digest([tmp_path]) == before
    (tmp_path / "rule.py").write_text("a = 22\n")
    assert code_digest([tmp_path]) != before
    (tmp_path / "rule.py").write_text("a = 1\n")
    os.utime(tmp_path / "rule.py", (1, 1))
    assert code_digest([tmp_path]) == before, "the same version, installed once more"


def test_a_user_without_a_home_keeps_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MAPLEAK_CACHE_DIR", raising=False)
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda *_, **__: Path("~/.cache/mapleak"))
    assert default_directory() is None

    def homeless(*_: object, **__: object) -> Path:
        raise RuntimeError("could not determine the home directory")

    monkeypatch.setattr(platformdirs, "user_cache_path", homeless)
    assert default_directory() is None
    assert run(["cache", "dir"]) == 2
    monkeypatch.chdir(tmp_path)
    write_module(tmp_path, {"a.go": "package a\n"})
    assert run(["scan", "--compiler", "off"]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.go", "go.mod"]


def test_a_folder_that_may_not_be_entered_ends_no_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(self: Path) -> bool:
        raise PermissionError(13, "Permission denied", str(self))

    store = Store(tmp_path)
    monkeypatch.setattr(Path, "is_dir", denied)
    store.close()


def test_a_clock_that_was_wrong_does_not_put_off_trimming(tmp_path: Path) -> None:
    store = Store(tmp_path, limit=10)
    store.put("file", KEY, b"value of more than ten bytes")
    tag = tmp_path / "CACHEDIR.TAG"
    tag.write_text("")
    os.utime(tag, (time.time() + 10 * 86_400,) * 2)
    store.close()
    assert store.get("file", KEY) is None
