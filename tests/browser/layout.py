"""How a page is laid out."""

from __future__ import annotations

from playwright.sync_api import Page


def fits(page: Page, width: int) -> bool:
    """Whether nothing of the page, with its styles, is beyond the edge of a window so wide."""
    page.wait_for_load_state()
    return bool(page.evaluate("document.documentElement.scrollWidth") <= width)
