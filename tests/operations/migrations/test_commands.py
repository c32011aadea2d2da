from __future__ import annotations

import json
import signal
import threading

import pytest

from marketplace.operations import lease, protection
from marketplace.operations.cli.migrate.running import stopping
from marketplace.operations.cli.output import Answer
from marketplace.operations.lease import hold
from marketplace.operations.migrations import files

pytestmark = pytest.mark.real

BAD = "def up(db): 1 / 0\nsteps = [tx(up, down)]"
BROKEN_OFF = "def up(db): raise KeyboardInterrupt\nsteps = [opaque(up, down, idempotent=False)]"


# Up


def test_alone_it_brings_the_database_up_to_date_once(flask, write):
    write("0001_a")

    assert flask() == (0, ["0001_a: What 0001_a is for.", "    tx up", "1 applied."])
    assert flask("up") == (0, ["Nothing to do: the database is up to date."])
    assert flask("--wait", "1")[0] == 0


def test_its_help_lists_every_command(flask):
    code, lines = flask("--help")

    assert code == 0
    assert {line.split()[0] for line in lines[-15:] if line.startswith("  ")} >= {
        "up", "down", "status", "plan", "create", "check", "lint", "rehearse", "verify-down",
        "resolve", "baseline", "unlock",
    }  # fmt: skip


def test_up_tells_programs_what_it_applied(told, write):
    write("0001_a")

    assert told("up") == {"applied": ["0001_a"]}


def test_a_failure_ends_with_1_and_its_sentence(flask, write):
    write("0001_a", BAD)

    code, lines = flask("up")

    assert code == 1
    assert lines[-1] == "Error: 0001_a failed at tx up. ZeroDivisionError: division by zero"


def test_a_busy_lock_ends_with_3(flask, write, database):
    write("0001_a")

    with hold(database, "seed"):
        code, lines = flask("up")

    assert code == 3
    assert "This database is locked by seed" in lines[-1]


def test_what_a_person_has_to_resolve_ends_with_4_until_it_is(flask, write):
    write("0001_a", BROKEN_OFF)
    flask("up")

    assert flask("up")[0] == 4
    assert flask("check")[0] == 4
    assert flask("resolve", "0001_a") [0] == 2  # fmt: skip
    assert flask("resolve", "0001_a", "--applied")[0] == 0
    assert flask("check")[0] == 0


def test_a_plan_says_what_would_be_done_and_does_nothing(flask, told, write, database):
    database.things.insert_many([{}, {}, {}])
    write("0001_a", """
        steps = [tx(up, down), opaque(up, down, idempotent=True), opaque(up, down, idempotent=False),
                 each("things", {}, {}, down={}), collection("more", IndexModel("a", name="a")),
                 index.create("things", "n", "n"), index.hide("things", "n"),
                 validator("things", {"n": 1})]
    """)  # fmt: skip

    code, lines = flask("up", "--plan")

    assert code == 0
    assert lines == [
        "0001_a (expand): What 0001_a is for.",
        "    1. tx up: in one transaction",
        "    2. opaque up: may run again",
        "    3. opaque up: once, with nothing to fall back on",
        "    4. each things: 3 documents, in chunks of 2,000",
        "    5. collection more: 1 new collections, 1 indexes",
        "    6. index.create things.n: 3 documents in things",
        "    7. index.hide things.n: at once",
        "    8. validator things: strict, error; 3 documents break it",
    ]
    assert told("plan")["pending"][0]["name"] == "0001_a"
    assert database["_migrations"].find_one() is None


def test_without_pending_ones_the_plan_is_short(flask, folder):
    assert flask("plan") == (0, ["Nothing to do: the database is up to date."])


def test_a_plan_warns_of_what_comes_late(flask, write):
    write("0002_b")
    flask()
    write("0001_a")

    assert flask("plan")[1][-1] == "Warning: 0001_a comes late: later ones are applied already."


# Down


def test_going_down_asks_first(flask, write, database):
    write("0001_a")
    flask()

    assert flask("down", input="n\n")[0] == 1
    assert database["_migrations"].find_one()["state"] == "applied"


def test_going_down_undoes_the_latest_until_none_is_left(flask, write):
    write("0001_a")
    write("0002_b")
    flask()

    assert flask("down", "--yes") == (0, ["0002_b: undoing", "    tx up", "0002_b undone."])
    assert flask("down", "2", "--yes")[1][-1] == "0001_a undone."
    assert flask("down", "--yes") == (0, ["Nothing to undo."])


def test_in_a_protected_database_nothing_is_undone_until_its_name_is_said(flask, write, database):
    write("0001_a")
    flask()
    protection.protect(database)

    code, lines = flask("down", "--yes")

    assert code == 1
    assert "is protected. Undoing a migration would" in lines[-1]
    assert flask("down", "--yes-i-mean", "another")[0] == 1
    assert database["_migrations"].find_one()["state"] == "applied"
    assert flask("down", "--yes-i-mean", database.name)[0] == 0


# Status and check


def test_the_status_lists_how_each_one_stands(flask, told, write, database):
    gone = write("0001_gone")
    write("0003_edited")
    write("0004_failed", BAD)
    flask()
    gone.unlink()
    write("0003_edited", "# an afterthought\nsteps = [tx(up, down)]")
    write("0002_late")
    write("0005_new", phase="contract")

    code, lines = flask("status")

    states = {one["name"]: one["state"] for one in told("status")["migrations"]}
    assert code == 0
    assert states == {
        "0001_gone": "missing",
        "0002_late": "late",
        "0003_edited": "edited",
        "0004_failed": "failed",
        "0005_new": "pending",
    }
    assert any(line.startswith("0005_new") and "contract" in line for line in lines)
    assert "    1. tx up: running" in lines
    assert "    ZeroDivisionError: division by zero" in lines
    assert len([line for line in lines if line.startswith("Warning: ")]) == 3


def test_the_status_of_an_interrupted_one_tells_how_far_it_came(flask, told, write, database):
    database.things.insert_many([{"_id": number} for number in range(30)])
    write("0001_a", """
        def change(db, thing):
            if thing["_id"] == 25: raise KeyboardInterrupt
            return {"$set": {"n": 1}}
        steps = [each("things", {}, change, down={}, batch=10)]
    """)  # fmt: skip
    flask("up")

    lines = flask("status")[1]

    assert lines[0].split()[:2] == ["0001_a", "interrupted"]
    assert lines[2].startswith("    1. each things: running 20 of 30 (66 %), ")
    assert told("status")["migrations"][0]["steps"][0]["done"] == 20


def test_the_status_tells_who_is_at_work(flask, write, database):
    write("0001_a", BROKEN_OFF)
    flask("up")

    with hold(database, "a migration"):
        lines = flask("status")[1]

    assert lines[0].split()[1] == "running"
    assert lines[-1].startswith("This database is locked by a migration (process ")


def test_the_check_ends_with_6_while_something_is_pending(flask, told, write):
    write("0001_a")

    assert flask("check") == (6, ["0001_a is pending. Apply it with: flask db-migrate"])
    assert told("check")["pending"] == ["0001_a"]
    flask()
    assert flask("check") == (0, ["The database is up to date."])


@pytest.mark.parametrize("what", ["edited", "missing"])
def test_the_check_ends_with_5_when_the_files_are_not_what_was_applied(flask, told, write, what):
    path = write("0001_a")
    flask()
    path.unlink() if what == "missing" else write("0001_a", "\n\nsteps = [tx(up, down)]")

    assert flask("check")[0] == 5
    assert told("check")[what] == ["0001_a"]


def test_a_file_that_is_no_migration_ends_every_command_with_a_sentence(flask, write):
    write("0001_a", "steps = 5")

    for command in ("up", "status", "plan", "check", "lint", "rehearse", "verify-down"):
        code, lines = flask(command)
        assert (code, lines[-1][:30]) == (1, "Error: 0001_a.py has no steps:")


# Writing


def test_a_new_migration_has_the_next_number_and_can_be_filled_in(flask, folder, write):
    write("0007_a")

    code, lines = flask("create", "Add labels!", "--phase", "migrate")

    assert code == 0
    assert lines[0].startswith("migrations/0008_add_labels.py is written.")
    path = folder / "0008_add_labels.py"
    text = path.read_text().replace("steps = [", 'steps = [\n    collection("labels"),')
    path.write_text(text)
    assert [(one.name, one.content.phase) for one in files.known()][1] == ("0008_add_labels", "migrate")


def test_a_new_migration_needs_a_name(flask, folder):
    assert flask("create", "!!")[0] == 2


def test_the_linter_ends_with_1_when_it_has_something_to_say(flask, told, write):
    write("0001_good")
    write("0002_bad", 'steps = [index.drop("a", "n")]')

    code, lines = flask("lint")

    assert code == 1
    assert lines[0].startswith("0002_bad, index.drop a.n: visible-index: dropping an index in use")
    assert told("lint")["findings"][0]["rule"] == "visible-index"
    assert flask("lint", "0001_good") == (0, ["Nothing to say against these migrations."])
    assert flask("lint", "0003_none")[0] == 2


# Rehearsing


def test_a_rehearsal_tells_everything_and_ends_with_0_when_it_went_well(flask, told, write, database):
    database.create_collection("things", validator={"n": 1}, validationAction="warn")
    database.things.insert_many([{"_id": 1}, {"_id": 2}])
    write("0001_a", 'steps = [each("things", {}, {"$set": {"n": 1}}, down={"$unset": {"n": 1}})]')

    code, lines = flask("rehearse")

    assert code == 0
    assert "Before: 2 documents of things break its validator." in lines
    assert "    things: 2 documents new or different, 2 gone" in lines
    assert "    all documents of things keep its validator" in lines
    assert "    Undone, everything is as before." in lines
    assert lines[-1] == "The copy is dropped."
    assert told("rehearse")["passed"]


def test_it_ends_with_1_when_something_failed_or_was_lost(flask, write, database):
    database.things.insert_one({"_id": 1, "n": 5})
    write("0001_a", 'steps = [each("things", {}, {"$set": {"n": 1}}, down={"$set": {"n": 2}})]')

    code, lines = flask("rehearse", "--keep")

    assert code == 1
    assert lines[-2] == "      things: documents differ (1 before, 1 after)"
    kept = lines[-1].removeprefix("The copy is kept as ").rstrip(".")
    assert kept in database.client.list_database_names()
    database.client.drop_database(kept)
    assert flask("verify-down")[0] == 1
    write("0001_a", BAD)
    assert flask("rehearse", "--sample", "5")[0] == 1


def test_what_cannot_be_undone_is_said(flask, write):
    write("0001_a", 'steps = [tx(up)]\nirreversible = "It is gone."')

    code, lines = flask("verify-down")

    assert code == 0
    assert lines[-1] == "    It says of itself that it cannot be undone."


def test_without_pending_ones_there_is_nothing_to_rehearse(flask):
    assert "Nothing is pending, so there is nothing to rehearse." in flask("rehearse")[1]


# Deciding


def test_a_baseline_is_told(flask, write):
    write("0001_a")

    assert flask("baseline", "0001_a") == (0, ["0001_a is recorded as there already."])
    assert flask("baseline", "0001_a") == (0, ["Nothing to record: all of them are applied."])


def test_the_lock_can_be_taken_from_its_holder(flask, database, monkeypatch):
    monkeypatch.setattr(lease, "LEASE_SECONDS", 30.0)
    with hold(database, "a test"):
        assert flask("unlock", input="n\n")[0] == 1
        assert flask("up")[0] == 3
        code, lines = flask("unlock", "--force")

        assert (code, lines[0][:50]) == (0, "The lock is free now. Before: This database is loc")
        assert flask("up")[0] == 0
    assert flask("unlock", "--force") == (0, ["Nobody held the lock."])


# Signals


def test_the_first_signal_asks_to_stop_and_the_second_ends_the_process():
    with stopping(Answer(as_json=False)) as stop:
        signal.raise_signal(signal.SIGINT)
        assert stop.wait(5)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_a_thread_gets_no_signals():
    found = []

    def run() -> None:
        with stopping(Answer(as_json=False)) as stop:
            found.append(stop.is_set())

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()

    assert found == [False]


def test_a_restored_database_can_undo_what_was_applied_before(flask, write, database):
    write("0001_a")
    flask("up")
    database["_migration_lock"].delete_one({})  # what a backup leaves out
    database["_migrations"].update_one({}, {"$set": {"token": 9}})

    assert flask("verify-down")[0] == 0
    assert flask("down", "--yes")[0] == 0


def test_a_failure_is_told_to_programs_too(flask, write, database):
    write("0001_a")

    with hold(database, "seed"):
        code, lines = flask("up", "--json")

    told = json.loads("\n".join(lines[: lines.index("}") + 1]))
    assert (code, told["exit_code"]) == (3, 3)
    assert told["error"].startswith("This database is locked by seed")
