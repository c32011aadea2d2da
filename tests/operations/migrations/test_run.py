from __future__ import annotations

import threading

import pymongo
import pytest
from pymongo.errors import AutoReconnect

from marketplace.operations import migrations
from marketplace.operations.lease import LeaseLost, Locked, hold
from marketplace.operations.migrations import (
    Failed,
    Interrupted,
    MigrationError,
    Stopped,
    Unexpected,
    compare,
    migrate,
    resolution,
    revert,
)

pytestmark = pytest.mark.real

ADD = """
def up(db): db.log.insert_one({"_id": "%s", "after": db.log.count_documents({})})
def down(db): db.log.delete_one({"_id": "%s"})
steps = [tx(up, down=down)]
"""


def adding(what: str) -> str:
    """A migration that writes `what` into the log."""
    return ADD % (what, what)


def states(db) -> dict[str, str]:
    return {name: record.state for name, record in compare(db).records.items()}


# Up


def test_what_is_pending_is_applied_once_and_in_order(db, write):
    write("0001_first", adding("a"))
    write("0002_second", adding("b"))
    told = []

    done = migrate(db, report=told.append)
    again = migrate(db)

    assert (done, again) == (["0001_first", "0002_second"], [])
    assert [(one["_id"], one["after"]) for one in db.log.find()] == [("a", 0), ("b", 1)]
    assert told[0] == "0001_first: What 0001_first is for."


def test_the_record_tells_what_was_applied_by_whom(db, write, record):
    path = write("0001_first", adding("a"), phase="migrate")

    migrate(db)

    found = record("0001_first")
    assert (found["state"], found["phase"], found["source"]) == ("applied", "migrate", path.read_text())
    assert found["steps"][0]["state"] == "done"
    assert found["finished_at"] >= found["started_at"]
    assert found["server_version"].startswith("6.")
    assert found.keys() >= {"checksum", "token", "host", "pid", "ms", "app_version"}


def test_a_record_is_written_before_the_first_step(db, write, record):
    write("0001_first", "def up(db): db.client[db.name]['seen'].insert_one(db['_migrations'].find_one())\n"
          "steps = [opaque(up, down, idempotent=True)]")  # fmt: skip

    migrate(db)

    assert db.seen.find_one()["state"] == "started"


def test_a_failed_tx_step_leaves_no_data_and_no_record_that_it_is_applied(db, write, record):
    write("0001_first", adding("a"))
    write("0002_second", "def up(db): db.log.insert_one({'_id': 'b'}); 1 / 0\nsteps = [tx(up, down)]")
    write("0003_third", adding("c"))

    with pytest.raises(Failed, match=r"0002_second failed at tx up\. ZeroDivisionError: division by zero"):
        migrate(db)

    assert [one["_id"] for one in db.log.find()] == ["a"]
    assert states(db) == {"0001_first": "applied", "0002_second": "failed"}
    assert record("0002_second")["steps"][0]["state"] == "running"
    assert "1 / 0" not in record("0002_second")["error"]["message"]
    assert "ZeroDivisionError" in record("0002_second")["error"]["traceback"]


def test_a_failed_migration_that_is_mended_goes_on_at_the_step_that_failed(db, write, record):
    good = "def once(db): db.log.insert_one({'_id': 'once'})\n"
    write("0001_a", good + "def up(db): 1 / 0\nsteps = [tx(once, down), tx(up, down)]")
    with pytest.raises(Failed):
        migrate(db)
    write("0001_a", good + "def up(db): db.log.insert_one({'_id': 'mended'})\n"
          "steps = [tx(once, down), tx(up, down)]")  # fmt: skip

    assert migrate(db) == ["0001_a"]

    assert {one["_id"] for one in db.log.find()} == {"once", "mended"}
    assert "error" not in record("0001_a")


def test_a_migration_whose_finished_steps_are_edited_does_not_go_on(db, write):
    write("0001_a", "def bad(db): 1 / 0\nsteps = [tx(up, down), tx(bad, down)]")
    with pytest.raises(Failed):
        migrate(db)
    write("0001_a", "def other(db): pass\nsteps = [tx(other, down)]")

    with pytest.raises(Unexpected, match="0001_a was edited after it had begun: it began with tx up, tx bad"):
        migrate(db)


def test_what_comes_late_is_applied_with_a_warning(db, write):
    write("0002_second")
    migrate(db)
    write("0001_first")
    told = []

    assert migrate(db, report=told.append) == ["0001_first"]
    assert "Warning: 0001_first comes late: later ones are applied already." in told


def test_what_was_edited_or_lost_is_told(db, write):
    gone = write("0001_gone")
    write("0002_edited")
    migrate(db)
    gone.unlink()
    write("0002_edited", "# an afterthought\nsteps = [tx(up, down=down)]")

    found = compare(db)

    assert (found.edited, found.missing, found.pending) == (["0002_edited"], ["0001_gone"], [])
    assert len(found.warnings()) == 2


def test_records_of_old_are_understood_as_applied(db, write):
    write("0001_first", adding("a"))
    db["_migrations"].insert_one({"_id": "0001_first", "applied_at": None})

    assert migrate(db) == []
    assert compare(db).edited == []
    assert revert(db) == ["0001_first"]


def test_up_goes_as_far_as_it_is_told(db, write):
    for name in ("0001_a", "0002_b", "0003_c"):
        write(name)

    assert migrate(db, to="0002_b") == ["0001_a", "0002_b"]
    with pytest.raises(MigrationError, match="There is no migration 0009_z"):
        migrate(db, to="0009_z")


def test_later_phases_are_left_out_with_those_that_name_them(db, write):
    plain = "steps = [tx(up, down=down)]\n"
    write("0001_a")
    write("0002_b", phase="contract")
    write("0003_c")
    write("0004_d", plain + 'depends_on = ("0002_b",)')
    told = []

    done = migrate(db, phase="migrate", report=told.append)

    assert done == ["0001_a", "0003_c"]
    assert "0004_d waits for 0002_b." in told


def test_asked_to_stop_it_stops_between_two_steps_and_goes_on_later(db, write):
    stop = threading.Event()
    write("0001_a", "import stopper\nsteps = [tx(stopper.stop, down), tx(up, down)]")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(
            __import__("sys").modules, "stopper", type("stopper", (), {"stop": lambda db: stop.set()})
        )
        with pytest.raises(Stopped):
            migrate(db, stop=stop)
        assert [step["state"] for step in compare(db).records["0001_a"].steps] == ["done", "pending"]
        with pytest.raises(Stopped):
            migrate(db, stop=stop)

        assert migrate(db) == ["0001_a"]


def test_who_lost_the_lock_writes_nothing_more(db, write, record):
    write("0001_a", """
        def steal(db):
            db['_migrations'].update_one({}, {'$inc': {'token': 1}})
        def up(db):
            db.log.insert_one({})
        steps = [opaque(steal, down, idempotent=True), tx(up, down)]
    """)  # fmt: skip

    with pytest.raises(LeaseLost):
        migrate(db)

    assert db.log.find_one() is None
    assert record("0001_a")["steps"][1]["state"] == "pending"


def test_a_record_that_somebody_else_has_begun_is_not_begun_again(db, write):
    write("0001_a", """
        def begin_the_next(db):
            db['_migrations'].insert_one({'_id': '0002_b', 'state': 'reverted', 'token': 99})
        steps = [opaque(begin_the_next, down, idempotent=True)]
    """)  # fmt: skip
    write("0002_b")

    with pytest.raises(LeaseLost):
        migrate(db)


def test_an_outage_leaves_the_record_as_it_is(db, write, record, monkeypatch):
    write("0001_a", "import pymongo.errors\ndef up(db): raise pymongo.errors.AutoReconnect('gone')\n"
          "steps = [opaque(up, down, idempotent=True)]")  # fmt: skip

    with pytest.raises(AutoReconnect):
        migrate(db)

    assert record("0001_a")["state"] == "started"


def test_a_step_may_take_longer_than_the_clients_timeout(db, write, servers):
    db.log.insert_one({})
    write("0001_a", """
        def slow(db): db.log.find_one({"$where": "sleep(400) || true"})
        steps = [opaque(slow, down, idempotent=False)]
    """)  # fmt: skip

    with pymongo.MongoClient(servers.mongodb_uri, timeoutMS=300) as client:
        assert migrate(client[db.name]) == ["0001_a"]


# Opaque steps


def break_off(db, write, *, idempotent: bool) -> None:
    """An opaque step begins and never ends."""
    write("0001_a", f"""
        def bad(db):
            db.log.insert_one({{}})
            if db.log.count_documents({{}}) < 2: raise KeyboardInterrupt
        steps = [opaque(bad, down, idempotent={idempotent}), tx(up, down)]
    """)  # fmt: skip
    with pytest.raises(KeyboardInterrupt):
        migrate(db)


def test_an_idempotent_step_that_broke_off_runs_again(db, write):
    break_off(db, write, idempotent=True)

    assert migrate(db) == ["0001_a"]
    assert db.log.count_documents({}) == 2


@pytest.mark.parametrize("go", [migrate, revert])
def test_another_that_broke_off_waits_for_a_person(db, write, go):
    break_off(db, write, idempotent=False)

    with pytest.raises(Interrupted, match=r"nobody can tell how far it came.*resolve 0001_a --applied"):
        go(db)

    assert db.log.count_documents({}) == 1


def test_it_runs_again_when_the_person_says_so(db, write, record):
    break_off(db, write, idempotent=False)

    resolution.resolve(db, "0001_a", "retry")

    assert migrate(db) == ["0001_a"]
    assert db.log.count_documents({}) == 2
    assert "resolved as retry" in record("0001_a")["log"][0]


def test_it_is_applied_when_the_person_says_so(db, write):
    break_off(db, write, idempotent=False)

    resolution.resolve(db, "0001_a", "applied")

    assert (migrate(db), states(db)) == ([], {"0001_a": "applied"})


def test_it_begins_anew_when_the_person_has_undone_it(db, write):
    break_off(db, write, idempotent=False)

    resolution.resolve(db, "0001_a", "reverted")

    assert migrate(db) == ["0001_a"]


def test_what_did_not_break_off_cannot_be_resolved(db, write):
    write("0001_a")
    migrate(db)

    with pytest.raises(MigrationError, match="0001_a did not break off, it is applied"):
        resolution.resolve(db, "0001_a", "applied")
    with pytest.raises(MigrationError, match="not known to this database"):
        resolution.resolve(db, "0002_b", "applied")


# Down


def test_the_latest_are_undone_the_last_first(db, write):
    for number in "123":
        write(f"000{number}_x", adding(number))
    migrate(db)

    assert revert(db, count=2) == ["0003_x", "0002_x"]
    assert [one["_id"] for one in db.log.find()] == ["1"]
    assert states(db) == {"0001_x": "applied", "0002_x": "reverted", "0003_x": "reverted"}


def test_what_is_undone_is_pending_again(db, write):
    write("0001_a", adding("a"))
    migrate(db)
    revert(db)

    assert migrate(db) == ["0001_a"]
    assert db.log.count_documents({}) == 1


def test_everything_after_a_migration_is_undone(db, write):
    for number in "123":
        write(f"000{number}_x", adding(number))
    migrate(db)

    assert revert(db, to="0001_x") == ["0003_x", "0002_x"]
    with pytest.raises(MigrationError, match="0003_x is not applied"):
        revert(db, to="0003_x")


def test_without_migrations_there_is_nothing_to_undo(db, folder):
    assert revert(db) == []


def test_a_migration_whose_file_is_gone_is_undone_by_the_source_that_was_applied(db, write):
    write("0001_a", adding("a"))
    migrate(db)
    (migrations.files.FOLDER / "0001_a.py").unlink()
    told = []

    assert revert(db, report=told.append) == ["0001_a"]
    assert db.log.find_one() is None
    assert "The file of 0001_a is missing: undoing it by the source that was applied." in told


def test_so_is_one_whose_file_has_other_steps_now(db, write):
    write("0001_a", adding("a"))
    migrate(db)
    write("0001_a", "def other(db): pass\nsteps = [tx(other, down)]")

    revert(db)

    assert db.log.find_one() is None


def test_a_source_that_somebody_changed_in_the_record_is_not_run(db, write):
    write("0001_a", adding("a"))
    migrate(db)
    (migrations.files.FOLDER / "0001_a.py").unlink()
    db["_migrations"].update_one({}, {"$set": {"source": "raise SystemExit"}})

    with pytest.raises(Unexpected, match="is not what was applied"):
        revert(db)


def test_what_broke_off_and_lost_its_file_is_undone_before_anything_goes_up(db, write):
    write("0001_a", "def bad(db): 1 / 0\nsteps = [tx(up, down), tx(bad, down)]")
    with pytest.raises(Failed):
        migrate(db)
    (migrations.files.FOLDER / "0001_a.py").unlink()
    write("0002_b")

    with pytest.raises(Unexpected, match="0001_a broke off, and its file is missing"):
        migrate(db)
    assert compare(db).stranded == ["0001_a"]
    assert revert(db) == ["0001_a"]
    assert migrate(db) == ["0002_b"]


def test_without_a_file_and_without_a_source_it_cannot_be_undone(db, folder):
    db["_migrations"].insert_one({"_id": "0001_a", "applied_at": None})

    with pytest.raises(Unexpected, match="its record keeps no source"):
        revert(db)


def test_what_says_that_it_cannot_be_undone_is_not(db, write):
    write("0001_a", 'steps = [tx(up)]\nirreversible = "The old addresses are gone."')
    migrate(db)

    with pytest.raises(MigrationError, match=r"0001_a cannot be undone: The old addresses are gone\."):
        revert(db)


def test_an_opaque_step_is_undone_too(db, write):
    write("0001_a", "def down(db): db.log.insert_one({})\nsteps = [opaque(up, down, idempotent=False)]")
    migrate(db)

    revert(db)

    assert db.log.count_documents({}) == 1


def test_a_failed_migration_is_undone_as_far_as_it_came(db, write):
    write("0001_a", """
        def add(db): db.log.insert_one({"_id": 1})
        def take(db): db.log.delete_one({"_id": 1})
        def never(db): db.log.insert_one({"_id": "never"})
        def bad(db): 1 / 0
        steps = [tx(add, take), tx(bad, never), tx(up, never)]
    """)  # fmt: skip
    with pytest.raises(Failed):
        migrate(db)

    assert revert(db) == ["0001_a"]
    assert db.log.find_one() is None


def test_undoing_that_failed_is_finished_before_anything_goes_up(db, write):
    text = """
        def add(db): db.log.insert_one({"_id": 1})
        def take(db): db.log.delete_one({"_id": 1})
        def bad(db): %s
        steps = [tx(up, bad), tx(add, take)]
    """
    write("0001_a", text % "1 / 0")
    migrate(db)
    with pytest.raises(Failed, match="0001_a failed at tx up"):
        revert(db)
    write("0001_a", text % "pass")

    with pytest.raises(Interrupted, match="0001_a broke off while it was undone"):
        migrate(db)
    assert revert(db) == ["0001_a"]
    assert migrate(db) == ["0001_a"]


# Baseline


def test_a_baseline_is_recorded_and_not_run(db, write):
    for number in "123":
        write(f"000{number}_x", adding(number))

    assert resolution.baseline(db, "0002_x") == ["0001_x", "0002_x"]
    assert migrate(db) == ["0003_x"]
    assert [one["_id"] for one in db.log.find()] == ["3"]


def test_a_baseline_is_not_undone(db, write):
    write("0001_x", adding("1"))
    resolution.baseline(db, "0001_x")

    assert revert(db) == []


def test_a_baseline_needs_a_migration_and_nothing_that_broke_off(db, write):
    break_off(db, write, idempotent=True)

    with pytest.raises(MigrationError, match="0001_a broke off"):
        resolution.baseline(db, "0001_a")
    with pytest.raises(MigrationError, match="There is no migration 0002_b"):
        resolution.baseline(db, "0002_b")


# The lock


def test_while_the_lock_is_held_nothing_runs(db, write):
    write("0001_a", adding("a"))

    with hold(db, "seed"), pytest.raises(Locked):
        migrate(db)

    assert db.log.find_one() is None


# Standing


def test_a_database_without_migrations_is_behind_and_does_not_serve(db, write):
    write("0001_a")
    write("0002_b", phase="contract")

    found = migrations.standing(db)

    assert (found.behind, found.serves) == (["0001_a"], False)
    assert found.sentence == "The database is behind the code: 0001_a."


def test_a_pending_contract_keeps_nobody_from_serving(db, write):
    write("0001_a")
    migrate(db)
    write("0002_b", phase="contract")

    assert migrations.standing(db) == migrations.Standing([], [], [], True, "The database is up to date.")


@pytest.mark.parametrize(("phase", "serves"), [("expand", True), ("migrate", False), ("contract", False)])
def test_code_that_is_older_than_the_database_serves_if_that_is_only_expanded(db, write, phase, serves):
    write("0001_a")
    newer = write("0002_b", phase=phase)
    migrate(db)
    newer.unlink()

    found = migrations.standing(db)

    assert (found.ahead, found.serves) == (["0002_b"], serves)
    assert "ahead of the code" in found.sentence


def test_a_migration_that_failed_keeps_from_serving(db, write):
    write("0001_a", "def up(db): 1 / 0\nsteps = [tx(up, down)]")
    with pytest.raises(Failed):
        migrate(db)

    found = migrations.standing(db)

    assert (found.broken, found.behind, found.serves) == (["0001_a"], [], False)
    assert "0001_a" in found.sentence
