"""What every request and every answer has: an id, a deadline, and headers that protect."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Callable, MutableMapping
from contextlib import ExitStack
from functools import lru_cache
from typing import Any

import pymongo
from flask import Flask, Response, current_app, g, has_request_context, request
from flask.templating import Environment
from werkzeug.middleware.proxy_fix import ProxyFix

from . import connections, identity, uploads

#: The largest body that a request may have, in bytes, unless its route takes files (`uploads`).
LARGEST_BODY = 1_048_576

#: What is answered also while the database is away.
EXEMPT = ("/static/", "/health/")

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

#: How many addresses are kept in a process.
ADDRESSES = 8192

#: Texts that are longer, such as where somebody goes on afterwards, are in no address that is kept.
LONGEST_KEPT = 200


class Templates(Environment):
    """Templates that find the application's globals in a dict of their own.

    Flask hands them on in a ChainMap, and each import of macros compares its keys, one by one. Globals are
    there before the first template is loaded.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The application's globals, and these."""
        return {**self.globals, **(d or {})}


class Synchronous(Flask):
    """A Flask whose views and hooks are plain functions: none is looked at for being a coroutine."""

    jinja_environment = Templates

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._addresses = lru_cache(ADDRESSES)(self._address)

    def url_for(self, /, endpoint: str, **values: Any) -> str:
        """The address of an endpoint; within the site, made of texts alone, it is kept."""
        given = tuple(pair for pair in values.items() if pair[1] is not None)
        is_plain = not endpoint.startswith(".") and all(
            type(one) is str and len(one) <= LONGEST_KEPT and name[0] != "_" for name, one in given
        )
        if not is_plain or not has_request_context():
            return super().url_for(endpoint, **values)
        return self._addresses(request.script_root, endpoint, given)

    def _address(self, _: str, endpoint: str, values: tuple[tuple[str, str], ...]) -> str:
        """The address under the root that it is kept by, which is this request's."""
        return super().url_for(endpoint, _external=False, **dict(values))

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function."""
        return func


def _open() -> None:
    given = request.environ.get("HTTP_X_REQUEST_ID", "")
    g.request_id = given if re.fullmatch(r"[\w-]{8,64}", given) else secrets.token_hex(8)
    limit = uploads.limit_of_request()
    if limit is not None:
        request.max_content_length = limit.size
    _set_deadline()
    if not f"{request.path}/".startswith(EXEMPT):
        connections.check()


def _set_deadline() -> None:
    g.deadline = ExitStack()
    g.deadline.enter_context(pymongo.timeout(current_app.config["REQUEST_TIMEOUT"]))


def renew_deadline() -> None:
    """Give the database its time anew, after work of the request's own that took long."""
    g.pop("deadline").close()
    _set_deadline()


def _close(_: BaseException | None) -> None:
    deadline = g.pop("deadline", None)
    if deadline is not None:
        deadline.close()


def _add_headers(response: Response) -> Response:
    given = {name.lower() for name, _ in response.headers}
    if "cache-control" not in given:
        response.headers["Cache-Control"] = _cache_control()
        response.vary.add("Cookie")
    added = HEADERS | {"X-Request-Id": g.get("request_id", "")}
    if current_app.config["SESSION_COOKIE_SECURE"]:
        added["Strict-Transport-Security"] = "max-age=31536000"
    response.headers.extend([(name, value) for name, value in added.items() if name.lower() not in given])
    return response


def _cache_control() -> str:
    """Public pages may be kept and asked for again; what is somebody's own is kept nowhere."""
    own = identity.has_session() or identity.brings_token() or _opens_something()
    if request.method not in ("GET", "HEAD") or own:
        return "private, no-store"
    return "private, no-cache" if request.cookies else "no-cache"


def _opens_something() -> bool:
    """Whether the address itself opens what is somebody's own: an order's key, a mailed link's token."""
    return "key" in request.args or "token" in request.args


def init_app(app: Flask) -> None:
    """Give every request its id and deadline, and every answer its headers."""
    logging.basicConfig(
        level=app.config["LOG_LEVEL"], format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.config["MAX_FORM_MEMORY_SIZE"] = LARGEST_BODY
    hops = app.config["TRUSTED_PROXIES"]
    if hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.before_request(_open)
    app.after_request(_add_headers)
    app.teardown_request(_close)
