"""ML201: a goroutine that does not end keeps a map alive, or fills one for ever."""

from __future__ import annotations

from collections.abc import Iterator

from mapleak.maps.model import AbstractMap, CapturedMap, Goroutine, GoroutineEnd, Growth, MapModel, Operation
from mapleak.model import CompilerCheck, Confidence, Finding, Level, Step
from mapleak.rule import Rule
from mapleak_rules.argument import OF_ONE_CALL, assumptions, declared, insertions, lifetime_check, map_ref, removals
from mapleak_rules.confidence import of_rule, weigh
from mapleak_rules.goroutines import ENDS, comes_to_an_end, fills, holds, links, merges
from mapleak_rules.wording import clip, key_text, prose, short

BAD = """\
package p

func Serve(clients <-chan chan string) {
	for messages := range clients {
		seen := map[string]int{}
		go func() {
			for {
				seen[<-messages]++
			}
		}()
	}
}
"""

GOOD = """\
package p

func Serve(clients <-chan chan string) {
	for messages := range clients {
		seen := map[string]int{}
		go func() {
			for message := range messages { // ends when the client's channel is closed
				seen[message]++
			}
		}()
	}
}
"""


def check(model: MapModel) -> Iterator[Finding]:
    """One finding for each `go` statement and map that it keeps alive or fills without end."""
    maps = {subject.name: subject for subject in model.maps}
    for goroutine in model.goroutines:
        for captured in goroutine.captures:
            subject = maps.get(captured.map)
            if subject is None:
                continue
            merging = merges(goroutine, captured, subject)
            if merging or comes_to_an_end(goroutine):
                if merging:
                    yield _finding(goroutine, captured, subject, merging)
                continue
            held = holds(goroutine, captured, subject)
            filling = fills(goroutine, captured, subject)
            if held and subject.growth is Growth.UNKNOWN:
                filling = ()  # that the map is kept is the surer argument
            if filling or held:
                yield _finding(goroutine, captured, subject, filling)


def _finding(
    goroutine: Goroutine, captured: CapturedMap, subject: AbstractMap, filling: tuple[Operation, ...]
) -> Finding:
    argument = links(goroutine, subject, filling)
    argument = (*of_rule(RULE.confidence if filling else Confidence.MEDIUM), *argument)
    confidence = weigh(Confidence.HIGH, argument)
    return Finding(
        rule=RULE.id,
        level=RULE.level,
        confidence=confidence,
        message=_message(goroutine, subject, filling),
        location=goroutine.location if goroutine.started else filling[0].location,
        map=map_ref(subject),
        package=subject.package,
        function=goroutine.function,
        trace=(*_trace(goroutine, captured, subject, filling), *assumptions(goroutine.location, argument, confidence)),
        remedy=_remedy(goroutine, subject, filling),
        check=_compiler_check(goroutine, captured, subject),
        links=argument,
    )


def _message(goroutine: Goroutine, subject: AbstractMap, filling: tuple[Operation, ...]) -> str:
    name = short(subject.name)
    who = "the goroutine started here" if goroutine.started else f"the loop of {short(goroutine.function)}"
    if filling and filling[0].form == "decode":
        return f"{who} decodes every message into {name}, which keeps the keys of all before it"
    if filling:
        key = key_text(filling[0].key)
        return f"{who} adds an entry to {name} for every {key} it meets, and none is taken out"
    if goroutine.end is GoroutineEnd.ABANDONED:
        return f"a goroutine started here keeps its own {name} alive for ever when nothing takes what it sends"
    return f"every goroutine started here keeps its own {name} alive, and none of them has a way to end"


def _trace(
    goroutine: Goroutine, captured: CapturedMap, subject: AbstractMap, filling: tuple[Operation, ...]
) -> tuple[Step, ...]:
    again = "once per process" if goroutine.startup_only else "again and again"
    reason = f" ({goroutine.end_reason})" if goroutine.end_reason else ""
    does = f"starts the goroutine, {again}; " if goroutine.started else "goes on in this loop; "
    steps = [
        declared(subject),
        Step(goroutine.location, f"{short(goroutine.function)} {does}{ENDS[goroutine.end]}{reason}"),
    ]
    if captured.wait is not None:
        steps.append(Step(captured.wait, f"it waits here ({clip(captured.wait_text)})"))
    if captured.held_by is not None and captured.how != "own":
        steps.append(Step(captured.held_by, f"and may use {short(subject.name)} ({captured.how}) after that"))
    if filling:
        steps += [*insertions(filling[0], filling, subject.growth_reason), *removals(subject)]
    return tuple(steps)


def _remedy(goroutine: Goroutine, subject: AbstractMap, filling: tuple[Operation, ...]) -> str:
    name = subject.name.rpartition(".")[2]
    if filling and filling[0].form == "decode":
        return f"declare {name} inside the loop, or clear it before each message is decoded"
    if filling:
        return f"take out of {name} what is done with, or replace it by a new map at intervals"
    if goroutine.end is GoroutineEnd.ABANDONED:
        return "give the channel room for one value, so that the goroutine ends whoever has stopped waiting for it"
    return f"give the goroutine a way to end (a context, a closed channel), or let go of {name} before it waits"


def _compiler_check(goroutine: Goroutine, captured: CapturedMap, subject: AbstractMap) -> CompilerCheck:
    """The closure's `func` and the `go` keyword; for a named function the creation sites of the map it is handed."""
    if captured.how == "own":
        return lifetime_check(subject)
    if goroutine.closure is not None:
        return CompilerCheck("closure-outlives-call", (goroutine.closure, goroutine.location))
    if subject.kind in OF_ONE_CALL and subject.creations:
        return CompilerCheck("map-outlives-call", subject.creations)
    return CompilerCheck("closure-outlives-call", (goroutine.location,))


RULE = Rule(
    id="ML201",
    name="goroutine-captures-map",
    summary="A goroutine that does not end keeps a map alive, or adds entries to one for ever.",
    rationale=prose("""
        A goroutine keeps everything reachable that its remaining code may still use. If it uses a captured or passed
        map after a wait, or in a loop around one, the map and all its entries stay for as long as the wait lasts; if
        the wait has no way to end, they stay until the process exits, once for each goroutine started. Setting the
        variable to nil in the starting function helps only when the closure captured that very variable: a goroutine
        that was handed the map has its own copy of the reference.

        A goroutine with an endless loop that inserts into a map which nothing empties is the same leak as a
        package-level map without a delete, even though the map is a local variable, of the starter or of the
        goroutine's own function. So is one in `main`, or in a method Run that serves until the process is stopped:
        they go on in the goroutine of their caller. A goroutine that can be stopped leaks like that for as long as
        what it serves lives: a connection, a server, the process.

        A decoder (`json.Unmarshal`) that is handed a map adds to the entries that are there. A map that is declared
        before the loop and decoded into on each turn keeps the keys of all messages so far, and shows old values
        where a message has none.
    """),
    not_reported=prose("""
        Goroutines that the starter waits for (`sync.WaitGroup`, an `errgroup`, a result channel), that come to an end
        by themselves, or that stop on a context or a closed channel, unless they fill a map that outlives them, serve
        an object that stays (they run its method, or are started by a loop without end), or decode into one map again
        and again. A map that is made anew every round. A use only before the wait: the collector frees the map even
        while the goroutine waits. A goroutine started once per process that merely holds a map. Goroutines in test
        files.
    """),
    remedy=prose("""
        Give the goroutine a way to end: `range` over a channel that the sender closes, or `select` on `ctx.Done()`. If
        it has to stay, copy what it needs out of the map before it waits, or delete entries as they are dealt with.
    """),
    bad=BAD,
    good=GOOD,
    level=Level.WARNING,
    confidence=Confidence.HIGH,
    precision="medium",
    tags=("memory-leak", "map", "goroutine", "concurrency"),
    cwe=772,
    check=check,
)
