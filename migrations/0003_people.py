"""Create the links that are mailed to people, and what is counted while Redis is away.

Accounts from before have no `email_verified_at`: their people sign in as always, and confirm their address
before they open a shop.
"""

from __future__ import annotations

from pymongo import ASCENDING, IndexModel

from marketplace.operations.migrations.steps import collections

phase = "expand"
depends_on = ("0002_outbox",)

#: The new collections with their indexes.
COLLECTIONS: dict[str, list[IndexModel]] = {
    "mailed_links": [
        IndexModel([("hashes", ASCENDING)], name="hashes"),
        IndexModel([("email", ASCENDING)], name="email"),
        IndexModel([("user_id", ASCENDING)], name="user"),
        IndexModel([("expires_at", ASCENDING)], name="expires_at", expireAfterSeconds=0),
    ],
    "limits": [
        IndexModel([("expires_at", ASCENDING)], name="expires_at", expireAfterSeconds=0),
    ],
}

steps = [collections(COLLECTIONS)]
