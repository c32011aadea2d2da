"""The lists of those who look after the marketplace read from an index, in its order."""

from __future__ import annotations

import pytest
from bson import ObjectId

from marketplace.accounts import services
from marketplace.accounts.repositories import audit_log, shops, tokens, users
from marketplace.accounts.values import Role
from marketplace.shared import connections
from marketplace.shared.clock import now
from tests.builders import a_shop, a_user

pytestmark = [pytest.mark.real, pytest.mark.usefixtures("app")]

LISTS = {
    "audit": lambda: audit_log.search(),
    "audit of a subject": lambda: audit_log.search(subject=("users", ObjectId())),
    "audit of an actor": lambda: audit_log.search(actor_id=ObjectId()),
    "audit of an action": lambda: audit_log.search(action="role.grant"),
    "audit of a time": lambda: audit_log.search(since=now(), until=now()),
    "users by address": lambda: users.with_email_beginning("per"),
    "users by name": lambda: users.with_name_beginning("ada"),
    "users with a role": lambda: users.newest(role=Role.ADMIN),
    "newest users": lambda: users.newest(),
    "shops by address": lambda: shops.with_beginning("sho"),
    "a token": lambda: tokens.with_hash("0" * 64),
    "tokens of a shop": lambda: tokens.of_shop(ObjectId()),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_planned_on_an_index_and_sorts_nothing(name):
    shop = a_shop(owner=a_user(roles=(Role.ADMIN,)))
    services.make_token(owner_id=shop.owner_id, slug=shop.slug, name="Robot", scopes=["read:shop"])
    db = connections.database()
    db.command("profile", 2)

    LISTS[name]()

    db.command("profile", 0)
    (row,) = db["system.profile"].find(
        {"op": {"$in": ["query", "command"]}, "planSummary": {"$exists": True}}
    )
    assert row["planSummary"].startswith("IXSCAN"), row["planSummary"]
    assert not row.get("hasSortStage")
