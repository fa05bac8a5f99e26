"""When a removal from one map says that the life of a key ends, and when it only says what goes on at the moment."""

from __future__ import annotations

from pathlib import Path

import pytest

from maps_source import model_of

HEAD = """\
package m

import (
	"sync"
	"time"
)

var _ = time.Now

type Job struct{ n int }

type S struct {
	mu       sync.Mutex
	jobs     map[string]*Job
	seen     map[string][]int
	other    map[string]int
	sem      map[string]chan struct{}
	inFlight map[string]bool
	members  map[string]bool
	ready    map[string]chan struct{}
	timers   map[string]*time.Timer
}

func (s *S) Close() {}

"""

TOGETHER = """\
func (s *S) Add(k string) {
	s.other[k] = 1
	s.%(beside)s[k] = %(value)s
}

func (s *S) Done(k string) {
	delete(s.%(beside)s, k)
%(more)s}
"""

LOADS = """\
func (s *S) Get(k string) *Job {
	wait, loading := s.ready[k]
	if !loading {
		s.ready[k] = make(chan struct{})
	}
	if %s {
		<-wait
		return s.jobs[k]
	}
	j := &Job{}
	s.jobs[k] = j
	delete(s.ready, k)
	return j
}

func (s *S) Drop(k string) { delete(s.jobs, k) }
"""

REPLACES = """\
func (s *S) Put(k string, j *Job) {
	s.drop(k)
	s.jobs[k] = j
	s.other[k] = 1
}

func (s *S) drop(k string) { delete(s.jobs, k) }
"""


def together(beside: str, value: str, more: str = "") -> str:
    """Two maps filled under the same key, one of them cleaned."""
    return TOGETHER % {"beside": beside, "value": value, "more": more}


EVENTS = """\
func (s *S) Add(k string) {
	s.jobs[k] = &Job{}
	s.other[k] = 1
}

func (s *S) Loop(got, gone chan string) {
	for {
		select {
		case k := <-got:
			if len(k) > 9 {
				delete(s.other, k)
			} else {
				%s
			}
		case k := <-gone:
			%s
		}
	}
}
"""

GIVES_BACK = """\
func (s *S) Acquire(k string) {
	if s.sem[k] == nil {
		s.sem[k] = make(chan struct{}, 1)
	}
	s.sem[k] <- struct{}{}
}

func (s *S) %s(k string) { <-s.sem[k] }
"""

CUTS = """\
func (s *S) Add(k string) { s.seen[k] = append(s.seen[k], 1) }

func (s *S) Remove(k string, n int) {
	if have, ok := s.seen[k]; ok {
%s	}
}
"""

FORMS = {
    "jobs that end": ("other", "sibling", together("jobs", "&Job{}")),
    "members that leave": ("other", "sibling", together("members", "true")),
    "in flight": ("other", "", together("inFlight", "true")),
    "a timer that has fired": ("other", "", together("timers", "time.NewTimer(0)")),
    "moved": ("other", "", together("jobs", "&Job{}", "\ts.other[k] = 2\n")),
    "replaced on insertion": ("other", "", REPLACES),
    "an early return": ("ready", "one-way-out", LOADS % "len(k) > 9"),
    "a return that did not store": ("ready", "", LOADS % "loading"),
    "two events": ("other", "", EVENTS % ("println(k)", "delete(s.jobs, k)")),
    "two ways of one event": ("other", "one-way-out", EVENTS % ("delete(s.jobs, k)", "println(k)")),
    "a lock that is destroyed": ("sem", "only-reads", GIVES_BACK % "Destroy"),
    "a lock that is given back": ("sem", "", GIVES_BACK % "Release"),
    "a look": ("seen", "only-reads", CUTS % "\t\tprintln(have, n)\n"),
    "a cut": ("seen", "", CUTS % "\t\ts.seen[k] = append(have[:n], have[n+1:]...)\n"),
}


@pytest.mark.parametrize("form", FORMS)
def test_what_is_said_of_a_map(form: str, tmp_path: Path) -> None:
    """The one miss of the field, or none."""
    field, expected, source = FORMS[form]
    found = model_of(tmp_path, {"p.go": f"{HEAD}{source}"}).map(f"example.com/m.S.{field}")
    assert found is not None
    misses = (*(op.missed for op in found.removes if op.missed is not None), *found.missing)
    assert {missed.kind.value for missed in misses} == ({expected} if expected else set())


ROUNDS = """\
func (s *S) Round(tasks map[string]*Job, local []string, gone []string) {
	for name, job := range tasks {
		s.members[name] = true
		s.jobs[name] = job
	}
	for _, name := range %s {
		delete(s.members, name)
	}
}
"""


@pytest.mark.parametrize(("ending", "found"), [("local", True), ("tasks", False)])
def test_rounds_that_look_after_a_table_put_in_and_take_out(tmp_path: Path, ending: str, found: bool) -> None:
    """What a function takes out again of what it has put in is a mark for the time of the call; what it takes out of
    another list has ended."""
    body = ROUNDS % ending if ending == "local" else ROUNDS.replace("_, name := range %s", "name := range tasks")
    subject = model_of(tmp_path, {"s.go": HEAD + body}).map("example.com/m.S.jobs")
    assert subject is not None
    assert bool(subject.missing) is found
