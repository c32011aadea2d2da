"""The way of a listing from draft to archive: its seller's steps, and what moderators decide."""

from __future__ import annotations

from bson import ObjectId

from ...accounts import services as accounts
from ...accounts.values import Capability
from ...shared import outbox
from ...shared.clock import now
from ...shared.errors import Invalid, VersionConflict
from ...shared.transactions import transactional
from ..documents import Product
from ..errors import ProductOrdered
from ..process import step_of
from ..repositories import listings, products, uploads
from ..repositories import stock as stocks
from ..values import ListingActor, ProductStatus
from . import publishing, stock
from .pictures import STAYS
from .shop_states import editable_shop

#: The steps after which people could buy it, which a shop that may not sell cannot take.
TO_SALE = ("submit", "resume")


@transactional
def change_status(
    *, shop_id: ObjectId, product_id: ObjectId, step: str, version: int | None = None
) -> Product:
    """The listing after one of its seller's steps; `submit` publishes it or sends it to the moderators.

    Raises InvalidTransition, NotPublishable with all that is missing, NothingChanged for what was sent back
    and is sent in as it was, ShopNotActive where a shop that may not sell would put something on sale, and
    VersionConflict when it was saved since `version`.
    """
    shop = editable_shop(shop_id)
    product = expected(products.of_shop(shop_id, product_id), version)
    step_of(product.status, step, ListingActor.SELLER)
    if step in TO_SALE:
        accounts.require(shop, Capability.SELL)
    product.shop_visible = shop.visible
    to = None
    if step == "submit":
        publishing.check(product)
        to = ProductStatus.PENDING if publishing.needs_review(product) else ProductStatus.ACTIVE
    product.take_step(step, to=to)
    return products.save(product)


@transactional
def delete_draft(*, shop_id: ObjectId, product_id: ObjectId, version: int | None = None) -> None:
    """Forget a draft that nobody ordered, with its stock; its movements stay.

    Raises InvalidTransition for what is no draft, ProductOrdered, ShopNotActive, and VersionConflict.
    """
    editable_shop(shop_id)
    product = expected(products.of_shop(shop_id, product_id), version)
    step_of(product.status, "delete", ListingActor.SELLER)
    for variant in product.variants:
        stock.free_expired(variant.id)
        if product.ordered or not stocks.remove_unordered(variant.id):
            raise ProductOrdered("Somebody ordered this, so it cannot be deleted. Archive it instead.")
    for picture in product.pictures:
        uploads.look_at(picture.stem, now() + STAYS)
    if not listings.remove(product.pk, product.version):
        raise VersionConflict("Someone else changed this listing just now. Look at it again.")


@transactional
def moderate_listing(
    *,
    moderator_id: ObjectId,
    product_id: ObjectId,
    step: str,
    reason: str = "",
    version: int | None = None,
) -> Product:
    """The listing after a moderator's step; its seller gets a mail, and the decision is written down.

    Raises NotYourRole, OwnMatter for whoever shows a hidden listing of their own again, ProductNotFound,
    InvalidTransition, Invalid where a reason is asked for,
    NotPublishable for an approval of what lacks something, and VersionConflict when it was saved since
    `version`, which is the one that the moderator saw.
    """
    accounts.require_moderator(moderator_id)
    product = expected(products.get(product_id), version)
    if step == "restore":
        accounts.require_other_moderator(moderator_id, than=accounts.get_shop(product.shop_id).owner_id)
    asked = step_of(product.status, step, ListingActor.MODERATOR)
    if asked.asks and not reason:
        raise Invalid("Say why: the seller reads it.", field="reason")
    if step == "approve":
        publishing.check(product)
    before = product.status
    product.shop_visible = accounts.get_shop(product.shop_id).visible
    product.decide(step, by=moderator_id, reason=reason if asked.asks else "")
    products.save(product)
    detail = {"from": before.value, "to": product.status.value, "reason": product.moderation.reason}
    accounts.audit(
        actor_id=moderator_id, action=f"listing.{step}", subject=("products", product.pk), detail=detail
    )
    outbox.tell("listing.moderated", about=product, step=step, reason=product.moderation.reason)
    return product


@transactional
def hide_reported_listing(*, product_id: ObjectId, reason: str) -> bool:
    """Hide a listing that several people reported until a moderator decides; its seller gets a mail.

    False where nobody could buy it anyway.
    """
    product = products.find(pk=product_id)
    if product is None or product.status not in (ProductStatus.ACTIVE, ProductStatus.PAUSED):
        return False
    before = product.status
    product.shop_visible = accounts.get_shop(product.shop_id).visible
    product.decide("hide", by=None, reason=reason)
    products.save(product)
    detail = {"from": before.value, "to": product.status.value, "reason": reason}
    accounts.audit(actor_id=None, action="listing.hide", subject=("products", product.pk), detail=detail)
    outbox.tell("listing.moderated", about=product, step="hold", reason=reason)
    return True


@transactional
def keep_listing_hidden(*, moderator_id: ObjectId, product_id: ObjectId, reason: str) -> None:
    """Let a hidden listing stay so for a moderator's reason; its seller gets a mail.

    Raises NotYourRole, ProductNotFound, and InvalidTransition for what is not hidden.
    """
    accounts.require_moderator(moderator_id)
    product = products.get(product_id)
    step_of(product.status, "restore", ListingActor.MODERATOR)
    product.hide_for(reason, by=moderator_id)
    products.save(product)
    detail = {"from": product.status.value, "to": product.status.value, "reason": reason}
    accounts.audit(
        actor_id=moderator_id, action="listing.hide", subject=("products", product.pk), detail=detail
    )
    outbox.tell("listing.moderated", about=product, step="hide", reason=reason)


def expected(product: Product, version: int | None) -> Product:
    """The product, if it is at this version or any will do; raises VersionConflict."""
    if version is not None and product.version != version:
        raise VersionConflict("Someone else changed this listing since you opened it.")
    return product
