"""Running gunicorns: how to start one, how to ask it quickly, and what its workers used of the processor."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]

#: Workers and threads of each, and how many clients ask at once.
WORKERS, THREADS, CLIENTS = 2, 4, 4

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Load:
    """What so many requests cost: seconds of the clock, and of the workers' processors."""

    requests: int
    seconds: float
    cpu: float

    @property
    def cpu_each(self) -> float:
        """Seconds of the processor for one request."""
        return self.cpu / self.requests

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds


class Site:
    """A gunicorn on a port of this machine."""

    def __init__(self, port: int, process: subprocess.Popen[bytes]) -> None:
        self.port, self._process, self._asked = port, process, 0

    def ask(self, path: str, headers: str = "") -> tuple[int, bytes]:
        """One request on a connection of its own: its status and its body."""
        with _Connection(self.port) as connection:
            return connection.ask(_request(path, headers))

    def load(self, paths: list[str], requests: int) -> Load:
        """Ask for the paths in turn, so many times in all, over a few connections that stay open.

        The next load goes on with the path where this one ends.
        """
        share, first = requests // CLIENTS, self._asked
        self._asked += share * CLIENTS
        before, began = self._cpu(), time.perf_counter()
        with ThreadPoolExecutor(CLIENTS) as clients:
            list(
                clients.map(
                    lambda number: self._ask_all(paths, first + number * share, share), range(CLIENTS)
                )
            )
        return Load(share * CLIENTS, time.perf_counter() - began, self._cpu() - before)

    def memory(self) -> float:
        """The resident megabytes of one worker, on average."""
        sizes = [_status(pid, "VmRSS:") / 1024 for pid in self._workers()]
        return sum(sizes) / len(sizes)

    def _ask_all(self, paths: list[str], first: int, times: int) -> None:
        with _Connection(self.port) as connection:
            for index in range(first, first + times):
                path = paths[index % len(paths)]
                status, _ = connection.ask(_request(path))
                if status != 200:
                    raise RuntimeError(f"{path} answered {status}.")

    def _cpu(self) -> float:
        ticks = 0
        for pid in self._workers():
            fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / _TICKS

    def _workers(self) -> list[int]:
        pid = self._process.pid
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


class _Connection:
    """A kept-alive connection that reads no more of an answer than it must."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._port = port

    def __enter__(self) -> _Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def ask(self, request: bytes) -> tuple[int, bytes]:
        try:
            return self._ask(request)
        except (ConnectionError, IndexError):  # gunicorn closed it between two requests
            self._socket.close()
            self.__init__(self._port)  # type: ignore[misc]
            return self._ask(request)

    def _ask(self, request: bytes) -> tuple[int, bytes]:
        self._socket.sendall(request)
        answer = self._socket.recv(65_536)
        while b"\r\n\r\n" not in answer:
            if not (more := self._socket.recv(65_536)):
                raise ConnectionError
            answer += more
        head, _, body = answer.partition(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        parts, got = [body], len(body)
        while got < length:
            parts.append(self._socket.recv(65_536))
            got += len(parts[-1])
        return int(head[9:12]), b"".join(parts)


def _request(path: str, headers: str = "") -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\n{headers}\r\n".encode()


def _status(pid: int, name: str) -> int:
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith(name):
            return int(line.split()[1])
    return 0


@contextmanager
def serve(module: str, environment: Mapping[str, str], *, config: str) -> Iterator[Site]:
    """A gunicorn for the WSGI application `module:name`, with this configuration."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", module, f"--bind=127.0.0.1:{port}", f"--workers={WORKERS}"]
    command += ["--worker-class=gthread", f"--threads={THREADS}", "--keep-alive=75", "--log-level=warning"]
    command += [f"--config={config}", "--no-control-socket"]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment})
    try:
        _wait(port, process)
        yield Site(port, process)
    finally:
        process.terminate()
        process.wait(30)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError("The site does not answer.")
