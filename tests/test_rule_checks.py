"""The decisions of each rule, on map models made by hand: what is reported, how surely, and what is not."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from mapleak.maps.model import Effect, Element, Growth, Hazard, Key, KeyOrigin, Lifetime, Miss
from mapleak.model import Certainty, Confidence, Level
from rule_models import at, hazard_map, insert, missed, model, only, range_store, remove, run, variable

RESET = {"effect": Effect.RESET, "form": "remake"}


class TestGlobalMapWithoutDelete:
    """ML101."""

    def test_reports_the_insertion_with_the_whole_argument(self):
        """The trace tells declaration, insertions, the missing removal and the entry, in this order."""
        late, early = insert(12, function="example.com/shop/cart.Resume"), insert(10, entry="example.com/shop.main")
        finding = only("ML101", model(variable(inserts=(late, early))))
        assert finding.location == at(10)
        assert finding.confidence is Confidence.HIGH
        assert finding.message == (
            "cart.sessions keeps an entry for every 'id' it has ever been given: "
            "cart.Login, reached from shop.main, adds them, and nothing ever takes them out"
        )
        assert [step.location.line for step in finding.trace] == [5, 10, 12, 5, 10]
        assert "delete(sessions, id)" in finding.remedy
        assert finding.check.claim == "package-variable"

    def test_shows_what_adds_and_not_what_counts_down(self):
        """What is known of the keys where they are counted down is known of them where they are added."""
        down = insert(10, form="inc_dec", element=Element.DOWN, growth_reason="the key is from outside")
        adding = insert(12, form="inc_dec", growth=Growth.UNKNOWN)
        finding = only("ML101", model(variable(inserts=(down, adding))))
        assert finding.location == at(12)
        assert finding.confidence is Confidence.HIGH
        assert "the key is from outside" in finding.trace[1].message

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"missing": (missed(Miss.INNER_LEVEL),)}, "as soon as nothing is left under the key"),
            ({"missing": (missed(Miss.TOMBSTONE),)}, "instead of storing an empty value"),
            ({"inserts": (insert(form="inc_dec"),)}, "each time its counts are read"),
            ({"inserts": (insert(key=Key("*T", "new(T)", KeyOrigin.FRESH)),)}, "the key is new each time"),
        ],
        ids=str,
    )
    def test_the_remedy_fits_what_was_seen(self, changes, words):
        """An emptied inner level, a tombstone, a count and a key that never comes again need different mending."""
        assert words in only("ML101", model(variable(**changes))).remedy

    @pytest.mark.parametrize(
        "changes",
        [
            {"removes": (remove(),)},
            {"resets": (remove(**RESET),)},
            {"removes": (remove(constraint="windows"),)},
            {"growth": Growth.BOUNDED},
            {"growth": Growth.START_UP},
            {"growth": Growth.NONE, "inserts": ()},
            {"kind": "field"},
            {"lifetime": Lifetime.UNKNOWN},
            {"inserts": (insert(startup_only=True),)},
            {"inserts": (insert(in_test=True),)},
            {"inserts": (insert(size_guarded=True),)},
            {"inserts": (insert(presence_guarded=True),)},
            {"inserts": (insert(growth=Growth.BOUNDED),)},
            {"inserts": (insert(key=Key("reflect.Type", "t", KeyOrigin.TYPE)),)},
        ],
        ids=str,
    )
    def test_is_silent_when_one_link_is_missing(self, changes):
        """Each link of the argument is needed."""
        assert run("ML101", model(variable(**changes))) == []

    @pytest.mark.parametrize(
        ("changes", "why"),
        [
            ({"in_test": True}, "only tests run it"),
            ({"reachable": False}, "nothing that runs reaches it"),
            ({"startup_only": True}, "it runs only at start-up"),
            ({"no_effect": "it runs once, at shutdown"}, "it runs once, at shutdown"),
        ],
    )
    def test_a_removal_that_does_not_help_is_told(self, changes, why):
        """The reader learns that the delete was seen and why it does not count."""
        finding = only("ML101", model(variable(removes=(remove(**changes),))))
        assert finding.message.endswith(f"the delete does not help: {why}")
        assert any(step.location == at(20) and why in step.message for step in finding.trace)

    def test_a_map_made_late_is_no_removal(self):
        """Lazy initialisation is a step of the trace; the message does not call it an attempt at removing."""
        made = remove(**RESET, no_effect="it only gives a map to a variable that has none")
        finding = only("ML101", model(variable(resets=(made,))))
        assert finding.message.endswith("nothing ever takes them out")
        assert any(step.message.startswith("remake in cart.Logout does not count") for step in finding.trace)

    @pytest.mark.parametrize(
        ("changes", "confidence"),
        [
            ({}, Confidence.HIGH),
            ({"unseen_uses": True}, Confidence.MEDIUM),
            ({"inserts": (insert(growth=Growth.UNKNOWN),)}, Confidence.LOW),
            ({"inserts": (insert(growth_certainty=Certainty.ASSUMED),)}, Confidence.LOW),
            ({"removes": (remove(reachable=False),)}, Confidence.MEDIUM),
            ({"inserts": (insert(reachable=False, entry=""),)}, Confidence.LOW),
            ({"inserts": (insert(constraint="windows"),)}, Confidence.MEDIUM),
            ({"inserts": (insert(constraint="windows"), insert(11))}, Confidence.HIGH),
            ({"unseen_uses": True, "removes": (remove(reachable=False),)}, Confidence.MEDIUM),
            ({"unseen_uses": True, "inserts": (insert(assumed=True),)}, Confidence.LOW),
            ({"inserts": (insert(assumed=True),)}, Confidence.MEDIUM),
            ({"inserts": (insert(assumed=True, used_within=True),)}, Confidence.LOW),
            ({"inserts": (insert(assumed=True), insert(11))}, Confidence.HIGH),
            ({"inserts": (insert(assumed=True), insert(11, reachable=False))}, Confidence.MEDIUM),
            ({"inserts": (insert(assumed=True, configures=True),)}, Confidence.LOW),
            ({"inserts": (insert(assumed=True, configures=True), insert(11, assumed=True))}, Confidence.MEDIUM),
            ({"inserts": (insert(configures=True),)}, Confidence.HIGH),
            ({"inserts": (insert(assumed=True, entry="(*p.T).Add"),)}, Confidence.HIGH),
            (
                {"inserts": (insert(assumed=True, entry="(*p.T).Add", growth_certainty=Certainty.LIKELY),)},
                Confidence.MEDIUM,
            ),
            ({"inserts": (insert(growth_certainty=Certainty.ASSUMED, assumed=True),)}, Confidence.LOW),
            ({"inserts": (insert(growth_certainty=Certainty.LIKELY, constraint="windows"),)}, Confidence.MEDIUM),
            (
                {"inserts": (insert(growth_certainty=Certainty.LIKELY, growth_named=True, constraint="windows"),)},
                Confidence.LOW,
            ),
            ({"inserts": (insert(growth_certainty=Certainty.LIKELY, growth_named=True),)}, Confidence.LOW),
            (
                {"inserts": (insert(growth_certainty=Certainty.LIKELY, growth_named=True, growth_typed=True),)},
                Confidence.HIGH,
            ),
        ],
        ids=str,
    )
    def test_each_doubt_lowers_the_confidence(self, changes, confidence):
        """Doubts add up and are told in the trace."""
        finding = only("ML101", model(variable(**changes)))
        assert finding.confidence is confidence
        told = [step for step in finding.trace if step.message.startswith("less certain because")]
        assert bool(told) == (confidence is not Confidence.HIGH)

    def test_importers_put_parts_of_a_program_in_while_they_start(self):
        """``AddHandler(name, h)``: as many as somebody wrote; a key that is new each time is no such name."""
        likely = insert(assumed=True, entry="(*p.T).Add", growth_certainty=Certainty.LIKELY, value="p.RowHandler")
        counted = replace(likely, growth_certainty=Certainty.SURE)
        points = [only("ML101", model(variable(inserts=(op,)))).confidence for op in (likely, counted)]
        assert points == [Confidence.MEDIUM, Confidence.HIGH]
        other = replace(likely, value="p.Row")
        held = {"kind": "field", "lifetime_certainty": Certainty.LIKELY}
        owned = [only("ML102", model(variable(inserts=(op,), **held))).confidence for op in (likely, other)]
        assert owned == [Confidence.LOW, Confidence.MEDIUM]

    @pytest.mark.parametrize(
        ("element", "value", "confidence"),
        [
            (Element.GROWS, "[]chan Event", Confidence.HIGH),
            (Element.GROWS, "[]UpdateListener", Confidence.HIGH),
            (Element.GROWS, "[]*Index", Confidence.LOW),
            (Element.REPLACED, "[]chan Event", Confidence.LOW),
        ],
    )
    def test_more_listeners_each_time_whether_keys_are_new_or_come_again(self, element, value, confidence):
        stores = insert(growth_certainty=Certainty.ASSUMED, element=element, element_growth=Growth.UNBOUNDED)
        assert only("ML101", model(variable(inserts=(stores,), value=value))).confidence is confidence

    def test_what_a_field_holds_is_no_more_than_a_guess(self):
        """Where no name speaks for new keys either, the keys of another map tell more."""
        guessed = insert(growth_certainty=Certainty.ASSUMED, growth_of_field=True)
        held = {"kind": "field", "lifetime_certainty": Certainty.SURE}
        found = [
            only("ML102", model(variable(inserts=(op,), **held))).confidence
            for op in (guessed, replace(guessed, growth_of_field=False))
        ]
        assert found == [Confidence.LOW, Confidence.MEDIUM]

    def test_of_one_of_many_either_its_life_or_its_keys_must_be_sure(self):
        """A map of an object that may end with its operation."""
        held = {"kind": "field", "lifetime": Lifetime.OBJECT, "lifetime_certainty": Certainty.ASSUMED}
        growing = [insert(growth_certainty=certainty) for certainty in (Certainty.SURE, Certainty.LIKELY)]
        found = [only("ML102", model(variable(inserts=(op,), **held))).confidence for op in growing]
        assert found == [Confidence.MEDIUM, Confidence.LOW]

    def test_the_most_telling_insertion_is_the_place(self):
        """An insertion that runs comes before one that nothing reaches, a certain one before an unknown one."""
        dead = insert(1, reachable=False)
        vague = insert(2, growth=Growth.UNKNOWN)
        telling = insert(9)
        assert only("ML101", model(variable(inserts=(dead, vague, telling)))).location == at(9)

    def test_a_map_of_the_tests_counts_what_tests_do(self):
        """Triage decides whether findings in tests are shown; the rule judges the map by its own code."""
        filled = variable(in_test=True, inserts=(insert(in_test=True),))
        emptied = variable(in_test=True, inserts=(insert(in_test=True),), removes=(remove(in_test=True),))
        assert len(run("ML101", model(filled))) == 1
        assert run("ML101", model(emptied)) == []

    def test_long_traces_are_cut_and_counted(self):
        """Of many insertions some are shown and the rest is counted."""
        finding = only("ML101", model(variable(inserts=tuple(insert(line) for line in range(10, 40)))))
        assert any("24 more insertions" in step.message for step in finding.trace)
        assert len(finding.trace) < 12


class TestUnsafePointerKey:
    """ML301."""

    def test_pinned_target(self):
        """The message says that the key keeps its target alive, and where in the key it sits."""
        finding = only("ML301", model(hazard_map("unsafe-pointer", "field start")))
        assert "has an unsafe.Pointer (field start) as key 'id'" in finding.message
        assert "keeps the object it points to alive" in finding.message
        assert finding.confidence is Confidence.HIGH

    def test_address_of_what_may_be_gone(self):
        """A uintptr pins nothing; the message must not say so."""
        finding = only("ML301", model(hazard_map("uintptr-of-pointer")))
        assert "may be freed and its address given to another one" in finding.message
        assert "alive" not in finding.message

    @pytest.mark.parametrize("kind", ["unsafe-pointer", "uintptr-of-pointer"])
    @pytest.mark.parametrize(
        "changes",
        [{"removes": (remove(),)}, {"resets": (remove(**RESET),)}, {"growth": Growth.START_UP}],
        ids=str,
    )
    def test_keys_that_go_again_are_fine(self, kind, changes):
        """A removal, a replaced map, or a table filled once."""
        assert run("ML301", model(hazard_map(kind, **changes))) == []

    @pytest.mark.parametrize(
        ("kind", "lifetime", "confidence", "claim"),
        [
            ("var", Lifetime.PROCESS, Confidence.HIGH, "package-variable"),
            ("local", Lifetime.PROCESS, Confidence.HIGH, "map-in-endless-call"),
            ("local", Lifetime.GOROUTINE, Confidence.HIGH, "map-in-endless-call"),
            ("local", Lifetime.UNKNOWN, Confidence.MEDIUM, "map-outlives-call"),
            ("param", Lifetime.UNKNOWN, Confidence.MEDIUM, "map-in-endless-call"),
            ("field", Lifetime.OBJECT, Confidence.HIGH, "map-in-endless-call"),
            ("local", Lifetime.CALL, Confidence.LOW, "map-outlives-call"),
            ("param", Lifetime.CALL, Confidence.LOW, "map-outlives-call"),
        ],
    )
    def test_how_long_the_map_lives(self, kind, lifetime, confidence, claim):
        """A map that seems to die with its call is yielded, so that the compiler can refute it, but not shown."""
        finding = only("ML301", model(hazard_map("unsafe-pointer", kind=kind, lifetime=lifetime)))
        assert finding.confidence is confidence
        assert finding.check.claim == claim
        assert finding.check.sites == (at(5),)

    def test_a_map_of_one_call_is_left_to_the_compiler(self):
        """Its growth is bounded by the call; whether it dies with it, the compiler knows."""
        filled = insert(hazards=(Hazard("unsafe-pointer", ""),), growth=Growth.BOUNDED)
        subject = variable(kind="local", lifetime=Lifetime.CALL, growth=Growth.BOUNDED, inserts=(filled,))
        assert only("ML301", model(subject)).check.claim == "map-outlives-call"

    def test_a_literal_of_one_call_is_left_to_the_compiler(self):
        """A map that nothing inserts into holds what its literal does; only the compiler can say how long."""
        literal = {"inserts": (), "growth": Growth.NONE, "key": "unsafe.Pointer", "kind": "local"}
        finding = only("ML301", model(variable(lifetime=Lifetime.CALL, **literal)))
        assert (finding.confidence, finding.check.claim) == (Confidence.LOW, "map-outlives-call")
        assert " as key: it keeps" in finding.message
        assert run("ML301", model(variable(lifetime=Lifetime.PROCESS, **literal))) == []

    def test_other_keys_are_none_of_its_business(self):
        """No hazard, no finding."""
        assert run("ML301", model(variable(), hazard_map("reflect-value"))) == []


class TestReflectValueKey:
    """ML302."""

    def test_entries_pile_up(self):
        """The message is exact about identity."""
        finding = only("ML302", model(hazard_map("reflect-value")))
        assert "Values compare by identity, so entries for equal values pile up" in finding.message
        assert finding.message.endswith("and nothing takes them out")
        assert finding.confidence is Confidence.HIGH

    @pytest.mark.parametrize(
        "form", ["delete", "sync.Map.Delete", "sync.Map.LoadAndDelete", "sync.Map.CompareAndDelete"]
    )
    def test_delete_by_key_does_not_help(self, form):
        """It looks for an equal Value and finds none, unless it is the very same."""
        finding = only("ML302", model(hazard_map("reflect-value", removes=(remove(form=form),))))
        assert finding.message.endswith("and delete by key misses them")
        assert finding.confidence is Confidence.MEDIUM

    @pytest.mark.parametrize(
        "changes",
        [
            {"removes": (remove(form="clear", key=None),)},
            {"removes": (remove(form="maps.DeleteFunc", key=None),)},
            {"removes": (remove(form="sync.Map.Clear", key=None),)},
            {"removes": (remove(key=Key("reflect.Value", "v", KeyOrigin.SAME_MAP)),)},
            {"resets": (remove(**RESET),)},
        ],
        ids=str,
    )
    def test_removals_that_need_no_equal_key(self, changes):
        """Everything at once, or the map's own keys."""
        assert run("ML302", model(hazard_map("reflect-value", **changes))) == []


class TestSyncMapRangeStore:
    """ML401."""

    def test_new_keys_multiply(self):
        """A warning with the measured factors."""
        finding = only("ML401", model(variable(container="sync.Map"), range_stores=(range_store(),)))
        assert finding.level is Level.WARNING
        assert finding.confidence is Confidence.HIGH
        assert "by 2 up to Go 1.23 and by about 2.7 since Go 1.24" in finding.message
        assert finding.location == at(42)

    @pytest.mark.parametrize(
        ("changes", "level", "confidence"),
        [
            ({"key": "visited"}, Level.NOTE, Confidence.LOW),
            ({"key": "new", "deletes_visited": True}, Level.NOTE, Confidence.HIGH),
            ({"key": "unknown", "deletes_visited": True}, Level.NOTE, Confidence.MEDIUM),
            ({"key": "unknown"}, Level.WARNING, Confidence.MEDIUM),
            ({"reachable": False}, Level.WARNING, Confidence.LOW),
        ],
        ids=str,
    )
    def test_level_and_confidence(self, changes, level, confidence):
        """How bad it is and how sure we are are two things."""
        finding = only("ML401", model(variable(), range_stores=(range_store(**changes),)))
        assert (finding.level, finding.confidence) == (level, confidence)

    def test_the_calls_between_are_steps(self):
        """From the Range over the call in the callback to the store."""
        store = range_store(location=at(43), chain=(at(43), at(50)), store=at(60))
        finding = only("ML401", model(variable(), range_stores=(store,)))
        assert [step.location.line for step in finding.trace] == [5, 41, 43, 50, 60]

    def test_a_map_nobody_modelled(self):
        """The finding stands without the map's declaration."""
        finding = only("ML401", model(range_stores=(range_store(),)))
        assert finding.map.name == "example.com/shop/cart.sessions"
        assert finding.package == "example.com/shop/cart"
