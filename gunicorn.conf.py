"""How gunicorn serves the marketplace, unless the command line says otherwise.

Threads, because a request mostly waits for the database; a stopping worker then also finishes what it
has accepted.
"""

import sys

from app import create_app
from marketplace.config import ConfigurationError
from marketplace.operations import draining

worker_class = "gthread"
threads = 8
# Long enough to drain and then for any request within its deadline, short enough for a deployment.
graceful_timeout = 20
# A socket that all servers of one user would share.
control_socket_disable = True


def on_starting(_: object) -> None:
    """Refuse to start on settings that cannot be used, with their sentence alone."""
    try:
        create_app()
    except ConfigurationError as error:
        sys.exit(f"Error: {error.message}")


def post_worker_init(worker: object) -> None:
    """Let a worker that is told to stop say so first, so that nobody is sent to it any more."""
    draining.before_stopping(worker)
