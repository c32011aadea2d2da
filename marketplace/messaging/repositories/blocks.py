"""The queries of blocks."""

from __future__ import annotations

from contextlib import suppress

from bson import ObjectId
from mongoengine.errors import NotUniqueError

from ...shared.repository import Repository
from ..documents import Block
from ..values import Side


class BlockRepository(Repository[Block]):
    """The stored blocks."""

    document = Block

    def between(self, buyer_id: ObjectId, shop_id: ObjectId) -> set[Side]:
        """Which sides block the other."""
        return set(self.all().filter(buyer_id=buyer_id, shop_id=shop_id).scalar("by"))

    def add_once(self, buyer_id: ObjectId, shop_id: ObjectId, by: Side, user_id: ObjectId) -> None:
        """Have a side block the other; again changes nothing."""
        with suppress(NotUniqueError):
            self.add(Block(buyer_id=buyer_id, shop_id=shop_id, by=by, user_id=user_id))

    def remove(self, buyer_id: ObjectId, shop_id: ObjectId, by: Side) -> None:
        """Take a side's block away; again changes nothing."""
        self.all().filter(buyer_id=buyer_id, shop_id=shop_id, by=by).delete()

    def remove_of_buyer(self, buyer_id: ObjectId) -> None:
        """Take away what a buyer blocks, and who blocks them."""
        self.all().filter(buyer_id=buyer_id).delete()


blocks = BlockRepository()
