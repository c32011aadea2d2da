"""What a shop's state lets its people do with listings."""

from __future__ import annotations

from typing import Any

from bson import ObjectId

from ...accounts import services as accounts
from ...accounts.values import Capability


def editable_shop(shop_id: ObjectId) -> Any:
    """The shop, whose listings can be changed now; raises ShopNotFound and ShopNotActive."""
    shop = accounts.get_shop(shop_id)
    accounts.require(shop, Capability.EDIT_LISTINGS)
    return shop
