"""The detached process that starts the servers, keeps them alive and stops them when nobody is left.

Started by `stack.ensure` as a program (`__main__.py`), with a directory, the options as JSON and
the descriptor of the held start lock. It answers on its standard output with one JSON object: empty
when the servers are ready, otherwise with the `failure` as a sentence.
"""

import fcntl
import json
import os
import signal
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from . import locks
from .errors import EmbeddedServersFailed
from .files import trim_log, write_json
from .mongod import Mongod
from .processes import Process, spawn, stop_process
from .redis import Redis

TICK = 0.5  #: seconds between two looks at who uses the servers
#: Seconds to wait before each restart of a server that keeps dying; after the last one it is given up.
PAUSES = (0.0, 0.1, 0.3, 0.6, 1.0)
STEADY = 10  #: a server that ran for so many seconds is not one that keeps dying
REQUESTS_TO_STOP = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP}


class Server(Protocol):
    """A program that the supervisor can run."""

    name: str

    @property
    def address(self) -> str:
        """Where it listens, for people."""

    @property
    def uri(self) -> str:
        """Where it listens, for clients."""

    @property
    def log(self) -> Path:
        """The file that takes its output."""

    @property
    def command(self) -> list[str]:
        """The command line that starts it."""

    def prepare(self, lock: int) -> None:
        """Do what its first start needs."""

    def wait_until_ready(self, process: Process) -> str:
        """Return its version as soon as it serves, or raise `EmbeddedServersFailed`."""


@dataclass
class Child:
    """A server that runs, and how often in a row it has died young."""

    server: Server
    process: Process
    started: float
    version: str = ""
    deaths: int = 0

    def describe(self) -> dict[str, Any]:
        """Return what `flask servers` shows of it; `started` is on the machine's monotonic clock."""
        return {
            "name": self.server.name,
            "pid": self.process.pid,
            "address": self.server.address,
            "version": self.version,
            "started": self.started,
        }


class Supervisor:
    """Keeps the servers of one directory running. The caller holds the directory's `stack.lock`."""

    def __init__(self, directory: Path, servers: list[Server], *, lock: int, linger: float) -> None:
        self.stack = directory / "stack.json"
        self.servers = servers
        self.lock = lock
        self.linger = linger
        self.users = locks.open_lock(directory / "users.lock")
        self.children: list[Child] = []
        self.unused_since: float | None = None

    def start(self) -> None:
        """Start the servers and write down where they are, or start none and raise the reason."""
        try:
            for server in self.servers:
                server.prepare(self.lock)
                self.children.append(Child(server, self._spawn(server), time.monotonic()))
            for child in self.children:
                child.version = child.server.wait_until_ready(child.process)
        except EmbeddedServersFailed:
            self.stop()
            raise
        self._write_down()

    def watch(self) -> str:
        """Restart what dies, until there is a reason to stop, which is returned."""
        while True:
            received = signal.sigtimedwait({*REQUESTS_TO_STOP, signal.SIGCHLD}, TICK)
            if received and received.si_signo in REQUESTS_TO_STOP:
                return "asked to stop"
            if not self.stack.exists():
                return "the directory is gone"
            if self._is_unused():
                return "nobody uses the servers"
            if given_up := self._restart_the_dead():
                return given_up

    def stop(self) -> None:
        """Stop the servers and forget where they were."""
        self.stack.unlink(missing_ok=True)
        for child in self.children:
            child.process.terminate()
        for child in self.children:
            stop_process(child.process)

    def _spawn(self, server: Server) -> Process:
        return spawn(server.command, log=server.log, lock=self.lock)

    def _write_down(self) -> None:
        mongod, redis = self.servers
        write_json(
            self.stack,
            {
                "supervisor": os.getpid(),
                "mongodb_uri": mongod.uri,
                "redis_url": redis.uri,
                "servers": [child.describe() for child in self.children],
            },
        )

    def _is_unused(self) -> bool:
        """Tell whether nobody has used the servers for long enough; then nobody new will find them."""
        if not locks.try_lock(self.users, fcntl.LOCK_EX):
            self.unused_since = None
            return False
        try:
            now = time.monotonic()
            self.unused_since = self.unused_since or now
            if now - self.unused_since < self.linger:
                return False
            self.stack.unlink(missing_ok=True)
            return True
        finally:
            fcntl.flock(self.users, fcntl.LOCK_UN)

    def _restart_the_dead(self) -> str | None:
        """Start again what has ended; the reason to give up when a server keeps dying."""
        for child in self.children:
            code = child.process.poll()
            if code is None:
                continue
            lasted = time.monotonic() - child.started
            child.deaths = 1 if lasted > STEADY else child.deaths + 1
            if child.deaths > len(PAUSES):
                return f"{child.server.name} keeps ending, now with exit code {code}; see {child.server.log}"
            tell(f"{child.server.name} ended with exit code {code} after {lasted:.1f} s: starting it again")
            time.sleep(PAUSES[child.deaths - 1])
            child.process, child.started = self._spawn(child.server), time.monotonic()
            self._write_down()
        return None


@dataclass(frozen=True)
class Options:
    """What the one who starts a supervisor tells it."""

    mongod: str
    redis: str
    linger: float
    test_commands: bool

    def as_json(self) -> str:
        """Return the options for the command line."""
        return json.dumps(asdict(self))


def tell(event: str) -> None:
    """Write an event to the supervisor's log."""
    sys.stderr.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} [{os.getpid()}] {event}\n")
    sys.stderr.flush()


def supervise(directory: Path, options: Options, start_lock: int) -> None:
    """Live a supervisor's life, once the servers of the one before are gone."""
    servers: list[Server] = [
        Mongod(Path(options.mongod), directory, options.test_commands),
        Redis(Path(options.redis), directory),
    ]
    try:
        with locks.exclusive(directory / "stack.lock") as lock:
            supervisor = Supervisor(directory, servers, lock=lock, linger=options.linger)
            supervisor.start()
            tell("started")
            locks.release(start_lock)
            answer({})
            why = supervisor.watch()
            tell(f"stopping: {why}")
            supervisor.stop()
            tell("stopped")
    except EmbeddedServersFailed as failure:
        tell(f"not started: {failure}")
        answer({"failure": str(failure)})


def answer(content: dict[str, str]) -> None:
    """Answer the one who waits for the start, and hang up."""
    sys.stdout.write(json.dumps(content))
    sys.stdout.flush()
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())


def main(directory: str, options: str, start_lock: str) -> None:
    """Leave the starter behind, then supervise."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {*REQUESTS_TO_STOP, signal.SIGCHLD})
    if os.fork():
        os._exit(0)
    trim_log(Path(directory) / "supervisor.log")
    supervise(Path(directory), Options(**json.loads(options)), int(start_lock))
