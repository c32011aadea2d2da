from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from mongoengine import Document, StringField
from pymongo.database import Database

from marketplace.operations.drift import Kind, drift, repair
from marketplace.operations.drift.literals import Unwritable, call, literal
from marketplace.operations.migrations import known, migrate
from tests.operations.test_drift import INDEXES, PLANTED, Sorted, Thing, instead, make

real = pytest.mark.real


@pytest.fixture
def things(db: Database) -> Database:
    """A database with the collection of Thing as it is declared."""
    return make(db)


def text_for(db: Database, kind: Any = Thing) -> str:
    """The migration that mends the drift."""
    return repair.migration("Mend things.", drift(db, [kind]))


# The text


@real
def test_a_migration_says_why_and_has_its_steps_in_a_safe_order(things):
    things.things.create_index("number", name="number")
    instead("expires", "expires")(things)
    things.things.drop_index("tags")

    assert (
        text_for(things)
        == '''\
"""Mend things.

- things.expires: Documents of things are never deleted by expires: they pile up.
- things.tags: Searches by tags read the whole collection.
- things.number: No declared query needs it, and every write keeps it up to date.
"""

from __future__ import annotations

from marketplace.operations.migrations.steps import index

phase = "expand"

steps = [
    index.create("things", "tags", {"tags": 1}),
    index.replace(
        "things",
        "expires",
        "expires",
        {"expires": 1},
        expireAfterSeconds=3600,
        safe={"ttl-index": "It is declared: documents are meant to be deleted by it."},
    ),
    index.hide("things", "number"),
]
'''
    )


@real
def test_a_missing_collection_is_made_with_its_options_and_indexes(db):
    text = text_for(db, Sorted)

    assert (
        "from pymongo import IndexModel\n\nfrom marketplace.operations.migrations.steps import collection"
        in text
    )
    assert '        IndexModel([("word", 1)], name="word", unique=True),\n' in text
    assert '            "locale": "en",\n' in text
    assert '"version"' not in text


@real
def test_a_unique_index_takes_the_path_that_live_data_allow(things):
    instead("email", "email")(things)

    assert '    index.unique("things", "email", {"email": 1}),\n' in text_for(things)


@real
def test_a_hidden_index_that_nobody_declared_is_dropped_in_the_phase_that_contracts(things):
    things.things.create_index("number", name="number", hidden=True)

    text = text_for(things)

    assert '    index.drop("things", "number"),\n' in text
    assert 'phase = "contract"' in text


@real
def test_an_undeclared_index_that_deletes_documents_is_dropped_at_once(things):
    things.things.create_index("number", name="number", expireAfterSeconds=5)

    assert 'safe={"visible-index": "Hiding it would not end what it does."}' in text_for(things)


@real
def test_what_needs_a_person_is_left_out(things):
    things.create_collection("leftovers")

    assert repair.mendable(drift(things, [Thing])) == []


def test_a_short_value_is_written_on_one_line():
    assert literal({"a": [1, -1.5, None, True, ("b", 2), (3,)], "é\n": "'\""}) == (
        '{"a": [1, -1.5, None, True, ("b", 2), (3,)], "é\\n": "\'\\""}'
    )


def test_a_long_value_is_written_on_several_lines():
    assert literal({"name": ["x" * 60, ["y" * 60]]}, 4) == (
        f'{{\n        "name": [\n            "{"x" * 60}",\n            ["{"y" * 60}"],\n        ],\n    }}'
    )


def test_what_has_no_source_is_refused():
    with pytest.raises(Unwritable, match="cannot be written into a migration"):
        literal({"a": object()})


def test_a_long_call_has_an_argument_on_each_line():
    assert (
        call("f", ["'x'"], {"name": "1" * 100}) == f"    f(\n        'x',\n        name={'1' * 100},\n    ),"
    )


# What it does


def write(folder: Path, db: Database, kind: Any) -> None:
    """Add the migration that mends the drift to the folder."""
    number = len(list(folder.glob("*.py"))) + 1
    (folder / f"{number:04}_mend.py").write_text(text_for(db, kind), encoding="utf-8")


BY_HAND = {"undeclared collection"}


@real
@pytest.mark.parametrize("name", sorted(PLANTED.keys() - BY_HAND))
def test_the_migration_mends_what_was_planted_and_the_linter_has_nothing_to_say(things, tmp_path, name):
    from marketplace.operations.migrations.lint import lint

    PLANTED[name][0](things)
    hides = {found.kind for found in drift(things, [Thing])} == {Kind.UNDECLARED}

    for _ in range(2 if hides else 1):
        write(tmp_path, things, Thing)
        migrate(things, folder=tmp_path)

    assert drift(things, [Thing]) == []
    assert [str(finding) for finding in lint(known(tmp_path))] == []


class Wide(Document):
    """What no other index needs: long filters, text beside other keys, the plain collation again."""

    meta = {
        "collection": "wide",
        "auto_create_index": False,
        "collation": {"locale": "en", "strength": 2},
        "indexes": [
            {
                "fields": ["kind", "$title"],
                "name": "text",
                "default_language": "german",
                "collation": {"locale": "simple"},
            },
            {"fields": ["title"], "name": "exact", "collation": {"locale": "simple"}},
            {
                "fields": ["kind"],
                "name": "kind",
                "unique": True,
                "partialFilterExpression": {
                    "title": {"$in": ["a rather long title", "another long title", "a third long title"]},
                    "kind": {"$exists": True},
                },
            },
            {"fields": ["#title"], "name": "hashed", "collation": {"locale": "simple"}},
        ],
        "validator": {
            "$jsonSchema": {"required": ["title"], "properties": {"title": {"bsonType": "string"}}}
        },
        "validation_action": "warn",
    }

    kind = StringField()
    title = StringField()


@real
@pytest.mark.parametrize("there", ["nothing", "the collection", "plain indexes"])
def test_what_is_written_makes_every_sort_of_index(db, tmp_path, there):
    if there != "nothing":
        db.create_collection("wide", collation={"locale": "en", "strength": 2})
    if there == "plain indexes":
        for name in ("text", "exact", "kind", "hashed"):
            db.wide.create_index(name, name=name)

    write(tmp_path, db, Wide)
    migrate(db, folder=tmp_path)

    assert drift(db, [Wide]) == []


@real
def test_two_documents_that_are_alike_stop_a_unique_index_with_their_names(things, tmp_path):
    instead("email", "email")(things)
    things.things.insert_many([{"_id": 1, "shop": 1, "email": "a"}, {"_id": 2, "shop": 1, "email": "a"}])
    write(tmp_path, things, Thing)

    with pytest.raises(Exception, match="belong to several documents"):
        migrate(things, folder=tmp_path)


def test_every_sort_of_index_is_planted():
    assert INDEXES.keys() == {"text", "shop_placed", "email", "code", "token", "expires", "name", "tags"}
