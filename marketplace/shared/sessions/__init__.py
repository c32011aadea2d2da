"""Flask-Session on Redis, made lazy and made safe.

What differs from the library's own interface, and why:

- A request that does not touch the session sends nothing to Redis.
- Only msgpack is read. The library would unpickle, and so run, whatever it finds in Redis.
- Redis keys are hashes of the ids in the cookies: who reads Redis cannot sign in as anyone.
- Reading slides the idle time (GETEX, one round trip, which a GET would cost as well; what is left of
  the time then tells when a session was last used, without a write of its own). An absolute end is kept
  inside the value.
- A session that exists is only ever overwritten, never created again (SET XX), so a slow request cannot
  bring it back after somebody signed out.
- The sessions of a user are known: they can be listed and ended one by one (`directory`), and a new
  password ends them all.
- Without Redis a visitor is treated as nobody: browsing goes on, and signing in says why it cannot. What
  is somebody's own answers 503, and the cookie stays.

A session is no place for data that several requests change: the last one to end wins. In-place changes
of nested values are not noticed: assign them again, or set `session.modified`.
"""

from .directory import ActiveSession, SessionNotFound, end_all, list_of, revoke, revoke_others
from .interface import LazySession, RedisSessions, init_app
from .values import BROWSER, LARGEST, LONGEST, NETWORK

__all__ = [
    "BROWSER",
    "LARGEST",
    "LONGEST",
    "NETWORK",
    "ActiveSession",
    "LazySession",
    "RedisSessions",
    "SessionNotFound",
    "end_all",
    "init_app",
    "list_of",
    "revoke",
    "revoke_others",
]
