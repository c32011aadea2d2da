from __future__ import annotations

import mongoengine
import pytest

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
