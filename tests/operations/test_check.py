from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from bson import ObjectId
from click.testing import Result
from flask import Flask
from pymongo.database import Database

from marketplace.operations.cli import check
from marketplace.operations.cli.check import FINISH_THE_LOAD, LOADING
from marketplace.operations.drift import NotAllowed, drift
from marketplace.operations.migrations import files
from marketplace.shared import connections
from seeds.indexes import built_last
from tests.builders import a_user

pytestmark = pytest.mark.real


@pytest.fixture
def db(app) -> Database:
    """The migrated database of the application."""
    return connections.database()


def run(app: Flask, *words: str) -> Result:
    """What `flask db-check` says and how it ends."""
    return app.test_cli_runner().invoke(args=["db-check", *words])


# Checking


def test_a_database_as_it_is_declared_ends_well(app):
    result = run(app)

    assert (result.exit_code, result.output) == (0, "The database is as the code declares it.\n")


def test_a_difference_is_told_with_its_meaning_and_what_mends_it(app, db):
    db.users.drop_index("email")

    result = run(app)

    assert result.exit_code == 5
    assert result.output == (
        "\nusers\n"
        "  email (index.missing)\n"
        "    declared: by email, unique true\n"
        "    found:    nothing\n"
        "    Nothing keeps two users with the same email apart: duplicates can get in.\n"
        "    flask db-check make-indexes NAME writes the migration that mends it.\n"
        "\n"
        "1 difference from what the code declares, in 1 collection. "
        "To mend what differs: flask db-check make-indexes NAME\n"
    )


@pytest.mark.parametrize(
    ("plant", "declared", "found"),
    [
        ({"hidden": True}, "nothing", "true"),
        ({"expireAfterSeconds": 5}, "0", "5"),
    ],
)
def test_what_differs_in_an_index_is_told_alone(app, db, plant, declared, found):
    db.command("collMod", "carts", index={"name": "expires_at", **plant})

    output = run(app).output

    assert f"    declared: {declared}\n    found:    {found}\n" in output


def test_other_keys_are_told_as_fields(app, db):
    db.orders.drop_index("purchase")
    db.orders.create_index([("purchase_id", -1)], name="purchase")

    assert "    declared: purchase_id\n    found:    -purchase_id\n" in run(app).output


def test_programs_get_everything_as_json(app, db):
    db.create_collection("leftovers")

    result = run(app, "--json", "--live")
    told = json.loads(result.stdout)

    assert result.exit_code == 5
    assert told["clean"] is False
    assert told["stored"] == []
    assert [(one["collection"], one["kind"], one["declared"]) for one in told["differences"]] == [
        ("leftovers", "collection.undeclared", None)
    ]


def test_what_a_person_has_to_decide_is_not_promised(app, db):
    db.create_collection("leftovers")

    assert run(app).output.endswith("1 difference from what the code declares, in 1 collection.\n")


def test_a_database_that_is_behind_is_migrated_first(app, db):
    db["_migrations"].delete_many({})
    db.drop_collection("media")

    output = run(app).output

    assert output.startswith("Note: ")
    assert "pending. What follows may come from that: run flask db-migrate first." in output
    assert output.endswith("in 1 collection. Run flask db-migrate, then check again.\n")


def test_a_missing_privilege_is_said_in_a_sentence(app, monkeypatch):
    def refuse(_: Any) -> Any:
        raise NotAllowed("The user may not.")

    monkeypatch.setattr(check, "drift", refuse)
    result = run(app)

    assert (result.exit_code, result.output) == (1, "Error: The user may not.\n")


def test_who_may_not_ask_for_builds_is_told_so(app, monkeypatch):
    monkeypatch.setattr(check, "can_tell_builds", lambda _: False)
    result = run(app)

    assert result.exit_code == 0
    assert "lacks the privilege indexStats, which the role dbAdmin has" in result.output


# Looking at what is stored


def test_what_is_stored_is_looked_at_when_asked_and_told_as_it_goes(app):
    a_user()

    result = run(app, "--live")

    assert result.exit_code == 0
    assert "] shops.owner_id names what there is in users. (0 documents)\n" in result.output
    assert "] E-mail addresses are in lower case, so that people can sign in. (1 document)\n" in result.output
    assert result.output.endswith(
        "The database is as the code declares it, and what is stored is as it must be.\n"
    )


def test_what_is_wrong_is_told_with_examples(app, db):
    for number in range(12):
        db.users.insert_one({"_id": number, "email": f"Ada{number}@example.com"})

    result = run(app, "--live")

    assert result.exit_code == 5
    assert "        does not hold, 12 times:\n" in result.output
    assert "        users 0: Its e-mail address Ada0@example.com is not in lower case.\n" in result.output
    assert "        users 9: " in result.output
    assert "        users 10: " not in result.output
    assert "        …\n" in result.output
    assert result.output.endswith(
        "The database is as the code declares it. What is stored breaks 1 rule, 12 times in all.\n"
    )


def test_programs_get_what_is_wrong_as_json(app, db):
    shop = ObjectId()
    db.shops.insert_one({"_id": shop, "owner_id": ObjectId("0" * 24)})

    (wrong,) = json.loads(run(app, "--live", "--json").stdout)["stored"]

    assert wrong == {
        "check": "shops.owner_id names what there is in users.",
        "collection": "shops",
        "count": 1,
        "failure": None,
        "examples": [
            {
                "collection": "shops",
                "id": str(shop),
                "sentence": f"owner_id is {'0' * 24}, which is not in users.",
                "times": 1,
            }
        ],
    }


def test_a_value_that_nobody_can_reckon_with_fails_its_check_alone(app, db):
    db.command("collMod", "stock", validationAction="warn")
    db.stock.insert_one({"on_hand": 1, "available": "one", "allocated": 0})

    result = run(app, "--live")

    assert result.exit_code == 5
    assert "could not be checked: " in result.output
    assert "] E-mail addresses are in lower case" in result.output


def test_missing_indexes_are_said_to_make_it_slow(app, db):
    db.orders.drop_index("purchase")

    assert (
        "Note: without its indexes, looking through what is stored may take very long."
        in run(app, "--live").output
    )


def test_a_check_that_took_long_says_how_long(app, monkeypatch):
    monkeypatch.setattr(check, "WORTH_TELLING", -1)

    assert "        holds; that took 0 seconds\n" in run(app, "--live").output


def test_the_check_of_migrations_finds_drift_too(app, db):
    before = app.test_cli_runner().invoke(args=["db-migrate", "check"])
    db.users.drop_index("email")

    after = app.test_cli_runner().invoke(args=["db-migrate", "check"])

    assert (before.exit_code, before.output) == (0, "The database is up to date.\n")
    assert (after.exit_code, after.output) == (5, "users, email: index.missing. See: flask db-check\n")


# Writing the migration


@pytest.fixture
def folder(monkeypatch, tmp_path: Path) -> Path:
    """A copy of the project's migrations, to write another into."""
    folder = tmp_path / "migrations"
    shutil.copytree(files.FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(files, "FOLDER", folder)
    return folder


def next_number(folder: Path) -> str:
    """The number that a new migration gets, four digits."""
    return f"{max(int(path.name[:4]) for path in folder.glob('[0-9]*.py')) + 1:04}"


def test_the_migration_is_written_with_the_next_number(app, db, folder):
    number, before = next_number(folder), len(list(folder.iterdir()))
    db.users.drop_index("email")

    result = run(app, "make-indexes", "Mend users!")

    assert result.exit_code == 0
    assert result.output == (
        f"migrations/{number}_mend_users.py mends 1 difference. Read it, then: flask db-migrate\n"
    )
    text = (folder / f"{number}_mend_users.py").read_text(encoding="utf-8")
    assert text.startswith('"""Mend users.\n')
    assert 'index.unique("users", "email", {"email": 1})' in text
    assert len(list(folder.iterdir())) == before + 1


def test_the_migration_is_printed_when_asked(app, db, folder):
    before = len(list(folder.iterdir()))
    db.users.drop_index("email")

    result = run(app, "make-indexes", "mend", "--stdout")

    assert result.output.startswith('"""Mend.\n')
    assert len(list(folder.iterdir())) == before


def test_programs_get_the_migration_as_json(app, db, folder):
    path = folder / f"{next_number(folder)}_mend.py"
    db.users.drop_index("email")

    printed = json.loads(run(app, "make-indexes", "mend", "--stdout", "--json").stdout)
    written = json.loads(run(app, "make-indexes", "mend", "--json").stdout)

    assert printed["text"] == path.read_text(encoding="utf-8")
    assert written == {"file": str(path), "mends": 1}


def test_without_differences_nothing_is_written(app, folder):
    before = len(list(folder.iterdir()))

    result = run(app, "make-indexes", "mend")

    assert (result.exit_code, result.output) == (0, "There is nothing that a migration could mend.\n")
    assert len(list(folder.iterdir())) == before


def test_what_is_left_out_is_said(app, db, folder):
    db.create_collection("leftovers")

    assert run(app, "make-indexes", "mend").output.startswith("Left out: leftovers, leftovers: If nobody")


def test_a_name_without_a_letter_is_refused(app, db, folder):
    db.users.drop_index("email")

    result = run(app, "make-indexes", "!")

    assert result.exit_code == 2
    assert "Name it for what it does, such as add_labels." in result.output


def test_a_database_that_is_behind_is_not_mended_twice(app, db):
    db["_migrations"].delete_many({})

    result = run(app, "make-indexes", "mend")

    assert result.exit_code == 6
    assert "pending. Run flask db-migrate first: it may mend this." in result.output


def test_indexes_that_a_load_left_out_are_not_for_a_migration(app, db, folder):
    before = len(list(folder.iterdir()))
    with built_last(db, ["orders"]):  # as it is while the load goes on, and after it was killed
        db.users.drop_index("email")
        result, written = run(app), run(app, "make-indexes", "mend")
    after = run(app)

    assert result.exit_code == 5
    assert result.output.startswith(f"Note: {LOADING} {FINISH_THE_LOAD}\n")
    assert result.output.endswith(f"in 2 collections. {LOADING} {FINISH_THE_LOAD}\n")
    orders, users = result.output.split("\nusers\n")
    assert "make-indexes" not in orders
    assert "make-indexes NAME writes the migration" in users
    assert (written.exit_code, written.output) == (6, f"Error: {LOADING} {FINISH_THE_LOAD}\n")
    assert len(list(folder.iterdir())) == before
    assert after.output.endswith(
        "1 difference from what the code declares, in 1 collection. "
        "To mend what differs: flask db-check make-indexes NAME\n"
    )


def test_what_cannot_be_written_as_python_is_said(app, db, folder, monkeypatch):
    db.command("collMod", "stock", validator={})
    wrong = {"since": ObjectId("0" * 24)}
    monkeypatch.setattr(
        check,
        "drift",
        lambda _: [one for one in drift(db) if one.wanted.options.update(validator=wrong) is None],
    )

    result = run(app, "make-indexes", "mend")

    assert result.exit_code == 1
    assert "cannot be written into a migration: write this one by hand." in result.output


def test_a_file_that_is_no_migration_is_told_in_a_sentence(app, folder):
    (folder / "0009_unfinished.py").write_text('"""Not yet."""\n', encoding="utf-8")

    result = run(app)

    assert result.exit_code == 1
    assert result.output.startswith("Error: 0009_unfinished.py has no")
