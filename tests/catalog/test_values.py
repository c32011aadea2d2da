from __future__ import annotations

import pytest

from marketplace.catalog.values import (
    Bucket,
    ProductSpecification,
    SpecificationType,
    StockLevel,
)
from marketplace.shared.errors import Invalid


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("text", "stoneware", "stoneware"),
        ("number", 450, "450"),
        ("number", 0.1 + 0.2, "0.3"),
        ("boolean", False, "No"),
        ("enum", "blue", "blue"),
    ],
)
def test_a_specification_reads_as_people_write_it(kind, value, shown):
    assert ProductSpecification("fact", kind, value).text == shown


def test_a_number_is_shown_with_its_unit():
    assert ProductSpecification("weight", "number", 450, "g").text == "450 g"


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        (("", "text", "x"), "name"),
        (("n" * 101, "text", "x"), "name"),
        (("n\x00", "text", "x"), "name"),
        (("n", "colour", "x"), "type"),
        (("n", "text", 5), "value"),
        (("n", "text", ""), "value"),
        (("n", "text", "\ud800"), "value"),
        (("n", "number", "5"), "value"),
        (("n", "number", True), "value"),
        (("n", "number", float("inf")), "value"),
        (("n", "number", 10**16), "value"),
        (("n", "boolean", 1), "value"),
        (("n", "text", "x", "g"), "unit"),
        (("n", "number", 5, "u" * 21), "unit"),
    ],
)
def test_a_specification_of_the_wrong_kind_names_what_is_wrong(parts, field):
    with pytest.raises(Invalid) as refused:
        ProductSpecification(*parts)

    assert refused.value.field == field


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [("number", "12", 12), ("number", "2.5", 2.5), ("boolean", " Yes ", True), ("boolean", "no", False)],
)
def test_a_specification_is_read_from_what_a_person_types(kind, typed, value):
    assert ProductSpecification.parse("n", SpecificationType(kind), typed).value == value


@pytest.mark.parametrize(("kind", "typed"), [("number", "many"), ("number", "nan"), ("boolean", "perhaps")])
def test_words_are_no_number_and_no_answer(kind, typed):
    with pytest.raises(Invalid) as refused:
        ProductSpecification.parse("n", SpecificationType(kind), typed)

    assert refused.value.field == "value"


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        (ProductSpecification("waterproof", "boolean", True), "waterproof"),
        (ProductSpecification("waterproof", "boolean", False), ""),
        (ProductSpecification("width", "number", 56), ""),
        (ProductSpecification("disk", "number", 500, "GB"), "500 GB"),
    ],
)
def test_a_search_finds_what_a_specification_says(spec, words):
    assert spec.words == words


@pytest.mark.parametrize(
    ("available", "bucket", "left"),
    [(6, Bucket.IN_STOCK, None), (5, Bucket.LOW, 5), (1, Bucket.LOW, 1), (0, Bucket.OUT, None)],
)
def test_the_public_reads_a_number_only_when_few_are_left(available, bucket, left):
    level = StockLevel(available=available)

    assert (level.bucket, level.left) == (bucket, left)


def test_what_is_not_counted_never_runs_out():
    assert StockLevel(track=False).bucket is Bucket.IN_STOCK


def test_a_number_larger_than_any_float_is_refused_like_any_other():
    with pytest.raises(Invalid, match="This number is too large"):
        ProductSpecification("Weight", SpecificationType.NUMBER, 10**400)
