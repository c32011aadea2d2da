"""Migrations of a test's own, in a folder that stands for the project's."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import mongoengine
import pytest
from pymongo.database import Database

from marketplace.operations.cli.migrate import looking
from marketplace.operations.migrations import files

#: What a process does that runs a command on a test's own migrations.
COMMAND = """
import sys
from pathlib import Path
from marketplace.operations.migrations import files
files.FOLDER = Path(sys.argv.pop(1))
from flask.cli import main
main()
"""


@pytest.fixture
def addresses(request: pytest.FixtureRequest, addresses: dict[str, Any]) -> dict[str, Any]:
    """An empty database for those who bring migrations of their own."""
    if "folder" not in request.fixturenames or "MONGODB_DATABASE" not in addresses:
        return addresses
    db: Database = request.getfixturevalue("db")
    return addresses | {"MONGODB_DATABASE": db.name}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that stands for the project's `migrations`; nobody looks for drift in its place."""
    place = tmp_path / "migrations"
    place.mkdir()
    monkeypatch.setattr(files, "FOLDER", place)
    monkeypatch.setattr(looking, "drift", lambda _: [])
    return place


@pytest.fixture
def write(folder: Path) -> Callable[..., Path]:
    """Writes a migration: `write("0001_a", "steps = [tx(up, down=down)]")`; `up` and `down` do nothing."""

    def writer(name: str, text: str = "steps = [tx(up, down=down)]", *, phase: str = "expand") -> Path:
        head = f'''\
            """What {name} is for.

            More words.
            """
            from pymongo import IndexModel
            from marketplace.operations.migrations.steps import *
            phase = "{phase}"
            def up(db): pass
            def down(db): pass
            '''
        path = folder / f"{name}.py"
        path.write_text(dedent(head) + dedent(text))
        return path

    return writer


@pytest.fixture
def start(launch, folder: Path, db):
    """Starts a command on the test's own migrations: `start("up", "--wait", "5")`."""

    def starter(*words: str, **options):
        known = {"database": db.name, "MARKETPLACE_LEASE_SECONDS": "1.5", "PYTHONDONTWRITEBYTECODE": "1"}
        return launch("-c", COMMAND, str(folder), "db-migrate", *words, **known | options)

    return starter


@pytest.fixture
def record(db):
    """The record of a migration: `record("0001_a")`."""
    return lambda name: db["_migrations"].find_one({"_id": name})


@pytest.fixture
def database(folder, app):
    """The application's database, from before any migration."""
    return mongoengine.get_db()


@pytest.fixture
def flask(database, app):
    """Runs a command on the test's own migrations: `flask("status")`; answers its exit code and lines."""

    def run(*words: str, **options) -> tuple[int, list[str]]:
        answer = app.test_cli_runner().invoke(args=["db-migrate", *words], **options)
        if answer.exception and not isinstance(answer.exception, SystemExit):
            raise answer.exception
        return answer.exit_code, answer.output.splitlines()

    return run


@pytest.fixture
def told(database, app):
    """What a command says to a program: `told("status")`."""

    def run(*words: str) -> dict:
        return json.loads(app.test_cli_runner().invoke(args=["db-migrate", *words, "--json"]).stdout)

    return run
