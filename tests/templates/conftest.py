from __future__ import annotations

from collections.abc import Callable, Iterator
from html.parser import HTMLParser

import pytest
from flask import Flask

#: Which file each macro comes from.
FILES = {
    "forms": "csrf, post_form, field, select, checkbox, radios, error_summary, button, quantity",
    "layout": "breadcrumb, cell, data_table, empty_state, icon, notice, pager, row, sort_form, tabs",
    "goods": "picture, price, product_card, stars, stock, tile, variant_picker",
    "orders": "address, line, progress, timeline, totals",
}


class Page(HTMLParser):
    """What a piece of HTML holds: its elements in order, each a name with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words += data.split()

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of every element of this name."""
        return [attributes for name, attributes in self.elements if name == tag]

    def one(self, tag: str) -> dict[str, str | None]:
        """The attributes of the only element of this name."""
        (found,) = self.all(tag)
        return found

    @property
    def text(self) -> str:
        """The words that people read."""
        return " ".join(self.words)


@pytest.fixture
def render(app: Flask) -> Iterator[Callable[..., Page]]:
    """Renders a line of template in which every macro is known."""
    imports = "".join(f'{{% from "macros/{name}.html" import {macros} %}}' for name, macros in FILES.items())
    with app.test_request_context():
        yield lambda source, **values: Page(app.jinja_env.from_string(imports + source).render(values))
