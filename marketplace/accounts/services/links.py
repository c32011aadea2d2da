"""Links that are mailed: asking for one, its token, and what it opens.

Asking does the same whatever is known of the address: it stores a link and tells the worker. Whether there
is an account decides only what the mail says.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from ...shared import limits, outbox
from ...shared.clock import now
from ...shared.transactions import transactional
from ..documents import MailedLink
from ..repositories import links
from ..values import LinkPurpose

#: How long a link opens something, from its mail on.
LIFETIMES = {
    LinkPurpose.REGISTER: timedelta(days=3),
    LinkPurpose.SEND_AGAIN: timedelta(days=3),
    LinkPurpose.VERIFY: timedelta(days=3),
    LinkPurpose.RESET: timedelta(minutes=30),
    LinkPurpose.CHANGE_EMAIL: timedelta(days=1),
}

#: How long a link waits for its mail at least: a mail that is hours late helps nobody.
PATIENCE = timedelta(hours=2)


def not_too_often(kind: str, email: str, origin: str) -> None:
    """Bound how many mails go to an address and are asked for from one; raises RateLimited."""
    if origin:
        limits.take(f"{kind}-origin", origin)
    limits.take(kind, email.lower(), allowed=3)


@transactional
def ask_for_link(purpose: LinkPurpose, *, email: str, **parts: Any) -> MailedLink:
    """Have a link mailed to this address, if what it is for makes sense then."""
    until = now() + max(LIFETIMES[purpose], PATIENCE)
    link = links.add(MailedLink(purpose=purpose, email=email.lower(), expires_at=until, **parts))
    outbox.tell("link.asked", about=link)
    return link


def new_token(link: MailedLink) -> str:
    """A token that opens the link from now on, for the mail that is about to leave."""
    token = secrets.token_urlsafe(32)
    link.add_token(_hash(token), now() + LIFETIMES[link.purpose])
    links.save(link)
    return token


def opened_by(token: str, purpose: LinkPurpose, moment: datetime | None = None) -> MailedLink:
    """The link that the token opens, which is not used up by looking; raises TokenExpired."""
    return links.opened_by(_hash(token), purpose, moment or now())


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
