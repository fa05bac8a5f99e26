"""A scan from paths to a report: the table of contents of the program."""

from __future__ import annotations

import os
from collections.abc import Mapping

import msgspec
from msgspec.structs import replace

from mapleak.config import CompilerMode, Config
from mapleak.evidence.result import CrosscheckResult
from mapleak.intake import Source, read
from mapleak.model import Finding
from mapleak.progress import Progress
from mapleak.registry import RuleFailure, code_of, run_rules, select_rules
from mapleak.resolve.dependencies import NOTHING
from mapleak.rule import Rule
from mapleak.source.model import Tree
from mapleak.store import NO_STORE, Store, digest, remembered
from mapleak.syntax.facts import FileFacts
from mapleak.triage.model import Report, SyntaxProblem, Totals
from mapleak.triage.triage import Candidates, candidates, triage


class Found(msgspec.Struct, frozen=True):
    """What the rules say of a program: their findings before triage, how many maps there are, notes for the user."""

    findings: tuple[Finding, ...]
    maps: int
    notes: tuple[str, ...]
    failures: tuple[RuleFailure, ...] = ()


def analyze(config: Config, rules: tuple[Rule, ...], progress: Progress, store: Store = NO_STORE) -> Report:
    """From paths to a report, which tells of rules that raised; raises MapleakError for what the user can mend."""
    active = select_rules(rules, config.select, config.extend_select, config.ignore)
    source = read(config, progress, store)
    key = _key(source, active)
    found = remembered(store, "findings", key, Found, lambda: _found(source, active, config, progress, store), _whole)
    failed = {failure.rule for failure in found.failures}
    completed = tuple(rule for rule in active if rule.id not in failed)
    in_question = candidates(found.findings, source.tree, source.facts, config)
    checked = _ask_compiler(in_question, source, key, config, progress, store)
    progress.stage("sorting findings")
    triaged = triage(in_question, checked.findings, source.tree, source.facts, rules, completed, config)
    store.close()
    return Report(
        root=source.tree.root,
        totals=_totals(source, found.maps),
        findings=triaged,
        skips=tuple(sorted(source.tree.skips, key=lambda skip: (skip.path, skip.reason))),
        problems=_problems(source.facts),
        notes=checked.notes + found.notes,
        rules=active,
        toolchain=checked.toolchain,
        failures=found.failures,
        real_paths=_real_paths(source.tree),
        ground=source.ground,
    )


def _found(source: Source, active: tuple[Rule, ...], config: Config, progress: Progress, store: Store) -> Found:
    """What the rules find in a program."""
    from mapleak.analysis import model_of, notes_on, understood  # noqa: PLC0415 - half of the program: see there

    analysis = understood(source, config, progress, store)
    model = model_of(analysis, progress)
    progress.stage("running rules", len(active))
    results = run_rules(active, model)
    return Found(results.findings, len(model.maps), notes_on(analysis), results.failures)


def _whole(found: Found) -> bool:
    return not found.failures


def _key(source: Source, active: tuple[Rule, ...]) -> bytes:
    """A digest of everything that findings depend on, NOTHING when that cannot be said."""
    if not source.ground:
        return NOTHING
    files = (part for file in source.tree.files for part in (file.path, str(file.reported), file.module))
    rules = (part for rule in active for part in (rule.id, str(rule.confidence.value)))
    return digest(*source.keys, source.environment.arch, *files, "rules", *rules, code_of(active))


def _ask_compiler(
    in_question: Candidates, source: Source, key: bytes, config: Config, progress: Progress, store: Store
) -> CrosscheckResult:
    if config.compiler is CompilerMode.OFF:
        return CrosscheckResult(tuple(replace(finding, compiler=None) for finding in in_question.findings), "", ())
    from mapleak.evidence import crosscheck as crosscheck_stage  # noqa: PLC0415 - most scans never ask
    from mapleak.evidence.inputs import build_inputs  # noqa: PLC0415

    options = crosscheck_stage.CrosscheckOptions(
        mode=crosscheck_stage.CompilerMode(config.compiler.value), go=config.go or None, timeout=config.compiler_timeout
    )

    def ask() -> CrosscheckResult:
        return crosscheck_stage.crosscheck(in_question.findings, source.tree, options, progress.stage)

    if not key:
        return ask()
    command = (config.compiler.value, config.go, source.environment.go or "", *build_inputs(source.tree, os.environ))
    asked = digest(key, *command, msgspec.msgpack.encode(in_question.findings))
    return remembered(store, "compiler", asked, CrosscheckResult, ask, lambda result: not result.notes)


def _totals(source: Source, maps: int) -> Totals:
    return Totals(
        modules=sum(1 for module in source.tree.modules if module.path),
        packages=len(
            {
                (file.package_dir, source.facts[file.path].package)
                for file in source.tree.files
                if file.path in source.facts
            }
        ),
        files=len(source.facts),
        lines=sum(facts.lines for facts in source.facts.values()),
        maps=maps,
    )


def _real_paths(tree: Tree) -> dict[str, str]:
    """The paths on disk, relative to the root, of files whose names are not UTF-8."""
    paths = ((file.path, os.path.relpath(file.absolute, tree.root)) for file in tree.files if "\\x" in file.path)
    return {shown: real.replace(os.sep, "/") for shown, real in paths}


def _problems(facts: Mapping[str, FileFacts]) -> tuple[SyntaxProblem, ...]:
    return tuple(
        SyntaxProblem(path, issue.line, issue.column, issue.message)
        for path, file in facts.items()
        for issue in file.issues
    )
