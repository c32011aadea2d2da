from __future__ import annotations

import importlib
import time
from collections.abc import Callable
from typing import Any

import pytest
from bson import ObjectId
from mongoengine import DateTimeField, Document, IntField, ListField, StringField
from pymongo import IndexModel
from pymongo.database import Database
from pymongo.errors import OperationFailure

from marketplace.operations import drift as drifts
from marketplace.operations.drift import Kind, NotAllowed, drift, probe
from marketplace.operations.migrations import migrate

pytestmark = pytest.mark.real


class Thing(Document):
    """A document with an index of every sort; some of its fields are stored under other names."""

    meta = {
        "collection": "things",
        "auto_create_index": False,
        "indexes": [
            {
                "fields": ["$title", "$desc"],
                "name": "text",
                "weights": {"title": 10, "desc": 2},
                "default_language": "english",
            },
            {"fields": ["shop", "-placed"], "name": "shop_placed"},
            {"fields": ["email"], "name": "email", "unique": True},
            {"fields": ["code"], "name": "code", "sparse": True},
            {
                "fields": ["token"],
                "name": "token",
                "unique": True,
                "partialFilterExpression": {"live": True},
            },
            {"fields": ["expires"], "name": "expires", "expireAfterSeconds": 3600},
            {"fields": ["name"], "name": "name", "collation": {"locale": "en", "strength": 2}},
            {"fields": ["tags"], "name": "tags"},
        ],
        "validator": {"$jsonSchema": {"required": ["shop"]}},
        "validation_level": "moderate",
    }

    title = StringField(db_field="t")
    desc = StringField(db_field="d")
    shop = StringField(db_field="s")
    placed = DateTimeField()
    email = StringField()
    code = StringField()
    token = StringField()
    expires = DateTimeField()
    name = StringField()
    tags = ListField(StringField())
    number = IntField()


#: The indexes of Thing as a migration makes them.
INDEXES = {
    "text": IndexModel(
        [("t", "text"), ("d", "text")], name="text", weights={"t": 10, "d": 2}, default_language="english"
    ),
    "shop_placed": IndexModel([("s", 1), ("placed", -1)], name="shop_placed"),
    "email": IndexModel("email", name="email", unique=True),
    "code": IndexModel("code", name="code", sparse=True),
    "token": IndexModel("token", name="token", unique=True, partialFilterExpression={"live": True}),
    "expires": IndexModel("expires", name="expires", expireAfterSeconds=3600),
    "name": IndexModel("name", name="name", collation={"locale": "en", "strength": 2}),
    "tags": IndexModel("tags", name="tags"),
}


@pytest.fixture
def things(db: Database) -> Database:
    """A database with the collection of Thing as it is declared."""
    db.create_collection(
        "things", validator={"$jsonSchema": {"required": ["shop"]}}, validationLevel="moderate"
    )
    db.things.create_indexes(list(INDEXES.values()))
    return db


def instead(name: str, keys: Any, **options: Any) -> Callable[[Database], None]:
    """Plants another index in the place of the one with this name."""

    def plant(db: Database) -> None:
        db.things.drop_index(name)
        db.things.create_index(keys, **{"name": name} | options)

    return plant


def changed(**index: Any) -> Callable[[Database], None]:
    """Plants a change of an index by collMod."""
    return lambda db: db.command("collMod", "things", index=index)


TEXT = [("t", "text"), ("d", "text")]
ENGLISH = {"locale": "en", "strength": 2}

#: Drifts of indexes: how each is planted, and the kinds and subjects that are told.
PLANTED: dict[str, tuple[Callable[[Database], Any], list[tuple[Kind, str]]]] = {
    "missing": (lambda db: db.things.drop_index("tags"), [(Kind.MISSING, "tags")]),
    "undeclared": (lambda db: db.things.create_index("number"), [(Kind.UNDECLARED, "number_1")]),
    "key order": (instead("shop_placed", [("placed", -1), ("s", 1)]), [(Kind.KEY, "shop_placed")]),
    "direction": (instead("shop_placed", [("s", 1), ("placed", 1)]), [(Kind.KEY, "shop_placed")]),
    "text field added": (
        instead("text", [*TEXT, ("name", "text")], weights={"t": 10, "d": 2}, default_language="english"),
        [(Kind.KEY, "text")],
    ),
    "weights": (
        instead("text", TEXT, weights={"t": 10, "d": 3}, default_language="english"),
        [(Kind.WEIGHTS, "text")],
    ),
    "language": (
        instead("text", TEXT, weights={"t": 10, "d": 2}, default_language="german"),
        [(Kind.LANGUAGE, "text")],
    ),
    "language override": (
        instead("text", TEXT, weights={"t": 10, "d": 2}, language_override="tongue"),
        [(Kind.LANGUAGE_OVERRIDE, "text")],
    ),
    "text no more": (instead("text", "t"), [(Kind.KEY, "text")]),
    "ttl value": (changed(name="expires", expireAfterSeconds=60), [(Kind.TTL, "expires")]),
    "ttl removed": (instead("expires", "expires"), [(Kind.TTL, "expires")]),
    "ttl added": (changed(name="tags", expireAfterSeconds=60), [(Kind.TTL, "tags")]),
    "unique dropped": (instead("email", "email"), [(Kind.UNIQUE, "email")]),
    "unique added": (instead("tags", "tags", unique=True), [(Kind.UNIQUE, "tags")]),
    "sparse dropped": (instead("code", "code"), [(Kind.SPARSE, "code")]),
    "sparse added": (instead("tags", "tags", sparse=True), [(Kind.SPARSE, "tags")]),
    "partial filter": (
        instead("token", "token", unique=True, partialFilterExpression={"live": False}),
        [(Kind.PARTIAL, "token")],
    ),
    "partial filter dropped": (instead("token", "token", unique=True), [(Kind.PARTIAL, "token")]),
    "partial filter added": (
        instead("tags", "tags", partialFilterExpression={"live": True}),
        [(Kind.PARTIAL, "tags")],
    ),
    "collation": (instead("name", "name"), [(Kind.INDEX_COLLATION, "name")]),
    "hidden": (changed(name="shop_placed", hidden=True), [(Kind.HIDDEN, "shop_placed")]),
    "renamed": (
        lambda db: (db.things.drop_index("tags"), db.things.create_index("tags", name="labels")),
        [(Kind.RENAMED, "tags")],
    ),
    "prepareUnique left on": (
        lambda db: (instead("email", "email")(db), changed(name="email", prepareUnique=True)(db)),
        [(Kind.PREPARE_UNIQUE, "email"), (Kind.UNIQUE, "email")],
    ),
    "validator": (
        lambda db: db.command("collMod", "things", validator={"a": 1}, validationLevel="moderate"),
        [(Kind.VALIDATOR, "validator")],
    ),
    "validator dropped": (
        lambda db: db.command("collMod", "things", validator={}, validationLevel="moderate"),
        [(Kind.VALIDATOR, "validator")],
    ),
    "validation level": (
        lambda db: db.command("collMod", "things", validationLevel="strict"),
        [(Kind.VALIDATION_LEVEL, "validationLevel")],
    ),
    "validation action": (
        lambda db: db.command("collMod", "things", validationAction="warn"),
        [(Kind.VALIDATION_ACTION, "validationAction")],
    ),
    "undeclared collection": (
        lambda db: db.create_collection("leftovers"),
        [(Kind.COLLECTION_UNDECLARED, "leftovers")],
    ),
    "missing collection": (lambda db: db.drop_collection("things"), [(Kind.COLLECTION_MISSING, "things")]),
}


def told(db: Database, *kinds: Any) -> list[tuple[Kind, str]]:
    """The kind and subject of every drift."""
    return [(found.kind, found.subject) for found in drift(db, kinds or [Thing])]


def test_a_database_as_it_is_declared_has_no_drift(things):
    assert drift(things, [Thing]) == []


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_drift_is_told_with_its_kind_and_nothing_else(things, name):
    plant, expected = PLANTED[name]

    plant(things)

    assert told(things) == expected


def test_the_migrated_database_has_no_drift(app, db):
    migrate(db)

    assert drift(db) == []
