"""A shop that is served on a free port, and Chromium to visit it with."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from .chromium import find

#: What Chromium needs in a container, and what keeps it from asking other hosts for anything.
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]

OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for the whole run."""
    path = find()
    assert path, "There is no Chromium: run `make test`, which makes sure of one."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """Where the application is served for this test."""

    def serve(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        # Werkzeug's server forgets to close the answer, and the file in it, when the browser drops the line.
        with closing(app(environ, start_response)) as answer:  # type: ignore[type-var]
            yield from answer

    server = make_server("127.0.0.1", 0, serve, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def open_page(chromium: Browser, address: str) -> Iterator[OpenPage]:
    """Opens a page in a fresh browser profile: `open_page("/", width=360, javascript=False)`.

    The test fails when the page logged an error, such as a script or a style that the policy refused.
    """
    contexts, complaints = [], []

    def open_it(path: str, *, width: int = 1280, javascript: bool = True) -> Page:
        context = chromium.new_context(
            base_url=address,
            viewport={"width": width, "height": 900},
            java_script_enabled=javascript,
            locale="en-US",
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.goto(path)
        return page

    yield open_it
    for context in contexts:
        context.close()
    unexpected = [text for text in complaints if "status of 4" not in text]
    assert not unexpected
