"""Tells the demo scene to the services, as if its people had done it all.

Loading again changes nothing: what is there is found by its natural key (an e-mail, a slug, a SKU, the
moment of a purchase) and left as it is. What an interrupted load left unfinished is finished by the next:
each step is taken that still leads on from where its order stands. The scene ends on the day of its first
load.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from bson import ObjectId

from marketplace.accounts import repositories as people
from marketplace.accounts import services as accounts
from marketplace.accounts.values import Role, ShippingTerms
from marketplace.catalog import repositories as catalogue
from marketplace.catalog import services as catalog
from marketplace.catalog.values import Picture, ProductSpecification, SpecificationType, VariantDraft
from marketplace.ordering import repositories as sales
from marketplace.ordering import services as ordering
from marketplace.ordering.documents import Purchase
from marketplace.ordering.process import BY_NAME
from marketplace.ordering.providers import sandbox
from marketplace.ordering.values import Actor, CartOwner, OrderStatus, PaymentOutcome
from marketplace.shared import clock, outbox
from marketplace.shared.values import Address, Money

from . import scene
from .pictures import picture

#: Purchases of one day are this far apart, which makes their moments their keys.
APART = timedelta(minutes=7)

#: The steps that lead an order to its state, with who takes them and how many days after the one before.
STEPS: dict[str, tuple[tuple[str, Actor, int], ...]] = {
    "placed": (),
    "processing": (("start", Actor.SELLER, 1),),
    "shipped": (("ship", Actor.SELLER, 0),),
    "delivered": (("ship", Actor.SELLER, 0), ("confirm_received", Actor.BUYER, 3)),
    "completed": (
        ("ship", Actor.SELLER, 0),
        ("confirm_received", Actor.BUYER, 3),
        ("complete", Actor.BUYER, 1),
    ),
}


def load() -> Iterator[str]:
    """Load the scene; what comes out are lines that tell of the progress."""
    told = scene.load_scene()
    users = {user.email: _user(user, told.password) for user in told.users}
    yield f"{len(users)} people, each with the password {told.password}"
    anchor = min(user.created_at for user in people.users.by_ids(users.values()).values())
    shops = {shop.slug: _shop(shop, users) for shop in told.shops}
    yield f"{len(shops)} shops"
    categories = _categories(told.categories)
    yield f"{len(categories)} categories"
    attributes = {attribute.code: attribute for attribute in told.attributes}
    variants: dict[tuple[str, str], ObjectId] = {}
    for number, product in enumerate(told.products):
        # The first of the file is the newest.
        with clock.at(anchor - timedelta(hours=6 * number)):
            variants |= _product(product, shops[product.shop], categories, attributes)
    yield f"{len(told.products)} products"
    for number, purchase in enumerate(told.purchases):
        with outbox.silent():  # nobody gets mail about what these people did
            _purchase(purchase, number, anchor, users, shops, variants)
    yield f"{len(told.purchases)} purchases"


def _user(told: scene.User, password: str) -> ObjectId:
    found = people.users.with_email(told.email)
    user = found or accounts.register(email=told.email, password=password, display_name=told.display_name)
    for role in told.roles:
        accounts.grant(email=user.email, role=Role(role))
    for address in told.addresses:
        accounts.add_address(user_id=user.id, address=_address(address))
    return ObjectId(user.id)


def _address(told: scene.Address) -> Address:
    parts = {name: getattr(told, name) or "" for name in told.__slots__}
    return Address.checked(**parts)


def _shop(told: scene.Shop, users: dict[str, ObjectId]) -> Any:
    found = people.shops.find(slug=told.slug)
    if found is not None:
        return found
    free_over = None if told.free_over is None else Money(told.free_over, told.currency)
    return accounts.open_shop(
        owner_id=users[told.owner],
        name=told.name,
        slug=told.slug,
        description=told.description,
        currency=told.currency,
        approved=True,
        shipping=ShippingTerms(Money(told.shipping_price, told.currency), told.handling_days, free_over),
    )


def _categories(told: tuple[scene.Category, ...]) -> dict[str, ObjectId]:
    ids: dict[str, ObjectId] = {}
    for category in told:
        found = catalogue.categories.find(slug=category.slug) or catalog.create_category(
            name=category.name,
            slug=category.slug,
            parent_id=ids[category.parent] if category.parent else None,
            position=category.position,
        )
        ids[category.slug] = found.id
    return ids


def _product(
    told: scene.Product,
    shop: Any,
    categories: dict[str, ObjectId],
    attributes: dict[str, scene.Attribute],
) -> dict[tuple[str, str], ObjectId]:
    """The ids of the product's variants by shop and SKU."""
    product = catalogue.products.find(shop_id=shop.id, variants__sku=told.variants[0].sku)
    if product is None:
        product = catalog.create_product(
            shop_id=shop.id,
            title=told.title,
            category_id=categories[told.category],
            description=told.description,
            brand=told.brand,
            tags=told.tags,
            specs=[_specification(one, attributes[one.attribute].label) for one in told.specifications],
            options=told.options,
            variants=[_variant(variant, told.options, shop.currency) for variant in told.variants],
            pictures=[_picture(one, told.title) for one in told.pictures],
        )
    if product.status == "draft":
        catalog.change_status(shop_id=shop.id, product_id=product.id, step="publish")
    return {(shop.slug, variant.sku): variant.id for variant in product.variants}


def _specification(told: scene.Specification, label: str) -> ProductSpecification:
    return ProductSpecification(label, SpecificationType(told.type), told.value, told.unit or "")


def _variant(told: scene.Variant, options: tuple[str, ...], currency: str) -> VariantDraft:
    return VariantDraft(
        sku=told.sku,
        price=Money(told.price, currency),
        compare_at=None if told.compare_at is None else Money(told.compare_at, currency),
        option_values=tuple(told.option_values[option] for option in options),
        on_hand=told.stock,
    )


def _picture(told: scene.Picture, title: str) -> Picture:
    drawing = picture(told.motif, told.palette, told.number)
    return Picture(catalog.store_picture(body=drawing.encode(), content_type="image/svg+xml"), alt=title)


def _purchase(
    told: scene.Purchase,
    number: int,
    anchor: datetime,
    users: dict[str, ObjectId],
    shops: dict[str, Any],
    variants: dict[tuple[str, str], ObjectId],
) -> None:
    buyer_id, moment = users[told.buyer], _moment(anchor, told.days_ago, number)
    owner = CartOwner(user_id=buyer_id)
    bought = sales.purchases.find(buyer_id=buyer_id, created_at=moment)
    if bought is None:
        with clock.at(moment):
            bought = _bought(told, owner, variants)
    states = {order.state for order in told.orders}
    placed = {order.shop_id: order for order in sales.orders.of_purchase(bought.id)}
    if any(order.status is OrderStatus.AWAITING_PAYMENT for order in placed.values()):
        _end_waiting(bought, states, owner, moment)
    if states <= STEPS.keys():
        for order in told.orders:
            _work_on(order, placed[shops[order.shop].id].number, anchor, moment)


def _bought(told: scene.Purchase, owner: CartOwner, variants: dict[tuple[str, str], ObjectId]) -> Purchase:
    """The purchase of what the scene tells, not paid yet."""
    ordering.empty_cart(owner)
    for order in told.orders:
        for line in order.lines:
            ordering.add_item(owner, variant_id=variants[order.shop, line.sku], quantity=line.quantity)
    total = ordering.priced_cart(owner).total
    address = _address(told.address)
    return ordering.check_out(owner, expected_total=total, ship_to=address, accept_terms=True).purchase


def _end_waiting(bought: Purchase, states: set[str], owner: CartOwner, moment: datetime) -> None:
    """Pay the purchase, call it off, or let its time run out; or leave it waiting."""
    if states == {"cancelled"}:
        with clock.at(moment + timedelta(minutes=4)):
            number = sales.orders.of_purchase(bought.id)[0].number
            ordering.move_order(number=number, name="cancel", actor=Actor.BUYER)
    elif states == {"expired"}:
        with clock.at(moment + timedelta(days=1)):
            ordering.up_to_date(bought, clock.now())
            ordering.empty_cart(owner)
    elif states != {"awaiting_payment"}:
        with clock.at(moment + timedelta(minutes=2)):
            payment = sales.payments.latest(bought.id)
            ordering.apply_event(sandbox.report(payment, PaymentOutcome.SUCCEEDED))


def _work_on(told: scene.Order, number: str, anchor: datetime, placed_at: datetime) -> None:
    """Take the order through its steps, each at its own time; those that were taken are passed over."""
    parcel = told.shipments[0] if told.shipments else None
    at = placed_at
    for name, actor, days in STEPS[told.state]:
        sent = name == "ship" and parcel is not None
        at = (
            max(at, anchor - timedelta(days=parcel.days_ago))
            if sent and parcel
            else at + timedelta(days=days)
        )
        about = {"carrier": parcel.carrier, "tracking": parcel.tracking} if sent and parcel else {}
        at = min(at + timedelta(hours=2), datetime.now(UTC))
        if sales.orders.numbered(number).status in BY_NAME[name].sources:
            with clock.at(at):
                ordering.move_order(number=number, name=name, actor=actor, **about)


def _moment(anchor: datetime, days_ago: int, number: int) -> datetime:
    """When the purchase of this number was made: its own minute of its day."""
    return anchor - timedelta(days=days_ago) - number * APART
