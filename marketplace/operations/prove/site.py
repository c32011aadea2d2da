"""A gunicorn of the experiment's own, with worker processes that know nothing of each other."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from ..embedded.processes import answers, free_port
from .browser import Browser, Buyer, Refused

#: The folder of `wsgi.py`, in a checkout and where the package is installed.
ROOT = Path(__file__).parents[3]

#: How gunicorn serves in production, whose master ends the transactions of a worker that was killed.
CONFIG = ROOT / "gunicorn.conf.py" if (ROOT / "gunicorn.conf.py").exists() else Path(os.devnull)

#: Seconds within which a site answers.
START_WITHIN = 60.0

#: How many processes answer, and how many threads each has.
WORKERS, THREADS = 2, 8


@dataclass(frozen=True, slots=True)
class Site:
    """Where a marketplace answers."""

    port: int
    pid: int = 0  #: of the process that watches over those that answer
    opened: list[Browser] = field(default_factory=list)

    def browser(self) -> Browser:
        """A browser of somebody who has never been here."""
        return Browser(self.port, opened=self.opened)

    def kill_workers(self) -> int:
        """Kill the processes that answer, and tell how many; others take their place."""
        pids = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)
        return len(pids)

    def close(self) -> None:
        """Close the connections of everybody who was here."""
        while self.opened:
            self.opened.pop().close()

    def buyer(self, email: str = "ada@example.com") -> Buyer:
        """A guest who is about to buy."""
        return Buyer(self.browser(), email)


@contextmanager
def serving(
    environment: Mapping[str, str], *, log: Path, wsgi: str = "wsgi:app", workers: int = WORKERS
) -> Iterator[Site]:
    """The marketplace with these settings, on a port of this machine; stopped afterwards.

    `wsgi` names what gunicorn serves. Raises Refused when it does not start.
    """
    if importlib.util.find_spec("gunicorn") is None:
        raise Refused('A site of two processes needs gunicorn: pip install "marketplace[production]"')
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", wsgi, f"--bind=127.0.0.1:{port}", f"--workers={workers}"]
    command += ["--worker-class=gthread", f"--threads={THREADS}", "--keep-alive=30", "--preload"]
    command += ["--backlog=2048", "--no-control-socket", f"--config={CONFIG}", "--log-level=warning"]
    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: S603 - this Python, with arguments of our own
            command, cwd=ROOT, env=os.environ | environment, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        _wait(port, process, log)
        site = Site(port, process.pid)
        try:
            yield site
        finally:
            site.close()
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_WITHIN
    while process.poll() is None and time.monotonic() < until:
        if answers(port):
            return
        time.sleep(0.05)
    last = log.read_text(errors="replace").strip().splitlines()[-1:] or ["it said nothing"]
    raise Refused(f"The site did not start: {last[0]}")
