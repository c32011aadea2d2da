from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from textwrap import dedent
from uuid import uuid4

import mongoengine
import pytest
from mongoengine.context_managers import switch_db
from pymongo.collection import Collection
from pymongo.errors import AutoReconnect

from marketplace.operations import migrations
from marketplace.operations.migrations import (
    Locked,
    MigrationError,
    applied,
    known,
    lock,
    migrate,
    pending,
    revert,
)

real = pytest.mark.real


@pytest.fixture
def write(tmp_path: Path):
    """Writes a migration and answers its folder: `write("0001_a", "db.a.insert_one({})")`."""

    def writer(name: str, up: str = "pass", down: str = "pass") -> Path:
        (tmp_path / f"{name}.py").write_text(
            dedent(f'''\
                """What {name} is for.

                More words.
                """


                def upgrade(db):
                    {up}


                def downgrade(db):
                    {down}
                ''')
        )
        return tmp_path

    return writer


# Indexes


def indexes_of(database) -> dict[str, dict]:
    """Each collection's indexes by name, as the server keeps them."""
    return {
        name: {
            index["name"]: {
                key: value for key, value in index.items() if key not in ("v", "ns", "background")
            }
            for index in map(dict, database[name].list_indexes())
        }
        for name in sorted(database.list_collection_names())
        if not name.startswith("_migration")
    }


def documents() -> list:
    """Every document class of the application that has a collection."""

    def below(kind: type) -> set[type]:
        return {kind}.union(*(below(one) for one in kind.__subclasses__()))

    found = {
        kind
        for kind in below(mongoengine.Document)
        if kind.__module__.startswith("marketplace.") and not kind._meta.get("abstract")
    }
    return sorted(found, key=lambda kind: kind.__name__)


@real
def test_the_migrations_make_the_indexes_that_the_documents_declare(app, server, db):
    migrate(db)
    declared = server[f"test_{uuid4().hex[:12]}"]
    host, port = server.address
    mongoengine.register_connection(
        "scratch", name=declared.name, host=host, port=port, uuidRepresentation="standard"
    )
    for document in documents():
        with switch_db(document, "scratch") as here:
            here.ensure_indexes()
            if here._get_collection().name not in declared.list_collection_names():
                declared.create_collection(here._get_collection().name)
    mongoengine.disconnect("scratch")

    assert indexes_of(db) == indexes_of(declared)


@real
def test_no_document_makes_an_index_by_itself(app):
    for document in documents():
        assert document._meta["auto_create_index"] is False, document.__name__


# Names and order


def test_migrations_are_known_in_the_order_of_their_numbers(write):
    write("0002_second")
    folder = write("0001_first")
    (folder / "__init__.py").touch()

    assert [(one.name, one.title) for one in known(folder)] == [
        ("0001_first", "What 0001_first is for."),
        ("0002_second", "What 0002_second is for."),
    ]


@pytest.mark.parametrize("name", ["first", "1_first", "0001-first", "0001_First", "00001_first", "0001_"])
def test_a_name_that_has_no_order_is_refused(write, name):
    folder = write(name)

    with pytest.raises(MigrationError, match=r"not named like 0001_what_it_does\.py"):
        known(folder)


def test_two_migrations_with_one_number_are_refused(write):
    write("0001_mine")
    folder = write("0001_yours")

    with pytest.raises(MigrationError, match="Two migrations have the number 0001"):
        known(folder)


def test_every_migration_of_the_project_says_why():
    assert [one.name for one in known() if not one.title] == []


# Up


@real
def test_what_is_pending_is_applied_once_and_in_order(db, write):
    write("0001_first", "db.log.insert_one({'_id': 1})")
    folder = write("0002_second", "db.log.insert_one({'_id': 2, 'after': db.log.count_documents({})})")
    told = []

    done = migrate(db, folder=folder, report=told.append)
    again = migrate(db, folder=folder)

    assert (done, again) == (["0001_first", "0002_second"], [])
    assert db.log.find_one({"_id": 2})["after"] == 1
    assert told[0] == "0001_first: What 0001_first is for."


@real
def test_what_is_pending_is_known_before_it_is_applied(db, write):
    folder = write("0001_first")
    migrate(db, folder=folder)
    write("0002_second")

    assert [one.name for one in pending(db, folder)] == ["0002_second"]
    assert list(applied(db)) == ["0001_first"]


@real
def test_a_failing_migration_keeps_the_earlier_ones_and_no_record_of_itself(db, write):
    write("0001_first")
    write("0002_second", "raise ZeroDivisionError")
    folder = write("0003_third")

    with pytest.raises(ZeroDivisionError):
        migrate(db, folder=folder)

    assert list(applied(db)) == ["0001_first"]
    write("0002_second")
    assert migrate(db, folder=folder) == ["0002_second", "0003_third"]


@real
def test_the_projects_migrations_may_stop_in_the_middle_and_run_again(db):
    migrate(db)
    db["_migrations"].delete_many({})

    assert migrate(db) == [one.name for one in known()]


# Down


@real
def test_the_latest_migration_is_undone(db, write):
    write("0001_first")
    folder = write("0002_second", "db.log.insert_one({'_id': 2})", "db.log.delete_one({'_id': 2})")
    migrate(db, folder=folder)
    told = []

    assert revert(db, folder=folder, report=told.append) == "0002_second"
    assert db.log.find_one() is None
    assert list(applied(db)) == ["0001_first"]
    assert told == ["0002_second: undoing"]


@real
def test_without_migrations_there_is_nothing_to_undo(db, write):
    assert revert(db, folder=write("0001_first")) is None


@real
def test_a_migration_whose_file_is_gone_cannot_be_undone(db, write):
    folder = write("0001_first")
    migrate(db, folder=folder)
    (folder / "0001_first.py").unlink()

    with pytest.raises(MigrationError, match="The file of 0001_first is missing"):
        revert(db, folder=folder)


@real
def test_the_projects_migrations_can_all_be_undone(db):
    migrate(db)
    while revert(db):
        pass

    assert indexes_of(db) == {}


# The lock


@real
def test_of_two_at_once_one_is_refused_and_nothing_runs_twice(db, write):
    folder = write("0001_slow", "import time; time.sleep(0.5); db.log.insert_one({'_id': 1})")
    begin = threading.Barrier(2)

    def run(_: int) -> str:
        begin.wait()
        try:
            return str(migrate(db, folder=folder))
        except Locked:
            return "locked"

    with ThreadPoolExecutor(2) as both:
        answers = sorted(both.map(run, range(2)))

    assert answers == ["['0001_slow']", "locked"]


@real
def test_the_lock_is_free_after_a_failure(db, write):
    folder = write("0001_first", "raise ZeroDivisionError")
    with pytest.raises(ZeroDivisionError):
        migrate(db, folder=folder)

    with lock(db):
        assert db["_migration_lock"].find_one()["pid"] > 0
    assert db["_migration_lock"].find_one() is None


@real
def test_while_the_lock_is_held_nobody_else_gets_it(db):
    with lock(db):
        with pytest.raises(Locked, match="Another migration is running"), lock(db):
            pass
        assert db["_migration_lock"].find_one() is not None


def age(db, milliseconds: int) -> None:
    """Set the end of the lease so far from the server's present."""
    db["_migration_lock"].update_one({}, [{"$set": {"expires_at": {"$add": ["$$NOW", milliseconds]}}}])


@real
def test_the_lock_of_a_dead_holder_is_free_when_its_lease_ends(db):
    db["_migration_lock"].insert_one({"_id": "lock", "owner": "dead"})
    age(db, 5000)
    with pytest.raises(Locked), lock(db):
        pass
    age(db, -1)

    with lock(db):
        assert db["_migration_lock"].find_one()["owner"] != "dead"


@real
def test_a_holder_that_lives_renews_its_lease(db, monkeypatch):
    monkeypatch.setattr(migrations, "LEASE_SECONDS", 0.3)
    renewed = threading.Event()

    with lock(db):
        first = db["_migration_lock"].find_one()["expires_at"]
        for _ in range(50):
            if db["_migration_lock"].find_one()["expires_at"] > first:
                break
            renewed.wait(0.1)
        assert db["_migration_lock"].find_one()["expires_at"] > first


@real
def test_a_renewal_that_is_lost_is_made_up_for_by_the_next(db, monkeypatch):
    monkeypatch.setattr(migrations, "LEASE_SECONDS", 0.3)
    plain, lost, renewed = Collection.update_one, [], threading.Event()

    def losing_the_first(*args: object) -> object:
        if not lost:
            lost.append(args)
            raise AutoReconnect("Connection reset.")
        renewed.set()
        return plain(*args)

    monkeypatch.setattr(Collection, "update_one", losing_the_first)

    with lock(db):
        assert renewed.wait(10)


@real
def test_a_holder_that_lost_its_lock_leaves_the_next_ones_alone(db):
    with lock(db):
        db["_migration_lock"].update_one({}, {"$set": {"owner": "the next"}})

    assert db["_migration_lock"].find_one()["owner"] == "the next"


# At the terminal


@pytest.fixture
def flask(app):
    """Runs a command of the application: `flask("db-migrate", "status")`."""
    return lambda *words, **options: app.test_cli_runner().invoke(args=words, **options)


@real
def test_the_command_brings_the_database_up_to_date_once(app, flask):
    pymongo_db = mongoengine.get_db()
    pymongo_db["_migrations"].delete_many({})

    first, second = flask("db-migrate"), flask("db-migrate", "up")

    assert first.output.splitlines()[-1] == f"{len(known())} applied."
    assert second.output == "Nothing to do: the database is up to date.\n"


@real
def test_the_status_lists_what_is_applied_pending_and_missing(flask):
    records = mongoengine.get_db()["_migrations"]
    gone = records.find_one()
    records.insert_one(gone | {"_id": "0000_gone"})
    records.delete_one({"_id": "0001_initial"})

    lines = flask("db-migrate", "status").output.splitlines()

    assert lines[0].startswith("0000_gone")
    assert lines[0].endswith("its file is missing")
    assert "pending" in lines[1]


@real
def test_going_down_asks_first(flask):
    before = mongoengine.get_db()["_migrations"].count_documents({})

    refused = flask("db-migrate", "down", input="n\n")

    assert refused.exit_code == 1
    assert mongoengine.get_db()["_migrations"].count_documents({}) == before


@real
def test_going_down_undoes_the_latest(flask):
    names = [one.name for one in known()]

    outputs = [flask("db-migrate", "down", "--yes").output.splitlines()[-1] for _ in (*names, "none left")]

    assert outputs == [*(f"{name} is undone." for name in reversed(names)), "Nothing to undo."]


@real
def test_a_refusal_at_the_terminal_fails_with_its_sentence(flask):
    with lock(mongoengine.get_db()):
        answer = flask("db-migrate")

    assert answer.exit_code == 1
    assert answer.output.startswith("Error: Another migration is running on this database.")
