from __future__ import annotations

import pytest

from marketplace.accounts.documents import Shop, User


@pytest.fixture(autouse=True)
def unique_emails(request: pytest.FixtureRequest) -> None:
    """Unique e-mails and slugs in the fast lane too, as migrations make them."""
    if "app" in request.fixturenames and not request.node.get_closest_marker("real"):
        request.getfixturevalue("app")
        for document in (User, Shop):
            document.ensure_indexes()
