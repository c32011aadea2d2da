from __future__ import annotations

import pytest
from bson import BSON

from marketplace.operations import digests
from marketplace.operations.migrations import MigrationError, migrate, rehearsal

pytestmark = pytest.mark.real

LOSSY = """
def up(db): db.things.update_many({"n": {"$gt": 2}}, {"$unset": {"n": 1}})
def down(db): db.things.update_many({"n": None}, {"$set": {"n": 0}})
steps = [tx(up, down)]
"""


@pytest.fixture
def things(db):
    """A collection of six with an index and a validator that two of them break."""
    db.create_collection("things", validator={"n": {"$lt": 4}}, validationAction="warn")
    db.things.insert_many([{"_id": number, "n": number} for number in range(6)])
    db.things.create_index("n", name="n", sparse=True)
    return db.things


def digest(db) -> dict:
    return digests.of_database(db)


def rehearsals(server) -> list[str]:
    return [name for name in server.list_database_names() if "__rehearsal_" in name]


# The copy


def test_a_copy_has_the_same_documents_options_and_indexes(db, things):
    db.create_collection("capped", capped=True, size=4096)
    db.create_collection("sorted", clusteredIndex={"key": {"_id": 1}, "unique": True})
    db.create_collection("times", timeseries={"timeField": "at"})
    db.create_collection("few", viewOn="things", pipeline=[{"$limit": 2}])
    db.create_collection("empty")
    db.create_collection("german", collation={"locale": "de"})
    db.sorted.insert_one({"_id": 1})
    db.things.create_index([("t", "text")], weights={"t": 3}, name="t")

    with rehearsal.copy_of(db) as (copy, count):
        assert digest(copy) == digest(db)
        assert count == 7


def test_duplicate_keys_are_copied_as_they_are(db):
    twice = BSON(b"\x16\x00\x00\x00\x10_id\x00\x01\x00\x00\x00\x08a\x00\x01\x08a\x00\x00\x00")
    db.command("insert", "things", documents=[rehearsal.RawBSONDocument(bytes(twice))])

    with rehearsal.copy_of(db) as (copy, _):
        assert digest(copy) == digest(db)


def test_a_sample_takes_about_as_many_as_asked_for_and_every_record(db, write):
    for number in range(9):
        write(f"000{number}_x")
    migrate(db)
    db.things.insert_many([{"_id": number} for number in range(1000)])

    with rehearsal.copy_of(db, sample=5) as (copy, _):
        assert copy.things.count_documents({}) < 100
        assert copy["_migrations"].count_documents({}) == 9


# Rehearsing


def test_a_rehearsal_changes_nothing_and_leaves_nothing(db, server, things, write):
    write("0001_a", 'steps = [each("things", {}, {"$inc": {"n": 1}}, down={"$inc": {"n": -1}})]')
    before = digest(db)

    found = rehearsal.rehearse(db)

    assert found.passed
    assert digest(db) == before
    assert rehearsals(server) == []


def test_it_tells_what_each_migration_changes_and_how_long_that_takes(db, things, write):
    write("0001_a", """
        def up(db): db.things.update_one({"_id": 1}, {"$set": {"m": 1}}); db.more.insert_one({"_id": 1})
        def down(db): db.things.update_one({"_id": 1}, {"$unset": {"m": 1}}); db.more.delete_one({"_id": 1})
        steps = [collection("more"), tx(up, down),
                 each("things", {"_id": {"$gt": 3}}, {"$inc": {"n": -1}}, down={"$inc": {"n": 1}},
                      down_filter={"_id": {"$gt": 3}})]
    """)  # fmt: skip

    [one] = rehearsal.rehearse(db).migrations

    assert one.changed == {"more": {"written": 1, "gone": 0}, "things": {"written": 3, "gone": 3}}
    assert [step["name"] for step in one.steps] == ["collection more", "tx up", "each things"]
    assert one.steps[2]["changed"] == 2
    assert all(step["took"] >= 0 for step in one.steps)
    assert (one.lost, one.error) == ([], None)


def test_it_predicts_the_documents_that_break_a_validator(db, things, write):
    write("0001_a", 'steps = [validator("things", {"n": {"$lt": 3}}, level="moderate")]')
    write("0002_b", 'steps = [validator("things", {"n": {"$lt": 2}})]')

    found = rehearsal.rehearse(db)

    assert found.violations == {"things": 2}
    assert [one.violations for one in found.migrations] == [{"things": 3}, {"things": 4}]
    assert "0002_b failed at validator things. 4 documents of things break" in found.migrations[1].error
    assert not found.passed


def test_it_predicts_the_duplicates_in_the_way_of_a_unique_index(db, things, write):
    things.update_one({"_id": 5}, {"$set": {"n": 4}})
    write("0001_a", 'steps = [index.unique("things", "only", "n")]')

    [one] = rehearsal.rehearse(db).migrations

    assert "1 keys of the index only of things belong to several documents" in one.error
    assert "only" not in digests.indexes_of(things)


def test_what_is_applied_is_not_rehearsed(db, things, write):
    write("0001_a")
    migrate(db)

    assert rehearsal.rehearse(db).migrations == []


def test_what_cannot_be_undone_is_not_undone(db, things, write):
    write("0001_a", 'steps = [tx(up)]\nirreversible = "It is gone."')

    found = rehearsal.rehearse(db)

    assert (found.migrations[0].lost, found.passed) == (None, True)


def test_a_copy_may_be_kept(db, server, things, write):
    write("0001_a", 'steps = [each("things", {}, {"$inc": {"n": 1}}, down={"$inc": {"n": -1}})]')

    found = rehearsal.rehearse(db, keep=True)

    assert server[found.copy].things.distinct("n") == [1, 2, 3, 4, 5, 6]


def test_what_comes_late_is_rehearsed_and_undone_alone(db, things, write):
    write("0002_b")
    migrate(db)
    write("0001_a", LOSSY)

    [one] = rehearsal.rehearse(db).migrations

    assert one.lost == ["things: documents differ (6 before, 6 after)"]


# Undoing


def test_a_lossy_down_is_found(db, server, things, write):
    write("0001_a")
    write("0002_b", LOSSY)

    first, second = rehearsal.verify_down(db)

    assert (first.lost, second.lost) == ([], ["things: documents differ (6 before, 6 after)"])
    assert rehearsals(server) == []


def test_everything_that_stays_or_is_gone_is_told(db, things, write):
    db.old.insert_one({})
    write("0001_a", """
        def up(db):
            db.drop_collection("old")
            db.create_collection("new")
            db.things.drop_index("n")
            db.things.create_index("m", name="m")
            db.things.create_index("o", name="o")
            db.command("collMod", "things", validator={})
        def down(db):
            db.things.drop_index("o")
            db.things.create_index("o", name="n")
        steps = [opaque(up, down, idempotent=True)]
    """)  # fmt: skip

    [one] = rehearsal.verify_down(db)

    assert one.lost[:5] == [
        "the collection new stays",
        "the collection old is gone",
        "things: the index m stays",
        "things: the index n differs",
        one.lost[4],
    ]
    assert one.lost[4].startswith("things: the options differ")


def test_without_pending_ones_the_latest_is_verified(db, things, write):
    write("0001_a")
    write("0002_b", LOSSY)
    migrate(db)

    told: list[str] = []

    [one] = rehearsal.verify_down(db, report=told.append)

    assert (told[0], told[1][:7], told[-1]) == (
        "Copying the database …",
        "Copied ",
        "0002_b: undoing it and comparing …",
    )
    assert one.name == "0002_b"
    assert rehearsal.compare(db).records["0002_b"].applied


def test_the_first_to_verify_can_be_named(db, things, write):
    write("0001_a")
    write("0002_b")
    migrate(db)

    assert [one.name for one in rehearsal.verify_down(db, "0001_a")] == ["0001_a", "0002_b"]
    with pytest.raises(MigrationError, match="There is no migration 0003_c"):
        rehearsal.verify_down(db, "0003_c")


def test_a_down_that_fails_is_told(db, things, write):
    write("0001_a", "def down(db): 1 / 0\nsteps = [tx(up, down)]")
    write("0002_b")

    [one] = rehearsal.verify_down(db)

    assert "0001_a failed at tx up. ZeroDivisionError" in one.error


def test_without_migrations_there_is_nothing_to_verify(db, folder):
    assert rehearsal.verify_down(db) == []
