"""Those who report, and those who decide."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from bson import ObjectId

from marketplace.accounts.documents import User
from marketplace.accounts.values import Role
from marketplace.messaging import services as messaging
from marketplace.messaging.values import SubjectKind
from marketplace.moderation import services
from marketplace.moderation.documents import ReportedSubject
from marketplace.moderation.repositories import subjects
from marketplace.moderation.values import ReportedKind, ReportReason
from marketplace.shared import clock
from tests.builders import a_user


def an_older_user(**parts: Any) -> User:
    """Somebody whose account is some days old, so that their report weighs something."""
    with clock.at(clock.now() - timedelta(days=3)):
        return a_user(**parts)


def report(kind: ReportedKind | str, thing: Any, *, by: User | None = None, **said: Any) -> services.Filed:
    """A report by somebody of their own, unless it is said who."""
    plain = {"reason": ReportReason.FRAUD, "text": "Look at this."}
    return services.report_thing(
        reporter_id=(by or an_older_user()).pk,
        kind=ReportedKind(kind),
        ref=str(getattr(thing, "pk", thing)),
        **plain | said,
    )


def reported(filed: services.Filed) -> ReportedSubject:
    """What was reported, as it is stored now."""
    return subjects.get(filed.report.about_id)


def a_message(buyer: User, shop: Any, body: str = "Send it by bank, it is cheaper.") -> Any:
    """What a shop wrote to a buyer who asked it something."""
    asked = messaging.start_as_buyer(
        user_id=buyer.pk, kind=SubjectKind.SHOP, ref=shop.slug, body="Hello?", client_id=str(ObjectId())
    )
    seat = messaging.shop_seat(shop.owner_id, shop.slug, asked.conversation.pk)
    return messaging.send_message(seat, body=body, client_id=str(ObjectId()))


@pytest.fixture
def moderator(app: Any) -> User:
    """Somebody who decides."""
    return a_user(display_name="Mo", roles=(Role.MODERATOR,))
