"""Leaving: what stands in the way of deleting an account, and what is scrubbed when it is deleted.

Accounts know nothing of what other contexts keep about people. Those say it themselves, when the
application is made:

    accounts.hold("orders", obligations=open_orders, scrub=forget_buyer)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from bson import ObjectId

from ...shared import outbox, transactions
from ...shared.clock import now
from ...shared.transactions import transactional
from ..documents import Shop, User
from ..errors import OpenObligations
from ..repositories import links, notifications, shops, tokens, users
from ..values import Obligation, ShopStatus
from .audit import audit, changed
from .people import check_present_password, end_sessions
from .shops import shop_status_changed
from .staff import keep_an_admin


def _nothing(_: ObjectId) -> list[Obligation]:
    return []


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who keeps things about people.

    `obligations` lists what a user still owes or is owed, at most some dozens of it; `scrub` forgets the
    person, in the transaction of the erasure.
    """

    obligations: Callable[[ObjectId], Iterable[Obligation]]
    scrub: Callable[[ObjectId], Any]


_holders: dict[str, Holder] = {}


def hold(
    name: str,
    *,
    obligations: Callable[[ObjectId], Iterable[Obligation]] = _nothing,
    scrub: Callable[[ObjectId], Any] = _nothing,
) -> None:
    """Have this asked before an account is deleted, and called when it is; again changes nothing."""
    _holders[name] = Holder(obligations, scrub)


def open_obligations(user_id: ObjectId) -> list[Obligation]:
    """What stands in the way of deleting this account."""
    return [one for holder in _holders.values() for one in holder.obligations(user_id)]


def delete_account(*, user_id: ObjectId, password: str) -> None:
    """Delete the account and what is known of its person; raises WrongPassword and OpenObligations.

    The only admin stays: LastAdmin. Orders stay as they were placed, without name and e-mail address; the
    person's shops are closed.
    """
    check_present_password(users.get(user_id), password, field="password")
    _erase(user_id)


@transactional
def _erase(user_id: ObjectId) -> None:
    user = users.get(user_id)
    owed = open_obligations(user_id)
    if owed:
        raise OpenObligations(
            "Something is still open, so your account cannot be deleted yet. Settle it first.",
            obligations=[{"code": one.code, "message": one.sentence, "path": one.path} for one in owed],
        )
    closed = [_close(shop) for shop in shops.of_owner(user_id) if shop.status is not ShopStatus.CLOSED]
    for holder in _holders.values():
        holder.scrub(user_id)
    keep_an_admin(user)
    tokens.revoke_of_user(user_id, now())
    _forget(user)
    audit(actor_id=user_id, action="user.delete", subject=("users", user_id))
    transactions.on_commit(lambda: end_sessions(user_id))
    for shop in closed:
        transactions.on_commit(lambda shop=shop: shop_status_changed.send(shop))  # type: ignore[misc]


def _close(shop: Shop) -> Shop:
    """End a shop of who leaves, and what it said of itself."""
    before = shop.status.value
    shop.close(now())
    shop.description, shop.rejection_reason, shop.suspension_reason = "", None, None
    detail = {"status": changed(before, shop.status.value)}
    audit(actor_id=shop.owner_id, action="shop.close", subject=("shops", shop.pk), detail=detail)
    return shops.save(shop)


def _forget(user: User) -> None:
    """Make a tombstone of the user; the one mail that says so is the last that knows the address."""
    email = user.email
    user.erase(now())
    users.save(user)
    links.drop_of(user.pk, email)
    notifications.drop_of(user.pk)
    outbox.forget(user, mentions=email)
    outbox.tell("user.deleted", about=user, email=email)
