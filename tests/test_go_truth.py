"""What the rules' texts say about the Go runtime, asked of the Go runtime."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from conftest import GoCommand

PROGRAM = Path(__file__).parent.parent / "testdata" / "truth"

pytestmark = pytest.mark.needs_go


@pytest.fixture(scope="module")
def facts(go: GoCommand) -> dict[str, str]:
    """What the program printed: one run for all tests."""
    result = go(PROGRAM, ("run", "."))
    assert result.returncode == 0, result.stderr
    return dict(line.split("=", 1) for line in result.stdout.splitlines())


@pytest.fixture(scope="module")
def minor(go: GoCommand) -> int:
    """The minor version of Go: 26 of go1.26.8."""
    match = re.search(r"go1\.(\d+)", go(PROGRAM, ("env", "GOVERSION")).stdout)
    assert match
    return int(match[1])


def test_reflect_value_keys_pile_up(facts):
    """ML302: equal values make new keys, are not found, and are not deleted by an equal key."""
    assert facts["reflect.entries"] == "1000"
    assert facts["interface.entries"] == "1"
    assert facts["reflect.found"] == "false"
    assert facts["reflect.entries_after_delete_by_key"] == "1000"


def test_reflect_value_keys_of_the_map_itself_can_be_deleted(facts):
    """ML302: a removal with the map's own keys helps; Values of one pointer are equal."""
    assert facts["reflect.entries_after_delete_by_range"] == "0"
    assert facts["reflect.entries_of_one_pointer"] == "1"


@pytest.mark.parametrize("key", ["typed_pointer", "unsafe_pointer", "inside", "struct", "array", "interface"])
def test_pointer_keys_pin_their_target(facts, key):
    """ML301: an unsafe.Pointer pins, wherever it sits in the key, just as a typed pointer does."""
    assert facts[f"freed.{key}"] == "false"


def test_reflect_value_keys_pin_their_target(facts):
    """ML302: the Value keeps what it refers to alive."""
    assert facts["freed.reflect_value"] == "false"


@pytest.mark.parametrize("key", ["uintptr", "uintptr_of_value", "uintptr_in_struct"])
def test_numbers_pin_nothing(facts, key):
    """ML301: a uintptr is no pointer to the collector."""
    assert facts[f"freed.{key}"] == "true"


def test_a_deleted_key_pins_nothing(facts):
    """ML301: the entry is what keeps the target alive."""
    assert facts["freed.after_delete"] == "true"


def test_new_keys_stored_in_range_multiply_a_sync_map(facts, minor):
    """ML401: by 2 and 3 up to Go 1.23, by about 2.7 and 7.5 since."""
    one, two = float(facts["range.new_key"]), float(facts["range.two_new_keys"])
    if minor < 24:
        assert (one, two) == (2, 3)
    else:
        assert one == pytest.approx(2.72, rel=0.1)
        assert two == pytest.approx(7.39, rel=0.15)


@pytest.mark.parametrize("key", ["visited_key", "moved_key", "compare_and_swap"])
def test_other_writes_in_range_leave_the_size(facts, key):
    """ML401: what is reported as a note, or not at all, does not grow the map."""
    assert float(facts[f"range.{key}"]) == 1


def test_a_constant_key_is_one_entry(facts):
    """ML401: one more entry in all, however many visits."""
    assert float(facts["range.constant_key"]) == 1 + 1 / 2000


def test_delete_in_range_empties(facts):
    """ML101: a Range with a Delete is a removal."""
    assert float(facts["range.delete"]) == 0


def test_a_goroutine_holds_what_it_may_still_use(facts):
    """ML201: a use after the wait, or deferred, pins; a use before it does not."""
    assert facts["held.used_after_wait"] == "true"
    assert facts["held.deferred"] == "true"
    assert facts["held.argument_after_parent_forgot"] == "true"
    assert facts["held.used_before_wait"] == "false"


def test_delete_and_clear_keep_the_table(facts):
    """ML101: only dropping the map gives the table back."""
    assert facts["table.kept_after_delete"] == "true"
    assert facts["table.kept_after_clear"] == "true"
    assert facts["table.kept_after_make"] == "false"


def test_new_keys_inserted_in_a_range_are_visited_or_not(facts):
    """ML402: some are, and insert in their turn; the loop ends, with about two and a half times the entries."""
    assert 1000 < int(facts["map_range.visits"]) < 2000
    assert 2000 < int(facts["map_range.entries"]) < 3000
    assert facts["map_range.some_new_not_visited"] == "true"


def test_iterators_visit_the_live_map(go, minor):
    """ML402: maps.Keys yields some of the keys that are inserted meanwhile."""
    if minor < 23:
        pytest.skip("maps.Keys came with Go 1.23")
    result = go(PROGRAM, ("run", "./keys"))
    assert result.returncode == 0, result.stderr
    assert 1000 < int(result.stdout) < 2000


def test_updates_and_deletes_in_a_range_are_exact(facts):
    """ML402: what is not reported: the visited key stays one entry, a deleted entry is not visited."""
    assert facts["map_range.visits_of_updated"] == facts["map_range.entries_of_updated"] == "1000"
    assert facts["map_range.visits_of_deleted"] == "1"


def test_nan_keys_cannot_be_found_or_deleted(facts):
    """ML303: each insertion is an entry; only clear removes them."""
    assert facts["nan.entries"] == facts["nan.entries_after_delete"] == facts["nan.entries_after_delete_func"] == "1000"
    assert facts["nan.found"] == "false"
    assert facts["nan.entries_after_clear"] == "0"
    assert facts["nan.sync_map_entries_after_delete"] == "10"


def test_nan_comes_from_ordinary_input_and_hides_inside_keys(facts):
    """ML303: text, a quotient, functions of math; inside structs, arrays, complex numbers and interfaces."""
    assert facts["nan.is_read"] == facts["nan.is_quotient"] == "true"
    assert facts["nan.is_scanned"] == facts["nan.is_on_the_wire"] == "true"
    assert facts["nan.is_json"] == "false"  # so what JSON is decoded into is never reported
    assert facts["nan.entries_inside"] == "40"


@pytest.mark.parametrize(
    "piece",
    [
        *("slice", "Split", "SplitN", "SplitAfter", "Fields", "FieldsFunc", "TrimSpace", "TrimPrefix", "Cut"),
        *("FindString", "Submatch", "RegexpSplit"),
    ],
)
def test_a_key_cut_out_of_a_text_keeps_all_of_it(facts, piece):
    """ML701: what the tables of mapleak.resolve.texts say of functions that cut."""
    assert facts[f"pinned.key.{piece}"] == "true"


@pytest.mark.parametrize("copy", ["Clone", "convert", "join", "Scanner"])
def test_a_key_copied_out_of_a_text_keeps_nothing(facts, copy):
    """ML701: these are the remedies, and what is not reported."""
    assert facts[f"pinned.key.{copy}"] == "false"


@pytest.mark.parametrize("piece", ["slice", "full", "Fields", "Find"])
def test_a_subslice_keeps_its_array(facts, piece):
    """ML701: a full slice expression does not help."""
    assert facts[f"pinned.value.{piece}"] == "true"


@pytest.mark.parametrize("copy", ["Clone", "slices", "append", "roundtrip"])
def test_a_copied_slice_keeps_nothing(facts, copy):
    """ML701: these are the remedies."""
    assert facts[f"pinned.value.{copy}"] == "false"


def test_what_a_reader_lends_is_overwritten(facts):
    """ML701: when the buffer is filled again; what was converted to a string stays."""
    assert facts["lent.after_next_slice"] == facts["lent.after_other_scans"] == "true"
    assert facts["lent.copied"] == "first"


@pytest.mark.parametrize("decoder", ["json", "stream", "gob"])
def test_decoders_keep_the_keys_of_earlier_messages(facts, decoder):
    """ML502: in a field, a struct inside and behind a pointer; what is stored in a map is decoded anew."""
    assert [facts[f"{decoder}.{where}"] for where in ("field", "inner", "pointer", "stored")] == ["2", "2", "2", "1"]


def test_decoders_keep_the_keys_in_elements(facts):
    """ML502: of slices, cut to length 0 or not, and of arrays."""
    elements = ("json.elements.maps", "json.elements.structs", "json.elements.array", "gob.elements.maps")
    assert [facts[name] for name in elements] == ["2"] * 4


def test_json_v2_keeps_keys_but_those_in_elements(go, minor, monkeypatch):
    """ML502: in a field, behind a pointer, in what a map stores and an any holds; elements of a slice begin anew."""
    if minor < 25:
        pytest.skip("encoding/json/v2 came with Go 1.25")
    monkeypatch.setenv("GOEXPERIMENT", "jsonv2")
    result = go(PROGRAM, ("run", "./v2"))
    assert (result.returncode, result.stdout) == (0, "2 2 2 1 2\n"), result.stderr


def test_json_into_one_map_a_thousand_times(facts):
    """ML502: one key for each message; absent fields and empty objects leave the map, null sets it to nil."""
    assert facts["json.messages"] == "1000"
    assert facts["json.absent"] == "2"
    assert facts["json.null"] == "true"


def test_json_replaces_a_map_in_an_any(facts):
    """ML502: what is not reported."""
    assert facts["json.any"] == facts["stream.any"] == "1"


@pytest.mark.parametrize("way", ["assigned", "receiver", "parameter", "range", "array", "dereferenced"])
def test_a_copied_struct_shares_its_maps(facts, way):
    """ML501: an entry that is added through the copy is in the original."""
    assert facts[f"copy.shared.{way}"] == "true"
    assert facts["copy.name"] == "first"  # other fields are the copy's own


def test_a_cloned_map_is_the_copys_own(facts):
    """ML501: the remedy, and where it is wrong: one level only, and nil stays nil."""
    assert facts["copy.shared.cloned"] == "false"
    assert facts["copy.shared.nested_after_clone"] == "true"
    assert facts["copy.clone_of_nil_is_nil"] == "true"


def test_a_copy_keeps_a_map_that_the_original_dropped(facts):
    """ML501: the copy refers to it as well."""
    assert facts["copy.pins_after_original_dropped"] == "true"
