"""Whatever is done to a file of a backup, the restore refuses before it writes anything."""

from __future__ import annotations

import gzip
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from marketplace.operations import backup, digests
from marketplace.operations.backup import Damaged, manifest

pytestmark = pytest.mark.real


def flip(at: float) -> Callable[[Path], None]:
    def damage(path: Path) -> None:
        data = bytearray(path.read_bytes())
        data[int(at * (len(data) - 1))] ^= 1
        path.write_bytes(data)

    return damage


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def cut_out(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 3] + data[2 * len(data) // 3 :])


def append(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\0")


def add(path: Path) -> None:
    shutil.copy(path, path.with_name(f"more-{path.name}"))


DAMAGES = {
    "first byte flipped": flip(0),
    "middle byte flipped": flip(0.5),
    "last byte flipped": flip(1),
    "truncated": truncate,
    "region removed": cut_out,
    "byte appended": append,
    "emptied": lambda path: path.write_bytes(b""),
    "removed": Path.unlink,
    "another beside it": add,
}


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_file_is_found_before_the_first_write(shop, other, tmp_path, damage, packed):
    backup.back_up(shop, tmp_path / "made", gzip=packed)
    other.orders.insert_one({"kept": True})
    before = digests.of_database(other)

    names = sorted(path.name for path in (tmp_path / "made").iterdir())
    assert len(names) == 7
    for name in names:
        shutil.copytree(tmp_path / "made", tmp_path / "broken")
        damage(tmp_path / "broken" / name)
        with pytest.raises(Damaged):
            backup.restore(other, backup.opened(tmp_path / "broken"), replace=True)
        shutil.rmtree(tmp_path / "broken")

    assert digests.of_database(other) == before


def test_no_byte_of_the_manifest_can_be_another(made):
    text = (made / "manifest.json").read_bytes()

    for at in range(len(text)):
        changed = bytearray(text)
        changed[at] ^= 1
        (made / "manifest.json").write_bytes(changed)
        with pytest.raises(Damaged):
            manifest.read(made)


def test_what_is_wrong_is_said_with_the_files_name(made):
    flip(0.5)(made / "orders.metadata.json")

    with pytest.raises(
        Damaged, match=r"orders\.metadata\.json is not as it was written: its SHA-256 differs"
    ):
        backup.opened(made)


def test_a_backup_without_its_manifest_is_told_from_a_directory_of_mongodumps(made):
    (made / "manifest.json").unlink()

    with pytest.raises(Damaged, match=r"manifest\.json is missing, so this is no whole backup"):
        backup.opened(made)


def test_a_folder_that_is_no_backup_is_named(tmp_path):
    with pytest.raises(Damaged, match="is no backup"):
        backup.opened(tmp_path)
    with pytest.raises(Damaged, match="There is no folder"):
        backup.opened(tmp_path / "none")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"\x05\0\0\0", "ends in the middle of a document, at byte 0"),
        (b"\x05\0\0\0\0\xff\xff\xff\xff", "holds no document at byte 5"),
        (b"\x05\0\0\0\1", "a document at byte 0 that does not end"),
    ],
)
def test_data_that_is_no_row_of_documents_is_named_with_the_byte(golden, tmp_path, data, sentence):
    shutil.copytree(golden, tmp_path / "broken")
    (tmp_path / "broken" / "empty.bson").write_bytes(data)

    with pytest.raises(Damaged, match=rf"empty\.bson {sentence}|empty\.bson holds {sentence}"):
        backup.opened(tmp_path / "broken")


# Folders that somebody made to be restored


def rewrite(change: Callable[[dict], object], file: str = "orders.metadata.json") -> Callable[[Path], None]:
    """Change a metadata file of a directory without a manifest."""

    def craft(folder: Path) -> None:
        found = json.loads((folder / file).read_text())
        change(found)
        (folder / file).write_text(json.dumps(found))

    return craft


def pack_a_bomb(folder: Path) -> None:
    (folder / "orders.metadata.json").unlink()
    with gzip.open(folder / "orders.metadata.json.gz", "wb") as file:
        for _ in range(80):
            file.write(b" " * 2**20)


CRAFTED = {
    "two files for a collection": (
        rewrite(lambda found: found.update(collectionName="products")),
        "2 files describe the collection products",
    ),
    "an option that is a command": (
        rewrite(lambda found: found.update(options={"create": "users"})),
        "no metadata of a collection",
    ),
    "an option for the protocol": (
        rewrite(lambda found: found.update(options={"$db": "admin"})),
        "no metadata of a collection",
    ),
    "a collection that is a view": (
        rewrite(lambda found: found.update(type="collection", options={"viewOn": "users"})),
        "no metadata of a collection",
    ),
    "a name of the server's own": (
        rewrite(lambda found: found.update(collectionName="system.users")),
        "no metadata of a collection",
    ),
    "nested without end": (
        lambda folder: (folder / "orders.metadata.json").write_text("[" * 100_000),
        "no metadata of a collection",
    ),
    "a pipe": (
        lambda folder: ((folder / "orders.bson").unlink(), os.mkfifo(folder / "orders.bson")),
        "orders.bson is no file",
    ),
    "a small file that is a large text": (pack_a_bomb, "longer than any description"),
}


@pytest.mark.parametrize(("craft", "sentence"), CRAFTED.values(), ids=CRAFTED)
def test_a_crafted_folder_is_refused_with_the_reason(made, craft, sentence):
    (made / "manifest.json").unlink()
    (made / "prelude.json").unlink()
    craft(made)

    with pytest.raises(Damaged, match=sentence):
        backup.opened(made)


@pytest.mark.parametrize(
    "change",
    [
        lambda found: found.pop("files"),
        lambda found: found.pop("format"),
        lambda found: found.update(excluded="everything"),
        lambda found: found.update(collections=[{"documents": 1}]),
    ],
)
def test_a_manifest_that_was_sealed_anew_has_to_be_whole(made, change):
    found = json.loads((made / "manifest.json").read_text())
    del found["seal"]
    change(found)
    (made / "manifest.json").write_bytes(manifest._sealed(found))

    with pytest.raises(Damaged, match="does not say what a manifest says"):
        backup.opened(made)
