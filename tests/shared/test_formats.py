from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask

from marketplace.shared import formats
from marketplace.shared.formats import countries
from marketplace.shared.values import Money


def render(app: Flask, template: str, value: object) -> str:
    """What the template writes for the value."""
    return app.jinja_env.from_string(template).render(value=value)


MOMENT = datetime(2024, 2, 29, 13, 5, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("template", "value", "text"),
    [
        ("{{ value | money }}", Money(123450, "USD"), "$1,234.50"),
        ("{{ value | money }}", Money(500, "JPY"), "¥500"),
        ("{{ value | date }}", MOMENT, "Feb 29, 2024"),
        ("{{ value | number }}", 19406, "19,406"),
        ("{{ value | country }}", "DE", "Germany"),
        ("{{ value | country }}", "??", "??"),
    ],
)
def test_templates_write_values_for_people(app, template, value, text):
    assert render(app, template, value) == text


def test_a_moment_says_that_it_is_in_utc(app):
    text = render(app, "{{ value | datetime }}", MOMENT)

    assert "Feb 29, 2024" in text
    assert text.endswith("UTC")


@pytest.mark.parametrize("settings", [{"ENV": "testing", "LOCALE": "de_DE", "SECRET_KEY": "k"}])
def test_another_locale_writes_in_its_own_way(app):
    text = render(app, "{{ value | number }} {{ 'DE' | country }}", 19406)

    assert text == "19.406 Deutschland"


def test_a_page_is_written_as_its_reader_prefers(app):
    formats.prefer("de_DE")

    assert render(app, "{{ value | money }}", Money(123450, "USD")) == "1.234,50\xa0$"
    formats.prefer(None)
    assert render(app, "{{ value | money }}", Money(123450, "USD")) == "$1,234.50"


def test_the_countries_are_those_with_a_post_by_name():
    found = countries("en_US")

    assert ("DE", "Germany") in found
    assert {"EU", "ZZ", "UN"}.isdisjoint(code for code, _ in found)
    assert [name for _, name in found] == sorted(name for _, name in found)
