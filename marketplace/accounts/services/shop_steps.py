"""A shop's way from opening to closing: each step of `SHOP_TRANSITIONS` is a use case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bson import ObjectId

from ...shared import outbox, transactions
from ...shared.clock import now
from ...shared.transactions import transactional
from ..documents import Shop
from ..errors import OpenObligations, RequirementsUnmet
from ..repositories import shops, tokens
from ..values import SHOP_TRANSITIONS, ShopActor
from .audit import audit, changed
from .obligations import obligations_of_shop
from .shops import own_shop, shop_status_changed
from .staff import require_moderator, require_other_moderator


@transactional
def submit_shop(*, owner_id: ObjectId, slug: str) -> Shop:
    """Ask for review, for the first time or again.

    Raises ShopNotFound, InvalidShopTransition, and RequirementsUnmet with what is missing.
    """
    shop = own_shop(owner_id, slug)

    def submit(shop: Shop) -> None:
        shop.submit()
        if shop.unmet:
            raise _unmet(shop, "Not everything is there yet. Do what the list says, then send it in.")

    return _move(shop, "submit", owner_id, submit)


@transactional
def close_shop(*, owner_id: ObjectId, slug: str) -> Shop:
    """End the owner's shop for good, and its API tokens.

    Raises ShopNotFound, InvalidShopTransition, and OpenObligations with what has to be settled first.
    """
    shop = own_shop(owner_id, slug)

    def close(shop: Shop) -> None:
        shop.close(now())
        owed = obligations_of_shop(shop.pk)
        if owed:
            raise OpenObligations(
                "Somebody still waits for this shop, so it cannot be closed yet. Settle that first.",
                obligations=[{"code": one.code, "message": one.sentence, "path": one.path} for one in owed],
            )

    closed = _move(shop, "close", owner_id, close)
    tokens.revoke_of_shop(shop.pk, now())
    return closed


@transactional
def approve_shop(*, moderator_id: ObjectId, slug: str, override: bool = False) -> Shop:
    """Let a shop sell; with `override` also one whose checklist is not done, which is recorded.

    Raises NotYourRole, ShopNotFound, InvalidShopTransition and RequirementsUnmet.
    """
    shop = _reviewed(moderator_id, slug)
    missing = [one.code for one in shop.unmet]

    def approve(shop: Shop) -> None:
        shop.approve(now())
        if missing and not override:
            raise _unmet(shop, "Its checklist is not done. Send it back, or approve it all the same.")

    detail = {"override": missing} if missing else {}
    return _move(shop, "approve", moderator_id, approve, **detail)


@transactional
def reject_shop(*, moderator_id: ObjectId, slug: str, reason: str) -> Shop:
    """Send a shop back with a reason; raises NotYourRole, ShopNotFound and InvalidShopTransition."""
    shop = _reviewed(moderator_id, slug)
    return _move(shop, "reject", moderator_id, lambda shop: shop.reject(reason), reason=reason)


@transactional
def suspend_shop(*, moderator_id: ObjectId, slug: str, reason: str) -> Shop:
    """Hide a shop and stop it from selling; it still fulfils what was ordered.

    Raises NotYourRole, ShopNotFound and InvalidShopTransition.
    """
    shop = _reviewed(moderator_id, slug)
    return _move(shop, "suspend", moderator_id, lambda shop: shop.suspend(reason), reason=reason)


@transactional
def reinstate_shop(*, moderator_id: ObjectId, slug: str) -> Shop:
    """Let a suspended shop sell again, which is not the moderator's own.

    Raises NotYourRole, OwnMatter, ShopNotFound and InvalidShopTransition.
    """
    shop = _reviewed(moderator_id, slug)
    require_other_moderator(moderator_id, than=shop.owner_id)
    return _move(shop, "reinstate", moderator_id, lambda shop: shop.reinstate())


def _reviewed(moderator_id: ObjectId, slug: str) -> Shop:
    require_moderator(moderator_id)
    return shops.with_slug(slug)


def _move(shop: Shop, name: str, actor_id: ObjectId, take: Callable[[Shop], None], **detail: Any) -> Shop:
    """Take the shop a step on, note who did it, and tell once it is stored."""
    before = shop.status
    take(shop)
    shops.save(shop)
    told = {"status": changed(before.value, shop.status.value)} | detail
    audit(actor_id=actor_id, action=f"shop.{name}", subject=("shops", shop.pk), detail=told)
    if SHOP_TRANSITIONS[name].actor is ShopActor.MODERATOR:
        outbox.tell("shop.moderated", about=shop, step=name, reason=detail.get("reason", ""))
    transactions.on_commit(lambda: shop_status_changed.send(shop))
    return shop


def _unmet(shop: Shop, sentence: str) -> RequirementsUnmet:
    return RequirementsUnmet(
        sentence, requirements=[{"code": one.code, "message": one.why} for one in shop.unmet]
    )
