from __future__ import annotations

import pytest

from marketplace.catalog.values import Picture, quality_of

GOOD = {
    "title": "Mug with a blue glaze",
    "description": "For two hands. " * 20,
    "brand": "Kiln",
    "tags": ["mug"],
    "specs": ["weight", "height", "material"],
    "pictures": [Picture(f"{number}.webp", alt="A mug") for number in range(3)],
}


def test_a_listing_that_says_everything_has_all_points():
    assert quality_of(**GOOD).score == 100
    assert quality_of(**GOOD).hints == ()


def test_a_listing_that_says_nothing_has_none():
    assert quality_of(title="Mug").score == 0


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"pictures": []}, "no_picture"),
        ({"pictures": GOOD["pictures"][:2]}, "few_pictures"),
        ({"pictures": [*GOOD["pictures"], Picture("4.webp")]}, "no_alt_text"),
        ({"description": ""}, "no_description"),
        ({"description": "For two hands."}, "short_description"),
        ({"brand": None}, "no_brand"),
        ({"specs": []}, "no_facts"),
        ({"specs": ["weight"]}, "few_facts"),
        ({"title": "Mug"}, "short_title"),
        ({"tags": []}, "no_tags"),
    ],
)
def test_each_thing_that_would_help_is_named_and_costs_points(changes, code):
    found = quality_of(**GOOD | changes)

    assert [hint.code for hint in found.hints] == [code]
    assert found.score == 100 - found.hints[0].points


def test_what_helps_most_is_named_first():
    points = [hint.points for hint in quality_of(title="Mug").hints]

    assert points == sorted(points, reverse=True)
