"""GitHub's line hashes, against values that its own uploader computes."""

from __future__ import annotations

import random

import pytest

from mapleak.triage.linehash import line_hashes

GREETING = [
    "e9496ae3ebfced30:1",
    "fb7c023a8b9ccb3f:1",
    "ce8ba1a563dcdaca:1",
    "e20e36e16fcb0cc8:1",
    "b3edc88f2938467e:1",
    "c8e28b0b4002a3a0:1",
    "c129715d7a2bc9a3:1",
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["c129715d7a2bc9a3:1"]),
        (" a\nb\n  \t\tc\n d", ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"]),
        (" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n", GREETING),
        (" hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r", GREETING),
        (" hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n", GREETING),
        (" hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n", GREETING),
    ],
)
def test_vectors(text: str, expected: list[str]) -> None:
    """Line ends of every kind, blanks, and a file without any text."""
    assert line_hashes(text.encode()) == expected


def test_equal_lines_are_counted() -> None:
    """The first six lines are followed by the same hundred characters, the later ones by the file's end."""
    assert line_hashes(b"Lorem ipsum dolor sit amet.\n" * 10) == [
        *(f"a7f2ff13bc495cf2:{count}" for count in range(1, 7)),
        "a7f2ff1481e87703:1",
        "a9cf91f7bbf1862b:1",
        "55ec222b86bcae53:1",
        "cc97dc7b1d7d8f7b:1",
        "c129715d7a2bc9a3:1",
    ]


def rolling(text: str) -> list[str]:
    """The definition, carried out literally: a window that takes in one unit at a time."""
    data = text.encode("utf-16-le")
    units = [int.from_bytes(data[index : index + 2], "little") for index in range(0, len(data), 2)]
    kept: list[int] = []
    starts = [0]
    previous = 0
    for unit in units:
        if unit in (9, 32) or (unit == 10 and previous == 13):
            previous = 0
            continue
        kept.append(10 if unit == 13 else unit)
        if unit in (10, 13):
            starts.append(len(kept))
        previous = unit
    kept.append(65535)
    seen: dict[int, int] = {}
    hashes = []
    for start in starts:
        value = 0
        for unit in (kept[start:] + [0] * 100)[:100]:
            value = (value * 37 + unit) % 2**64
        seen[value] = seen.get(value, 0) + 1
        hashes.append(f"{value:x}:{seen[value]}")
    return hashes


def test_against_the_definition() -> None:
    """Random text with every kind of unit that is treated specially, and with pairs of surrogates."""
    chance = random.Random(7)
    for _ in range(300):
        text = "".join(chance.choice("ab \t\n\r\U0001d11eü") for _ in range(chance.randrange(400)))
        assert line_hashes(text.encode()) == rolling(text)
