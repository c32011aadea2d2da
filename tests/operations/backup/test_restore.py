from __future__ import annotations

import json
from datetime import UTC, datetime

import bson
import pytest
from bson import DatetimeMS, Timestamp
from pymongo.collection import Collection
from pymongo.errors import AutoReconnect, OperationFailure

from marketplace.operations import backup, digests, lease, protection, transient
from marketplace.operations.backup import (
    RestoreFailed,
    RestoreInterrupted,
    RestoreRefused,
    dump,
    files,
    loading,
    source,
)
from marketplace.operations.lease import LeaseLost, Locked
from marketplace.operations.protection import Protected
from marketplace.shared.rows import documents_in

pytestmark = pytest.mark.real


def state(db) -> dict:
    return digests.of_database(db, but=["_migration_lock"])


def again(db, other, tmp_path) -> None:
    """Back one database up and restore it into the other."""
    backup.back_up(db, tmp_path / "again")
    backup.restore(other, backup.opened(tmp_path / "again"))


def raw(collection) -> list[bytes]:
    return [bytes(one) for run in collection.find_raw_batches() for one in documents_in(run)]


def dump_of(folder, documents: list[dict], **metadata) -> None:
    """A directory as mongodump makes it, with one collection `things`."""
    described = {"indexes": [{"v": 2, "key": {"_id": 1}, "name": "_id_"}]} | metadata
    (folder / "things.metadata.json").write_text(json.dumps(described))
    (folder / "things.bson").write_bytes(b"".join(map(bson.encode, documents)))


def test_a_restore_answers_what_it_did(made, other):
    done = backup.restore(other, backup.opened(made))

    assert done == {
        "database": other.name,
        "collections": 3,
        "documents": 70,
        "dropped": [],
        "resumed": False,
        "safety_backup": None,
    }


def test_a_database_that_holds_something_is_not_restored_over(shop, made):
    before = state(shop)

    with pytest.raises(RestoreRefused, match=r"is not empty: it has 3 .* --into NAME, or .* --replace\."):
        backup.restore(shop, backup.opened(made))

    assert state(shop) == before


def test_replaced_is_everything_and_the_backup_is_all_that_is_there(shop, made):
    before = state(shop)
    shop.orders.delete_many({})
    shop.products.drop_indexes()
    shop.later.insert_one({})
    shop.drop_collection("dear")

    done = backup.restore(shop, backup.opened(made), replace=True)

    assert state(shop) == before
    assert done["dropped"] == ["later"]


def test_what_is_replaced_is_backed_up_first(shop, made, other, tmp_path):
    shop.later.insert_one({})
    before = state(shop)

    done = backup.restore(shop, backup.opened(made), replace=True, safety=tmp_path / "safety")
    backup.restore(other, backup.opened(tmp_path / "safety"))

    assert done["safety_backup"] == str(tmp_path / "safety")
    assert state(other) == before


def test_collections_that_the_backup_left_out_stay(shop, tmp_path):
    backup.back_up(shop, tmp_path / "some", exclude=["orders"])

    backup.restore(shop, backup.opened(tmp_path / "some"), replace=True)

    assert shop.orders.count_documents({}) == 20


def test_a_protected_database_is_not_restored_over(shop, made):
    protection.protect(shop)
    before = state(shop)

    with pytest.raises(Protected, match=f"--yes-i-mean {shop.name}"):
        backup.restore(shop, backup.opened(made), replace=True)

    assert state(shop) == before


def test_a_protected_database_that_is_named_is_restored_over_and_stays_protected(shop, made):
    protection.protect(shop)

    backup.restore(shop, backup.opened(made), replace=True, meant=shop.name)

    assert protection.is_protected(shop)


def test_a_backup_of_the_database_before_its_protection_leaves_it_protected(shop, tmp_path):
    protection.protect(shop, on=False)
    backup.back_up(shop, tmp_path / "made")
    protection.protect(shop)

    backup.restore(shop, backup.opened(tmp_path / "made"), replace=True, meant=shop.name)

    assert protection.is_protected(shop)


def test_two_restores_of_one_database_do_not_run_at_once(made, other):
    with lease.hold(other, "a migration"), pytest.raises(Locked, match="locked by a migration"):
        backup.restore(other, backup.opened(made))


def test_who_loses_the_lock_replaces_nothing(shop, made, monkeypatch):
    before = state(shop)
    fill = loading.fill

    def lose(*args: object) -> None:
        fill(*args)
        held[0]._end()

    held = []
    made_lease = lease.Lease
    monkeypatch.setattr(lease, "Lease", lambda *args, **kw: held.append(made_lease(*args, **kw)) or held[0])
    monkeypatch.setattr(loading, "fill", lose)

    with pytest.raises(LeaseLost):
        backup.restore(shop, backup.opened(made), replace=True)

    live = {name: one for name, one in state(shop).items() if not transient.is_staged(name)}
    assert live == before


def test_who_lost_the_lock_and_does_not_know_it_yet_replaces_nothing(shop, made, monkeypatch, tmp_path):
    before = state(shop)

    def sleep_through_it(*_: object) -> None:
        shop["_migration_lock"].update_one({}, {"$set": {"owner": "the next"}})

    monkeypatch.setattr(dump, "back_up", sleep_through_it)
    with pytest.raises(LeaseLost):
        backup.restore(shop, backup.opened(made), replace=True, safety=tmp_path / "safety")

    live = {name: one for name, one in state(shop).items() if not transient.is_staged(name)}
    assert live == before


def test_a_view_that_the_server_refuses_is_noticed_before_anything_changes(shop, tmp_path, other):
    shop.create_collection("cheap", viewOn="products", pipeline=[{"$match": {"price": {"$lt": 5}}}])
    backup.back_up(shop, tmp_path / "made")
    found = backup.opened(tmp_path / "made")
    for stored in found.stored:
        if stored.entry.type == "view":
            stored.entry.options["pipeline"] = [{"$unheard": 1}]

    with pytest.raises(RestoreFailed, match="Nothing that was in"):
        backup.restore(other, found)

    assert set(other.list_collection_names()) <= {"_migration_lock", "system.views"}


def fails(*_: object, **__: object) -> None:
    raise OSError("The disk is full.")


def test_another_restore_that_fails_leaves_the_half_done_one_able_to_go_on(shop, made, tmp_path, monkeypatch):
    whole = state(shop)
    shop.orders.delete_many({})
    with monkeypatch.context() as broken:
        broken.setattr(
            Collection, "rename", lambda *_, **__: (_ for _ in ()).throw(OSError("The power went."))
        )
        with pytest.raises(RestoreInterrupted):
            backup.restore(shop, backup.opened(made), replace=True)
    backup.back_up(shop, tmp_path / "another", exclude=["orders"])
    with monkeypatch.context() as broken:
        broken.setattr(loading, "fill", fails)
        with pytest.raises(RestoreFailed):
            backup.restore(shop, backup.opened(tmp_path / "another"), replace=True)

    done = backup.restore(shop, backup.opened(made), replace=True)

    assert done["resumed"]
    assert state(shop) == whole


def test_documents_that_break_the_validator_are_restored(db, other, tmp_path):
    db.things.insert_one({"_id": 1})
    db.command("collMod", "things", validator={"name": {"$exists": True}})

    again(db, other, tmp_path)

    assert state(other) == state(db)
    with pytest.raises(OperationFailure, match="failed validation"):
        other.things.insert_one({})


@pytest.mark.parametrize("options", [{}, {"capped": True, "size": 100_000}])
def test_documents_that_an_insert_would_change_are_restored_as_they_are(db, other, tmp_path, options):
    db.create_collection("things", **options)
    db.things.insert_many({"_id": number} for number in range(9))
    zero = {"$literal": {"at": Timestamp(0, 0), "far": DatetimeMS(10**15), "nan": float("nan")}}
    if options:
        db.drop_collection("things")
        db.create_collection("things")
        db.things.insert_many({"_id": number} for number in range(9))
    db.things.update_one({"_id": 4}, [{"$replaceWith": {"$mergeObjects": ["$$ROOT", zero]}}])
    if options:
        db.command("convertToCapped", "things", size=100_000)

    again(db, other, tmp_path)

    assert raw(other.things) == raw(db.things)
    assert raw(other.things)[4].count(b"\x11at\0" + 8 * b"\0") == 1


def test_capped_collections_keep_the_order_of_their_documents(db, other, tmp_path, monkeypatch):
    monkeypatch.setattr(files, "CHUNK", 100)
    db.create_collection("log", capped=True, size=100_000)
    db.log.insert_many({"_id": (number * 37) % 100} for number in range(100))

    again(db, other, tmp_path)

    assert raw(other.log) == raw(db.log)


def test_documents_larger_than_a_piece_of_the_file_are_restored(db, other, tmp_path, monkeypatch):
    monkeypatch.setattr(files, "CHUNK", 1000)
    db.things.insert_many({"_id": number, "text": "x" * number * 100} for number in range(60))

    again(db, other, tmp_path)

    assert state(other) == state(db)


def test_more_documents_than_one_command_carries_are_restored(db, other, tmp_path, monkeypatch):
    monkeypatch.setattr(loading, "_MOST", 7)
    db.things.insert_many({"_id": number} for number in range(60))

    again(db, other, tmp_path)

    assert state(other) == state(db)


def test_views_on_views_are_restored(db, other, tmp_path):
    french = {"locale": "fr"}
    db.create_collection("things", collation=french)
    db.create_collection("z", viewOn="things", pipeline=[], collation=french)
    db.create_collection("m", viewOn="z", pipeline=[], collation=french)
    db.create_collection("a", viewOn="m", pipeline=[], collation=french)

    again(db, other, tmp_path)

    assert state(other) == state(db)


def test_an_index_without_the_collation_of_its_collection_stays_without(db, other, tmp_path):
    db.create_collection("things", collation={"locale": "fr"})
    db.things.create_index("name", collation={"locale": "simple"})

    again(db, other, tmp_path)

    assert "collation" not in other.things.index_information()["name_1"]


def test_what_has_expired_since_the_backup_is_restored_and_left_to_the_server(
    db, other, tmp_path, monkeypatch
):
    db.create_collection("old", clusteredIndex={"key": {"_id": 1}, "unique": True}, expireAfterSeconds=10**9)
    db.things.create_index("at", expireAfterSeconds=10**9)
    for name in ("old", "things"):
        db[name].insert_one({"_id": datetime(1980, 1, 1, tzinfo=UTC), "at": datetime(1980, 1, 1, tzinfo=UTC)})

    compared, is_in = [], source.Stored.is_in

    def compare(stored: source.Stored, collection: Collection) -> bool:
        compared.append((collection.options(), collection.index_information()))
        return is_in(stored, collection)

    monkeypatch.setattr(source.Stored, "is_in", compare)
    again(db, other, tmp_path)

    assert "expireAfterSeconds" not in str(compared)  # or the server might delete before the comparison
    found = {info["name"]: info["options"] for info in other.list_collections()}
    assert found["old"]["expireAfterSeconds"] == 10**9
    assert other.things.index_information()["at_1"]["expireAfterSeconds"] == 10**9


@pytest.mark.parametrize("kind", ["a view", "a time series"])
def test_a_collection_takes_the_place_of_anything_of_its_name(shop, made, kind):
    before = state(shop)
    shop.drop_collection("orders")
    if kind == "a view":
        shop.create_collection("orders", viewOn="products", pipeline=[])
    else:
        shop.create_collection("orders", timeseries={"timeField": "at"})

    backup.restore(shop, backup.opened(made), replace=True)

    assert state(shop) == before


@pytest.mark.parametrize("kind", ["a view", "a time series"])
def test_anything_takes_the_place_of_a_collection_of_its_name(shop, kind, tmp_path):
    if kind == "a view":
        shop.create_collection("thing", viewOn="products", pipeline=[])
    else:
        shop.create_collection("thing", timeseries={"timeField": "at"})
        shop.thing.insert_one({"at": datetime(2026, 1, 1, tzinfo=UTC), "value": 1.5})
    before = state(shop)
    backup.back_up(shop, tmp_path / "made")
    shop.drop_collection("thing")
    shop.thing.insert_one({})

    backup.restore(shop, backup.opened(tmp_path / "made"), replace=True)

    assert state(shop) == before


def test_the_lock_in_a_dump_is_not_restored(other, tmp_path):
    dump_of(tmp_path, [{"_id": "lock", "owner": "somebody"}], collectionName="_migration_lock")
    (tmp_path / "things.bson").rename(tmp_path / "_migration_lock.bson")
    (tmp_path / "things.metadata.json").rename(tmp_path / "_migration_lock.metadata.json")

    backup.restore(other, backup.opened(tmp_path))

    assert "owner" not in other["_migration_lock"].find_one()


@pytest.mark.parametrize(
    ("documents", "metadata", "sentence"),
    [
        ([{"_id": 1}, {"_id": 1}], {}, "The server refused a document of things.*duplicate key"),
        (
            [{"_id": 1, "n": 1}, {"_id": 2, "n": 1}],
            {"indexes": [{"v": 2, "key": {"n": 1}, "name": "n", "unique": True}]},
            "The server refused: .*duplicate key",
        ),
        ([{"_id": 1}], {"options": {"nonsense": 1}}, "The server refused: .*nonsense"),
    ],
)
def test_what_cannot_be_restored_leaves_the_database_as_it_was(shop, tmp_path, documents, metadata, sentence):
    dump_of(tmp_path, documents, **metadata)
    before = state(shop)

    with pytest.raises(RestoreFailed, match=rf"{sentence}.* Nothing that was in {shop.name} has changed\."):
        backup.restore(shop, backup.opened(tmp_path), replace=True)

    assert state(shop) == before


def test_documents_that_get_lost_on_the_way_are_missed(shop, made, monkeypatch):
    insert = loading._insert
    monkeypatch.setattr(loading, "_insert", lambda db, name, run, ordered: insert(db, name, run[1:], ordered))
    before = state(shop)

    with pytest.raises(RestoreFailed, match="are not those of the backup after loading them"):
        backup.restore(shop, backup.opened(made), replace=True)

    assert state(shop) == before


def test_a_restore_that_stopped_between_two_collections_goes_on_there(shop, made, tmp_path, monkeypatch):
    before = state(shop)
    shop.orders.delete_many({})
    shop.products.delete_many({})
    opened, rename, renamed = backup.opened(made), type(shop.orders).rename, []

    def once(self, name: str, **options: object) -> None:
        if renamed:
            raise AutoReconnect("gone")
        renamed.append(name)
        rename(self, name, **options)

    with monkeypatch.context() as patch:
        patch.setattr(type(shop.orders), "rename", once)
        with pytest.raises(RestoreInterrupted, match=r"MongoDB went away\. .* run the same command again"):
            backup.restore(shop, opened, replace=True, safety=tmp_path / "safety")
    done = backup.restore(shop, opened, replace=True, safety=tmp_path / "another")

    assert renamed == ["orders"]
    assert state(shop) == before
    assert (done["resumed"], done["safety_backup"]) == (True, str(tmp_path / "safety"))


def test_another_backup_begins_anew_after_a_restore_that_stopped(shop, made, tmp_path, monkeypatch):
    before = state(shop)
    backup.back_up(shop, tmp_path / "second")
    shop.orders.insert_one({"_id": "new"})
    third = tmp_path / "third"
    backup.back_up(shop, third)

    def never(*_: object, **__: object) -> None:
        raise AutoReconnect("gone")

    with monkeypatch.context() as patch:
        patch.setattr(type(shop.orders), "rename", never)
        with pytest.raises(RestoreInterrupted):
            backup.restore(shop, backup.opened(third), replace=True)
    done = backup.restore(shop, backup.opened(made), replace=True)

    assert state(shop) == before
    assert not done["resumed"]
