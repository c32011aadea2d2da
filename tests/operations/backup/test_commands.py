from __future__ import annotations

import json
import re

import pytest
from click.testing import Result
from pymongo.errors import AutoReconnect

from marketplace.operations import lease, protection
from marketplace.shared import connections

pytestmark = pytest.mark.real


@pytest.fixture
def live(app, monkeypatch, tmp_path):
    """The application's database, and an instance folder that nobody needs."""
    monkeypatch.setattr(app, "instance_path", str(tmp_path / "instance"))
    db = connections.database()
    db.things.insert_many({"_id": number} for number in range(5))
    return db


@pytest.fixture
def run(app, live):
    def invoke(*words: object) -> Result:
        return app.test_cli_runner().invoke(args=[str(word) for word in words])

    return invoke


@pytest.fixture
def made(run, tmp_path):
    run("db-backup", "--to", tmp_path / "made")
    return tmp_path / "made"


@pytest.fixture
def second(live):
    """The name of a database that goes away again."""
    name = f"{live.name}_second"
    yield name
    live.client.drop_database(name)


def test_a_backup_goes_where_it_is_asked_to_and_says_what_next(run, tmp_path):
    done = run("db-backup", "--to", tmp_path / "made")

    assert done.exit_code == 0
    assert "things: 5 documents" in done.output
    assert f"Prove it: flask db-verify --restore-test {tmp_path / 'made'}" in done.output


def test_a_backup_goes_into_the_instance_folder_with_the_databases_name_and_the_time(run, live, tmp_path):
    run("db-backup")

    (folder,) = (tmp_path / "instance" / "backups").iterdir()
    assert re.fullmatch(rf"{live.name}-\d{{8}}T\d{{6}}Z", folder.name)


def test_a_backup_answers_a_program_with_its_manifest(run, tmp_path):
    done = run("db-backup", "--to", tmp_path / "made", "--gzip", "--exclude", "things", "--json")

    answer = json.loads(done.stdout)
    assert answer["folder"] == str(tmp_path / "made")
    assert answer["manifest"]["excluded"] == ["things"]
    assert "prelude.json.gz" in answer["manifest"]["files"]


def test_consistency_can_be_given_up(run, tmp_path):
    done = run("db-backup", "--to", tmp_path / "made", "--consistency", "none", "--json")

    assert json.loads(done.stdout)["manifest"]["consistency"] == "none"


def test_older_backups_are_deleted_by_the_rules(run, tmp_path):
    run("db-backup", "--to", tmp_path / "all" / "zero")
    run("db-backup", "--to", tmp_path / "all" / "first")
    done = run("db-backup", "--to", tmp_path / "all" / "second", "--keep", "1d")

    assert [path.name for path in (tmp_path / "all").iterdir()] == ["second"]
    assert f"Deleted, for no rule keeps it: {tmp_path / 'all' / 'zero'}" in done.output


def test_rules_that_are_none_are_refused_before_a_backup_is_made(run, tmp_path):
    done = run("db-backup", "--to", tmp_path / "made", "--keep", "ever")

    assert (done.exit_code, (tmp_path / "made").exists()) == (2, False)
    assert "“ever” is no rule" in done.output


def test_what_a_dead_backup_left_is_named(run, tmp_path):
    (tmp_path / "dead.partial").mkdir()

    done = run("db-backup", "--to", tmp_path / "made")

    assert f"{tmp_path / 'dead.partial'} was left by a backup that did not end. Delete it." in done.output


def test_a_backup_that_fails_ends_in_a_sentence(run, made):
    done = run("db-backup", "--to", made)

    assert (done.exit_code, done.output) == (
        1,
        f"Error: {made} is there already. Name a folder that is not.\n",
    )


def test_a_backup_is_verified_by_its_sums(run, made):
    done = run("db-verify", "--backup", made)

    assert (done.exit_code, done.output) == (0, "Every file is whole.\n")


def test_a_directory_of_mongodumps_is_only_well_formed(run, golden):
    assert run("db-verify", "--backup", golden).output.endswith("Every file is well formed.\n")


def test_a_backup_is_verified_by_a_restore(run, made):
    done = run("db-verify", "--restore-test", made, "--json")

    assert done.exit_code == 0
    assert json.loads(done.stdout)["restored"] is True
    assert "compared and dropped" in done.stderr


def test_a_damaged_backup_ends_verification_and_restore_with_a_code_of_its_own(run, made, second):
    with (made / "things.bson").open("ab") as file:
        file.write(b"\5\0\0\0\0")

    for words in (
        ["db-verify", "--backup"],
        ["db-verify", "--restore-test"],
        ["db-restore", "--into", second],
    ):
        done = run(*words, made)
        assert done.exit_code == 5
        assert "Error: things.bson has " in done.output


@pytest.mark.parametrize("words", [[], ["--backup", "a", "--restore-test", "a"]])
def test_what_to_verify_has_to_be_said_once(run, words):
    done = run("db-verify", *words)

    assert done.exit_code == 2
    assert "Say what to verify: --backup FOLDER or --restore-test FOLDER." in done.output


def test_a_backup_is_restored_into_another_database(run, made, live, second):
    done = run("db-restore", made, "--into", second)

    assert done.exit_code == 0
    assert done.output.endswith(f"documents are restored into {second}.\n")
    assert live.client[second].things.count_documents({}) == 5


def test_a_restore_answers_a_program(run, made, second):
    done = run("db-restore", made, "--into", second, "--json")

    assert json.loads(done.stdout)["database"] == second


def test_a_database_cannot_have_every_name(run, made):
    done = run("db-restore", made, "--into", "a b")

    assert done.exit_code == 2
    assert "Error: --into: " in done.output


def test_the_applications_database_is_replaced_when_that_is_said(run, made, live, tmp_path):
    live.things.delete_many({})

    assert run("db-restore", made).exit_code == 1
    assert run("db-restore", made, "--replace").exit_code == 0

    (safety,) = (tmp_path / "instance" / "backups").iterdir()
    assert safety.name.endswith("Z-before-restore")
    assert live.things.count_documents({}) == 5


def test_the_safety_backup_can_be_done_without(run, made, tmp_path):
    run("db-restore", made, "--replace", "--no-safety-backup")

    assert not (tmp_path / "instance").exists()


def test_a_protected_database_has_to_be_named(run, made, live):
    protection.protect(live)
    live.things.delete_many({})

    refused = run("db-restore", made, "--replace")
    kept = live.things.count_documents({})
    done = run("db-restore", made, "--replace", "--yes-i-mean", live.name)

    assert (refused.exit_code, kept) == (1, 0)
    assert f"--yes-i-mean {live.name}" in refused.output
    assert (done.exit_code, live.things.count_documents({})) == (0, 5)


def test_a_busy_lock_has_a_code_of_its_own(run, made, live):
    with lease.hold(live, "a migration"):
        done = run("db-restore", made, "--replace")

    assert done.exit_code == 3
    assert "locked by a migration" in done.output


def test_a_restore_that_stopped_half_way_has_a_code_of_its_own_and_goes_on(run, made, live, monkeypatch):
    def gone(*_: object, **__: object) -> None:
        raise AutoReconnect("gone")

    with monkeypatch.context() as patch:
        patch.setattr(type(live.things), "rename", gone)
        stopped = run("db-restore", made, "--replace")
    done = run("db-restore", made, "--replace")

    assert stopped.exit_code == 4
    assert "run the same command again" in stopped.output
    assert done.exit_code == 0
    assert "Going on with the restore of this backup that was interrupted." in done.output


def test_a_folder_that_cannot_be_made_is_told_in_a_sentence(run, tmp_path):
    (tmp_path / "file").touch()

    done = run("db-backup", "--to", tmp_path / "file" / "made")

    assert done.exit_code == 1
    assert done.output.startswith("Error: ")
    assert done.output.count("\n") == 1


@pytest.mark.slow
def test_the_password_of_the_address_is_in_no_file_and_in_no_output(servers, live, launch, tmp_path):
    users = live.client.admin
    users.command("createUser", "keeper", pwd="Pa55phrase", roles=["root"])
    place = servers.mongodb_uri.removeprefix("mongodb://")
    address = {
        "database": live.name,
        "MARKETPLACE_MONGODB_URI": f"mongodb://keeper:Pa55phrase@{place}&authSource=admin",
    }
    told = []
    try:
        for words in (
            ["db-backup", "--json", "--to"],
            ["db-verify", "--restore-test"],
            ["db-restore", "--replace", "--no-safety-backup"],
            ["db-restore"],
        ):
            process = launch("-m", "flask", *words, str(tmp_path / "made"), **address)
            told.append(process.communicate(timeout=120)[0])
    finally:
        users.command("dropUser", "keeper")

    written = b"".join(path.read_bytes() for path in (tmp_path / "made").iterdir())
    assert "are restored into" in told[2]
    assert "is not empty" in told[3]
    assert "Pa55phrase" not in "".join(told)
    assert b"Pa55phrase" not in written
    assert b"keeper" not in written


@pytest.mark.slow
def test_a_backup_with_a_password_that_the_server_refuses_does_not_repeat_it(servers, launch, tmp_path):
    place = servers.mongodb_uri.removeprefix("mongodb://")
    process = launch(
        *("-m", "flask", "db-backup", "--to", str(tmp_path / "made")),
        database="none",
        MARKETPLACE_MONGODB_URI=f"mongodb://nobody:Pa55phrase@{place}&authSource=admin",
    )
    told = process.communicate(timeout=120)[0]

    assert process.returncode == 1
    assert "refuses the user or the password" in told
    assert "Pa55phrase" not in told
