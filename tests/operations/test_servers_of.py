"""The servers that the application finds by itself, when they cannot be had or went away."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest

from app import create_app
from marketplace import operations
from marketplace.operations import embedded
from marketplace.shared import connections

ROOT = Path(__file__).parents[2]


@pytest.fixture
def nowhere(settings, tmp_path):
    """An application whose mongod is not there."""
    app = create_app(settings | {"MONGOD": str(tmp_path / "none"), "MONGODB_URI": "", "REDIS_URL": ""})
    app.instance_path = str(tmp_path)
    return app


def test_a_command_without_a_mongod_ends_with_one_sentence(nowhere):
    with click.Context(click.Command("any")), pytest.raises(SystemExit, match="which is no program"):
        operations.servers_of(nowhere)()


def test_a_page_without_a_mongod_is_an_outage(nowhere):
    answer = nowhere.test_client().get("/")

    assert answer.status_code == 503
    assert "Retry-After" in answer.headers


def test_looking_again_for_servers_never_fails(nowhere, caplog):
    with nowhere.app_context():
        connections.look_again()

    assert "There are no servers to work on: " in caplog.text
    assert "which is no program" in caplog.text


@pytest.mark.real
def test_servers_that_were_stopped_are_started_by_the_next_who_misses_them(settings, tmp_path):
    app = create_app(settings | {"MONGODB_URI": "", "REDIS_URL": ""})
    app.instance_path = str(tmp_path)
    folder = tmp_path / "servers"
    embedded.ensure(folder)
    embedded.stop(folder)

    with app.app_context():
        connections.look_again()

    assert {server.name for server in embedded.running(folder)} == {"mongod", "redis"}
    embedded.stop(folder)


def test_a_command_whose_mongodb_does_not_answer_ends_with_one_sentence():
    address = "mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=200"
    failed = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "db-migrate", "status"],
        cwd=ROOT,
        env={"PATH": "", "MARKETPLACE_MONGODB_URI": address, "MARKETPLACE_REDIS_URL": "redis://127.0.0.1:9"},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )

    assert failed.returncode == 1
    assert failed.stderr.splitlines()[-1].startswith("Error: MongoDB does not answer.")
