"""`flask servers`, `flask servers stop`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from marketplace.operations import embedded
from marketplace.operations.cli.servers import duration, servers


@pytest.fixture
def site(tmp_path: Path) -> Flask:
    """An application with the command and an instance folder of its own."""
    site = Flask(__name__, instance_path=str(tmp_path))
    site.cli.add_command(servers)
    return site


def test_nothing_is_listed_and_nothing_stopped_where_nothing_runs(site):
    runner = site.test_cli_runner()

    assert runner.invoke(args=["servers"]).output.startswith("No embedded server runs here.")
    assert runner.invoke(args=["servers", "stop"]).output == "No embedded server ran here.\n"


@pytest.mark.real
def test_running_servers_are_listed_and_stopped(site, tmp_path):
    runner = site.test_cli_runner()
    embedded.ensure(tmp_path / "servers")

    listed = runner.invoke(args=["servers"]).output
    stopped = runner.invoke(args=["servers", "stop"])

    assert re.search(r"^mongod +\d+\.\d+\.\d+ +\d+ +\d s +\d+ MiB +127\.0\.0\.1:\d+$", listed, re.MULTILINE)
    assert re.search(r"^redis .*redis\.sock$", listed, re.MULTILINE)
    assert (stopped.exit_code, stopped.output) == (0, "The embedded servers are stopped.\n")
    assert embedded.running(tmp_path / "servers") == []


def test_servers_that_do_not_stop_are_an_error(site, tmp_path, monkeypatch):
    monkeypatch.setattr(embedded.stack, "STOP_WITHIN", 0.1)
    (tmp_path / "servers").mkdir()

    with embedded.locks.exclusive(tmp_path / "servers" / "stack.lock"):
        told = site.test_cli_runner().invoke(args=["servers", "stop"])

    assert (told.exit_code, told.output.partition(";")[0]) == (1, "Error: The servers do not stop")


@pytest.mark.parametrize(
    ("seconds", "words"), [(7.9, "7 s"), (65, "1 m 5 s"), (3600 * 26 + 300, "26 h 5 m")], ids=str
)
def test_a_duration_is_told_in_its_two_largest_units(seconds, words):
    assert duration(seconds) == words
