"""A directory that mongodump made, restored and dumped again."""

from __future__ import annotations

import gzip
import re
import shutil

import pytest
from bson import encode
from bson.json_util import CANONICAL_JSON_OPTIONS, dumps, loads

from marketplace.operations import backup, digests
from marketplace.operations.backup import Damaged

pytestmark = pytest.mark.real

UUID = re.compile(rb'"uuid":"[0-9a-f]{32}",')


def hashes(db) -> dict[str, str]:
    """The server's own hash of each collection, but for the one that names the database in every view."""
    found = db.command("dbHash")["collections"]
    return {name: value for name, value in found.items() if name not in ("system.views", "_migration_lock")}


def test_every_collection_has_the_hash_that_mongorestore_gives_it(nasty, expected):
    wanted = {name: one["dbHash"] for name, one in expected.items() if "dbHash" in one}
    del wanted["system.views"]

    assert hashes(nasty) == wanted


def test_every_collection_view_and_time_series_has_the_options_that_mongorestore_gives_it(nasty, expected):
    for info in nasty.list_collections():
        if info["name"] in expected:
            assert info["options"] == expected.pop(info["name"])["options"], info["name"]

    assert not expected


def test_every_collection_has_the_indexes_that_mongorestore_gives_it(nasty, expected):
    wanted = {name: set(one["indexes"]) for name, one in expected.items() if one.get("count") is not None}

    assert {name: set(nasty[name].index_information()) for name in wanted} == wanted


def test_dumped_again_every_data_file_is_the_same_to_the_byte(nasty, golden, tmp_path):
    backup.back_up(nasty, tmp_path / "again")

    files = sorted(path.name for path in golden.glob("*.bson"))
    assert files == sorted(path.name for path in (tmp_path / "again").glob("*.bson"))
    for name in files:
        assert (golden / name).read_bytes() == (tmp_path / "again" / name).read_bytes(), name


def test_dumped_again_every_metadata_file_is_the_same_but_for_what_no_restore_keeps(nasty, golden, tmp_path):
    backup.back_up(nasty, tmp_path / "again")

    files = sorted(path.name for path in golden.glob("*.metadata.json"))
    assert files == sorted(path.name for path in (tmp_path / "again").glob("*.metadata.json"))
    for name in files:
        old, new = (UUID.sub(b"", (folder / name).read_bytes()) for folder in (golden, tmp_path / "again"))
        if name == "plain.metadata.json":  # its text index is made last
            old = text_last(old)
        assert old == new, name


def text_last(metadata: bytes) -> bytes:
    found = loads(metadata, json_options=CANONICAL_JSON_OPTIONS)
    found["indexes"].sort(key=lambda index: "text" in index["key"].values())
    return dumps(found, json_options=CANONICAL_JSON_OPTIONS, separators=(",", ":")).encode()


def test_a_second_dump_differs_from_the_first_in_ids_of_collections_alone(nasty, other, tmp_path):
    backup.back_up(nasty, tmp_path / "first")
    backup.restore(other, backup.opened(tmp_path / "first"))
    backup.back_up(other, tmp_path / "second")

    for path in (tmp_path / "first").iterdir():
        if path.name != "manifest.json":
            again = tmp_path / "second" / path.name
            assert UUID.sub(b"", path.read_bytes()) == UUID.sub(b"", again.read_bytes()), path.name


@pytest.mark.parametrize("packed", [True, False])
def test_a_restored_backup_has_the_digests_of_what_was_backed_up(nasty, other, tmp_path, packed):
    backup.back_up(nasty, tmp_path / "made", gzip=packed)
    backup.restore(other, backup.opened(tmp_path / "made"))

    left_out = ["_migration_lock"]
    assert digests.of_database(other, but=left_out) == digests.of_database(nasty, but=left_out)
    assert (tmp_path / "made" / ("plain.bson.gz" if packed else "plain.bson")).exists()


def test_what_mongodump_compressed_restores_too(db, golden, expected, tmp_path):
    for path in golden.iterdir():
        (tmp_path / f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))

    backup.restore(db, backup.opened(tmp_path))

    assert hashes(db)["plain"] == expected["plain"]["dbHash"]


def test_the_folder_above_the_only_database_restores_too(db, golden, expected, tmp_path):
    shutil.copytree(golden, tmp_path / "nasty")

    backup.restore(db, backup.opened(tmp_path))

    assert hashes(db)["plain"] == expected["plain"]["dbHash"]


def test_of_several_databases_one_has_to_be_named(golden, tmp_path):
    shutil.copytree(golden, tmp_path / "one")
    shutil.copytree(golden, tmp_path / "two")

    with pytest.raises(Damaged, match="several databases: one, two"):
        backup.opened(tmp_path)


def test_whoever_restores_without_a_manifest_is_warned(golden):
    told = []

    backup.opened(golden, told.append)

    assert "has no manifest.json, so only the form of its files can be verified" in told[0]


def test_a_document_of_mongodumps_that_is_not_well_formed_is_found(golden, tmp_path):
    shutil.copytree(golden, tmp_path / "broken")
    broken = bytearray((golden / "coll_ci.bson").read_bytes())
    broken[4] = 0x7E  # a type that does not exist
    (tmp_path / "broken" / "coll_ci.bson").write_bytes(broken)

    with pytest.raises(Damaged, match=r"coll_ci\.bson holds a document at byte 0 that is not well formed"):
        backup.opened(tmp_path / "broken")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("plain.bson", r"plain\.bson is missing"),
        ("plain.metadata.json", r"plain\.bson does not belong to a backup"),
        ("system.buckets.ts.bson", r"system\.buckets\.ts\.bson is missing"),
    ],
)
def test_a_file_that_mongodump_would_have_written_is_missed(golden, tmp_path, name, sentence):
    shutil.copytree(golden, tmp_path / "broken")
    (tmp_path / "broken" / name).unlink()

    with pytest.raises(Damaged, match=sentence):
        backup.opened(tmp_path / "broken")


def test_a_collection_of_the_servers_own_is_not_restored_and_that_is_said(db, golden, tmp_path):
    shutil.copytree(golden, tmp_path / "more")
    (tmp_path / "more" / "system.js.bson").write_bytes(encode({"_id": "f"}))
    told = []

    backup.restore(db, backup.opened(tmp_path / "more", told.append))

    assert any(line.startswith("system.js.bson is not restored") for line in told)
    assert "system.js" not in db.list_collection_names()


def test_a_dump_with_a_log_to_replay_is_left_to_mongorestore(golden, tmp_path):
    shutil.copytree(golden, tmp_path / "nasty")
    (tmp_path / "oplog.bson").touch()

    with pytest.raises(Damaged, match="only mongorestore can replay"):
        backup.opened(tmp_path)


@pytest.mark.parametrize(
    "text", ["", "[]", '{"indexes": 3}', '{"options": 1}', '{"type": "heap"}', '{"indexes": [{}]}']
)
def test_metadata_that_describe_no_collection_are_named(golden, tmp_path, text):
    shutil.copytree(golden, tmp_path / "broken")
    (tmp_path / "broken" / "plain.metadata.json").write_text(text)

    with pytest.raises(Damaged, match=r"plain\.metadata\.json is no metadata of a collection"):
        backup.opened(tmp_path / "broken")


def test_metadata_of_old_versions_say_less_and_restore_as_well(db, tmp_path):
    (tmp_path / "a%2Fb.bson").write_bytes(encode({"_id": 1}))
    (tmp_path / "a%2Fb.metadata.json").write_text(
        '{"options":{},"indexes":[{"v":2,"key":{"_id":1},"name":"_id_"}]}'
    )
    (tmp_path / "seen.metadata.json").write_text('{"options":{"viewOn":"a/b","pipeline":[]},"indexes":[]}')

    backup.restore(db, backup.opened(tmp_path))

    assert db["a/b"].find_one() == db["seen"].find_one() == {"_id": 1}
