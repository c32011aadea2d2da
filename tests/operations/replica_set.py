"""Three mongods that elect a primary quickly, of which tests kill one after the other."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pymongo
from pymongo.errors import PyMongoError

from marketplace.operations.embedded.binaries import find_mongod
from marketplace.operations.embedded.processes import answers, free_port

ELECTION_TIMEOUT_MS = 2000


class Members:
    """A replica set of three."""

    def __init__(self, folder: Path) -> None:
        self._binary, self._folder = find_mongod(os.environ.get("MARKETPLACE_MONGOD"), folder), folder
        self.ports = [free_port() for _ in range(3)]
        self._processes: dict[int, subprocess.Popen[bytes]] = {}

    @property
    def uri(self) -> str:
        hosts = ",".join(f"127.0.0.1:{port}" for port in self.ports)
        return f"mongodb://{hosts}/?replicaSet=three"

    def start(self, port: int) -> None:
        """Start a member, again with the data that it had."""
        data = self._folder / str(port)
        data.mkdir(parents=True, exist_ok=True)
        words = [str(self._binary), "--dbpath", str(data), "--port", str(port), "--bind_ip", "127.0.0.1"]
        words += ["--replSet", "three", "--nounixsocket", "--quiet", "--oplogSize", "64"]
        words += [
            "--wiredTigerCacheSizeGB",
            "0.25",
            "--setParameter",
            "diagnosticDataCollectionEnabled=false",
        ]
        words += ["--wiredTigerEngineConfigString", "log=(file_max=8MB,prealloc=false)"]
        with (self._folder / f"{port}.log").open("ab") as log:
            self._processes[port] = subprocess.Popen(words, stdout=log, stderr=subprocess.STDOUT)

    def begin(self) -> None:
        """Make them one set, and wait until one of them is its primary."""
        until = time.monotonic() + 60
        while not all(answers(port) for port in self.ports):
            assert time.monotonic() < until, "a member does not start"
            time.sleep(0.05)
        first = self.ports[0]
        members = [{"_id": at, "host": f"127.0.0.1:{port}"} for at, port in enumerate(self.ports)]
        settings = {"electionTimeoutMillis": ELECTION_TIMEOUT_MS, "heartbeatIntervalMillis": 500}
        config = {"_id": "three", "members": members, "settings": settings}
        with pymongo.MongoClient("127.0.0.1", first, directConnection=True) as client:
            client.admin.command("replSetInitiate", config)
        self.primary()

    def primary(self, within: float = 30) -> int:
        """The port of the member that takes writes, once there is one."""
        until = time.monotonic() + within
        while time.monotonic() < until:
            for port in self.ports:
                if self._is_primary(port):
                    return port
            time.sleep(0.1)
        raise AssertionError("No member became the primary.")

    def kill(self, port: int) -> None:
        """End a member without a word."""
        self._processes[port].send_signal(signal.SIGKILL)
        self._processes[port].wait()

    def stop(self) -> None:
        for one in self._processes.values():
            one.kill()
        for one in self._processes.values():
            one.wait()

    def _is_primary(self, port: int) -> bool:
        if self._processes[port].poll() is not None:
            return False
        with (
            suppress(PyMongoError),
            pymongo.MongoClient(
                "127.0.0.1", port, directConnection=True, serverSelectionTimeoutMS=500
            ) as client,
        ):
            return bool(client.admin.command("hello").get("isWritablePrimary"))
        return False


@contextmanager
def three_members(folder: Path) -> Iterator[Members]:
    """A replica set of three that answers; gone afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    members = Members(folder)
    try:
        for port in members.ports:
            members.start(port)
        members.begin()
        yield members
    finally:
        members.stop()
