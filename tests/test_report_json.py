"""JSON reports against the output contract."""

from __future__ import annotations

import json
from pathlib import Path

from msgspec.structs import replace

from mapleak.maps.model import AbstractMap, Effect, Growth, Lifetime, MapModel, Operation
from mapleak.report.jsonout import maps_json, rules_json, scan_json
from samples import CONFIRMED, REFUTED, finding, location, report, suppressed


def test_a_scan(tmp_path: Path) -> None:
    """Keys and values of the contract; columns count bytes."""
    found = report(tmp_path, finding(compiler=CONFIRMED), refuted=(finding(compiler=REFUTED),))
    value = json.loads(scan_json(found))
    assert value["schema_version"] == 1
    assert value["tool"]["name"] == "mapleak"
    assert value["toolchain"] == "go1.26.6"
    summary = value["summary"]
    counted = {name: number for name, number in summary.items() if isinstance(number, int)}
    assert counted == {
        "modules": 1,
        "packages": 1,
        "files": 1,
        "lines": 11,
        "maps": 2,
        "findings": 1,
        "suppressed": 0,
        "baseline": 0,
        "refuted": 1,
        "below_threshold": 0,
        "hidden_generated": 0,
        "hidden_tests": 0,
        "outside_paths": 0,
        "merged": 0,
    }
    assert summary["skipped"] == [{"file": "cart/huge.go", "reason": "larger than 10 MB"}]
    (first,) = value["findings"]
    fingerprint = first.pop("fingerprint")
    assert len(fingerprint) == 32
    assert first == {
        "rule": "ML101",
        "name": "global-map-without-delete",
        "level": "warning",
        "confidence": "high",
        "message": "map example.com/shop/cart.sessions grows and is never emptied",
        "location": {"file": "cart/cart.go", "line": 10, "column": 2},
        "map": {
            "name": "example.com/shop/cart.sessions",
            "kind": "var",
            "type": "map[string]*Session",
            "declaration": {"file": "cart/cart.go", "line": 6, "column": 5},
        },
        "trace": [
            {
                "location": {"file": "cart/cart.go", "line": 9, "column": 6},
                "message": "reached from the exported function Add",
            },
            {"location": {"file": "cart/cart.go", "line": 10, "column": 2}, "message": "inserts id"},
        ],
        "compiler": {
            "verdict": "confirmed",
            "reason": "the map escapes",
            "diagnostics": [
                {
                    "location": {"file": "cart/cart.go", "line": 6, "column": 33},
                    "message": "map[string]*Session{} escapes to heap",
                }
            ],
        },
    }


def test_without_the_compiler(tmp_path: Path) -> None:
    """A finding the compiler was not asked about is inconclusive, with that reason."""
    (first,) = json.loads(scan_json(report(tmp_path, finding())))["findings"]
    assert first["compiler"] == {
        "verdict": "inconclusive",
        "reason": "the compiler was not asked",
        "diagnostics": [],
    }


def test_refuted_and_suppressed_on_request(tmp_path: Path) -> None:
    """They are listed apart from the findings."""
    found = report(tmp_path, suppressed=(suppressed(finding()),), refuted=(finding(compiler=REFUTED),))
    assert {"refuted", "suppressed"} & json.loads(scan_json(found)).keys() == set()
    value = json.loads(scan_json(found, show_refuted=True, show_suppressed=True))
    assert value["refuted"][0]["compiler"]["verdict"] == "refuted"
    assert value["suppressed"][0]["suppression"]["reason"] == "few users"
    assert value["findings"] == []


def test_names_that_are_not_text(tmp_path: Path) -> None:
    """A file name that is not UTF-8 gives JSON that any reader takes."""
    found = report(tmp_path, finding(location=location(file="cart/\udcff.go"), message="größe"))
    raw = scan_json(found).encode("utf-8")
    assert json.loads(raw)["findings"][0]["location"]["file"] == "cart/\udcff.go"
    assert "größe".encode() in raw


def operation(effect: Effect, form: str, line: int) -> Operation:
    return Operation(
        effect=effect,
        form=form,
        location=location(line),
        function="(*example.com/shop/cart.Server).Add",
        key=None,
        hazards=(),
        value="*Peer",
        via="",
        in_loop=False,
        size_guarded=False,
        presence_guarded=False,
        startup_only=False,
        reachable=True,
        entry="",
        in_test=False,
        generated=False,
        constraint="",
    )


MAP = AbstractMap(
    name="example.com/shop/cart.Server.peers",
    kind="field",
    container="map",
    type="map[string]*Peer",
    key="string",
    value="*Peer",
    declaration=location(6, 5),
    package="example.com/shop/cart",
    lifetime=Lifetime.PROCESS,
    lifetime_reason="main serves with it",
    growth=Growth.UNBOUNDED,
    growth_reason="keys come from requests",
    inserts=(operation(Effect.INSERT, "assign", 9),),
    updates=(operation(Effect.UPDATE, "inc_dec", 8),),
    removes=(operation(Effect.REMOVE, "delete", 12),),
    resets=(operation(Effect.RESET, "remake", 11),),
    creations=(),
    reported=True,
    generated=False,
    in_test=False,
    unseen_uses=False,
)


def test_maps() -> None:
    """Updates are listed as inserts and resets as removes, each in source order, each with its effect."""
    value = json.loads(maps_json(MapModel((MAP,), (), ())))
    (first,) = value["maps"]
    inserts = [(site["line"], site["form"], site["effect"]) for site in first.pop("inserts")]
    removes = [(site["line"], site["form"], site["effect"]) for site in first.pop("removes")]
    assert inserts == [(8, "inc_dec", "update"), (9, "assign", "insert")]
    assert removes == [(11, "remake", "reset"), (12, "delete", "remove")]
    assert first == {
        "name": "example.com/shop/cart.Server.peers",
        "kind": "field",
        "container": "map",
        "type": "map[string]*Peer",
        "key": "string",
        "value": "*Peer",
        "declaration": {"file": "cart/cart.go", "line": 6, "column": 5},
        "lifetime": "process",
        "lifetime_reason": "main serves with it",
        "growth": "unbounded",
        "reason": "keys come from requests",
    }


def test_operations_name_their_function() -> None:
    """A site has file, line, column, form and function."""
    value = json.loads(maps_json(MapModel((replace(MAP, updates=(), removes=(), resets=()),), (), ())))
    assert value["maps"][0]["inserts"] == [
        {
            "file": "cart/cart.go",
            "line": 9,
            "column": 2,
            "form": "assign",
            "function": "(*example.com/shop/cart.Server).Add",
            "effect": "insert",
            "via": "",
        }
    ]


def test_rules(tmp_path: Path) -> None:
    """Every rule with its texts."""
    value = json.loads(rules_json(report(tmp_path).rules))
    assert [rule["id"] for rule in value["rules"]] == ["ML101", "ML201", "ML301", "ML401", "ML901", "ML902"]
    assert value["rules"][0]["remedy"] == "Delete entries."
