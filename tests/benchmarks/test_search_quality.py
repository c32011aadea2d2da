"""The metrics of the search's benchmark, beside values that were worked out by hand."""

from __future__ import annotations

import pytest

from benchmarks.search_quality.metrics import misspelt, ndcg, quality, recall

LABELS = {"a": 3, "b": 2, "c": 0}


def test_the_best_order_is_worth_one():
    assert ndcg(LABELS, ["a", "b", "c"]) == 1


def test_a_product_further_down_gains_less():
    # (2^2 - 1) / log2(2) + (2^3 - 1) / log2(3), by 7 / log2(2) + 3 / log2(3)
    assert ndcg(LABELS, ["b", "a"]) == pytest.approx(7.4165 / 8.8928, abs=1e-4)


def test_a_product_that_nobody_judged_gains_nothing_and_takes_its_place():
    assert ndcg(LABELS, ["x", "a", "b"]) < 1


def test_only_the_first_ten_count():
    assert ndcg(LABELS, ["x"] * 10 + ["a"]) == 0


def test_recall_is_the_share_of_what_is_relevant():
    assert recall(LABELS, ["c", "a"]) == 0.5


def test_queries_without_a_relevant_product_count_as_answers_alone():
    figures = quality({"mug": LABELS, "saw": {"d": 1}}, {"mug": ["a", "b"], "saw": []})

    assert (figures.ndcg, figures.scored, figures.queries, figures.empty) == (1, 1, 2, 0.5)


def test_judged_only_leaves_out_what_nobody_judged():
    figures = quality({"mug": LABELS}, {"mug": ["x", "a", "b"]})

    assert (figures.ndcg_judged, figures.judged) == (1, pytest.approx(2 / 3))


def test_without_any_relevant_product_there_is_nothing_to_measure():
    with pytest.raises(ValueError, match="relevant"):
        quality({"saw": {"d": 1}}, {"saw": []})


@pytest.mark.parametrize(
    ("query", "wrong"),
    [("printer", "prniter"), ("wireless mouse", "wirleess mouse"), ("tv", "tv"), ("ssd", "ssd"), ("", "")],
)
def test_two_inner_letters_of_the_longest_word_are_swapped(query, wrong):
    assert misspelt(query) == wrong
