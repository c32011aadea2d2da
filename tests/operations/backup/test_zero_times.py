"""Timestamps of zero, which an insert would set to the present: found among the bytes of documents."""

from __future__ import annotations

import re

import bson
import pytest
from bson import Timestamp
from hypothesis import given
from hypothesis import strategies as st

from marketplace.operations.backup.loading import may_hold_zero_time

#: The same as a pattern, which takes the square of the length where hardly a byte is zero.
PATTERN = re.compile(rb"\x11[^\x00]*\x00{9}")

PARTS = st.sampled_from([b"\x11", b"\x00", b"a", bytes(8), bytes(9), b"\x11t\x00" + bytes(8), b"\x11\x00"])


@pytest.mark.parametrize(
    "value", [{"at": Timestamp(0, 0)}, {"": Timestamp(0, 0)}, {"in": [{"a": {"at": Timestamp(0, 0)}}]}]
)
def test_one_is_found_at_any_depth(value):
    assert may_hold_zero_time(bson.encode({"before": "x", "value": value}))


@pytest.mark.parametrize("value", [Timestamp(1, 0), Timestamp(0, 1), 0, "", bytes(20), "\x11", b"\x11" * 9])
def test_other_values_are_none(value):
    assert not may_hold_zero_time(bson.encode({"value": value}))


@given(st.lists(PARTS, max_size=12).map(b"".join))
def test_it_finds_what_the_pattern_does(data):
    assert may_hold_zero_time(data) == (PATTERN.search(data) is not None)


def test_bytes_that_all_could_begin_one_are_looked_at_once():
    assert not may_hold_zero_time(bson.encode({"text": "\x11" * 10_000_000}))
