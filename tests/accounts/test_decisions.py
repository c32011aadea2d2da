"""A shop's owner is told what moderators decide about it, and why."""

from __future__ import annotations

import pytest

from marketplace.accounts import services
from marketplace.accounts.errors import OwnMatter
from marketplace.accounts.repositories import users
from marketplace.accounts.values import Channel, NotificationEvent, Role, ShopStatus
from tests.builders import a_shop, a_user
from tests.mailbox import deliver, path_in


@pytest.fixture
def moderator(app):
    app.config["BASE_URL"] = "http://localhost"
    return a_user(roles=(Role.MODERATOR,))


def told(shop):
    return [(one.event, one.text, one.path) for one in services.notifications_of(shop.owner_id)]


def decided(moderator, step, shop, **parts):
    getattr(services, f"{step}_shop")(moderator_id=moderator.pk, slug=shop.slug, **parts)
    return deliver()


def test_an_owner_is_told_that_their_shop_is_suspended_and_why(moderator):
    shop = a_shop(name="Kiln")

    (mail,) = decided(moderator, "suspend", shop, reason="Nothing arrives.")

    assert (mail["To"], mail["Subject"]) == (users.get(shop.owner_id).email, "Kiln is suspended")
    assert "Nothing arrives." in mail.get_content()
    assert path_in(mail) == f"/sell/{shop.slug}/start"
    text = "Kiln is suspended: nobody can buy in it, and you still send what was ordered. Nothing arrives."
    assert told(shop) == [("moderation", text, f"/sell/{shop.slug}/start")]


@pytest.mark.parametrize(
    ("step", "status", "parts", "subject"),
    [
        ("approve", ShopStatus.PENDING_REVIEW, {}, "Kiln is open"),
        ("reject", ShopStatus.PENDING_REVIEW, {"reason": "Say more."}, "Kiln was sent back to you"),
        ("reinstate", ShopStatus.SUSPENDED, {}, "Kiln is open again"),
    ],
)
def test_an_owner_is_told_of_each_step_of_a_moderator(moderator, step, status, parts, subject):
    shop = a_shop(name="Kiln", status=status)
    deliver()

    (mail,) = decided(moderator, step, shop, **parts)

    assert mail["Subject"] == subject
    assert told(shop)[0][1].startswith(subject)


def test_no_moderator_reinstates_their_own_shop(moderator):
    shop = a_shop(owner=moderator, status=ShopStatus.SUSPENDED)

    with pytest.raises(OwnMatter):
        decided(moderator, "reinstate", shop)


def test_nobody_is_told_of_their_own_steps(moderator):
    shop = a_shop(status=ShopStatus.PENDING_REVIEW)

    assert deliver() == []
    assert told(shop) == []


def test_who_turned_the_mail_off_is_told_here(moderator):
    shop = a_shop()
    choices = {NotificationEvent.MODERATION: {Channel.MAIL: False}}
    services.choose_notifications(user_id=shop.owner_id, choices=choices)

    assert decided(moderator, "suspend", shop, reason="Nothing arrives.") == []
    assert len(told(shop)) == 1


def test_a_locked_owner_is_not_mailed(moderator):
    shop = a_shop()
    services.lock_account(user_id=shop.owner_id)
    deliver()

    assert decided(moderator, "suspend", shop, reason="Nothing arrives.") == []
