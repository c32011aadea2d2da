"""The embedded mongod: a replica set of one, because transactions need a replica set."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .binaries import how_to_install, missing_libraries
from .errors import EmbeddedServersFailed
from .files import last_lines, read_json, write_json
from .processes import (
    LOOPBACK,
    Process,
    T,
    answers,
    free_port,
    is_free,
    spawn,
    stop_process,
    when_ready,
)

if TYPE_CHECKING:
    from pymongo import MongoClient

REPLICA_SET = "rs0"


@dataclass
class Mongod:
    """The mongod of one directory: its data in `mongod/`, its log in `mongod.log`."""

    binary: Path
    directory: Path
    test_commands: bool = False
    port: int = field(init=False, default=0)

    name = "mongod"

    @property
    def address(self) -> str:
        """Host and port."""
        return f"{LOOPBACK}:{self.port}"

    @property
    def uri(self) -> str:
        """What a client connects to.

        It names the replica set and not `directConnection`: so a client waits for the server that comes
        back to be the primary again, where a direct connection would write to it too early.
        """
        return f"mongodb://{self.address}/?replicaSet={REPLICA_SET}"

    @property
    def log(self) -> Path:
        """The file that takes its output."""
        return self.directory / "mongod.log"

    @property
    def command(self) -> list[str]:
        """The command line of the server."""
        return [*self._standalone, "--replSet", REPLICA_SET]

    def prepare(self, lock: int) -> None:
        """Make the data directory and settle the port: the remembered one, unless a stranger has it."""
        self._data.mkdir(mode=0o700, exist_ok=True)
        self.port = int((read_json(self._remembered) or {}).get("port", 0))
        if self.port and is_free(self.port):
            return
        self._remembered.unlink(missing_ok=True)
        self.port = free_port()
        if any(self._data.iterdir()):
            self._move_to_port(lock)
        write_json(self._remembered, {"port": self.port})

    def wait_until_ready(self, process: Process) -> str:
        """Return the server's version as soon as it takes writes.

        Raises `EmbeddedServersFailed` with the reason when it does not come to that.
        """
        version = when_ready(process, lambda: self._ask(self._version_of_primary))
        if version is None:
            raise self._failure(process)
        return version

    @property
    def _data(self) -> Path:
        return self.directory / "mongod"

    @property
    def _remembered(self) -> Path:
        return self.directory / "mongod.json"

    @property
    def _standalone(self) -> list[str]:
        """The command line without the replica set. The log options keep the disk at 9 MB, not 300."""
        command = [str(self.binary), "--dbpath", str(self._data), "--bind_ip", LOOPBACK]
        command += ["--port", str(self.port), "--nounixsocket", "--quiet"]
        command += ["--oplogSize", "64", "--wiredTigerCacheSizeGB", "1"]
        command += ["--wiredTigerEngineConfigString", "log=(file_max=8MB,prealloc=false)"]
        command += ["--setParameter", "diagnosticDataCollectionEnabled=false"]
        if self.test_commands:
            command += ["--setParameter", "enableTestCommands=1"]
        return command

    def _ask(self, question: "Callable[[MongoClient[dict[str, Any]]], T | None]") -> T | None:
        """Return the answer of the server, whatever its state; None while it cannot be asked.

        Each question comes from a new client: an old one would learn of a change half a second late.
        """
        if not answers(self.port):
            return None
        from pymongo import MongoClient  # here, because it takes as long as the server's start
        from pymongo.errors import PyMongoError

        try:
            client: MongoClient[dict[str, Any]] = MongoClient(
                LOOPBACK, self.port, directConnection=True, serverSelectionTimeoutMS=500
            )
            with client:
                return question(client) if self._is_ours(client) else None
        except PyMongoError:
            return None

    def _version_of_primary(self, client: "MongoClient[dict[str, Any]]") -> str | None:
        """Return the version of the primary; otherwise help it to become one, and return None."""
        said = client.admin.command("hello")
        if said.get("isWritablePrimary"):
            return str(client.server_info()["version"])
        if said.get("isreplicaset"):  # started as a member of a set that does not exist yet
            members = [{"_id": 0, "host": self.address}]
            client.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": members})
        return None

    def _is_ours(self, client: "MongoClient[dict[str, Any]]") -> bool:
        options = client.admin.command("getCmdLineOpts")
        return bool(options["parsed"].get("storage", {}).get("dbPath") == str(self._data))

    def _move_to_port(self, lock: int) -> None:
        """Tell the replica set in the data that its member has another address.

        The set's configuration cannot be changed from inside before it has a primary, and it has none
        at a foreign address: so it is edited while the server runs without the set.
        """
        process = spawn(self._standalone, log=self.log, lock=lock)
        try:
            if when_ready(process, lambda: self._ask(self._rewrite_member)) is None:
                raise self._failure(process)
        finally:
            stop_process(process)

    def _rewrite_member(self, client: "MongoClient[dict[str, Any]]") -> bool:
        configuration = client.get_database("local").get_collection("system.replset")
        configuration.update_one({}, {"$set": {"members.0.host": self.address}})
        return True

    def _failure(self, process: Process) -> EmbeddedServersFailed:
        if process.poll() is None:
            return EmbeddedServersFailed(f"mongod does not get ready. Its log is {self.log}.")
        if missing := missing_libraries(self.binary):
            return EmbeddedServersFailed(f"{self.binary} cannot start. {how_to_install(missing)}")
        return EmbeddedServersFailed(
            f"mongod ended with exit code {process.returncode}: {last_complaint(self.log)}. "
            f"Its log is {self.log}."
        )


def last_complaint(log: Path) -> str:
    """Return the last error that a log tells of, be it mongod's JSON or a plain line."""
    complaint = "it left no message"
    for line in last_lines(log):
        try:
            entry = json.loads(line)
        except ValueError:
            complaint = line.strip() or complaint
            continue
        if entry.get("s") in {"E", "F"}:
            complaint = entry["msg"] + ": " + str(entry.get("attr", {}).get("error", ""))
    return complaint.rstrip(": .")
