"""A rule as SARIF's reporting descriptor: its texts depend on the rule alone, never on the code analysed."""

from __future__ import annotations

from mapleak.model import Level
from mapleak.report.explain import explanation
from mapleak.report.jsonout import JsonObject
from mapleak.rule import Rule

WEAKNESS = "https://cwe.mitre.org/data/definitions/{number}.html"
SUBJECT = WEAKNESS.format(number=401)
"""What the tool is about, for viewers that want an address; the rules' own help travels in the file."""

LONGEST_DESCRIPTION = 1024
MOST_TAGS = 10

PROBLEM_SEVERITY = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "recommendation"}


def rule_object(rule: Rule) -> JsonObject:
    """The descriptor: name in Pascal case, texts cut to what viewers keep, help as Markdown and as plain text."""
    help_text = explanation(rule)
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": _cut(_sentence(rule.summary))},
        "fullDescription": {"text": _cut(_sentence(" ".join(rule.rationale.split())))},
        "help": {"text": help_text, "markdown": help_text},
        "helpUri": WEAKNESS.format(number=rule.cwe) if rule.cwe is not None else SUBJECT,
        "defaultConfiguration": {"level": rule.level.value},
        "properties": {
            "precision": rule.precision,
            "problem.severity": PROBLEM_SEVERITY[rule.level],
            "tags": _tags(rule),
        },
    }


def _tags(rule: Rule) -> list[str]:
    wanted = [*rule.tags, "go"]
    if rule.cwe is not None:
        wanted.append(f"external/cwe/cwe-{rule.cwe:03d}")
    return list(dict.fromkeys(wanted))[-MOST_TAGS:]


def _sentence(words: str) -> str:
    text = words.strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _cut(text: str) -> str:
    """The text, or as many whole sentences of it as fit."""
    if len(text) <= LONGEST_DESCRIPTION:
        return text
    beginning = text[:LONGEST_DESCRIPTION]
    end = beginning.rfind(". ")
    return beginning[: end + 1] if end > 0 else beginning[: LONGEST_DESCRIPTION - 3] + "..."
