"""The rules that come with mapleak, in the order of their identifiers."""

from __future__ import annotations

from mapleak.rule import Rule
from mapleak_rules import (
    ml101_global_map_without_delete,
    ml102_field_map_without_delete,
    ml103_delete_never_reached,
    ml104_growing_element,
    ml201_goroutine_captures_map,
    ml301_unsafe_pointer_key,
    ml302_reflect_value_key,
    ml303_nan_key,
    ml304_fresh_key,
    ml401_sync_map_range_store,
    ml402_map_insert_in_range,
    ml501_shared_map_copy,
    ml502_decode_into_reused_map,
    ml601_unguarded_map_write,
    ml602_lock_not_released,
    ml701_pinned_backing_array,
    ml901_unused_suppression,
    ml902_malformed_suppression,
)

ALL_RULES: tuple[Rule, ...] = (
    ml101_global_map_without_delete.RULE,
    ml102_field_map_without_delete.RULE,
    ml103_delete_never_reached.RULE,
    ml104_growing_element.RULE,
    ml201_goroutine_captures_map.RULE,
    ml301_unsafe_pointer_key.RULE,
    ml302_reflect_value_key.RULE,
    ml303_nan_key.RULE,
    ml304_fresh_key.RULE,
    ml401_sync_map_range_store.RULE,
    ml402_map_insert_in_range.RULE,
    ml502_decode_into_reused_map.RULE,
    ml501_shared_map_copy.RULE,
    ml601_unguarded_map_write.RULE,
    ml602_lock_not_released.RULE,
    ml701_pinned_backing_array.RULE,
    ml901_unused_suppression.RULE,
    ml902_malformed_suppression.RULE,
)
