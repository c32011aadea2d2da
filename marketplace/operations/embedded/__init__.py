"""A real MongoDB and a real Redis for development and tests, started by whoever needs them first.

`ensure(directory)` answers with the addresses of both. Everything about one pair of servers (data, logs,
locks) lies under that directory, so two checkouts never meet, and all processes that name the same
directory share one pair: the reloader and its child, gunicorn's workers, every `flask …` command beside
them.

How the pair lives:

1. Each process that called `ensure` holds a shared lock on `users.lock` for as long as it lives.
2. The first one finds `stack.lock` free and starts a detached supervisor (`supervisor.py`) under
   `start.lock`, so that of many simultaneous starters one starts and the others find it done.
3. The supervisor starts mongod and redis-server, writes their addresses to `stack.json`, and restarts the
   one that dies, on the same address with the same data; after several quick deaths it gives up, stops
   the other, and leaves the reason in `supervisor.log`.
4. It stops both once it could take `users.lock` for itself for ten seconds (nobody is left), when
   `stop(directory)` asks, or when the directory is gone. It takes `stack.json` away first.
5. The supervisor and its servers together hold `stack.lock`, and the servers die with the supervisor. So
   a free `stack.lock` beside a `stack.json` that is still there means that the supervisor was killed. In
   every process that uses the pair a thread sleeps on that lock and then starts a new supervisor. Clients
   reconnect by themselves, because the addresses are remembered.

A kernel lock vanishes with its holder: nothing here trusts a process id that was written down, and
nothing needs cleaning up after a crash or a reboot. Linux only.
"""

from .errors import EmbeddedServersFailed, NoServerBinary
from .stack import Servers, ServerStatus, address_of_mongodb, ensure, running, stop

__all__ = [
    "EmbeddedServersFailed",
    "NoServerBinary",
    "ServerStatus",
    "Servers",
    "address_of_mongodb",
    "ensure",
    "running",
    "stop",
]
