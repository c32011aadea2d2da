from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pymongo
import pytest
import redis

from marketplace.operations.embedded import (
    EmbeddedServersFailed,
    Servers,
    binaries,
    ensure,
    locks,
    running,
    stop,
)
from marketplace.operations.embedded.binaries import find_mongod, find_redis
from marketplace.operations.embedded.files import read_json, write_json
from marketplace.operations.embedded.supervisor import TICK

pytestmark = pytest.mark.real

ROOT = Path(__file__).parents[2]

USER = """
import sys
from pathlib import Path
from marketplace.operations.embedded import ensure
servers = ensure(Path(sys.argv[1]), linger=float(sys.argv[2]))
print(servers.mongodb_uri, servers.redis_url, flush=True)
sys.stdin.read()
"""


class User:
    """A process of its own that holds the servers until its standard input ends."""

    def __init__(self, directory: Path, *, script: str = USER, linger: float = 60) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", script, str(directory), str(linger)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )

    def hear(self) -> str:
        """Wait for the next line that the process prints."""
        return self.process.stdout.readline().strip()

    def __enter__(self) -> User:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.communicate()


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "servers"
    discard(tmp_path / "servers")


@pytest.fixture
def notes(directory: Path) -> Iterator[Callable[[Servers], Any]]:
    """A function that returns a collection on the given servers."""
    with ExitStack() as clients:

        def connect(servers: Servers) -> Any:
            return clients.enter_context(pymongo.MongoClient(servers.mongodb_uri)).shop.notes

        yield connect


def discard(directory: Path) -> None:
    """End the servers the quick way: they die with their supervisor, and nobody starts them again."""
    stack = read_json(directory / "stack.json")
    (directory / "stack.json").unlink(missing_ok=True)
    if stack and locks.is_held(directory / "stack.lock"):
        os.kill(stack["supervisor"], signal.SIGKILL)
    locks.wait_until_free(directory / "stack.lock")
    stop(directory)


def pid_of(directory: Path, name: str) -> int:
    return next(server.pid for server in running(directory) if server.name == name)


def supervisor_of(directory: Path) -> int:
    return int((read_json(directory / "stack.json") or {})["supervisor"])


def until(fact: Callable[[], Any], *, seconds: float = 20) -> None:
    """Wait for a fact to become true; fail when it does not."""
    deadline = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.02)


def redis_takes_writes(client: redis.Redis) -> bool:
    try:
        return bool(client.set("ping", "pong"))
    except redis.ConnectionError:
        return False


def test_the_servers_take_writes_and_transactions_as_soon_as_they_are_ensured(directory):
    servers = ensure(directory)

    client = pymongo.MongoClient(servers.mongodb_uri)
    with client, client.start_session() as session, session.start_transaction():
        client.shop.notes.insert_one({"text": "kept"}, session=session)
    with redis.Redis.from_url(servers.redis_url) as cache:
        cache.set("session", "kept")
        assert cache.get("session") == b"kept"


def test_what_runs_is_found_and_listed(directory):
    first = ensure(directory)
    supervisor = supervisor_of(directory)

    assert ensure(directory) == first
    assert supervisor_of(directory) == supervisor
    mongod, cache = running(directory)
    assert (mongod.name, mongod.version.count(".")) == ("mongod", 2)
    assert mongod.address in first.mongodb_uri
    assert (cache.name, cache.address) == ("redis", str(directory / "redis.sock"))
    assert 0 <= mongod.uptime < 60
    assert mongod.rss > cache.rss > 1_000_000


def test_four_simultaneous_starters_share_one_pair_of_servers(directory):
    with ExitStack() as stack:
        users = [stack.enter_context(User(directory)) for _ in range(4)]
        heard = {user.hear() for user in users}

    assert len(heard) == 1
    assert (directory / "supervisor.log").read_text().count("started") == 1


def test_threads_share_one_pair_of_servers(directory):
    with ThreadPoolExecutor(4) as crowd:
        found = set(crowd.map(lambda _: ensure(directory), range(4)))

    assert len(found) == 1
    assert (directory / "supervisor.log").read_text().count("started") == 1


def test_a_killed_mongod_comes_back_with_its_data_for_clients_that_are_connected(directory, notes):
    collection = notes(ensure(directory))
    collection.insert_many([{"n": n} for n in range(500)])
    killed = pid_of(directory, "mongod")

    os.kill(killed, signal.SIGKILL)
    until(lambda: pid_of(directory, "mongod") != killed)

    assert collection.count_documents({}) == 500
    assert collection.insert_one({}).acknowledged


def test_a_killed_redis_comes_back_with_its_data_for_clients_that_are_connected(directory):
    client = redis.Redis.from_url(ensure(directory).redis_url)
    client.set("session", "kept", ex=3600)
    killed = pid_of(directory, "redis")

    os.kill(killed, signal.SIGKILL)
    until(lambda: pid_of(directory, "redis") != killed)
    until(lambda: redis_takes_writes(client))

    assert client.get("session") == b"kept"


def test_after_a_killed_supervisor_its_users_start_another_without_being_asked(directory, notes):
    servers = ensure(directory)
    collection = notes(servers)
    collection.insert_one({"text": "kept"})
    killed, orphan = supervisor_of(directory), pid_of(directory, "mongod")

    os.kill(killed, signal.SIGKILL)
    until(lambda: running(directory) and supervisor_of(directory) != killed)

    assert pid_of(directory, "mongod") != orphan
    assert collection.count_documents({}) == 1
    assert ensure(directory) == servers


def test_a_supervisor_may_be_killed_again_and_again(directory):
    with User(directory) as other:
        other.hear()
        ensure(directory)
        for _ in range(2):
            killed = supervisor_of(directory)
            os.kill(killed, signal.SIGKILL)
            until(lambda killed=killed: running(directory) and supervisor_of(directory) != killed)

    assert (directory / "supervisor.log").read_text().count("started") == 3


def test_the_servers_outlive_a_killed_user_while_there_is_another(directory, notes):
    with User(directory, linger=0) as first, User(directory, linger=0) as second:
        first.hear(), second.hear()
        collection = notes(ensure(directory))

        first.process.kill()
        second.process.kill()
        time.sleep(3 * TICK)  # for as long as an unused stack would stay

        assert collection.insert_one({}).acknowledged
        assert "nobody uses the servers" not in (directory / "supervisor.log").read_text()


def test_the_servers_stop_when_their_last_user_was_killed(directory):
    with User(directory, linger=0.2) as user:
        user.hear()
        assert len(running(directory)) == 2

        user.process.kill()
        until(lambda: not locks.is_held(directory / "stack.lock"))

    assert running(directory) == []
    assert "nobody uses the servers" in (directory / "supervisor.log").read_text()


def test_two_directories_have_nothing_in_common(directory, notes, tmp_path):
    other = tmp_path / "other"
    try:
        here, there = ensure(directory), ensure(other)
        with pymongo.MongoClient(there.mongodb_uri) as client:
            notes(here).insert_one({"text": "only here"})

            assert here.mongodb_uri != there.mongodb_uri
            assert here.redis_url != there.redis_url
            assert client.shop.notes.count_documents({}) == 0
    finally:
        discard(other)
    assert notes(here).count_documents({}) == 1


def test_a_port_that_a_stranger_has_taken_is_given_up_and_the_data_kept(directory, notes):
    first = ensure(directory)
    with pymongo.MongoClient(first.mongodb_uri) as client:
        client.shop.notes.insert_one({"text": "kept"})
    discard(directory)
    port = pymongo.uri_parser.parse_uri(first.mongodb_uri)["nodelist"][0][1]

    with socket.create_server(("127.0.0.1", port)):
        second = ensure(directory)

    assert second.mongodb_uri != first.mongodb_uri
    assert notes(second).find_one()["text"] == "kept"


def test_stopped_servers_start_again_at_the_same_address_with_the_same_data(directory, notes):
    first = ensure(directory)
    notes(first).insert_one({"text": "kept"})

    assert stop(directory) is True
    assert running(directory) == []
    assert stop(directory) is False
    assert ensure(directory) == first
    assert notes(first).find_one()["text"] == "kept"


def test_nothing_is_stopped_where_nothing_ever_ran(directory):
    assert stop(directory) is False
    assert running(directory) == []


def test_servers_that_were_stopped_on_purpose_stay_stopped_until_someone_needs_them(directory):
    script = USER.replace(
        "sys.stdin.read()", "sys.stdin.readline(); ensure(Path(sys.argv[1])); print('again')"
    )
    with User(directory, script=script) as user:
        user.hear()
        stop(directory)
        with locks.exclusive(directory / "start.lock"):  # whoever wanted to restart them has had a turn
            assert running(directory) == []

        user.process.stdin.write("\n")
        user.process.stdin.flush()
        assert user.hear() == "again"

    assert (directory / "supervisor.log").read_text().count("started") == 2


def test_a_forked_child_is_a_user_of_its_own_and_notices_a_killed_supervisor(directory):
    script = USER.replace("sys.stdin.read()", "import os\nif os.fork():\n    os._exit(0)\nsys.stdin.read()")
    with User(directory, script=script, linger=0) as user:
        user.hear()
        user.process.wait()  # the parent is gone, the child goes on
        killed = supervisor_of(directory)

        os.kill(killed, signal.SIGKILL)
        until(lambda: running(directory) and supervisor_of(directory) != killed)


def test_a_server_that_keeps_dying_is_given_up_and_the_log_says_why(directory, tmp_path):
    wrapper = tmp_path / "mongod"
    wrapper.write_text(f'#!/bin/sh\nexec "{find_mongod(None, tmp_path)}" "$@"\n')
    wrapper.chmod(0o755)
    ensure(directory, mongod=str(wrapper))

    wrapper.write_text("#!/bin/sh\nexit 3\n")
    os.kill(pid_of(directory, "mongod"), signal.SIGKILL)
    until(lambda: not locks.is_held(directory / "stack.lock"))

    assert "mongod keeps ending, now with exit code 3" in (directory / "supervisor.log").read_text()
    assert running(directory) == []


def test_servers_whose_directory_was_removed_stop(directory):
    ensure(directory)
    lock = locks.open_lock(directory / "stack.lock")
    shutil.rmtree(directory, ignore_errors=True)

    until(lambda: locks.try_lock(lock, fcntl.LOCK_SH))
    locks.release(lock)
    ensure(directory)

    assert len(running(directory)) == 2


def test_process_ids_from_before_a_reboot_harm_no_stranger(directory):
    with subprocess.Popen(["sleep", "60"]) as stranger:
        directory.mkdir()
        server = {"name": "mongod", "pid": stranger.pid, "address": "", "version": "", "started": 0}
        stale = {
            "supervisor": stranger.pid,
            "mongodb_uri": "mongodb://x",
            "redis_url": "",
            "servers": [server],
        }
        write_json(directory / "stack.json", stale)

        assert running(directory) == []
        assert stop(directory) is False
        assert ensure(directory).mongodb_uri != "mongodb://x"
        assert stranger.poll() is None
        stranger.kill()


def test_a_long_path_moves_redis_to_a_port_with_a_password(tmp_path):
    directory = tmp_path / ("long" * 30) / 'with "quotes" and ünïcode'
    try:
        servers = ensure(directory)
        address = servers.redis_url.rpartition("@")[2]

        assert redis.Redis.from_url(servers.redis_url).ping()
        with pytest.raises(redis.AuthenticationError):
            redis.Redis.from_url(f"redis://{address}").ping()
        stop(directory)
        assert ensure(directory) == servers
    finally:
        discard(directory)


def test_test_commands_are_off_unless_asked_for(directory, notes):
    fail = {"configureFailPoint": "failCommand", "mode": "off"}
    admin = notes(ensure(directory)).database.client.admin
    with pytest.raises(pymongo.errors.OperationFailure, match="no such command"):
        admin.command(fail)
    discard(directory)

    ensure(directory, test_commands=True)

    assert admin.command(fail)["ok"] == 1


def test_a_mongod_that_lacks_a_library_is_told_with_the_command_that_brings_it(directory, tmp_path):
    crippled = tmp_path / "mongod"
    program = find_redis(tmp_path).read_bytes()
    crippled.write_bytes(program.replace(b"libm.so.6", b"libq.so.6"))
    crippled.chmod(0o755)

    with pytest.raises(EmbeddedServersFailed, match=r"It needs libq\.so\.6: install with"):
        ensure(directory, mongod=str(crippled))


def test_a_mongod_that_does_not_start_is_told_with_its_own_last_words(directory, tmp_path):
    broken = tmp_path / "mongod"
    broken.write_text("#!/bin/sh\necho the disk is full\nexit 9\n")
    broken.chmod(0o755)

    with pytest.raises(EmbeddedServersFailed, match="exit code 9: the disk is full"):
        ensure(directory, mongod=str(broken))

    assert not locks.is_held(directory / "stack.lock")


def test_a_redis_server_that_does_not_start_is_told_with_its_own_last_words(directory, tmp_path, monkeypatch):
    mongod = find_mongod(None, tmp_path)
    broken = tmp_path / "redis-server"
    broken.write_text("#!/bin/sh\necho no memory\nexit 9\n")
    broken.chmod(0o755)
    monkeypatch.setattr(binaries, "REDIS_WHEELS", ())
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    with pytest.raises(EmbeddedServersFailed, match="redis-server cannot start: no memory"):
        ensure(directory, mongod=str(mongod))

    assert not locks.is_held(directory / "stack.lock")


def test_a_supervisor_that_fails_is_told_with_its_last_words(directory):
    (directory / "mongod.log").mkdir(parents=True)

    with pytest.raises(EmbeddedServersFailed, match="ended early: IsADirectoryError"):
        ensure(directory)


def test_a_user_that_cannot_bring_killed_servers_back_logs_why(directory, tmp_path, caplog):
    wrapper = tmp_path / "mongod"
    wrapper.write_text(f'#!/bin/sh\nexec "{find_mongod(None, tmp_path)}" "$@"\n')
    wrapper.chmod(0o755)
    ensure(directory, mongod=str(wrapper))

    wrapper.unlink()
    os.kill(supervisor_of(directory), signal.SIGKILL)
    until(lambda: "do not come back: MARKETPLACE_MONGOD names" in caplog.text)

    assert ensure(directory)
