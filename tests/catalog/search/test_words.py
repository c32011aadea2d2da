from __future__ import annotations

import pytest

from marketplace.catalog.values.words import (
    code,
    compounds,
    fold,
    is_accessory,
    search_entry,
    stem,
    tokens,
    wants_accessory,
)


@pytest.mark.parametrize(("text", "folded"), [("Café", "cafe"), ("STRASSE", "strasse"), ("Ørsted", "ørsted")])
def test_case_and_accents_do_not_matter(text, folded):
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("tn-2110", [("tn", "2110")]),
        ('15.6" screen', [("15_6",), ("screen",)]),
        ("men's shoes", [("men",), ("shoes",)]),
        ('"usb -keyboard', [("usb",), ("keyboard",)]),
        ("🚲 \\ {}", []),
    ],
)
def test_a_text_is_cut_into_words_and_these_into_parts(text, parts):
    assert compounds(text) == parts


def test_a_compound_is_found_by_its_parts_and_as_one_word():
    assert list(tokens("The TN-2110 and Wi-Fi")) == ["tn", "2110", "tn2110", "wi", "fi", "wifi"]


@pytest.mark.parametrize(
    ("one", "other"), [("battery", "batteries"), ("printer", "printers"), ("box", "boxes"), ("tv", "tv")]
)
def test_the_forms_of_a_word_have_one_stem(one, other):
    assert stem(one) == stem(other)


def test_a_language_has_its_own_endings():
    assert stem("lampen", "german") == stem("lampe", "german")
    assert stem("lampen", "none") == "lampen"


@pytest.mark.parametrize("written", ["TN-2110", "tn 2110", "TN2110"])
def test_an_article_number_is_the_same_however_it_is_written(written):
    assert code(written) == "tn2110"


def test_a_word_of_the_title_weighs_more_than_one_of_the_description():
    weights = search_entry(title="Mug", description="A cup for tea")["weights"]

    assert weights["mug"] > weights["cup"]


def test_a_word_weighs_less_in_a_longer_title():
    short = search_entry(title="Blue mug")["weights"]
    long = search_entry(title="Blue mug with a very long title of many words that say little")["weights"]

    assert short["mug"] > long["mug"]


def test_weights_are_whole_numbers_within_bounds():
    weights = search_entry(title="mug " * 100, description="x" * 9000)["weights"]

    assert all(isinstance(one, int) and 1 <= one <= 100 for one in weights.values())


def test_the_words_of_a_product_are_bounded():
    many = " ".join(f"word{number}" for number in range(5000))

    assert len(search_entry(title="Mug", description=many)["weights"]) <= 501


def test_a_word_never_breaks_the_name_of_a_field():
    weights = search_entry(title="Size 15.6 $where a.b node.js")["weights"]

    assert not [word for word in weights if "." in word or word.startswith("$")]


@pytest.mark.parametrize(
    ("title", "goes_with"),
    [("Case for Phone X", True), ("Laptop bag", True), ("Phone X 64 GB", False), ("Bicycle", False)],
)
def test_what_goes_with_another_product_is_told_by_its_title(title, goes_with):
    assert is_accessory(title) is goes_with


def test_who_asks_for_a_case_wants_an_accessory():
    assert wants_accessory([stem("phone"), stem("cases")])
