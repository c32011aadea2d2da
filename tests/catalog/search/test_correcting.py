from __future__ import annotations

import pytest

from marketplace.catalog.search.correcting import allowed, deletes, distance, kept_deletes


@pytest.mark.parametrize(
    ("one", "other", "away"),
    [
        ("printer", "printer", 0),
        ("pritner", "printer", 1),
        ("printr", "printer", 1),
        ("prinnter", "printer", 1),
        ("prantar", "printer", 2),
        ("ab", "ba", 1),
        ("mug", "printer", 3),
    ],
)
def test_two_swapped_neighbours_are_one_mistake(one, other, away):
    assert distance(one, other, 2) == away


@pytest.mark.parametrize(
    ("word", "most"), [("tv", 0), ("mug", 0), ("lamp", 1), ("printer", 1), ("keyboard", 2)]
)
def test_longer_words_may_have_more_mistakes(word, most):
    assert allowed(word) == most


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("lmap", "lamp"),
        ("pritner", "printer"),
        ("kyeboadr", "keyboard"),
        ("kebord", "keyboard"),
        ("iapd", "ipad"),
    ],
)
def test_a_word_and_its_misspelling_have_a_delete_in_common(wrong, right):
    found = set(deletes(wrong, max(1, allowed(wrong)))) & set(kept_deletes(right))

    assert found or distance(wrong, right, 2) > allowed(wrong)


def test_deletes_are_bounded_however_long_the_word():
    assert len(kept_deletes("x".join("abcdefghijklmnopqrstuvwxyz"))) <= 29
