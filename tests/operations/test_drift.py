from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from bson import ObjectId
from mongoengine import DateTimeField, Document, IntField, ListField, StringField
from pymongo import IndexModel, MongoClient
from pymongo.collation import Collation
from pymongo.database import Database
from pymongo.errors import AutoReconnect

from marketplace.catalog.documents import Stock
from marketplace.operations import transient
from marketplace.operations.drift import Difference, Kind, NotAllowed, can_tell_builds, drift, probe
from marketplace.operations.embedded import binaries
from marketplace.operations.embedded.processes import free_port
from marketplace.operations.migrations import migrate
from marketplace.shared.clock import now

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


def make(db: Database) -> Database:
    """The database, with the collection of Thing as it is declared."""
    db.create_collection(
        "things", validator={"$jsonSchema": {"required": ["shop"]}}, validationLevel="moderate"
    )
    db.things.create_indexes(list(INDEXES.values()))
    return db


@pytest.fixture
def things(db: Database) -> Database:
    """A database with the collection of Thing as it is declared."""
    return make(db)


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


#: What some of them mean for the application.
MEANINGS = {
    "missing": "Searches by tags read the whole collection.",
    "undeclared": "No declared query needs it, and every write keeps it up to date.",
    "key order": "Searches by s, -placed read the whole collection.",
    "text field added": "Full-text search looks at the words of d, name, t rather than the words of d, t.",
    "weights": "Full-text search finds the same and puts it in another order.",
    "language": "Full-text search takes words for german: it misses their forms and drops other words.",
    "language override": "The field tongue of a document decides which language its words are taken for.",
    "text no more": "Full-text search in things fails.",
    "ttl removed": "Documents of things are never deleted by expires: they pile up.",
    "ttl added": "Documents are deleted 1 minute after tags, which the application means to keep.",
    "unique dropped": "Nothing keeps two things with the same email apart: duplicates can get in.",
    "unique added": "It refuses documents with the same tags, which the application may write.",
    "sparse dropped": (
        "Documents without code are in it as well: it is larger and slower to write than it need be."
    ),
    "sparse added": "Documents without tags are not in it: searches and sorting by tags cannot rely on it.",
    "partial filter": (
        "It refuses documents that need not be unique; outside its filter duplicates can get in."
    ),
    "partial filter dropped": "It refuses documents that need not be unique.",
    "partial filter added": "Searches by tags that its filter does not cover read the whole collection.",
    "collation": "It compares text by other rules, so searches by name cannot use it.",
    "hidden": "Searches by s, -placed read the whole collection.",
    "renamed": "It works, yet migrations and hints that call it tags fail.",
    "validator dropped": (
        "The database refuses nothing: documents that the application cannot read can get in."
    ),
    "validation action": "A document that breaks the validator is treated otherwise than was meant.",
    "missing collection": (
        "The first document that is written makes it, without its indexes or its validator."
    ),
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
    found = drift(things, [Thing])

    assert [(difference.kind, difference.subject) for difference in found] == expected
    assert found[0].meaning == MEANINGS.get(name, found[0].meaning)


def test_the_migrated_database_has_no_drift(app, db):
    migrate(db)

    assert drift(db) == []


# What each means


def one(db: Database, kind: Any = Thing) -> Difference:
    """The only drift."""
    (found,) = drift(db, [kind])
    return found


def test_a_difference_says_what_is_declared_what_is_there_what_it_does_and_what_mends_it(things):
    changed(name="expires", expireAfterSeconds=86_400)(things)

    assert one(things).data == {
        "collection": "things",
        "kind": Kind.TTL,
        "subject": "expires",
        "declared": 3600,
        "found": 86_400,
        "meaning": "Documents are deleted 1 day after expires instead of 1 hour.",
        "remedy": "flask db-check make-indexes NAME writes the migration that mends it.",
    }


def test_an_undeclared_index_is_hidden_before_it_is_dropped(things):
    things.things.create_index("number", name="number")

    first = one(things)
    changed(name="number", hidden=True)(things)
    second = one(things)

    assert "a migration that hides it" in first.remedy
    assert "the migration that mends it" in second.remedy
    assert second.meaning.startswith("No query uses it, as it is hidden")


def test_what_an_undeclared_index_does_is_said(things):
    things.things.create_index("number", expireAfterSeconds=5)

    assert one(things).meaning == "It deletes documents by number, which the application means to keep."


# Collections


class Capped(Document):
    """The newest lines only."""

    meta = {"collection": "lines", "auto_create_index": False, "max_size": 1000, "max_documents": 50}


class Series(Document):
    """Measurements, kept for a day."""

    meta = {
        "collection": "measured",
        "auto_create_index": False,
        "timeseries": {"timeField": "at", "metaField": "of", "expireAfterSeconds": 86_400},
    }

    at = DateTimeField()


class Sorted(Document):
    """Text that is compared without regard to case."""

    meta = {
        "collection": "words",
        "auto_create_index": False,
        "collation": {"locale": "en", "strength": 2},
        "indexes": [{"fields": ["word"], "name": "word", "unique": True}],
    }

    word = StringField()


class Clustered(Document):
    """Documents that lie in the order of their ids."""

    meta = {
        "collection": "clustered",
        "auto_create_index": False,
        "clustered_index": {"key": {"_id": 1}, "unique": True},
        "pre_and_post_images": {"enabled": True},
    }


SERIES = {"timeField": "at", "metaField": "of"}
BY_ID = {"clusteredIndex": {"key": {"_id": 1}, "unique": True}}
IMAGES = {"changeStreamPreAndPostImages": {"enabled": True}}
WORD = IndexModel("word", name="word", unique=True)

#: Collections with options: the document, the options as declared, others, and what is told of those.
OPTIONS: dict[str, tuple[Any, dict[str, Any], dict[str, Any], list[tuple[Kind, str]]]] = {
    "capped": (
        Capped,
        {"capped": True, "size": 1024, "max": 50},
        {"capped": True, "size": 4096, "max": 50},
        [(Kind.CAPPED, "size")],
    ),
    "capped no more": (
        Capped,
        {"capped": True, "size": 1024, "max": 50},
        {},
        [(Kind.CAPPED, "capped"), (Kind.CAPPED, "max"), (Kind.CAPPED, "size")],
    ),
    "timeseries": (
        Series,
        {"timeseries": SERIES, "expireAfterSeconds": 86_400},
        {"timeseries": SERIES | {"granularity": "hours"}, "expireAfterSeconds": 86_400},
        [(Kind.TIMESERIES, "timeseries")],
    ),
    "how long measurements are kept": (
        Series,
        {"timeseries": SERIES, "expireAfterSeconds": 86_400},
        {"timeseries": SERIES},
        [(Kind.OPTION, "expireAfterSeconds")],
    ),
    "collation": (
        Sorted,
        {"collation": Collation("en", strength=2)},
        {"collation": Collation("de")},
        [(Kind.COLLATION, "collation")],
    ),
    "clustered": (
        Clustered,
        BY_ID | IMAGES,
        IMAGES,
        [(Kind.CLUSTERED, "clusteredIndex")],
    ),
    "images of documents before a change": (
        Clustered,
        BY_ID | IMAGES,
        BY_ID,
        [(Kind.OPTION, "changeStreamPreAndPostImages")],
    ),
}


@pytest.mark.parametrize("name", OPTIONS)
def test_an_option_of_a_collection_is_compared(db, name):
    document, declared, others, expected = OPTIONS[name]
    collection = document._get_collection_name()
    indexes = [WORD] if document is Sorted else []

    def found(options: dict[str, Any]) -> list[tuple[Kind, str]]:
        made = db.create_collection(collection, **options)
        if indexes:
            made.create_indexes(indexes)
        differences = told(db, document)
        db.drop_collection(collection)
        return differences

    assert found(declared) == []
    assert found(others) == expected


def test_what_cannot_be_changed_in_place_says_so(db):
    db.create_collection("lines")

    assert drift(db, [Capped])[0].remedy.startswith("It cannot be changed in place")


def test_a_view_in_the_place_of_a_collection_is_told(db):
    db.create_collection("lines", viewOn="others", pipeline=[])

    assert (Kind.OPTION, "viewOn") in told(db, Capped)


def test_collections_of_operations_are_left_aside(things):
    things.create_collection("_migrations")

    assert drift(things, [Thing]) == []


def test_the_validator_of_the_documents_is_the_one_that_the_migrations_make(app, db):
    migrate(db)
    options = next(db.list_collections(filter={"name": "stock"}))["options"]

    assert options["validator"] == Stock._meta["validator"]


# Declarations


class Animal(Document):
    """Classes that share a collection."""

    meta = {
        "collection": "animals",
        "auto_create_index": False,
        "allow_inheritance": True,
        "indexes": [{"fields": ["name"], "name": "name"}],
    }

    name = StringField()


class Dog(Animal):
    """One of them, with an index of its own."""

    meta = {"indexes": [{"fields": ["breed"], "name": "breed", "cls": False}]}

    breed = StringField()


class Plain(Document):
    """Classes that share a collection which has no index by class."""

    meta = {
        "collection": "plain",
        "auto_create_index": False,
        "allow_inheritance": True,
        "indexes": [{"fields": ["name"], "name": "name", "cls": False}],
    }

    name = StringField()


def test_an_index_of_classes_that_share_a_collection_begins_with_the_class(db):
    db.animals.create_index([("_cls", 1), ("name", 1)], name="name")
    db.animals.create_index("breed", name="breed")

    assert told(db, Animal, Dog) == []
    db.animals.drop_index("name")
    db.animals.create_index("name", name="name")
    assert told(db, Animal, Dog) == [(Kind.KEY, "name")]


def test_classes_that_share_a_collection_have_an_index_by_class(db):
    db.plain.create_index("name", name="name")

    assert told(db, Plain) == [(Kind.MISSING, "_cls_1")]


class Searched(Document):
    """A full-text index that begins with the class."""

    meta = {
        "collection": "searched",
        "auto_create_index": False,
        "allow_inheritance": True,
        "indexes": [{"fields": ["$title"], "name": "text"}],
    }

    title = StringField()


def test_a_full_text_index_that_begins_with_the_class_is_no_use(db):
    db.searched.create_index([("_cls", 1), ("title", "text")], name="text")

    assert one(db, Searched).kind is Kind.UNUSABLE
    assert one(db, Searched).remedy == 'Declare the index with "cls": False.'


class Expiring(Document):
    """An index that the server refuses, as it would be by class and by time, and one that it takes."""

    meta = {
        "collection": "expiring",
        "auto_create_index": False,
        "allow_inheritance": True,
        "indexes": [
            {"fields": ["at"], "name": "at", "expireAfterSeconds": 0},
            {"fields": ["name"], "name": "name"},
        ],
    }

    at = DateTimeField()
    name = StringField()


def test_an_index_that_the_server_refuses_is_told_with_its_reason(db):
    db.expiring.create_index([("_cls", 1), ("name", 1)], name="name")

    assert one(db, Expiring).kind is Kind.REFUSED
    assert one(db, Expiring).meaning.startswith("MongoDB refuses what is declared: TTL indexes are")


class Wrong(Document):
    """Options that the server refuses."""

    meta = {"collection": "wrong", "auto_create_index": False, "collation": {"locale": "nowhere"}}


def test_a_collection_that_the_server_refuses_is_told_with_its_reason(db):
    assert one(db, Wrong).kind is Kind.COLLECTION_REFUSED
    assert "nowhere" in one(db, Wrong).meaning


class ByStoredName(Document):
    """Weights by the names under which fields are stored."""

    meta = {
        "collection": "stored",
        "auto_create_index": False,
        "indexes": [{"fields": ["$title"], "name": "text", "weights": {"t": 3}}],
    }

    title = StringField(db_field="t")


def test_weights_may_name_the_stored_fields(db):
    db.stored.create_index([("t", "text")], name="text", weights={"t": 3})

    assert drift(db, [ByStoredName]) == []


# The scratch collection


def scratches(db: Database) -> list[str]:
    return [name for name in db.list_collection_names() if name.startswith(transient.SCRATCH)]


def test_the_probe_leaves_nothing_behind(things):
    drift(things, [Thing, Wrong, Expiring])

    assert scratches(things) == []


def test_the_probe_leaves_nothing_behind_when_it_fails(things, monkeypatch):
    def fail(_: Any) -> Any:
        raise AutoReconnect("gone")

    monkeypatch.setattr(probe, "indexes_of", fail)

    with pytest.raises(AutoReconnect):
        drift(things, [Thing])
    assert scratches(things) == []


def test_what_a_killed_probe_left_is_dropped_after_an_hour(things):
    old = ObjectId.from_datetime(now() - probe.ABANDONED - timedelta(minutes=1))
    young = ObjectId.from_datetime(now() - probe.ABANDONED + timedelta(minutes=1))
    for name in (old, young, "of somebody"):
        things.create_collection(f"{transient.SCRATCH}{name}")

    drift(things, [Thing])

    assert set(scratches(things)) == {f"{transient.SCRATCH}{young}", f"{transient.SCRATCH}of somebody"}


# Rights and builds, on a server that asks for passwords


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Database]]:
    """Signs in to the database `shop` of a server with accounts, with the role of that name alone."""
    folder, port = tmp_path_factory.mktemp("guarded"), free_port()
    mongod = binaries.find_mongod(None, folder)
    words = ["--auth", "--dbpath", folder, "--port", str(port), "--bind_ip", "127.0.0.1", "--nounixsocket"]
    server = subprocess.Popen(
        [mongod, *words, "--setParameter", "enableTestCommands=1"], stdout=subprocess.DEVNULL
    )
    clients = [MongoClient("127.0.0.1", port, directConnection=True)]
    clients[0].admin.command("createUser", "root", pwd="secret", roles=["root"])

    def sign_in(role: str) -> Database:
        account: dict[str, Any] = {"username": "root", "password": "secret", "directConnection": True}
        root = MongoClient("127.0.0.1", port, **account)
        clients.append(root)
        if role == "root":
            return root.shop
        root.shop.command("createUser", role, pwd="secret", roles=[role])
        client = MongoClient("127.0.0.1", port, **account | {"username": role, "authSource": "shop"})
        clients.append(client)
        return client.shop

    yield sign_in
    for client in clients:
        client.close()
    server.terminate()
    server.wait()


class Small(Document):
    """One index."""

    meta = {
        "collection": "small",
        "auto_create_index": False,
        "indexes": [{"fields": ["name"], "name": "name"}],
    }

    name = StringField()


@pytest.mark.slow
def test_whoever_may_read_and_write_may_look_for_drift(guarded):
    db = guarded("readWrite")
    db.small.create_index("name", name="name")

    assert drift(db, [Small]) == []
    assert can_tell_builds(db) is False
    assert scratches(db) == []


@pytest.mark.slow
def test_whoever_may_read_only_is_told_which_privilege_is_missing(guarded):
    with pytest.raises(NotAllowed, match="Grant it createCollection, createIndex and dropCollection on shop"):
        drift(guarded("read"), [Small])


@pytest.mark.slow
def test_an_index_that_is_still_being_built_is_told_though_it_is_listed(guarded):
    db = guarded("root")
    db.drop_collection("small")
    db.small.insert_one({"name": "a"})
    hang = {"configureFailPoint": "hangAfterStartingIndexBuild"}
    db.client.admin.command(hang | {"mode": "alwaysOn"})
    build = threading.Thread(target=db.small.create_index, args=("name",), kwargs={"name": "name"})
    build.start()
    try:
        db.client.admin.command(
            "waitForFailPoint", hang["configureFailPoint"], timesEntered=1, maxTimeMS=9000
        )
        found = drift(db, [Small])
    finally:
        db.client.admin.command(hang | {"mode": "off"})
        build.join()

    assert [(difference.kind, difference.subject) for difference in found] == [(Kind.BUILDING, "name")]
    assert drift(db, [Small]) == []
