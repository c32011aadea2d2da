from __future__ import annotations

import pytest

from marketplace.operations import backup
from marketplace.operations.backup import Differs, RestoreFailed, loading, verify

pytestmark = pytest.mark.real


def scratches(db) -> list[str]:
    return [name for name in db.client.list_database_names() if name.startswith(f"{db.name}__verify_")]


def test_a_backup_is_restored_into_a_database_of_its_own_which_is_dropped(shop, made):
    name = backup.restore_test(shop, backup.opened(made))

    assert name.startswith(f"{shop.name}__verify_")
    assert scratches(shop) == []


def test_the_database_of_a_test_that_failed_is_dropped_too(shop, made, monkeypatch):
    monkeypatch.setattr(loading, "_insert", lambda *_: None)

    with pytest.raises(RestoreFailed):
        backup.restore_test(shop, backup.opened(made))

    assert scratches(shop) == []


def test_the_database_of_a_test_that_was_interrupted_is_named(shop, made):
    left = f"{shop.name}__verify_left"
    shop.client[left].things.insert_one({})
    told = []

    backup.restore_test(shop, backup.opened(made), told.append)

    assert told[0].startswith(f"The database {left} is of a verification that still runs or was interrupted")


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda db: db.orders.insert_one({}), "orders has other documents."),
        (
            lambda db: db.orders.update_one({"_id": 1}, {"$set": {"total": 1.0}}),
            "orders has other documents.",
        ),
        (lambda db: db.products.drop_index("price_1"), "products has other indexes."),
        (
            lambda db: db.command("collMod", "products", index={"name": "price_1", "hidden": True}),
            "products has other indexes.",
        ),
        (lambda db: db.command("collMod", "orders", validator={"a": 1}), "orders has other options."),
        (lambda db: db.command("collMod", "dear", viewOn="orders", pipeline=[]), "dear has other options."),
        (lambda db: db.drop_collection("dear"), "dear is missing."),
        (lambda db: db.more.insert_one({}), "more is too much."),
    ],
)
def test_every_difference_is_found(shop, made, change, found):
    source = backup.opened(made)
    assert backup.differences(shop, source) == []

    change(shop)

    assert backup.differences(shop, source) == [found]


def test_a_restore_that_differs_is_told(shop, made, monkeypatch):
    monkeypatch.setattr(verify, "differences", lambda *_: ["orders has other indexes."])

    with pytest.raises(Differs, match=r"does not restore to what it holds: orders has other indexes\."):
        backup.restore_test(shop, backup.opened(made))

    assert scratches(shop) == []
