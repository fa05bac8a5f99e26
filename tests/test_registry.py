"""Loading, checking, choosing and running rules."""

from __future__ import annotations

import functools
import importlib
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from msgspec.structs import replace

from mapleak.errors import MapleakError
from mapleak.maps.model import MapModel, RangeStore
from mapleak.model import Finding
from mapleak.registry import code_of, load_rules, run_rules, select_rules, validate
from samples import RULES, finding, location, rule
from test_report_json import MAP

MODEL = MapModel((MAP, replace(MAP, name="example.com/shop/cart.Server.queue")), (), ())


def ids(rules: tuple[object, ...]) -> list[str]:
    return [getattr(rule, "id") for rule in rules]  # noqa: B009 -- rules of any package


def test_the_rules_that_come_with_it_are_found_and_sound() -> None:
    """By entry point, in the order of their ids, nothing to complain about."""
    rules = load_rules()
    assert {"ML101", "ML201", "ML301", "ML302", "ML401", "ML901", "ML902"} <= set(ids(rules))
    assert ids(rules) == sorted(ids(rules))
    assert validate(rules) == []


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"id_": "M101"}, "'M101' is not an id"),
        ({"name": "GlobalMap"}, "is not in kebab-case"),
        ({"rationale": " \n"}, "ML101: rationale is empty"),
        ({"remedy": ""}, "ML101: remedy is empty"),
        ({"bad": ""}, "ML101: bad is empty"),
        ({"precision": "perfect"}, "precision 'perfect'"),
        ({"cwe": 0}, "CWE 0"),
    ],
)
def test_what_is_wrong_with_a_rule(changes: dict[str, object], problem: str) -> None:
    """Each problem is told in words that name the rule."""
    (found,) = validate([rule(**changes)])  # type: ignore[arg-type]
    assert problem in found


def test_ids_and_names_are_unique() -> None:
    """Two rules with one id would share suppressions and fingerprints."""
    assert validate([rule(), rule("ML102")]) == ["name global-map-without-delete is used 2 times"]
    assert validate([rule(), rule(name="other")]) == ["id ML101 is used 2 times"]


def failure_of(check: Callable[[MapModel], Iterator[Finding]], model: MapModel = MODEL) -> str:
    """What is said of a rule that does this."""
    results = run_rules((replace(RULES[0], check=check),), model)
    assert results.findings == ()
    (failure,) = results.failures
    assert failure.rule == "ML101"
    return failure.message


def offer(monkeypatch: pytest.MonkeyPatch, *values: str) -> None:
    points = [EntryPoint(f"point{number}", value, "mapleak.rules") for number, value in enumerate(values)]
    monkeypatch.setattr("mapleak.registry.entry_points", lambda group: points)


def test_no_rules_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A scan without rules would be clean for the wrong reason."""
    offer(monkeypatch)
    with pytest.raises(MapleakError, match="no package offers any"):
        load_rules()


@pytest.mark.parametrize("value", ["samples:SOURCE", "samples:CONFIRMED", "samples:EMPTY"])
def test_an_entry_point_must_offer_rules(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    """Anything but a tuple of rules is refused, by name."""
    monkeypatch.setattr("samples.EMPTY", (), raising=False)
    offer(monkeypatch, "mapleak_rules:ALL_RULES", value)
    with pytest.raises(MapleakError, match="point1"):
        load_rules()


def test_an_entry_point_that_cannot_be_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken plug-in is named."""
    offer(monkeypatch, "no_such_package:RULES")
    with pytest.raises(MapleakError, match=r"point0 .*no_such_package"):
        load_rules()


@pytest.mark.parametrize(
    ("select", "extend", "ignore", "expected"),
    [
        ((), (), (), ["ML101", "ML201", "ML301", "ML401", "ML901", "ML902"]),
        (("ML101",), (), (), ["ML101"]),
        (("ML9",), (), (), ["ML901", "ML902"]),
        (("ml9",), (), ("ML901",), ["ML902"]),
        (("ML901",), (), ("ML9",), ["ML901"]),
        ((), (), ("ML",), []),
        (("ML2",), ("ML3",), (), ["ML201", "ML301"]),
        (("global-map-without-delete",), (), (), ["ML101"]),
        (("ML1",), (), ("global-map-without-delete",), []),
    ],
)
def test_selection(
    select: tuple[str, ...], extend: tuple[str, ...], ignore: tuple[str, ...], expected: list[str]
) -> None:
    """The longest code that fits decides; on a tie a rule is off."""
    assert ids(select_rules(RULES, select, extend, ignore)) == expected


def test_a_code_for_no_rule_is_an_error() -> None:
    """A misspelt code must not switch a rule off silently."""
    for arguments in ((("ML7",), (), ()), ((), ("",), ()), ((), (), ("nonsense",))):
        with pytest.raises(MapleakError, match="no rule matches"):
            select_rules(RULES, *arguments)


def test_findings_come_in_report_order() -> None:
    """Whatever the order of rules and maps."""

    def check(model: MapModel) -> Iterator[Finding]:
        yield finding(location=location(9))
        yield finding(location=location(3))

    def other(model: MapModel) -> Iterator[Finding]:
        yield finding("ML201", location=location(3))

    rules = (replace(RULES[1], check=other), replace(RULES[0], check=check), RULES[4])
    found = run_rules(rules, MODEL).findings
    assert [(item.location.line, item.rule) for item in found] == [(3, "ML101"), (3, "ML201"), (9, "ML101")]


def test_a_rule_that_raises_names_itself_and_the_map() -> None:
    """The second map is the one at hand, seen from the innermost function that has one."""

    def look(found: object) -> int:
        return 1 // (0 if "queue" in str(found) else 1)

    def check(model: MapModel) -> Iterator[Finding]:
        for found in model.maps:
            look(found)
        yield finding()

    assert failure_of(check) == (
        "rule ML101 (global-map-without-delete) failed while looking at map example.com/shop/cart.Server.queue: "
        "ZeroDivisionError: integer division or modulo by zero"
    )


def test_a_rule_that_raises_before_it_has_a_map() -> None:
    """Then the rule alone is named."""

    def check(model: MapModel) -> Iterator[Finding]:
        raise ValueError("no")
        yield finding()

    assert failure_of(check) == "rule ML101 (global-map-without-delete) failed: ValueError: no"


def test_the_map_of_a_store_inside_range() -> None:
    """Rules that look at other facts than maps name theirs, too."""
    place = location()
    store = RangeStore("p.m", "Store", "new", place, place, place, (), "p.f", False, True, False, False)

    def check(model: MapModel) -> Iterator[Finding]:
        for found in model.range_stores:
            raise KeyError(found.method)
        yield finding()

    assert "while looking at map p.m: KeyError" in failure_of(check, replace(MODEL, range_stores=(store,)))


def test_the_map_that_only_a_name_stands_for() -> None:
    """A rule that goes by names has no map in its variables; words that name no map do not count."""

    def check(model: MapModel) -> Iterator[Finding]:
        other = "not a map"
        for name in [found.name for found in model.maps]:
            raise LookupError(other + name[:0])
        yield finding()

    assert f"while looking at map {MAP.name}: LookupError" in failure_of(check)


def test_a_rule_that_raises_takes_nothing_from_the_others() -> None:
    """Before it and after it; its own half of the findings is not told."""

    def sound(model: MapModel) -> Iterator[Finding]:
        yield finding("ML301")

    def broken(model: MapModel) -> Iterator[Finding]:
        yield finding("ML101")
        raise ValueError("no")

    rules = (replace(RULES[0], check=broken), replace(RULES[2], check=sound))
    for order in (rules, rules[::-1]):
        results = run_rules(order, MODEL)
        assert [found.rule for found in results.findings] == ["ML301"]
        (failure,) = results.failures
        assert failure.rule == "ML101"
        assert "in broken" in failure.traceback


def test_a_rule_may_only_report_itself() -> None:
    """Suppressions and selection would not fit otherwise."""

    def check(model: MapModel) -> Iterator[Finding]:
        yield finding("ML301")

    assert "made a finding of ML301" in failure_of(check)


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of installed packages: rules in one, what they call in a package beside them, and a lone module."""
    files = {
        "acme_rules/__init__.py": "",
        "acme_rules/checks/__init__.py": "",
        "acme_rules/checks/first.py": "from acme_rules.words import text\n\n\ndef check(model):\n    return ()\n",
        "acme_rules/words.py": "text = 'a'\n",
        "acme_lone.py": "def check(model):\n    return ()\n",
        "unrelated.py": "",
    }
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    for name in [name for name in sys.modules if name.startswith("acme_")]:
        del sys.modules[name]


@pytest.mark.parametrize(
    ("module", "edited", "other"),
    [
        ("acme_rules.checks.first", "acme_rules/checks/first.py", True),
        ("acme_rules.checks.first", "acme_rules/words.py", True),
        ("acme_lone", "acme_lone.py", True),
        ("acme_lone", "unrelated.py", False),
    ],
)
@pytest.mark.parametrize("wrap", [lambda check: check, functools.partial])
def test_the_code_of_rules(
    installed: Path, wrap: Callable[[object], object], module: str, edited: str, other: bool
) -> None:
    """That of their package, wherever in it; not that of whatever is installed beside them."""
    rules = [rule(check=wrap(importlib.import_module(module).check))]
    before = code_of(rules)
    (installed / edited).write_text("changed = True\n")
    assert (code_of(rules) != before) is other
