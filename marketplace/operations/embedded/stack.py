"""What a process does with the embedded servers: ensure that they run, list them, stop them.

The life cycle is told in the package's docstring; this module is the users' half of it.
"""

import fcntl
import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import locks
from .binaries import find_mongod, find_redis
from .errors import EmbeddedServersFailed
from .files import last_lines, read_json
from .supervisor import Options

LINGER = 10.0  #: seconds for which unused servers stay up
STOP_WITHIN = 60  #: seconds
SUPERVISOR = str(Path(__file__).with_name("__main__.py"))  #: the program

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Servers:
    """Where the embedded servers listen."""

    mongodb_uri: str  #: names no database
    redis_url: str


@dataclass(frozen=True)
class ServerStatus:
    """One embedded server as it runs now."""

    name: str
    pid: int
    address: str
    version: str
    uptime: float  #: seconds
    rss: int  #: bytes of memory


def ensure(
    directory: Path, *, mongod: str | None = None, test_commands: bool = False, linger: float = LINGER
) -> Servers:
    """Return the addresses of the directory's servers, which are started when they do not run.

    From now on the calling process counts as a user: the servers run until `stop`, or until `linger`
    seconds after their last user has ended. It may be called at any time, by any number of processes and
    threads at once, and again after a fork. Servers that run already are taken as they are: `mongod` (a
    program to use in place of the one that is found), `test_commands` (mongod's `failCommand` and its
    like) and `linger` matter to the call that starts them.

    Raises `NoServerBinary` with the ways out when the machine has no such program, and
    `EmbeddedServersFailed` with the reason when one does not start.
    """
    if sys.platform != "linux":
        raise EmbeddedServersFailed(
            "The embedded servers run on Linux only: "
            "set MARKETPLACE_MONGODB_URI and MARKETPLACE_REDIS_URL to servers that run already."
        )
    directory = directory.absolute()
    with _guard:
        membership = _memberships.setdefault(directory, Membership(directory))
        membership.join()
    servers = _servers(directory)
    if servers is None:
        servers = _start(directory, mongod=mongod, test_commands=test_commands, linger=linger)
    membership.start_with = {"mongod": mongod, "test_commands": test_commands, "linger": linger}
    membership.watch()
    return servers


def running(directory: Path) -> list[ServerStatus]:
    """Return the directory's servers; none while they are stopped."""
    return [
        ServerStatus(
            name=server["name"],
            pid=server["pid"],
            address=server["address"],
            version=server["version"],
            uptime=time.monotonic() - server["started"],
            rss=_memory_of(server["pid"]),
        )
        for server in (_stack(directory.absolute()) or {}).get("servers", [])
    ]


def address_of_mongodb(directory: Path) -> str | None:
    """Return the address of the directory's MongoDB, or None while it does not run."""
    servers = _servers(directory.absolute())
    return servers.mongodb_uri if servers else None


def stop(directory: Path) -> bool:
    """Stop the directory's servers, wait until they are gone, and tell whether there were any."""
    directory = directory.absolute()
    if not directory.exists():
        return False
    with locks.exclusive(directory / "start.lock"):
        with _guard:
            membership = _memberships.pop(directory, None)
        if membership:
            membership.leave()
        was_up = locks.is_held(directory / "stack.lock")
        supervisor = int((_stack(directory) or {}).get("supervisor", 0))
        if supervisor and _is_supervisor(supervisor, directory):
            os.kill(supervisor, signal.SIGTERM)
        deadline = time.monotonic() + STOP_WITHIN
        while locks.is_held(directory / "stack.lock"):
            if time.monotonic() > deadline:
                raise EmbeddedServersFailed(f"The servers do not stop; see {directory}/supervisor.log.")
            time.sleep(0.02)
        return was_up


class Membership:
    """This process's place among the users of one directory's servers."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.lock: int | None = None
        self.watcher: threading.Thread | None = None
        self.start_with: dict[str, Any] = {}

    def join(self) -> None:
        """Hold the users' lock of the directory, which is made when it is missing."""
        path = self.directory / "users.lock"
        if self.lock is not None and not (path.exists() and path.stat().st_ino == os.fstat(self.lock).st_ino):
            self.leave()  # someone has removed the directory meanwhile
        if self.lock is None:
            self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.lock = locks.open_lock(path)
            fcntl.flock(self.lock, fcntl.LOCK_SH)

    def leave(self) -> None:
        """Be no user any more."""
        if self.lock is not None:
            os.close(self.lock)
            self.lock = None

    def watch(self) -> None:
        """See to it that this process notices a killed supervisor."""
        with _guard:
            if self.watcher is None:
                self.watcher = threading.Thread(target=self._watch, name="embedded-servers", daemon=True)
                self.watcher.start()

    def renew(self) -> None:
        """Become a user of one's own right in a forked child, which inherits the lock but no thread."""
        inherited, self.lock, self.watcher = self.lock, None, None
        if inherited is not None:
            self.join()
            os.close(inherited)
            self.watch()

    def _watch(self) -> None:
        while True:
            locks.wait_until_free(self.directory / "stack.lock")
            try:
                recovered = self._recover()
            except (EmbeddedServersFailed, OSError) as failure:
                logger.warning("The embedded servers were killed and do not come back: %s", failure)
                recovered = False
            with _guard:
                left = _memberships.get(self.directory) is not self
                if left or (not recovered and _servers(self.directory) is None):
                    self.watcher = None
                    return

    def _recover(self) -> bool:
        """Start the servers again if their supervisor was killed; False when they were stopped."""
        if not self.directory.exists():
            return False
        try:
            _start(self.directory, **self.start_with, only_after_a_crash=True)
        except Stopped:
            return False
        return True


class Stopped(Exception):
    """The servers have been stopped on purpose."""


#: Guards the memberships; never held while waiting for a server.
_guard = threading.Lock()
_memberships: dict[Path, Membership] = {}


def _renew_memberships() -> None:
    global _guard
    _guard = threading.Lock()  # another thread of the parent may have held the old one
    for membership in _memberships.values():
        membership.renew()


os.register_at_fork(after_in_child=_renew_memberships)


def _stack(directory: Path) -> dict[str, Any] | None:
    """Return what the supervisor wrote down, if it lives."""
    return read_json(directory / "stack.json") if locks.is_held(directory / "stack.lock") else None


def _servers(directory: Path) -> Servers | None:
    stack = _stack(directory)
    return Servers(stack["mongodb_uri"], stack["redis_url"]) if stack else None


def _start(
    directory: Path,
    *,
    mongod: str | None,
    test_commands: bool,
    linger: float,
    only_after_a_crash: bool = False,
) -> Servers:
    """Start the servers, unless someone else has done so while this process waited for its turn."""
    with locks.exclusive(directory / "start.lock") as start_lock:
        if servers := _servers(directory):
            return servers
        if only_after_a_crash and not (directory / "stack.json").exists():
            raise Stopped
        (directory / "stack.json").unlink(missing_ok=True)
        options = Options(
            mongod=str(find_mongod(mongod, directory)),
            redis=str(find_redis(directory)),
            linger=linger,
            test_commands=test_commands,
        )
        _launch(directory, options, start_lock)
        servers = _servers(directory)
    if servers is None:
        raise EmbeddedServersFailed(f"The servers ended as soon as they ran; see {directory}/supervisor.log.")
    return servers


def _launch(directory: Path, options: Options, start_lock: int) -> None:
    """Start a supervisor and wait until its servers are ready.

    It shares the start lock until then: nobody else starts one, even if this process is interrupted.
    """
    log = directory / "supervisor.log"
    with log.open("ab") as errors:
        said = subprocess.run(  # noqa: S603 - this package's own program
            [sys.executable, "-P", SUPERVISOR, str(directory), options.as_json(), str(start_lock)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            pass_fds=(start_lock,),
            start_new_session=True,
            cwd=directory,
            check=False,
        ).stdout
    if not said:
        complaint = "".join(last_lines(log, 1))
        raise EmbeddedServersFailed(f"The servers' supervisor ended early: {complaint}. Its log is {log}.")
    if failure := json.loads(said).get("failure"):
        raise EmbeddedServersFailed(failure)


def _is_supervisor(pid: int, directory: Path) -> bool:
    """Tell whether the process is the supervisor of the directory, and not a stranger with its number."""
    try:
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return os.fsencode(SUPERVISOR) in arguments and os.fsencode(directory) in arguments


def _memory_of(pid: int) -> int:
    """Return the resident bytes of a process; 0 when it has just ended."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
