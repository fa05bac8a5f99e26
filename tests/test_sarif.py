"""SARIF against the official schema, and against what code-scanning services do with it."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema
import pytest
from msgspec.structs import replace

from mapleak.git import Provenance
from mapleak.model import Confidence, Finding, Level, Location, Step
from mapleak.registry import load_rules
from mapleak.report.sarif import MOST_RESULTS, sarif
from mapleak.report.sarif_rules import rule_object
from mapleak.triage.linehash import line_hashes
from mapleak.triage.model import Report
from samples import CONFIRMED, REFUTED, RULES, SOURCE, finding, location, report, suppressed

SCHEMA = json.loads((Path(__file__).parent / "schemas" / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft4Validator(SCHEMA, format_checker=jsonschema.FormatChecker())
ORIGIN = Provenance("https://example.com/shop.git", "a" * 40, "main")


def run_of(found: Report, **options: Any) -> dict[str, Any]:
    """The one run of a valid log."""
    raw = sarif(found, ORIGIN, **{"category": "", "absolute": True, **options})
    log = json.loads(raw)
    VALIDATOR.validate(log)
    assert log["version"] == "2.1.0"
    assert log["$schema"] == "https://json.schemastore.org/sarif-2.1.0.json"
    (run,) = log["runs"]
    return run  # type: ignore[no-any-return]


def one(tmp_path: Path, found: Finding | None = None, **options: Any) -> dict[str, Any]:
    """The one result of a run with one finding."""
    (result,) = run_of(report(tmp_path, found or finding(compiler=CONFIRMED)), **options)["results"]
    return result  # type: ignore[no-any-return]


def region(result: dict[str, Any]) -> dict[str, Any]:
    return result["locations"][0]["physicalLocation"]["region"]  # type: ignore[no-any-return]


def test_the_schema_refuses_what_is_wrong(tmp_path: Path) -> None:
    """The validation of the other tests can fail."""
    log = json.loads(sarif(report(tmp_path, finding()), None, category="", absolute=True))
    log["runs"][0]["results"][0]["level"] = "high"
    assert not VALIDATOR.is_valid(log)


def test_no_findings_is_an_empty_list(tmp_path: Path) -> None:
    """Uploads without a results array are refused."""
    run = run_of(report(tmp_path))
    assert run["results"] == []
    assert run["invocations"][0]["executionSuccessful"] is True


def test_bytes(tmp_path: Path) -> None:
    """UTF-8 without a byte order mark, the same for the same report, one line feed at the end."""
    found = report(tmp_path, finding(compiler=CONFIRMED), finding("ML201", message="größe 𝄞"))
    raw = sarif(found, None, category="", absolute=True).encode("utf-8")
    assert raw.startswith(b"{")
    assert raw.endswith(b"}\n")
    assert raw == sarif(found, None, category="", absolute=True).encode("utf-8")


def test_rules_are_all_listed_and_do_not_depend_on_the_code(tmp_path: Path) -> None:
    """Two repositories get the same rules, and each result points at its own."""
    run = run_of(report(tmp_path, finding("ML401"), finding("ML101", "other.m")))
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [rule.id for rule in RULES]
    assert rules == run_of(report(tmp_path / "elsewhere"))["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]


def test_driver(tmp_path: Path) -> None:
    """Name, versions and an https address."""
    driver = run_of(report(tmp_path))["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("mapleak", driver["semanticVersion"])
    assert driver["informationUri"].startswith("https://")


def test_texts_of_the_real_rules() -> None:
    """Lengths, tags, levels and Markdown that viewers keep and show."""
    for rule in load_rules():
        value: Any = rule_object(rule)
        assert re.fullmatch(r"([A-Z][a-z0-9]*)+", value["name"])
        assert value["name"] != value["id"]
        for text in ("shortDescription", "fullDescription"):
            assert 0 < len(value[text]["text"]) <= 1024
            assert value[text]["text"].endswith(".")
        assert value["help"]["text"]
        assert value["helpUri"].startswith("https://")
        properties = value["properties"]
        assert properties["precision"] in {"very-high", "high", "medium", "low"}
        assert properties["problem.severity"] in {"error", "warning", "recommendation"}
        assert 1 <= len(properties["tags"]) <= 10
        assert "security-severity" not in properties
        markdown = value["help"]["markdown"]
        assert markdown.count("```go\n") == 2
        prose = re.sub(r"```go\n.*?```", "", markdown, flags=re.DOTALL)
        for paragraph in prose.split("\n\n"):
            assert "\n" not in paragraph.strip() or re.match(r"([-*]|\d+\.|\|) ?", paragraph.strip()), paragraph
        if not rule.id.startswith("ML9"):
            assert f"//mapleak:ignore {rule.id}" in markdown


def test_columns_are_utf16_units(tmp_path: Path) -> None:
    """After letters of two bytes and one of two units; the region is exactly the expression."""
    line = SOURCE.splitlines()[9]
    expression = 'other["ä"+id]'
    column = line.encode().index(b"other") + 1
    result = one(tmp_path, finding(location=location(10, column, column + len(expression.encode()))))
    before = line[: line.index("other")]
    assert region(result)["startColumn"] == len(before.encode("utf-16-le")) // 2 + 1
    assert region(result)["endColumn"] == region(result)["startColumn"] + len(expression)
    assert region(result)["snippet"]["text"] == expression
    assert run_of(report(tmp_path))["columnKind"] == "utf16CodeUnits"


def test_regions_are_valid_and_short(tmp_path: Path) -> None:
    """A place over many lines is cut to its first one; an empty one gets a width; a lost file keeps its line."""
    many = one(tmp_path, finding(location=Location("cart/cart.go", 10, 2, 14, 1)))
    assert region(many)["endLine"] == 10
    assert region(many)["endColumn"] > region(many)["startColumn"]
    empty = one(tmp_path, finding(location=location(10, 5, 5)))
    assert region(empty)["endColumn"] == region(empty)["startColumn"] + 1
    gone = one(tmp_path, finding(location=location(file="cart/gone.go")))
    assert region(gone)["startLine"] == 10
    assert "primaryLocationLineHash" not in gone["partialFingerprints"]


def test_a_byte_order_mark_is_not_counted(tmp_path: Path) -> None:
    """Editors and services do not count it as text."""
    found = report(tmp_path, finding(location=location(1, 4, 11, "cart/bom.go")))
    (tmp_path / "cart/bom.go").write_bytes(b"\xef\xbb\xbfpackage cart\n")
    (result,) = run_of(found)["results"]
    assert (region(result)["startColumn"], region(result)["endColumn"]) == (1, 8)


@pytest.mark.parametrize("name", ["with blank.go", "größe.go", "a#b?c%d.go", "c:d.go", "brackets[1].go"])
def test_uris(tmp_path: Path, name: str) -> None:
    """Relative, percent-encoded, with a base that ends in a slash; they lead back to the file."""
    path = f"cart/{name}"
    result = one(tmp_path, finding(location=location(file=path)))
    artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert re.fullmatch(r"[A-Za-z0-9._~/%-]+", artifact["uri"])
    assert unquote(artifact["uri"]) == path
    base = run_of(report(tmp_path))["originalUriBaseIds"][artifact["uriBaseId"]]["uri"]
    assert base == f"{tmp_path.as_uri()}/"


def test_messages(tmp_path: Path) -> None:
    """A first sentence that stands alone with the map in quotes, then a link to every related place."""
    result = one(tmp_path)
    title, *rest = result["message"]["text"].split("\n")
    assert title == "map 'example.com/shop/cart.sessions' grows and is never emptied."
    links = re.findall(r"\[([^\]]+)\]\((\d+)\)", "\n".join(rest))
    related = result["relatedLocations"]
    assert [int(number) for _, number in links] == [place["id"] for place in related] == [1, 2, 3, 4]
    assert [place["message"]["text"] for place in related] == [
        "'example.com/shop/cart.sessions' is declared here.",
        "reached from the exported function Add.",
        "inserts id.",
        "compiler: map[string]*Session{} escapes to heap.",
    ]
    assert all(not line.startswith((" ", "\t")) for line in rest)


@pytest.mark.parametrize(
    ("name", "message", "title"),
    [
        ("example.com/shop/cart.m", "cart.m keeps all", "'cart.m' keeps all."),
        ("(*example.com/shop/cart.T).Run.m", "keeps (*cart.T).Run.m", "keeps '(*cart.T).Run.m'."),
        ("main.m", "main.m keeps all", "'main.m' keeps all."),
        ("example.com/shop/cart.m", "'cart.m' keeps all", "'cart.m' keeps all."),
    ],
)
def test_maps_are_quoted(tmp_path: Path, name: str, message: str, title: str) -> None:
    """By their full name or the one without the folders of the import path, once."""
    text = one(tmp_path, finding(map_=name, message=message))["message"]["text"]
    assert text.split("\n")[0] == title


def test_text_that_looks_like_a_link_is_none(tmp_path: Path) -> None:
    """Only numbers of related places are links."""
    found = finding(message="map m[k](7) grows", trace=(Step(location(file="a[1](2).go"), "key m[a](9)"),))
    text = one(tmp_path, found)["message"]["text"]
    numbers = {int(number) for number in re.findall(r"(?<!\\)\]\((\d+)\)", text)}
    assert numbers == {1, 2}


def test_code_flow(tmp_path: Path) -> None:
    """One flow, one thread, steps inline, each with words: from the declaration through the trace."""
    (flow,) = one(tmp_path)["codeFlows"]
    (thread,) = flow["threadFlows"]
    lines = [step["location"]["physicalLocation"]["region"]["startLine"] for step in thread["locations"]]
    assert lines == [6, 9, 10]
    assert all(step["location"]["message"]["text"] for step in thread["locations"])


def test_the_declaration_is_told_once(tmp_path: Path) -> None:
    """A trace that speaks of it needs no further step."""
    declared = Step(finding().map.declaration, "lives as long as the process")
    result = one(tmp_path, finding(trace=(declared, *finding().trace)))
    assert len(result["relatedLocations"]) == 3
    assert len(result["codeFlows"][0]["threadFlows"][0]["locations"]) == 3


def test_fingerprints(tmp_path: Path) -> None:
    """GitHub's hash of the line, and ours."""
    found = report(tmp_path, finding())
    (result,) = run_of(found)["results"]
    assert result["partialFingerprints"] == {
        "primaryLocationLineHash": line_hashes(SOURCE.encode())[9],
        "mapleak/v1": found.findings.reported[0].fingerprint,
    }


def test_lines_above_do_not_change_our_fingerprint(tmp_path: Path) -> None:
    """Forty lines more at the top: the same alert."""
    moved = finding(location=location(50), map=replace(finding().map, declaration=location(46, 5, 13)))
    before, after = one(tmp_path), one(tmp_path, moved)
    assert before["partialFingerprints"]["mapleak/v1"] == after["partialFingerprints"]["mapleak/v1"]


def test_suppressed_findings_are_left_out_unless_asked_for(tmp_path: Path) -> None:
    """GitHub opens alerts for them; when they are there, every result says whether it is suppressed."""
    found = report(tmp_path, finding(), suppressed=(suppressed(finding("ML201")),))
    (result,) = run_of(found)["results"]
    assert "suppressions" not in result
    results = run_of(found, show_suppressed=True)["results"]
    assert [result["suppressions"] for result in results] == [
        [],
        [{"kind": "inSource", "status": "accepted", "justification": "few users"}],
    ]


def test_category_only_on_request(tmp_path: Path) -> None:
    """A category in the file overrides the one of the upload."""
    assert "automationDetails" not in run_of(report(tmp_path))
    assert run_of(report(tmp_path), category="backend")["automationDetails"] == {"id": "backend/"}
    assert run_of(report(tmp_path), category="backend/")["automationDetails"] == {"id": "backend/"}


def test_no_absolute_paths(tmp_path: Path) -> None:
    """They are in one place only, and nowhere when asked to leave them out."""
    found = report(tmp_path, finding(compiler=CONFIRMED))
    run = run_of(found)
    del run["originalUriBaseIds"]
    assert str(tmp_path) not in json.dumps(run)
    assert str(tmp_path) not in json.dumps(run_of(found, absolute=False))


def test_provenance(tmp_path: Path) -> None:
    """Repository, commit and branch, mapped to the root; absent when unknown."""
    (origin,) = run_of(report(tmp_path))["versionControlProvenance"]
    assert origin == {
        "repositoryUri": "https://example.com/shop.git",
        "revisionId": "a" * 40,
        "branch": "main",
        "mappedTo": {"uriBaseId": "%SRCROOT%"},
    }
    log = json.loads(sarif(report(tmp_path), None, category="", absolute=True))
    assert "versionControlProvenance" not in log["runs"][0]


def test_troubles_are_notifications(tmp_path: Path) -> None:
    """Skips, syntax errors and notes are told; the run still counts as successful."""
    (invocation,) = run_of(report(tmp_path))["invocations"]
    assert invocation["executionSuccessful"] is True
    assert [(notice["level"], notice["message"]["text"]) for notice in invocation["toolExecutionNotifications"]] == [
        ("note", "Not analysed: larger than 10 MB."),
        ("warning", "Syntax error: unexpected }."),
        ("note", "no Go toolchain was found"),
    ]


def test_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Too many findings: the most severe stay, in report order, and the file says how many went."""
    monkeypatch.setattr("mapleak.report.sarif.MOST_RESULTS", 50)
    many = [
        finding(
            map_=f"example.com/shop/cart.m{number:05}",
            level=Level.NOTE if number % 3 else Level.WARNING,
            confidence=Confidence.HIGH if number % 2 else Confidence.MEDIUM,
            trace=tuple(Step(location(), f"step {step}") for step in range(90 if number == 0 else 1)),
        )
        for number in range(70)
    ]
    run = run_of(report(tmp_path, *many))
    kept = [result["properties"]["map"] for result in run["results"]]
    gone = [finding for finding in many if finding.map.name not in kept]
    assert len(kept) == 50
    assert kept == sorted(kept)
    assert {(finding.level, finding.confidence) for finding in gone} == {(Level.NOTE, Confidence.MEDIUM)}
    assert "20 less severe findings" in json.dumps(run["invocations"])
    assert len(run["results"][0]["codeFlows"][0]["threadFlows"][0]["locations"]) <= 51


def test_a_full_file_is_small_enough_to_upload(tmp_path: Path) -> None:
    """Ten megabytes is what fits, compressed; a result takes its share of that at most."""
    many = [finding(map_=f"example.com/shop/cart.m{number:05}", compiler=CONFIRMED) for number in range(200)]
    raw = sarif(report(tmp_path, *many), ORIGIN, category="", absolute=True)
    assert len(gzip.compress(raw.encode())) < 10_000_000 * 200 // MOST_RESULTS


def test_a_finding_about_a_comment(tmp_path: Path) -> None:
    """ML902 has no map, no flow and no related places."""
    comment = finding("ML902", map_="", message="malformed suppression: it gives no reason", trace=(), function="")
    result = one(tmp_path, comment)
    assert "codeFlows" not in result
    assert "relatedLocations" not in result
    assert result["message"]["text"].startswith("malformed suppression: it gives no reason.")


def test_refuted_findings_are_never_listed(tmp_path: Path) -> None:
    """A service would open alerts for them."""
    assert run_of(report(tmp_path, refuted=(finding(compiler=REFUTED),)))["results"] == []
