"""Starting programs that never outlive their starter, and the ports they listen on."""

import ctypes
import os
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from .files import trim_log

LOOPBACK = "127.0.0.1"
START_WITHIN = 60  #: seconds that a server has to be ready
KILL_AFTER = 20  #: seconds that a server has to stop by itself
PR_SET_PDEATHSIG = 1

_libc = ctypes.CDLL(None)

Process = subprocess.Popen[bytes]
T = TypeVar("T")


def spawn(command: list[str], *, log: Path, lock: int) -> Process:
    """Start a server that is killed when the calling thread ends, however that comes.

    Its output goes to the end of the log. It shares the lock: what waits for the lock waits for it too.
    """
    trim_log(log)
    starter = os.getpid()

    def tie_to_starter() -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, set())
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != starter:  # it ended before the tie was made
            os._exit(1)

    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603 - the programs that `binaries` found
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            pass_fds=(lock,),
            preexec_fn=tie_to_starter,
        )


def stop_process(process: Process) -> None:
    """Ask the process to end, wait for it, and kill it if it does not; a process that has ended is fine."""
    process.terminate()
    try:
        process.wait(KILL_AFTER)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def when_ready(process: Process, ask: Callable[[], T | None]) -> T | None:
    """Return the first answer that is not None, asking again and again; None when there will be none.

    That is so when the process has ended, or after `START_WITHIN` seconds.
    """
    deadline = time.monotonic() + START_WITHIN
    while process.poll() is None and time.monotonic() < deadline:
        if (answer := ask()) is not None:
            return answer
        time.sleep(0.01)
    return None


def free_port() -> int:
    """Return a loopback port that nobody listens on just now.

    It lies below the range from which Linux takes the ports of outgoing connections, so that it is still
    free when the server comes back.
    """
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        if is_free(port):
            return port


def is_free(port: int) -> bool:
    """Tell whether a server could listen on the loopback port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with suppress(OSError):
            probe.bind((LOOPBACK, port))
            return True
    return False


def answers(port: int) -> bool:
    """Tell whether something listens on the loopback port."""
    with suppress(OSError), socket.create_connection((LOOPBACK, port), timeout=1):
        return True
    return False
