"""Flask-Session on Redis, made lazy and made safe.

What differs from the library's own interface, and why:

- A request that does not touch the session sends nothing to Redis.
- Only msgpack is read. The library would unpickle, and so run, whatever it finds in Redis.
- Redis keys are hashes of the ids in the cookies: who reads Redis cannot sign in as anyone.
- Reading slides the idle time (GETEX, one round trip); an absolute end is kept inside the value.
- The sessions of a user are known, so that a new password ends them all.
- A session that exists is only ever overwritten, never created again (SET XX), so a slow request cannot
  bring it back after somebody signed out.
- Without Redis a visitor is treated as nobody: browsing goes on, and signing in says why it cannot.

In-place changes of nested values are not noticed: assign them again, or set `session.modified`.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
from flask import Flask, Request, Response
from flask_session.base import ServerSideSession, ServerSideSessionInterface
from redis.exceptions import RedisError
from werkzeug.datastructures import CallbackDict

from . import connections
from .errors import Unavailable

log = logging.getLogger(__name__)

#: A session's value may not grow beyond this many bytes: it is no place for data.
LARGEST = 16_384


class LazySession(ServerSideSession):
    """A session that is fetched when it is first looked at.

    `available` is False when Redis did not answer; the session is then empty and is not stored.
    """

    def __init__(self, sid: str, fetch: Callable[[], dict[str, Any] | None] | None) -> None:
        super().__init__(sid=sid, permanent=None)
        self.is_new = fetch is None
        self.available = True
        self._fetch = fetch

    def load(self) -> None:
        """Fetch it from Redis, once."""
        if self._fetch is None:
            return
        fetch, self._fetch = self._fetch, None
        try:
            data = fetch()
        except RedisError:
            log.warning("The session store does not answer.", exc_info=True)
            self.available = False
            return
        if data is None:
            # The browser brought an id that Redis does not know: never adopt it.
            self.is_new, self.sid = True, secrets.token_urlsafe()
        else:
            dict.update(self, data)

    def clear(self) -> None:
        """Empty it, which deletes it from Redis and from the browser at the end of the request."""
        self.load()
        CallbackDict.clear(self)

    def _forget(self) -> None:
        """Be nobody's for the rest of this request, and leave what is stored alone."""
        dict.clear(self)
        self.available = False


def _loading(name: str) -> Callable[..., Any]:
    plain = getattr(ServerSideSession, name)

    def method(self: LazySession, *args: Any, **kwargs: Any) -> Any:
        self.load()
        self.accessed = True
        return plain(self, *args, **kwargs)

    method.__name__ = name
    method.__doc__ = plain.__doc__
    return method


for _name in (
    "__getitem__", "__setitem__", "__delitem__", "__contains__", "__iter__", "__len__", "__bool__",
    "__eq__", "__ior__", "get", "pop", "popitem", "setdefault", "update", "copy", "keys", "values", "items",
):  # fmt: skip
    setattr(LazySession, _name, _loading(_name))


class RedisSessions(ServerSideSessionInterface):
    """The session interface of the application."""

    session_class = LazySession

    def __init__(self, app: Flask) -> None:
        super().__init__(app, key_prefix="session:", permanent=True, serialization_format="msgpack")
        self.idle = timedelta(days=app.config["SESSION_IDLE_DAYS"])
        self.longest = timedelta(days=app.config["SESSION_MAX_DAYS"])
        app.permanent_session_lifetime = self.longest

    def open_session(self, app: Flask, request: Request) -> LazySession:
        """The visitor's session, not fetched yet; a new empty one without a cookie."""
        sid = request.cookies.get(app.config["SESSION_COOKIE_NAME"])
        if not sid:
            return LazySession(self._generate_sid(self.sid_length), None)
        return LazySession(sid, lambda: self._retrieve_session_data(self._get_store_id(sid)))

    def save_session(self, app: Flask, session: LazySession, response: Response) -> None:
        """Store what changed and set the cookie of a new or renewed session."""
        if session.accessed:
            response.vary.add("Cookie")
        if not session.modified or not session.available:
            return
        name, path = self.get_cookie_name(app), self.get_cookie_path(app)
        if not dict.__len__(session):
            if not session.is_new:
                self._delete_session(self._get_store_id(session.sid))
            response.delete_cookie(name, path=path, domain=self.get_cookie_domain(app))
            return
        self._upsert_session(self.idle, session, self._get_store_id(session.sid))
        response.set_cookie(
            name,
            session.sid,
            max_age=self.longest,
            path=path,
            domain=self.get_cookie_domain(app),
            httponly=True,
            secure=self.get_cookie_secure(app),
            samesite="Lax",
        )

    def renew(self, session: LazySession, **values: Any) -> None:
        """Store the session with these values under a new id, at every change of what it may do.

        Raises Unavailable, with nobody signed in, when Redis does not answer.
        """
        session.load()
        old = None if session.is_new else self._get_store_id(session.sid)
        try:
            if not session.available:
                raise RedisError
            if old:
                self._delete_session(old)
            session.sid, session.is_new = self._generate_sid(self.sid_length), True
            session.update(values, _since=int(time.time()))
            # First the index, so that no session is stored which a new password would not end.
            self._remember(values.get("user_id", ""), self._get_store_id(session.sid))
            self._upsert_session(self.idle, session, self._get_store_id(session.sid))
        except RedisError:
            session._forget()
            sentence = "Signing in does not work right now. Please try again in a minute."
            raise Unavailable(sentence) from None
        session.is_new = False

    def end_all(self, user_id: str) -> None:
        """End every session of a user; raises redis-py's RedisError when Redis does not answer."""
        store, index = connections.sessions_store(), f"sessions-of:{user_id}"
        store.delete(index, *store.smembers(index))

    def _remember(self, user_id: str, store_id: str) -> None:
        """Write down whose session it is, so that all of a user's can be ended."""
        store, index = connections.sessions_store(), f"sessions-of:{user_id}"
        store.sadd(index, store_id)
        store.expire(index, self.longest)

    def _get_store_id(self, sid: str) -> str:
        return self.key_prefix + hashlib.sha256(sid.encode()).hexdigest()

    def _retrieve_session_data(self, store_id: str) -> dict[str, Any] | None:
        value = connections.sessions_store().getex(store_id, ex=self.idle)
        if value is None:
            return None
        try:
            data = msgspec.msgpack.decode(value, type=dict[str, Any])  # type: ignore[arg-type]
        except msgspec.DecodeError:
            data = {}
        since = data.get("_since")
        if not isinstance(since, int) or time.time() - since > self.longest.total_seconds():
            self._delete_session(store_id)
            return None
        return data

    def _delete_session(self, store_id: str) -> None:
        connections.sessions_store().delete(store_id)

    def _upsert_session(self, session_lifetime: timedelta, session: LazySession, store_id: str) -> None:
        dict.setdefault(session, "_since", int(time.time()))
        value = msgspec.msgpack.encode(dict(dict.items(session)))
        if len(value) > LARGEST:
            raise ValueError(f"A session of {len(value)} bytes is larger than {LARGEST}.")
        connections.sessions_store().set(
            store_id, value, ex=session_lifetime, nx=session.is_new, xx=not session.is_new
        )


def init_app(app: Flask) -> None:
    """Give the application its sessions."""
    app.config.setdefault("SESSION_COOKIE_HTTPONLY", True)
    app.config.setdefault("SESSION_COOKIE_SAMESITE", "Lax")
    app.session_interface = RedisSessions(app)
