"""What a scan leaves to Python's cyclic garbage collector, which looks seldom: next to nothing."""

from __future__ import annotations

import gc
from pathlib import Path

from mapleak.program.link import link
from mapleak.program.units import units
from mapleak.resolve.enums import Enums
from mapleak.resolve.functions import Counters
from mapleak.resolve.package import resolve_file
from programs import read, write_module

FUNCTION = """
func f{number}(names []string, done chan bool) (map[string]float64, error) {{
	found := map[string]float64{{}}
	go func() {{
		for _, name := range names {{
			found[name] += float64(len(name)) / 2
		}}
		func() {{ done <- true }}()
	}}()
	if <-done; len(found) == 0 {{
		return nil, fmt.Errorf("no %v", names)
	}}
	return found, nil
}}
"""


def _left_by(folder: Path, functions: int) -> int:
    """How many objects resolving a package with that many functions leaves to the collector."""
    source = 'package m\n\nimport "fmt"\n' + "".join(FUNCTION.format(number=number) for number in range(functions))
    sources, locator = read(write_module(folder, {"m.go": source}))
    listed = units(sources)
    program = link(sources, listed, locator)
    package, enums = program.package_of_unit(listed[0]), Enums(program)
    gc.collect()
    gc.disable()
    try:
        facts = resolve_file(package.files[0], enums, Counters(f"{package.path}.init"), {})
        assert len(facts.functions) == 3 * functions
        return gc.collect()
    finally:
        gc.enable()


def test_what_a_function_needed_goes_with_it(tmp_path: Path) -> None:
    _left_by(tmp_path / "first", 1)  # leaves what is made once
    assert _left_by(tmp_path / "many", 40) <= _left_by(tmp_path / "few", 4) + 20
