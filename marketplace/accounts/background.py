"""What accounts do in the background: mail with links and news, ending sessions, and tidying up."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from ..shared import mail, outbox, sessions
from ..shared.clock import now
from ..shared.mail import MailNotTaken
from ..shared.outbox import Delivery, GiveUp, delivers, timer
from . import services
from .documents import MailedLink, User
from .repositories import links, shops, users
from .values import LinkPurpose, NotificationEvent, UserStatus

log = logging.getLogger(__name__)

#: How long what the outbox knows of a link is kept: longer than any link lives.
LINKS_KEPT = timedelta(days=8)


#: So often the last mail to somebody is tried; that is within some minutes.
LAST_MAIL_ATTEMPTS = 6


@delivers("link.asked")
def mail_link(told: Delivery) -> None:
    """Mail the link that somebody asked for, or say why there is none.

    Only here it is looked whether there is an account: whoever asked cannot tell by how long that takes.
    """
    link = links.find(pk=told.about_id, expires_at__gt=now())
    if link is None:
        return
    try:
        _MAILS[link.purpose](told, link, users.with_email(link.email))
    except GiveUp:  # whoever wrote an address that takes no mail cannot be told
        log.info("A link was asked for by an address that takes no mail.")
        links.drop(link)


def _registration(told: Delivery, link: MailedLink, user: User | None) -> None:
    if user is None:
        _send(told, link, "confirm_registration", name=link.display_name)
    else:
        _say_who_has_it(told, link, user)


def _again(told: Delivery, link: MailedLink, user: User | None) -> None:
    """The mail of the registration that waits, or of an account whose address is not confirmed."""
    if user is None:
        waiting = links.waiting_registration(link.email, now())
        if waiting is not None:
            _send(told, waiting, "confirm_registration", name=waiting.display_name)
        links.drop(link)
    elif user.is_verified:
        _say_who_has_it(told, link, user)
    else:
        link.purpose, link.user_id = LinkPurpose.VERIFY, user.pk
        _verification(told, link, user)


def _verification(told: Delivery, link: MailedLink, user: User | None) -> None:
    if user is None or not user.is_active:
        links.drop(link)
    else:
        _send(told, link, "verify_email")


def _reset(told: Delivery, link: MailedLink, user: User | None) -> None:
    if user is None or not user.is_active:
        links.drop(link)
    else:
        link.user_id = user.pk
        _send(told, link, "reset_password")


def _change(told: Delivery, link: MailedLink, user: User | None) -> None:
    if user is None:
        _send(told, link, "confirm_new_email")
    else:
        _say_who_has_it(told, link, user)


_MAILS = {
    LinkPurpose.REGISTER: _registration,
    LinkPurpose.SEND_AGAIN: _again,
    LinkPurpose.VERIFY: _verification,
    LinkPurpose.RESET: _reset,
    LinkPurpose.CHANGE_EMAIL: _change,
}


def _send(told: Delivery, link: MailedLink, template: str, **values: Any) -> None:
    mail.send(told, to=link.email, template=template, token=services.new_token(link), **values)


def _say_who_has_it(told: Delivery, link: MailedLink, user: User) -> None:
    if user.is_active:
        mail.send(told, to=user.email, template="already_registered")
    links.drop(link)


@delivers("user.password_reset")
def tell_of_reset(told: Delivery) -> None:
    """End the sessions from before, and tell the owner."""
    sessions.end_all(told.about_id, begun_before=told.told_at)
    user = users.get(told.about_id)
    if user.is_active:
        mail.send(told, to=user.email, template="password_reset")


@delivers("user.email_changed")
def tell_of_new_email(told: Delivery) -> None:
    """Tell the address that the account had before."""
    if "old" in told.payload:
        mail.send(told, to=told.payload["old"], template="email_changed")
        outbox.forget_payload(told)


@delivers("user.locked")
def end_sessions_of_locked(told: Delivery) -> None:
    """End what is left of the sessions from before."""
    if users.get(told.about_id).status is UserStatus.LOCKED:
        sessions.end_all(told.about_id)


#: What a step of a moderator did to a shop, as its owner reads it.
SHOP_DECIDED = {
    "approve": "is open: people can buy in it now",
    "reject": "was sent back to you",
    "suspend": "is suspended: nobody can buy in it, and you still send what was ordered",
    "reinstate": "is open again",
}


@delivers("shop.moderated")
def tell_the_shops_owner(told: Delivery) -> None:
    """Tell the owner what was decided about their shop, and why; nobody, when the account is not active."""
    shop = shops.get(told.about_id)
    owner = users.find(pk=shop.owner_id)
    decided, reason = SHOP_DECIDED[told.payload["step"]], told.payload["reason"]
    services.notify(
        user_id=shop.owner_id,
        event=NotificationEvent.MODERATION,
        text=f"{shop.name} {decided}. {reason}",
        path=f"/sell/{shop.slug}/start",
        key=told.id,
    )
    if (
        owner is None
        or not owner.is_active
        or not services.wants_mail(owner.pk, NotificationEvent.MODERATION)
    ):
        return
    mail.send(told, to=owner.email, template="shop_moderated", shop=shop, decided=decided, reason=reason)


@delivers("user.deleted")
def say_goodbye(told: Delivery) -> None:
    """End what is left of the sessions, and write the last mail; then the address is forgotten.

    A mail server that does not take it for long ends that too: the address is not kept for it.
    """
    sessions.end_all(told.about_id)
    if "email" in told.payload:
        try:
            mail.send(told, to=told.payload["email"], template="account_deleted")
        except (GiveUp, MailNotTaken):
            if told.attempt < LAST_MAIL_ATTEMPTS:
                raise MailNotTaken(
                    "The mail server does not take the last mail to a deleted account."
                ) from None
        outbox.forget_payload(told)


@timer("tidy-links", every=3600)
def tidy_links() -> None:
    """Forget the streams of links that are long gone."""
    outbox.forget_idle(MailedLink, made_before=now() - LINKS_KEPT)
