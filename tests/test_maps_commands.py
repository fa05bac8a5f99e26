"""What a command of a program reads, and what semaphores guard: libraries that programs are made with."""

from __future__ import annotations

from pathlib import Path

import pytest

from maps_source import model_of

SETTINGS = """
package main

import (
	"encoding/json"
	"os"

	"github.com/urfave/cli/v2"
)

type Settings struct{ Hosts map[string]string }

var settings Settings

func Read(%s) error {
	f, err := os.Open("settings.json")
	if err != nil {
		return err
	}
	return json.NewDecoder(f).Decode(&settings)
}

func Watch(changed chan string, c *cli.Context) {
	for name := range changed {
		Read(%s)
	}
}
"""

GUARDED = """
package m

import (
	"context"
	"time"

	"golang.org/x/sync/semaphore"
)

type Recorder struct {
	sem   *semaphore.Weighted
	spans map[string]time.Time
}

func New() *Recorder {
	r := &Recorder{sem: semaphore.NewWeighted(1), spans: map[string]time.Time{}}
	go func() {
		for range time.Tick(time.Minute) {
			r.sweep()
		}
	}()
	return r
}

func (r *Recorder) sweep() {
	%s
	for name := range r.spans {
		delete(r.spans, name)
	}
}

func (r *Recorder) Record(name string) {
	%s
	r.spans[name] = time.Now()
}
"""

TAKEN = "r.sem.Acquire(context.Background(), 1)\n\tdefer r.sem.Release(1)"


@pytest.mark.parametrize(
    ("params", "args", "found"), [("c *cli.Context, name string", "c, name", 0), ("name string", "name", 1)]
)
def test_a_command_reads_its_settings(tmp_path: Path, params: str, args: str, found: int) -> None:
    """A run of the program calls it once, wherever it is called in the source."""
    assert len(model_of(tmp_path, {"main.go": SETTINGS % (params, args)}).decodes) == found


@pytest.mark.parametrize(("taken", "found"), [(TAKEN, 0), ("_ = context.Background", 1)])
def test_a_semaphore_is_a_lock(tmp_path: Path, taken: str, found: int) -> None:
    assert len(model_of(tmp_path, {"m.go": GUARDED % (taken, taken)}).unguarded) == found
