"""What messaging does in the background: telling people of what they did not read, and upkeep."""

from __future__ import annotations

from ..accounts import services as accounts
from ..accounts.values import NotificationEvent
from ..shared import mail
from ..shared.clock import now
from ..shared.outbox import Delivery, delivers, timer
from . import services
from .services.unread import notification_key
from .values import Side


@delivers("message.sent")
def ring(told: Delivery) -> None:
    """Let the bell of the other side tell of a message: once for a conversation, until it is read.

    It does not say what a buyer is called, since what people were told outlives an account.
    """
    unread = services.to_ring(told.about_id, told.payload["seq"])
    if unread is None:
        return
    from_shop = unread.user_id == unread.conversation.buyer_id
    text = f"{unread.sender} wrote to you" if from_shop else "A buyer wrote to you"
    accounts.notify(
        user_id=unread.user_id,
        event=NotificationEvent.MESSAGE,
        text=f"{text} about {unread.about}.",
        path=unread.path,
        key=notification_key(told.about_id),
        again=True,
    )


@delivers("message.unread")
def mail_unread(told: Delivery) -> None:
    """Mail what a side did not read, unless it did meanwhile or wants no such mail."""
    burst, reader = told.payload, accounts.find_user(told.about_id)
    unread = services.unread_burst(
        burst["conversation"], Side(burst["side"]), after=burst["after"], up_to=burst["up_to"]
    )
    if unread is None or reader is None or not reader.is_active:
        return
    if accounts.wants_mail(reader.pk, NotificationEvent.MESSAGE):
        mail.send(told, to=reader.email, template="message_unread", unread=unread)


@timer("mail-unread", every=30)
def mail_what_is_unread() -> None:
    """Have people mailed about what they did not read within some minutes."""
    services.tell_of_unread(now())


@timer("reply-times", every=3600)
def count_reply_times() -> None:
    """Work out how soon shops answer."""
    services.count_reply_times(now())


@timer("forget-deleted", every=3600)
def forget_deleted() -> None:
    """Forget what messages said that were deleted a month ago."""
    services.forget_originals(now())


@timer("forget-those-who-left", every=60)
def forget_those_who_left() -> None:
    """Remove what is left of what people wrote who deleted their account."""
    services.forget_those_who_left()
