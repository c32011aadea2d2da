"""How gunicorn serves the marketplace, unless the command line says otherwise.

Threads, because a request mostly waits for the database; a stopping worker then also finishes what it
has accepted.
"""

import gc
import socket
import struct
import sys
from typing import Any

from app import instance_folder, read_settings
from marketplace.config import ConfigurationError
from marketplace.operations import draining, embedded
from marketplace.shared import connections

try:
    _settings = read_settings()
except ConfigurationError:
    _settings = {}  # on_starting says what is wrong

worker_class = "gthread"
# As many as the pool of connections is made for.
threads = _settings.get("THREADS", 8)
# Long enough to drain and then for any request within its deadline, short enough for a deployment.
graceful_timeout = 20
# A socket that all servers of one user would share.
control_socket_disable = True


#: Seconds for which a connection may be silent in the middle of a request, which keeps a thread.
SILENCE = 10


def when_ready(server: Any) -> None:
    """Let nobody keep a thread by beginning a request and sending nothing more: it is broken off.

    Linux gives what is set of a listening socket to the connections that it accepts.
    """
    for listener in server.LISTENERS:
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("@ll", SILENCE, 0))


def on_starting(_: object) -> None:
    """Refuse to start on settings that cannot be used, with their sentence alone."""
    try:
        read_settings()
    except ConfigurationError as error:
        sys.exit(f"Error: {error.message}")


def child_exit(_: object, worker: Any) -> None:
    """End the transactions that a dead worker left open, which would block others for a minute.

    The master keeps no connection for that: it forks.
    """
    _end_transactions_of(worker.pid)


def worker_abort(worker: Any) -> None:
    """The same for a worker that gunicorn is about to kill, whose threads may hang in them."""
    _end_transactions_of(worker.pid)


def _end_transactions_of(pid: int) -> None:
    address = _settings.get("MONGODB_URI") or embedded.address_of_mongodb(instance_folder() / "servers")
    if address:
        connections.end_sessions_of(address, pid)


#: How many more objects are made than freed before Python looks for cycles: a page makes thousands, in none.
BETWEEN_COLLECTIONS = 50_000


def post_worker_init(worker: object) -> None:
    """Let a worker that is told to stop say so first, so that nobody is sent to it any more.

    Nor does it look through the application itself, which stays, whenever it looks for what can go.
    """
    draining.before_stopping(worker)
    gc.collect()
    gc.freeze()
    gc.set_threshold(BETWEEN_COLLECTIONS, *gc.get_threshold()[1:])
