"""What a worker does with what was told, at once and in the test itself; and the mail that it sends."""

from __future__ import annotations

import re
from email.message import EmailMessage
from urllib.parse import parse_qs, urlsplit

from flask import current_app

from marketplace.shared import connections
from marketplace.shared.outbox import Delivery, registry


def deliver() -> list[EmailMessage]:
    """Call the handlers of everything that waits, and answer the mails that were sent meanwhile."""
    taken: list[EmailMessage] = current_app.extensions["mail"].taken
    taken.clear()
    rows = connections.database()["outbox"]
    for row in list(rows.find({"state": "waiting"}, sort=[("told_at", 1), ("_id", 1)])):
        names = ("topic", "sequence", "payload", "told_at")
        told = Delivery(id=row["_id"], about=row["stream"], attempt=1, **{name: row[name] for name in names})
        registry.handlers[told.topic](told)
        rows.update_one({"_id": row["_id"]}, {"$set": {"state": "delivered"}})
    connections.database()["outbox_streams"].update_many({}, {"$unset": {"due_at": ""}})
    return list(taken)


def the_mail() -> EmailMessage:
    """The one mail that what was told leads to."""
    (mail,) = deliver()
    return mail


def path_in(mail: EmailMessage) -> str:
    """The path and query of the first link in a mail."""
    found = re.search(r"https?://\S+", mail.get_content())
    assert found, mail.get_content()
    parts = urlsplit(found[0])
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def token_in(mail: EmailMessage) -> str:
    """The token of the first link in a mail."""
    return parse_qs(urlsplit(path_in(mail)).query)["token"][0]
