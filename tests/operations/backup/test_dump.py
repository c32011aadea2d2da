from __future__ import annotations

import json
import shutil
import stat
import threading
from collections import namedtuple

import pytest
from pymongo.errors import OperationFailure

from marketplace.operations import backup
from marketplace.operations.backup import BackupFailed, Damaged, catalogue, dump

pytestmark = pytest.mark.real


def manifest_of(folder) -> dict:
    return json.loads((folder / "manifest.json").read_text())


def test_the_manifest_says_what_the_backup_holds(shop, made):
    found = manifest_of(made)
    products = next(one for one in found["collections"] if one["name"] == "products")

    assert (found["format"], found["database"], found["consistency"]) == (1, shop.name, "snapshot")
    assert found["server_version"].startswith("6.")
    assert int(found["cluster_time"].split(".")[0]) > 1_600_000_000
    assert (products["documents"], products["bytes"]) == (50, (made / "products.bson").stat().st_size)
    assert [index["name"] for index in products["indexes"]] == ["_id_", "price_1"]


def test_the_manifest_names_every_migration_and_how_far_it_is(db, tmp_path):
    db["_migrations"].insert_many([{"_id": "0001_a"}, {"_id": "0002_b", "state": "started"}])

    found = backup.back_up(db, tmp_path / "made")

    assert found["migrations"] == [
        {"id": "0001_a", "state": "applied"},
        {"id": "0002_b", "state": "started"},
    ]


def test_an_empty_database_is_backed_up_too(db, other, tmp_path):
    backup.back_up(db, tmp_path / "made")

    assert backup.restore(other, backup.opened(tmp_path / "made"))["collections"] == 0


def test_nobody_but_the_owner_can_read_a_backup(made):
    assert stat.S_IMODE(made.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in made.iterdir()} == {0o600}


def test_folders_on_the_way_are_made_for_the_owner_alone(shop, tmp_path):
    backup.back_up(shop, tmp_path / "backups" / "shop" / "made")

    assert stat.S_IMODE((tmp_path / "backups").stat().st_mode) == 0o700


def test_what_the_database_keeps_for_itself_is_left_out(shop, tmp_path):
    for name in ("_migration_lock", "_restore", "orders__restore_0123abcd_4", "_database_meta"):
        shop[name].insert_one({})

    found = backup.back_up(shop, tmp_path / "made")

    assert {one["name"] for one in found["collections"]} == {"products", "orders", "dear", "_database_meta"}


def test_the_servers_own_collections_are_left_out_and_that_is_said(shop, tmp_path):
    shop["system.js"].insert_one({"_id": "f"})
    told = []

    backup.back_up(shop, tmp_path / "made", report=told.append)

    assert told[0].startswith("system.js is left out")


def test_a_database_that_was_restored_by_half_is_backed_up_with_a_warning(shop, tmp_path):
    shop["_restore"].insert_one({"_id": "restore"})
    told = []

    backup.back_up(shop, tmp_path / "made", report=told.append)

    assert told[0].startswith("Warning: a restore of this database stopped half way")


def test_a_catalogue_of_many_collections_is_read_to_its_end(db):
    for name in "abcde":
        db.create_collection(name)

    found = catalogue._all(db, {"listCollections": 1, "cursor": {"batchSize": 2}})

    assert sorted(info["name"] for info in found) == list("abcde")


def test_collections_can_be_left_out(shop, tmp_path):
    found = backup.back_up(shop, tmp_path / "made", exclude=["orders"])

    assert {one["name"] for one in found["collections"]} == {"products", "dear"}
    assert found["excluded"] == ["orders"]


def test_a_collection_to_leave_out_that_is_not_there_is_named(shop, tmp_path):
    with pytest.raises(BackupFailed, match="There is no collection order to leave out"):
        backup.back_up(shop, tmp_path / "made", exclude=["order"])


def test_a_folder_that_is_there_is_not_written_to(shop, made):
    before = sorted(made.iterdir())

    with pytest.raises(BackupFailed, match="is there already"):
        backup.back_up(shop, made)

    assert sorted(made.iterdir()) == before


def test_capped_collections_are_outside_of_the_snapshot_and_the_manifest_says_so(db, tmp_path):
    db.create_collection("log", capped=True, size=4096)
    db.log.insert_one({})

    found = backup.back_up(db, tmp_path / "made")

    assert found["collections"][0]["capped"] == "not in snapshot"
    assert found["collections"][0]["documents"] == 1


def move_money(db, report):
    """Money goes from the left to the right, a transaction each, between any two collections' turns."""
    moved, enough, stop = [0], threading.Event(), threading.Event()

    def move(number: int) -> None:
        with db.client.start_session() as session:
            while not stop.is_set():
                with session.start_transaction():
                    db.left.update_one({"_id": number}, {"$inc": {"money": -1}}, session=session)
                    db.right.update_one({"_id": number}, {"$inc": {"money": 1}}, session=session)
                moved[0] += 1
                if moved[0] > 40:
                    enough.set()

    def between(line: str) -> None:
        moved[0] = 0
        enough.clear()
        assert enough.wait(30)
        report(line)

    writers = [threading.Thread(target=move, args=(number,)) for number in range(4)]
    return writers, between, stop


@pytest.mark.parametrize(("snapshot", "whole"), [(True, True), (False, False)])
def test_money_that_moves_during_a_backup_is_all_there_in_the_restore(db, other, tmp_path, snapshot, whole):
    for side in ("left", "right"):
        db[side].insert_many({"_id": number, "money": 1_000_000} for number in range(4))
    writers, between, stop = move_money(db, lambda _: None)

    for writer in writers:
        writer.start()
    try:
        backup.back_up(db, tmp_path / "made", snapshot=snapshot, report=between)
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    backup.restore(other, backup.opened(tmp_path / "made"))

    money = sum(account["money"] for side in ("left", "right") for account in other[side].find())
    assert (money == 8_000_000) is whole


def replace(db, name: str) -> None:
    db.drop_collection(name)
    db[name].insert_one({})


@pytest.mark.parametrize(
    "happens",
    [
        lambda db, name: db.drop_collection(name),
        lambda db, name: db[name].rename("elsewhere"),
    ],
    ids=["dropped", "renamed"],
)
def test_a_collection_that_goes_away_meanwhile_fails_the_backup(db, tmp_path, happens):
    names = {"one", "two"}
    for name in names:
        db[name].insert_many({} for _ in range(5))

    def after_the_first(line: str) -> None:
        done.append(line.partition(":")[0])
        if len(done) == 1:
            happens(db, (names - set(done)).pop())

    done: list[str] = []
    with pytest.raises(BackupFailed, match=r"was dropped, renamed or made anew during the backup"):
        backup.back_up(db, tmp_path / "made", report=after_the_first)

    assert list(tmp_path.iterdir()) == []


def test_a_collection_that_is_made_anew_meanwhile_fails_the_backup(db, tmp_path):
    names = {"one", "two"}
    for name in names:
        db[name].insert_many({} for _ in range(5))
    done: list[str] = []

    def after_the_first(line: str) -> None:
        done.append(line.partition(":")[0])
        if len(done) == 1:
            replace(db, (names - set(done)).pop())

    with pytest.raises(BackupFailed, match=r"Run the backup again\."):
        backup.back_up(db, tmp_path / "made", report=after_the_first)

    assert list(tmp_path.iterdir()) == []


def test_a_collection_that_comes_up_meanwhile_is_named(shop, tmp_path):
    told = []

    def report(line: str) -> None:
        told.append(line)
        shop.late.insert_one({})

    backup.back_up(shop, tmp_path / "made", report=report)

    assert told[-1] == "late came up during the backup and is not in it."


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (239, r"longer than the 300 s for which .* --consistency none\."),
        (246, r"Run the backup again\."),
        (123, r"no replica set has no snapshots\. .* --consistency none\."),
        (13, r"The server refused to be read: not authorized"),
    ],
)
def test_what_the_server_refuses_is_told_with_what_to_do(shop, tmp_path, monkeypatch, code, sentence):
    def refuse(*_: object) -> None:
        raise OperationFailure("not authorized", code, {"errmsg": "not authorized"})

    monkeypatch.setattr(dump, "_pin", refuse)

    with pytest.raises(BackupFailed, match=sentence):
        backup.back_up(shop, tmp_path / "made")
    assert list(tmp_path.iterdir()) == []


def test_a_backup_that_will_outlast_the_servers_history_warns(shop, tmp_path, monkeypatch):
    monkeypatch.setattr(dump, "_FIRST_LOOK", 0)
    monkeypatch.setattr(dump, "_COMFORT", 0)
    told = []

    backup.back_up(shop, tmp_path / "made", report=told.append)

    warnings = [line for line in told if line.startswith("Warning")]
    assert len(warnings) == 1
    assert "the server keeps the moment that it shows for 300 s" in warnings[0]


def test_a_server_that_tells_nobody_how_long_its_history_is_has_the_usual_one(shop, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise OperationFailure("not authorized", 13)

    with monkeypatch.context() as patch:
        patch.setattr(type(shop), "command", refuse)
        assert dump._History(shop, 1, print).seconds == 300


def test_a_disk_too_full_for_the_backup_is_told_before_it_begins(shop, tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: namedtuple("Usage", "free")(10))

    with pytest.raises(BackupFailed, match=r"needs about 0\.0 MB, and .* has 0\.0 MB left"):
        backup.back_up(shop, tmp_path / "made")
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_takes_no_more_ends_the_backup_in_a_sentence(shop, tmp_path, monkeypatch):
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(dump.files.os, "fsync", full)

    with pytest.raises(BackupFailed, match=r"cannot be written: .*No space left on device"):
        backup.back_up(shop, tmp_path / "made")
    assert list(tmp_path.iterdir()) == []


def test_two_backups_are_not_written_to_one_folder_at_once(shop, tmp_path):
    (tmp_path / "made.partial").mkdir()
    with dump.locked(tmp_path / "made.partial"), pytest.raises(BackupFailed, match="right now"):
        backup.back_up(shop, tmp_path / "made")

    assert (tmp_path / "made.partial").exists()


def test_what_a_dead_backup_left_makes_room_for_the_next(shop, tmp_path):
    (tmp_path / "made.partial").mkdir()
    (tmp_path / "made.partial" / "products.bson").write_bytes(b"half")

    backup.back_up(shop, tmp_path / "made")

    assert [path.name for path in tmp_path.iterdir()] == ["made"]
    assert backup.opened(tmp_path / "made")


def test_a_backup_of_another_format_is_refused(made, monkeypatch):
    monkeypatch.setattr(dump.manifest, "FORMAT", 2)

    with pytest.raises(Damaged, match="has format 1; this version of the application reads 2"):
        backup.opened(made)
