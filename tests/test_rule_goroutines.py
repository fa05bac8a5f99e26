"""ML201 on models made by hand: which goroutines keep which maps alive, and how surely."""

from __future__ import annotations

import pytest

from mapleak.maps.model import GoroutineEnd, Growth, Lifetime
from mapleak.model import Certainty, Confidence
from rule_models import at, captured, goroutine, insert, local, model, only, remove, run


class TestGoroutineCapturesMap:
    """ML201."""

    def test_held_by_each_of_many_endless_goroutines(self):
        """Every start pins one more map: reported at the go statement."""
        finding = only("ML201", model(local(), goroutines=(goroutine(captured()),)))
        assert finding.location == at(30)
        assert finding.message.startswith("every goroutine started here keeps its own cart.Serve.seen alive")
        assert finding.confidence is Confidence.MEDIUM
        assert finding.check.claim == "closure-outlives-call"
        assert [step.location.line for step in finding.trace] == [5, 30, 31, 32, 30]

    def test_held_by_one_for_each_configured_thing(self):
        """No event is seen to start them, so there may be few."""
        few = goroutine(captured(), seen_to_repeat=Certainty.ASSUMED)
        assert only("ML201", model(local(), goroutines=(few,))).confidence is Confidence.LOW

    def test_filled_for_ever(self):
        """An endless goroutine that only inserts."""
        finding = only("ML201", model(local(), goroutines=(goroutine(captured(grows=(insert(33),))),)))
        assert finding.message.startswith("the goroutine started here adds an entry to cart.Serve.seen for every 'id'")
        assert finding.confidence is Confidence.HIGH

    @pytest.mark.parametrize("end", [GoroutineEnd.ENDS, GoroutineEnd.WAITED])
    def test_a_goroutine_that_ends_takes_its_map_along(self, end):
        """Whatever it holds or fills."""
        assert run("ML201", model(local(), goroutines=(goroutine(captured(grows=(insert(33),)), end=end),))) == []

    @pytest.mark.parametrize(
        ("lifetime", "startup_only", "grows", "reported"),
        [
            (Lifetime.GOROUTINE, False, True, None),  # stopped with its connection
            (Lifetime.GOROUTINE, True, True, Confidence.HIGH),  # stopped with the process
            (Lifetime.PROCESS, False, True, Confidence.MEDIUM),  # the map stays when it is stopped
            (Lifetime.GOROUTINE, True, False, None),
            (Lifetime.GOROUTINE, False, False, None),
        ],
    )
    def test_a_stoppable_goroutine_counts_only_when_what_it_fills_outlives_it(
        self, lifetime, startup_only, grows, reported
    ):
        """Holding is no leak when the goroutine can be stopped; filling is when the map lasts as the process does."""
        held = captured(grows=(insert(33),) if grows else ())
        stoppable = goroutine(held, end=GoroutineEnd.STOPPABLE, startup_only=startup_only)
        found = run("ML201", model(local(lifetime=lifetime), goroutines=(stoppable,)))
        assert [finding.confidence for finding in found] == ([reported] if reported else [])

    @pytest.mark.parametrize(
        ("capture", "starts", "changes"),
        [
            ({"held": False}, {}, {}),
            ({}, {"startup_only": True}, {}),
            ({}, {}, {"kind": "var", "lifetime": Lifetime.PROCESS}),
            ({"held": False, "grows": (insert(33),), "emptied": True}, {}, {}),
            ({"held": False, "grows": (insert(33),)}, {}, {"removes": (remove(),)}),
            ({"held": False, "grows": (insert(33),)}, {}, {"growth": Growth.BOUNDED}),
            ({"held": False, "grows": (insert(33, size_guarded=True),)}, {}, {}),
        ],
        ids=str,
    )
    def test_is_silent_when_nothing_is_kept(self, capture, starts, changes):
        """Uses before the wait, the program's own state, maps kept anyway, maps that are emptied or finite."""
        assert run("ML201", model(local(**changes), goroutines=(goroutine(captured(**capture), **starts),))) == []

    @pytest.mark.parametrize("end", [GoroutineEnd.STOPPABLE, GoroutineEnd.WAITED])
    def test_a_goroutine_that_serves_something(self, end):
        """It goes on for as long as that lives, and so does what it fills, whoever waits for it."""
        own = captured(how="own", held=False, grows=(insert(33),))
        starts = {"end": end, "serves": "it serves cart.Shop", "serves_certainty": Certainty.ASSUMED, "repeats": True}
        finding = only("ML201", model(local(lifetime=Lifetime.GOROUTINE), goroutines=(goroutine(own, **starts),)))
        assert finding.confidence is Confidence.MEDIUM
        assert finding.check.claim == "map-in-endless-call"

    def test_a_function_that_is_called(self):
        """main's own loop is reported where it fills the map: there is no go statement."""
        own = captured(how="own", held=False, grows=(insert(33),))
        called = goroutine(own, started=False, function="example.com/shop/cart.Serve")
        finding = only("ML201", model(local(), goroutines=(called,)))
        assert finding.location == at(33)
        assert finding.message.startswith("the loop of cart.Serve adds an entry to cart.Serve.seen for every 'id'")

    @pytest.mark.parametrize(("repeats", "reported"), [(True, 1), (False, 0)])
    def test_decoded_into_again_and_again(self, repeats, reported):
        """Each message shows the keys of those before it, however soon the goroutine ends."""
        own = captured(how="own", held=False, grows=(insert(33, form="decode", key=None),))
        waited = goroutine(own, end=GoroutineEnd.WAITED, repeats=repeats)
        found = run("ML201", model(local(lifetime=Lifetime.GOROUTINE), goroutines=(waited,)))
        assert [finding.confidence for finding in found] == [Confidence.MEDIUM] * reported
        assert all("decodes every message into cart.Serve.seen" in finding.message for finding in found)

    def test_not_known_whether_it_ends(self):
        """Reported with low confidence only."""
        unsure = goroutine(captured(grows=(insert(33),)), end=GoroutineEnd.UNKNOWN)
        assert only("ML201", model(local(), goroutines=(unsure,))).confidence is Confidence.LOW

    def test_the_surer_of_two_arguments_is_made(self):
        """That each goroutine keeps a map is certain where it is not known whether the map grows."""
        both = goroutine(captured(grows=(insert(33, growth=Growth.UNKNOWN),)))
        finding = only("ML201", model(local(growth=Growth.UNKNOWN), goroutines=(both,)))
        assert finding.message.startswith("every goroutine started here keeps its own")
        assert finding.confidence is Confidence.MEDIUM

    def test_a_named_function_has_no_closure_to_ask_about(self):
        """Then the compiler is asked about the map it is handed."""
        named = goroutine(captured(), closure=None, body="example.com/shop/cart.watch")
        check = only("ML201", model(local(), goroutines=(named,))).check
        assert (check.claim, check.sites) == ("map-outlives-call", (at(5),))

    def test_one_finding_for_each_map(self):
        """Two maps held by one goroutine are two causes."""
        other = captured(map="example.com/shop/cart.Serve.users")
        maps = (local(), local(name="example.com/shop/cart.Serve.users"))
        assert len(run("ML201", model(*maps, goroutines=(goroutine(captured(), other),)))) == 2
