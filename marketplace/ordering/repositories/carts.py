"""The queries of carts."""

from __future__ import annotations

from datetime import datetime

from bson import ObjectId

from ...shared.repository import Repository
from ..documents import Cart
from ..values import CartOwner, CartStatus

#: What opens a cart again that was being checked out.
_OPENED = {
    "$set": {"status": "open"},
    "$unset": {"converting_at": 1, "converting_for": 1},
    "$inc": {"version": 1},
}


class CartRepository(Repository[Cart]):
    """The stored carts."""

    document = Cart

    def live(self, owner: CartOwner) -> Cart | None:
        """The owner's cart that may still be bought, open or converting."""
        return self.find(live=True, **_owned(owner)) if owner else None

    def live_and_bought(self, owner: CartOwner, bought: ObjectId | None) -> tuple[Cart | None, Cart | None]:
        """The owner's live cart, and the owner's cart with this id if it was bought, in one query."""
        if not owner:
            return None, None
        rows = self.all().filter(__raw__=live_or_bought(owner, bought))
        found = {cart.status is CartStatus.CONVERTED: cart for cart in rows}
        return found.get(False), found.get(True)

    def pieces(self, owner: CartOwner) -> int:
        """How many pieces are in the owner's live cart."""
        if not owner:
            return 0
        found = self.all().filter(live=True, **_owned(owner)).only("items.quantity").first()
        return found.pieces if found else 0

    def begin_checkout(self, cart: Cart, moment: datetime, attempt: str | None = None) -> bool:
        """Keep everybody else from checking this cart out; False when it changed or is taken already.

        `attempt` names the request that does, which may go on when it comes again.
        """
        unchanged = self.all().filter(pk=cart.pk, status=CartStatus.OPEN, version=cart.version)
        taken = {"status": "converting", "converting_at": moment, "converting_for": attempt}
        change = {"$set": taken, "$inc": {"version": 1}}
        return bool(unchanged.update_one(__raw__=change))

    def end_checkout(self, cart_id: ObjectId) -> bool:
        """Mark a cart as bought; False when it is not being checked out any more."""
        converting = self.all().filter(pk=cart_id, status=CartStatus.CONVERTING)
        change = {
            "$set": {"status": "converted"},
            "$unset": {"live": 1, "converting_at": 1, "converting_for": 1},
            "$inc": {"version": 1},
        }
        return bool(converting.update_one(__raw__=change))

    def reopen(self, cart_id: ObjectId, *, since_before: datetime | None = None) -> bool:
        """Open a cart again whose checkout failed; `since_before` spares checkouts that began later."""
        converting = self.all().filter(pk=cart_id, status=CartStatus.CONVERTING)
        if since_before is not None:
            converting = converting.filter(converting_at__lt=since_before)
        return bool(converting.update_one(__raw__=_OPENED))

    def reopen_stuck(self, since_before: datetime) -> int:
        """Open every cart again whose checkout began before this and never ended; answers how many."""
        stuck = self.all().filter(converting_at__lt=since_before, status=CartStatus.CONVERTING)
        return int(stuck.update(__raw__=_OPENED))

    def drop_live(self, user_id: ObjectId) -> None:
        """Take a member's live cart away; whoever checks it out at the same moment finds it gone."""
        self.all().filter(live=True, user_id=user_id).delete()

    def mark_merged(self, cart: Cart) -> bool:
        """End an open cart whose lines were taken over by another one; False when it changed meanwhile."""
        open_cart = self.all().filter(pk=cart.pk, status=CartStatus.OPEN, version=cart.version)
        change = {"$set": {"status": "merged"}, "$unset": {"live": 1}, "$inc": {"version": 1}}
        return bool(open_cart.update_one(__raw__=change))


def live_or_bought(owner: CartOwner, bought: ObjectId | None) -> dict[str, object]:
    """The filter of `live_and_bought`."""
    mine = _owned(owner)
    return {"$or": [{"live": True, **mine}, {"_id": bought, "status": CartStatus.CONVERTED.value, **mine}]}


def _owned(owner: CartOwner) -> dict[str, object]:
    return {"user_id": owner.user_id} if owner.user_id else {"token": owner.token}


carts = CartRepository()
