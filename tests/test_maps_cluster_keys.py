"""Keys that name the objects of a cluster, and names that are given once."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.maps.model import Growth
from mapleak.model import Certainty
from maps_source import model_of

RECONCILER = """
package controllers

import (
	"context"
	"fmt"

	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

type Widget struct {
	Name, Namespace, Kind string
	UID                   string
	Number                int
}

func (w *Widget) GetName() string      { return w.Name }
func (w *Widget) GetNamespace() string { return w.Namespace }

type Reconciler struct {
	client.Client
	seen map[any]int
}

func (r *Reconciler) Reconcile(ctx context.Context, req reconcile.Request) (reconcile.Result, error) {
	w, other := &Widget{}, &Widget{}
	if err := r.Get(ctx, req.NamespacedName, w); err != nil {
		return reconcile.Result{}, fmt.Errorf("no widget %%v", other)
	}
	r.seen[%s]++
	return reconcile.Result{}, nil
}
"""


@pytest.mark.parametrize(
    ("key", "certainty"),
    [
        ('w.Namespace + "/" + w.Name', Certainty.LIKELY),
        ('w.GetNamespace() + "/" + w.GetName()', Certainty.LIKELY),
        ('fmt.Sprintf("%s/%s", w.Namespace, w.Name)', Certainty.LIKELY),
        ('w.Kind + "/" + w.Name', Certainty.UNKNOWN),
        ('w.Namespace + "/" + other.Name', Certainty.UNKNOWN),
        ("w.Name", Certainty.UNKNOWN),
    ],
)
def test_namespace_and_name_name_an_object_of_a_cluster(tmp_path: Path, key: str, certainty: Certainty) -> None:
    subject = model_of(tmp_path, {"controllers/c.go": RECONCILER % key}).map(
        "example.com/m/controllers.Reconciler.seen"
    )
    assert subject is not None
    assert [(op.growth, op.growth_certainty) for op in subject.inserts] == [(Growth.UNBOUNDED, certainty)]


@pytest.mark.parametrize(("key", "typed"), [("w.UID", True), ("w.Namespace + w.UID", True), ("w.Number", False)])
def test_what_is_called_unique_is_given_once(tmp_path: Path, key: str, typed: bool) -> None:
    subject = model_of(tmp_path, {"controllers/c.go": RECONCILER % key}).map(
        "example.com/m/controllers.Reconciler.seen"
    )
    assert subject is not None
    assert [op.growth_typed for op in subject.inserts] == [typed]
