"""The session of a request: fetched when it is first looked at, stored when it changed."""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Callable
from datetime import timedelta
from time import time
from typing import Any

from flask import Flask, Request, Response
from flask_session.base import ServerSideSession, ServerSideSessionInterface
from redis.exceptions import RedisError
from werkzeug.datastructures import CallbackDict

from .. import connections
from ..errors import Unavailable
from . import directory
from .values import SINCE, USER, decode, encode

log = logging.getLogger(__name__)


class LazySession(ServerSideSession):
    """A session that is fetched when it is first looked at.

    `available` is False when Redis did not answer; the session is then empty and is not stored. `owner` is
    the id of the user that it was fetched for, if any.
    """

    def __init__(self, sid: str, fetch: Callable[[], dict[str, Any] | None] | None) -> None:
        super().__init__(sid=sid, permanent=None)
        self.is_new = fetch is None
        self.available = True
        self.owner: Any = None
        self._fetch = fetch

    def load(self) -> None:
        """Fetch it from Redis, once."""
        if self._fetch is None:
            return
        fetch, self._fetch = self._fetch, None
        try:
            data = fetch()
        except RedisError as error:
            log.warning("The session store does not answer: %s", type(error).__name__)
            self.available = False
            return
        if data is None:
            # The browser brought an id that Redis does not know: never adopt it.
            self.is_new, self.sid = True, secrets.token_urlsafe()
        else:
            dict.update(self, data)
            self.owner = data.get(USER)

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
        super().__init__(app, key_prefix=directory.PREFIX, permanent=True, serialization_format="msgpack")
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
        """Store what changed and set the cookie of a new or renewed session.

        A session that ended meanwhile stays ended, and its browser's cookie as it is.
        """
        if session.accessed:
            response.vary.add("Cookie")
        if not session.modified or not session.available:
            return
        # What the name's prefix __Host- asks for, also of a cookie that is deleted.
        cookie: dict[str, Any] = {
            "key": self.get_cookie_name(app),
            "path": "/",
            "httponly": True,
            "secure": self.get_cookie_secure(app),
            "samesite": "Lax",
        }
        if not dict.__len__(session):
            if not session.is_new:
                self._delete_session(self._get_store_id(session.sid), session.owner)
            response.delete_cookie(**cookie)
        elif self._upsert_session(self.idle, session, self._get_store_id(session.sid)):
            response.set_cookie(value=session.sid, max_age=self.longest, **cookie)

    def id_of(self, session: LazySession) -> str:
        """The id under which the session is listed; it opens nothing."""
        session.load()
        return self._get_store_id(session.sid).removeprefix(self.key_prefix)

    def renew(self, session: LazySession, *, user_id: str, **values: Any) -> None:
        """Store the session as this user's under a new id, at every change of what it may do.

        Raises Unavailable, with nobody signed in, when Redis does not answer.
        """
        session.load()
        old, owner = None if session.is_new else self._get_store_id(session.sid), session.owner
        session.sid = self._generate_sid(self.sid_length)
        session.update(values, **{USER: user_id, SINCE: int(time())})
        try:
            if not session.available:
                raise RedisError
            # All or nothing: no session is stored that a new password would not end.
            with connections.sessions_store().pipeline() as batch:
                if old:
                    directory.forget(batch, owner, old)
                directory.remember(batch, user_id, self._get_store_id(session.sid), self.longest)
                batch.set(self._get_store_id(session.sid), encode(session), ex=self.idle, nx=True)
                batch.execute()
            directory.make_room(user_id)
        except RedisError:
            session._forget()
            sentence = "Signing in does not work right now. Please try again in a minute."
            raise Unavailable(sentence) from None
        session.is_new, session.owner = False, user_id

    def _get_store_id(self, sid: str) -> str:
        return self.key_prefix + hashlib.sha256(sid.encode()).hexdigest()

    def _retrieve_session_data(self, store_id: str) -> dict[str, Any] | None:
        stored = connections.sessions_store().getex(store_id, ex=self.idle)
        values = decode(stored, self.longest)
        if stored is not None and values is None:
            self._delete_session(store_id)
        return values

    def _delete_session(self, store_id: str, owner: Any = None) -> None:
        with connections.sessions_store().pipeline() as batch:
            directory.forget(batch, owner, store_id)
            batch.execute()

    def _upsert_session(self, session_lifetime: timedelta, session: LazySession, store_id: str) -> bool:
        dict.setdefault(session, SINCE, int(time()))
        stored = connections.sessions_store().set(
            store_id, encode(session), ex=session_lifetime, nx=session.is_new, xx=not session.is_new
        )
        return bool(stored)


def init_app(app: Flask) -> None:
    """Give the application its sessions; over HTTPS alone, the cookie's name says that it is this host's."""
    app.config["SESSION_COOKIE_NAME"] = "__Host-session" if app.config["SESSION_COOKIE_SECURE"] else "session"
    app.session_interface = RedisSessions(app)
