"""What can be seen of the embedded servers without starting them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from marketplace.operations.embedded import (
    EmbeddedServersFailed,
    files,
    locks,
    processes,
    running,
    stack,
    stop,
)
from marketplace.operations.embedded.mongod import last_complaint

NO_PROCESS = 2**22 + 1  #: above the largest process id that Linux gives


def test_a_lock_is_free_again_when_its_holder_is_killed(tmp_path):
    held = "import sys; from fcntl import *; f = open(sys.argv[1], 'w'); flock(f, LOCK_EX); print(); input()"
    command = [sys.executable, "-c", held, str(tmp_path / "lock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        holder.stdout.readline()
        assert locks.is_held(tmp_path / "lock")

        holder.kill()
        locks.wait_until_free(tmp_path / "lock")

    assert not locks.is_held(tmp_path / "lock")


def test_a_released_lock_is_free_though_a_forked_child_has_inherited_it(tmp_path):
    with locks.exclusive(tmp_path / "lock") as descriptor:
        heir = os.dup(descriptor)

    assert not locks.is_held(tmp_path / "lock")
    os.close(heir)


def test_asking_for_a_lock_that_nobody_ever_took_makes_no_file(tmp_path):
    locks.wait_until_free(tmp_path / "lock")

    assert not locks.is_held(tmp_path / "lock")
    assert list(tmp_path.iterdir()) == []


def test_what_is_half_written_reads_as_nothing(tmp_path):
    (tmp_path / "stack.json").write_text('{"supervisor": 1')

    assert files.read_json(tmp_path / "stack.json") is None


def test_only_the_owner_reads_what_is_written_down(tmp_path):
    files.write_json(tmp_path / "stack.json", {"password": "secret"})

    assert files.read_json(tmp_path / "stack.json") == {"password": "secret"}
    assert (tmp_path / "stack.json").stat().st_mode & 0o777 == 0o600


def test_a_log_that_grew_long_is_set_aside(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "LARGEST_LOG", 10)
    log = tmp_path / "mongod.log"
    log.write_text("x" * 11)

    files.trim_log(log)

    assert not log.exists()
    assert (tmp_path / "mongod.old").read_text() == "x" * 11


def test_the_last_complaint_is_found_among_what_mongod_logs(tmp_path):
    fatal = {"s": "F", "msg": "Cannot start", "attr": {"error": "Wrong version"}}
    log = tmp_path / "mongod.log"
    log.write_text("\n".join(["Killed", json.dumps(fatal), json.dumps({"s": "I", "msg": "Now exiting"})]))

    assert last_complaint(log) == "Cannot start: Wrong version"
    assert last_complaint(tmp_path / "none.log") == "it left no message"


def test_a_process_that_ignores_the_request_to_end_is_killed(monkeypatch):
    monkeypatch.setattr(processes, "KILL_AFTER", 0.1)
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); input()"
    process = subprocess.Popen([sys.executable, "-c", deaf], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with process:
        process.stdout.readline()

        processes.stop_process(process)

    assert process.returncode == -9


def test_a_supervisor_that_cannot_be_reached_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(stack, "STOP_WITHIN", 0.1)
    server = {"name": "mongod", "pid": NO_PROCESS, "address": "", "version": "6.0.5", "started": 0}
    files.write_json(tmp_path / "stack.json", {"supervisor": NO_PROCESS, "servers": [server]})

    with locks.exclusive(tmp_path / "stack.lock"):
        assert [found.rss for found in running(tmp_path)] == [0]
        with pytest.raises(EmbeddedServersFailed, match="do not stop"):
            stop(tmp_path)


def test_the_supervisor_loads_nothing_of_the_application():
    program = Path(stack.SUPERVISOR).read_text().replace(".main(*sys.argv[1:])", "")
    check = "print([name for name in ('marketplace', 'flask', 'mongoengine') if name in sys.modules])"
    code = f"__file__ = {stack.SUPERVISOR!r}\n{program}\n{check}"

    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert told == "[]\n"
