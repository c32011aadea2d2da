from __future__ import annotations

from datetime import UTC, datetime

import bson
import pytest

from marketplace.shared import connections, rows

JUGS = [{"_id": number, "size": number % 3, "at": datetime(2026, 1, 1, tzinfo=UTC)} for number in range(9)]


@pytest.fixture(params=["mongomock", pytest.param("real", marks=pytest.mark.real)])
def jugs(app):
    collection = connections.database().jugs
    collection.insert_many(JUGS)
    collection.create_index([("size", 1)], name="size")
    return collection


def test_rows_are_what_a_find_answers(jugs):
    how = {"sort": [("size", -1), ("_id", 1)], "limit": 4}

    found = rows.find(jugs, {"_id": {"$lt": 8}}, ("size", "at"), **how)

    assert [row["_id"] for row in found] == [2, 5, 1, 4]
    assert found == list(jugs.find({"_id": {"$lt": 8}}, ("size", "at"), **how))


def test_rows_can_be_read_by_an_index(jugs):
    assert len(rows.find(jugs, {"size": 1}, None, hint="size")) == 3


def test_a_row_is_the_same_object_until_it_changes(jugs):
    (before,) = rows.find(jugs, {"_id": 1}, None)
    (again,) = rows.find(jugs, {"_id": 1}, None)
    jugs.update_one({"_id": 1}, {"$set": {"size": 7}})
    (after,) = rows.find(jugs, {"_id": 1}, None)

    assert again is before
    assert after is not before
    assert (before["size"], after["size"]) == (1, 7)


def test_a_row_that_came_in_another_way_is_the_same_object(jugs):
    (found,) = rows.find(jugs, {"_id": 1}, None)

    assert rows.kept(dict(found)) is found


def test_a_long_row_is_not_kept_nor_what_is_made_of_it(jugs):
    jugs.insert_one({"_id": 100, "text": "x" * rows.LONGEST})
    name_of = rows.kept_with_row(lambda row, more: [row["_id"], more])

    (first,), (second,) = (rows.find(jugs, {"_id": 100}, None) for _ in range(2))
    (short,) = rows.find(jugs, {"_id": 1}, None)

    assert first == second
    assert first is not second
    assert name_of(first, 1) == name_of(first, 1) == [100, 1]
    assert name_of(first, 1) is not name_of(first, 1)
    assert name_of(short, 1) is name_of(short, 1)
    assert name_of(short, 1) is not name_of(short, 2)


def test_many_rows_come_in_several_batches(jugs):
    jugs.insert_many({"_id": number} for number in range(100, 400))

    assert len(rows.find(jugs, {}, None)) == 309


def test_a_run_of_bytes_is_cut_into_its_documents():
    documents = [bson.encode({"number": number}) for number in range(3)]

    assert [bytes(one) for one in rows.documents_in(b"".join(documents))] == documents


@pytest.mark.parametrize("batch", [b"\x05", b"\x04\x00\x00\x00\x00", bson.encode({"a": 1})[:-1]])
def test_bytes_that_are_no_documents_are_refused(batch):
    with pytest.raises(ValueError, match="No whole document at byte 0"):
        list(rows.documents_in(batch))
