"""Public answers are kept for a moment in the process, so that a crowd at one page costs one page.

    @blueprint.get("/c/<slug>")
    @access.everyone
    @freshness.public
    def show_category(slug): ...

Only what an anonymous visitor gets is kept, and only given to those: requests that bring a cookie or a token
never come here. What was changed is seen after `FRESH_SECONDS` at the latest; 0 keeps nothing.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, Response, current_app, request

View = TypeVar("View", bound=Callable[..., Any])
T = TypeVar("T")
K = TypeVar("K")
Key = tuple[str, ...]

#: How many bytes are kept in a process, and the longest answer among them.
ROOM, LONGEST = 32 * 2**20, 2**19

#: What the application says to the keeper about an answer, in the WSGI environment.
MAY_KEEP = "marketplace.may_keep"

#: How many facts of one kind are remembered in a process.
MOST_FACTS = 10_000

#: What every answer has of its own.
_OWN = ("x-request-id", "date", "ratelimit-limit", "ratelimit-remaining", "ratelimit-reset")


def public(view: View) -> View:
    """A page or list that is the same for every anonymous visitor."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


class _Facts:
    """Facts of one kind, each with the time that it is known until; the ones that end first stand first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[Any, tuple[float, Any]] = {}

    def __len__(self) -> int:
        return len(self._known)

    def known(self, keys: Iterable[K]) -> dict[K, Any]:
        """Those of these keys that are known now."""
        moment = time.monotonic()
        found = ((key, self._known.get(key, _NEVER)) for key in keys)
        return {key: fact for key, (until, fact) in found if until > moment}

    def learn(self, facts: Mapping[Any, Any], until: float, seconds: float) -> None:
        """Know these until then, and forget what ended so many seconds ago; None is not remembered."""
        with self._lock:
            self._forget(time.monotonic() - seconds)
            if len(self._known) + len(facts) > MOST_FACTS:
                self._known.clear()
            for key, fact in facts.items():
                self._known.pop(key, None)
                if fact is not None:
                    self._known[key] = (until, fact)

    def _forget(self, moment: float) -> None:
        while (first := next(iter(self._known), None)) is not None and self._known[first][0] <= moment:
            del self._known[first]

    def take_over(self, most: int, seconds: float) -> list[Any]:
        """Forget what is known no more: so many of what ended within the last seconds, to be learnt anew."""
        moment = time.monotonic()
        ended: list[Any] = []
        with self._lock:
            while len(ended) < most and (first := next(iter(self._known), None)) is not None:
                until, _ = self._known[first]
                if until > moment:
                    break
                del self._known[first]
                if until > moment - seconds:
                    ended.append(first)
        return ended


_NEVER = (0.0, None)


def _facts_of(kind: str) -> _Facts:
    kinds: dict[str, _Facts] = current_app.extensions["remembered"]
    known = kinds.get(kind)
    return kinds.setdefault(kind, _Facts()) if known is None else known


def remembered(name: str, make: Callable[[], T]) -> T:
    """What `make` answered under this name in the last `FRESH_SECONDS`, or answers now.

    For facts that public pages show over and over and that seldom change, such as the first categories.
    Whoever gets one must not change it. None is not remembered.
    """
    return remembered_each("", [name], lambda _: {name: make()})[name]


def remembered_each(
    kind: str, keys: Iterable[K], make: Callable[[list[K]], Mapping[K, T]], *, along: int = 0
) -> dict[K, T]:
    """The same for several facts of one kind: `make` is asked for those that are not remembered, at once.

    Those that it does not answer are left out, and not remembered. What many pages show is asked for `along`:
    so many others that were remembered until a moment ago, so that they are read together and not one by one.
    """
    wanted = list(dict.fromkeys(keys))
    seconds = current_app.config["FRESH_SECONDS"]
    if seconds <= 0:
        return dict(make(wanted)) if wanted else {}
    facts = _facts_of(kind)
    known = facts.known(wanted)
    missing = [key for key in wanted if key not in known]
    if not missing:
        return known
    others = [key for key in facts.take_over(along, seconds) if key not in wanted] if along else []
    until = time.monotonic() + seconds
    made = make(missing + others)
    facts.learn(made, until, seconds)
    return known | {key: made[key] for key in missing if key in made}


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer, and until when it is given."""

    until: float
    headers: list[tuple[str, str]]
    etag: str
    body: bytes

    @property
    def size(self) -> int:
        """About how many bytes it takes."""
        return len(self.body) + sum(len(name) + len(value) for name, value in self.headers) + 500


class Keeper:
    """WSGI around the application: answers what it kept, and keeps what the application lets it."""

    def __init__(self, app: Callable[..., Iterable[bytes]], seconds: Callable[[], float]) -> None:
        self._app, self._seconds = app, seconds
        self._lock = threading.Lock()
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self._size = 0

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer the request."""
        key = _key(environ)
        if key is None or self._seconds() <= 0:
            return self._app(environ, start_response)
        kept = self._kept.get(key)
        if kept is not None and kept.until > time.monotonic():
            return _give(kept, environ, start_response)
        return self._ask(key, environ, start_response)

    def _ask(self, key: Key, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        began: list[tuple[str, list[tuple[str, str]]]] = []

        def listen(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            began.append((status, headers))
            return start_response(status, headers, *error)

        body = self._app(environ, listen)
        if not environ.get(MAY_KEEP) or any(name.lower() == "set-cookie" for name, _ in began[-1][1]):
            return body
        try:
            whole = b"".join(body)
        finally:
            if hasattr(body, "close"):
                body.close()
        self._keep(key, began[-1][1], whole)
        return [whole]

    def _keep(self, key: Key, headers: list[tuple[str, str]], body: bytes) -> None:
        shared = [(name, value) for name, value in headers if name.lower() not in _OWN]
        etag = next((value for name, value in shared if name.lower() == "etag"), "")
        kept = Kept(time.monotonic() + self._seconds(), shared, etag, body)
        if len(body) > LONGEST:
            return
        with self._lock:
            before = self._kept.pop(key, None)
            self._kept[key] = kept
            self._size += kept.size - (before.size if before else 0)
            while self._size > ROOM:
                _, oldest = self._kept.popitem(last=False)
                self._size -= oldest.size


def _key(environ: dict[str, Any]) -> Key | None:
    """What tells public answers apart; None for requests whose answer may be somebody's own."""
    if environ["REQUEST_METHOD"] != "GET" or "HTTP_COOKIE" in environ or "HTTP_AUTHORIZATION" in environ:
        return None
    names = ("wsgi.url_scheme", "HTTP_HOST", "PATH_INFO", "QUERY_STRING", "HTTP_ACCEPT", "HTTP_HX_REQUEST")
    return tuple(str(environ.get(name, "")) for name in names)


def _give(kept: Kept, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    headers = [*kept.headers, ("X-Request-Id", secrets.token_hex(8))]
    if kept.etag and environ.get("HTTP_IF_NONE_MATCH") == kept.etag:
        start_response("304 Not Modified", [one for one in headers if not one[0].startswith("Content-")])
        return []
    start_response("200 OK", headers)
    return [kept.body]


def _tell_keeper(response: Response) -> Response:
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "is_public", False) and response.status_code == 200 and not response.is_streamed:
        request.environ[MAY_KEEP] = True
    return response


def init_app(app: Flask) -> None:
    """Keep the application's public answers."""
    app.extensions["remembered"] = {}
    app.after_request(_tell_keeper)
    app.wsgi_app = Keeper(app.wsgi_app, lambda: app.config["FRESH_SECONDS"])  # type: ignore[method-assign]
