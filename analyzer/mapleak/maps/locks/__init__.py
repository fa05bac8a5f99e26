"""Locks and the maps they guard: locks that are not given back, maps that are not guarded."""
