"""What stands above and below every page; what visitors get of it is kept as long as it shows the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from flask import Flask, current_app, request
from jinja2 import Template
from markupsafe import Markup

#: How many headers and footers are kept: a header shows what was searched for.
KEPT = 256


def header(
    name: str,
    searched: str,
    categories: Iterable[Mapping[str, str]],
    pieces: int,
    member: Any = None,
    inbox: Any = None,
) -> Markup:
    """The header of a page; `pieces` is how many are in the cart, `inbox` the link to a member's messages."""
    links = tuple((one["name"], one["url"]) for one in categories)
    shown = (name, searched, links, pieces)
    if member:
        drawn: Markup = _template().module.site_header(*shown, member, inbox)  # type: ignore[attr-defined]
        return drawn
    return _kept_header(_template(), request.script_root, *shown)


def footer(name: str, member: Any = None) -> Markup:
    """The footer of a page."""
    return _kept_footer(_template(), request.script_root, name, bool(member))


def _template() -> Template:
    return current_app.jinja_env.get_template("macros/frame.html")


@lru_cache(KEPT)
def _kept_header(frame: Template, root: str, *shown: Any) -> Markup:
    drawn: Markup = frame.module.site_header(*shown)  # type: ignore[attr-defined]
    return drawn


@lru_cache(KEPT)
def _kept_footer(frame: Template, root: str, *shown: Any) -> Markup:
    drawn: Markup = frame.module.site_footer(*shown)  # type: ignore[attr-defined]
    return drawn


def init_app(app: Flask) -> None:
    """Let pages draw both."""
    app.jinja_env.globals |= {"frame_header": header, "frame_footer": footer}
