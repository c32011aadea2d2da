from __future__ import annotations

from uuid import uuid4

import mongoengine
import pytest
from mongoengine.context_managers import switch_db

from marketplace.operations import digests
from marketplace.operations.migrations import known, migrate, revert
from marketplace.operations.migrations.lint import lint

real = pytest.mark.real


def indexes_of(database) -> dict[str, dict]:
    """Each collection's indexes by name, as the server keeps them."""
    return {
        name: digests.indexes_of(database[name])
        for name in sorted(database.list_collection_names())
        if not name.startswith("_migration")
    }


def documents() -> list:
    """Every document class of the application that has a collection."""

    def below(kind: type) -> set[type]:
        return {kind}.union(*(below(one) for one in kind.__subclasses__()))

    found = {
        kind
        for kind in below(mongoengine.Document)
        if kind.__module__.startswith("marketplace.") and not kind._meta.get("abstract")
    }
    return sorted(found, key=lambda kind: kind.__name__)


@real
def test_the_migrations_make_the_indexes_that_the_documents_declare(app, server, db):
    migrate(db)
    declared = server[f"test_{uuid4().hex[:12]}"]
    host, port = server.address
    mongoengine.register_connection(
        "scratch", name=declared.name, host=host, port=port, uuidRepresentation="standard"
    )
    for document in documents():
        with switch_db(document, "scratch") as here:
            here.ensure_indexes()
            if here._get_collection().name not in declared.list_collection_names():
                declared.create_collection(here._get_collection().name)
    mongoengine.disconnect("scratch")

    assert indexes_of(db) == indexes_of(declared)


@real
def test_no_document_makes_an_index_by_itself(app):
    for document in documents():
        assert document._meta["auto_create_index"] is False, document.__name__


def test_nothing_is_to_be_said_against_the_projects_migrations():
    assert lint(known()) == []


@real
def test_the_projects_migrations_may_run_again(db):
    migrate(db)
    db["_migrations"].delete_many({})

    assert migrate(db) == [one.name for one in known()]


@real
def test_the_projects_migrations_can_all_be_undone(db):
    migrate(db)
    revert(db, count=len(known()))

    assert indexes_of(db) == {}


@real
def test_the_database_refuses_stock_below_zero(db):
    migrate(db)

    assert "$jsonSchema" in db.stock.options()["validator"]
