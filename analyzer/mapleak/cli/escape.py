"""``mapleak explain --escape FILE:LINE``: puts one line to the compiler, with the findings about it."""

from __future__ import annotations

import os
import re
from pathlib import Path

from mapleak.analysis import Analysis, model_of, understand
from mapleak.config import CompilerMode, Config
from mapleak.errors import MapleakError
from mapleak.evidence.crosscheck import CompilerMode as Asking
from mapleak.evidence.crosscheck import CrosscheckOptions, crosscheck
from mapleak.evidence.explain import explain_sites
from mapleak.evidence.toolchain import NoToolchain, Toolchain, find_toolchain
from mapleak.maps.model import MapModel
from mapleak.maps.sites import OfLine, of_line
from mapleak.model import Finding, Location
from mapleak.progress import Progress
from mapleak.registry import load_rules, run_rules
from mapleak.report.escape import EscapeReport

_PLACE = re.compile(r"(?P<file>.+?):(?P<line>[1-9][0-9]{0,8})(?::[0-9]{1,9})?")


def escape_report(place: str, go: str, timeout: float, progress: Progress) -> EscapeReport:
    """The answer about ``FILE:LINE``; raises MapleakError where there is nothing to ask, or nobody."""
    match = _PLACE.fullmatch(place)
    if match is None:
        raise MapleakError(f"--escape {place!r} is not FILE:LINE")
    file, line = match["file"], int(match["line"])
    if not Path(file).is_file():
        raise MapleakError(f"--escape {file}: no such file")
    toolchain = find_toolchain(go or None)
    if isinstance(toolchain, NoToolchain):
        raise MapleakError(f"--escape needs the Go compiler: {toolchain.reason}")
    config = Config(paths=(file,), compiler=CompilerMode.REQUIRE, go=go, tests=file.endswith("_test.go"))
    analysis = understand(config, progress)
    path = _path_of(file, analysis)
    model = model_of(analysis, progress)
    found = of_line(analysis.resolved, model, path, line)
    if not found.sites and not found.maps:
        raise MapleakError(f"{path}:{line}: no map or closure is made, declared, filled or emptied on this line")
    return _report(f"{path}:{line}", path, found, analysis, model, toolchain, timeout, progress)


def _path_of(file: str, analysis: Analysis) -> str:
    real = os.path.realpath(file)
    for source in analysis.tree.files:
        if os.path.realpath(source.absolute) == real:
            return source.path
    raise MapleakError(f"--escape {file}: the file is not part of the program that is analysed")


def _report(
    place: str,
    path: str,
    found: OfLine,
    analysis: Analysis,
    model: MapModel,
    toolchain: Toolchain,
    timeout: float,
    progress: Progress,
) -> EscapeReport:
    folders = {source.path: source.package_dir for source in analysis.tree.files}
    here = [site for site in found.sites if folders.get(site.location.file) == folders[path]]
    elsewhere = [site.location for site in found.sites if site not in here]
    answers = explain_sites(here, analysis.tree, toolchain, timeout, progress.stage) if here else ()
    return EscapeReport(
        place=place,
        toolchain=toolchain.version,
        answers=answers,
        findings=_findings(found, analysis, model, toolchain, timeout),
        elsewhere=tuple(f"{at.file}:{at.line}" for at in elsewhere),
        others=tuple(f"{at.file}:{at.line}" for at in found.others),
        maps=tuple(one.name for one in found.maps),
    )


def _findings(
    found: OfLine, analysis: Analysis, model: MapModel, toolchain: Toolchain, timeout: float
) -> tuple[Finding, ...]:
    """The findings about what the line is about, with the verdicts that a scan would give them."""
    names = {one.name for one in found.maps}
    places = {site.location for site in found.sites}
    rules = run_rules(load_rules(), model)
    for failure in rules.failures:
        raise MapleakError(failure.message)
    about = [finding for finding in rules.findings if _is_about(finding, names, places)]
    options = CrosscheckOptions(mode=Asking.AUTO, go=toolchain.path, timeout=timeout)
    return crosscheck(about, analysis.tree, options).findings


def _is_about(finding: Finding, names: set[str], places: set[Location]) -> bool:
    starts = {(place.file, place.line, place.column) for place in places}
    asked = {(site.file, site.line, site.column) for site in finding.check.sites}
    return finding.map.name in names or bool(starts & asked)
