"""A shop's inventory: how many pieces of each variant there are, and why that changed."""

from __future__ import annotations

from types import EllipsisType

from bson import ObjectId

from ...shared.clock import now
from ...shared.errors import Invalid
from ...shared.paging import Page, Position
from ...shared.transactions import transactional
from ..documents import Product, Stock, StockMovement
from ..errors import VariantNotFound
from ..repositories import inventory, products
from ..repositories import stock as stocks
from ..values import InventoryRow, StockReason, StockShown
from . import stock
from .shop_states import editable_shop


def inventory_of(
    shop_id: ObjectId,
    shown: StockShown = StockShown.ALL,
    *,
    search: str = "",
    at: Position | None = None,
    limit: int,
) -> Page[InventoryRow]:
    """A shop's variants with their stock, a page at a time.

    All stand by product, what is low or out the fewest first. `search` is the beginning of a word of the
    title, or of a SKU. What a checkout holds counts as taken in the choice of rows, until it is freed.
    """
    page = inventory.of_shop(shop_id, shown, search=search, at=at, limit=limit)
    named = products.by_ids(one.product_id for one in page)
    rows = [_row(one, named.get(one.product_id)) for one in page]
    return Page(rows, page.next, page.previous)


def inventory_row(shop_id: ObjectId, variant_id: ObjectId) -> InventoryRow:
    """One of the shop's variants with its stock; raises VariantNotFound."""
    found = _own(shop_id, variant_id)
    return _row(found, products.find(pk=found.product_id))


def movements_of(
    shop_id: ObjectId, variant_id: ObjectId, *, at: Position | None = None, limit: int
) -> Page[StockMovement]:
    """Why the stock of one of the shop's variants changed, the last first; raises VariantNotFound."""
    _own(shop_id, variant_id)
    return inventory.movements_of(variant_id, at=at, limit=limit)


@transactional
def change_stock(
    *,
    shop_id: ObjectId,
    variant_id: ObjectId,
    actor_id: ObjectId,
    on_hand: int | None = None,
    reason: StockReason = StockReason.CORRECTION,
    note: str = "",
    ref: str | None = None,
    low_at: int | EllipsisType | None = ...,
) -> InventoryRow:
    """One of the shop's variants after it was counted, with the number from which on the shop is warned.

    None leaves what is `on_hand`; None as `low_at` takes the usual number. Asked for again with the same
    `ref` the count happens once. Raises ShopNotActive, VariantNotFound, BelowCommitted, and Invalid where a
    count for another reason says nothing of it.
    """
    editable_shop(shop_id)
    _own(shop_id, variant_id)
    if on_hand is not None:
        if reason is StockReason.OTHER and not note:
            raise Invalid("Say in a few words why.", field="note")
        stock.set_on_hand(variant_id, on_hand, reason.value, note=note, by=actor_id, ref=ref)
    if not isinstance(low_at, EllipsisType):
        stocks.warn_at(variant_id, low_at)
    return inventory_row(shop_id, variant_id)


def _own(shop_id: ObjectId, variant_id: ObjectId) -> Stock:
    found = stocks.find(variant_id)
    if found is None or found.shop_id != shop_id:
        raise VariantNotFound("This shop has no such variant.")
    return found


def _row(found: Stock, product: Product | None) -> InventoryRow:
    variant = product.variant(found.pk) if product else None
    return InventoryRow(
        variant_id=found.pk,
        product_id=found.product_id,
        title=product.title if product else "A listing that is gone",
        sku=variant.sku if variant else "",
        options=variant.label if variant else "",
        status=product.status if product else None,
        level=found.level(now()),
    )
