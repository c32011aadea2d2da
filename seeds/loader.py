"""Tells a scene to the services, as if its people had done it all.

Loading again changes nothing: what is there is found by its natural key (an e-mail, a slug, a SKU, the
moment of a purchase) and left as it is. What an interrupted load left unfinished is finished by the next:
each step is taken that still leads on from where its order stands. The scene ends at the moment of its
first load's plan; ids, numbers and times follow from that and from the seed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bson import ObjectId

from marketplace.accounts import repositories as people
from marketplace.accounts import services as accounts
from marketplace.accounts.documents import User
from marketplace.accounts.values import SELLER_TERMS_VERSION, Role, ShippingTerms
from marketplace.catalog import repositories as catalogue
from marketplace.catalog import services as catalog
from marketplace.catalog.values import (
    Picture,
    ProductStatus,
    SpecificationDraft,
    VariantDraft,
)
from marketplace.ordering import repositories as sales
from marketplace.ordering import services as ordering
from marketplace.ordering.documents import Purchase
from marketplace.ordering.process import actor_of, leads_on
from marketplace.ordering.providers import sandbox
from marketplace.ordering.values import Actor, CartOwner, LinePieces, OrderStatus, PaymentOutcome
from marketplace.shared import clock, outbox
from marketplace.shared.chance import drawn_from
from marketplace.shared.values import Address, Money

from . import facts, scene
from .conversations import hold
from .opinions import say
from .pictures import picture
from .plan import Plan, hashed, patient
from .reporting import report
from .sending import profile_named, tell_sending

#: Purchases of one day are this far apart, which makes their moments their keys.
APART = timedelta(minutes=7)

#: How long before the end of a scene its shops opened: before the first purchase.
OPENED = timedelta(days=120)

#: The states of listings that were sent to the moderators first.
REVIEWED = ("pending", "changes_requested", "rejected")

#: What a moderator did with a listing in such a state.
DECISIONS = {"changes_requested": "request_changes", "rejected": "reject", "hidden": "hide"}

#: The steps that lead an order to its state, with how many days after the one before; `ship` is once for each
#: parcel, at its own time.
STEPS: dict[str, tuple[tuple[str, int], ...]] = {
    "placed": (),
    "withdrawn": (("cancel", 1),),
    "declined": (("decline", 1),),
    "processing": (("ship", 0),),
    "rest_cancelled": (("ship", 0), ("cancel_rest", 2)),
    "shipped": (("ship", 0),),
    "delivered": (("ship", 0), ("confirm_received", 3)),
    "completed": (("ship", 0), ("confirm_received", 3), ("complete", 1)),
}


def load(told: scene.Scene, plan: Plan) -> Iterator[str]:
    """Load the scene; what comes out are lines that tell of the progress."""
    password = hashed(told.password, plan.key("user"))
    with clock.at(plan.moment):
        users = {user.email: _user(user, password, plan) for user in told.users}
    yield f"{len(users)} people, each with the password {told.password}"
    anchor = min(user.created_at for user in people.users.by_ids(users.values()).values())
    shops = {}
    for number, shop in enumerate(told.shops):
        with clock.at(anchor - OPENED + number * APART), drawn_from(plan.key("shop", shop.slug)):
            shops[shop.slug] = _shop(shop, users)
    yield f"{len(shops)} shops"
    with clock.at(anchor - OPENED), drawn_from(plan.key("category")):
        categories = _categories(told.categories)
    yield f"{len(categories)} categories"
    with clock.at(anchor - OPENED), drawn_from(plan.key("attribute")):
        facts.define(told, categories)
    yield f"{len(told.attributes)} attributes"
    moderator = next((users[user.email] for user in told.users if "moderator" in user.roles), None)
    attributes = {attribute.code: attribute for attribute in told.attributes}
    variants: dict[tuple[str, str], ObjectId] = {}
    for number, product in enumerate(told.products):
        plan.check()
        key = plan.key("product", product.shop, product.variants[0].sku)
        # The first of the file is the newest.
        with clock.at(anchor - timedelta(hours=6 * number)), drawn_from(key):
            variants |= _product(product, shops[product.shop], categories, attributes, moderator)
    yield f"{len(told.products)} products"
    with clock.at(anchor), drawn_from(plan.key("search")):
        yield f"{catalog.rebuild_dictionary()} entries in the search's dictionary"
    for number, purchase in enumerate(told.purchases):
        plan.check()
        story = _Story(
            purchase, anchor, _moment(anchor, purchase.days_ago, number), plan, f"purchase/{number}"
        )
        with outbox.silent():  # nobody gets mail about what these people did
            _purchase(story, users, shops, variants)
    yield f"{len(told.purchases)} purchases"
    for review in told.reviews:
        plan.check()
        with outbox.silent():
            say(review, plan, users=users, shop=shops[review.shop], variants=variants, anchor=anchor)
    yield f"{len(told.reviews)} reviews"
    for number, talk in enumerate(told.talks):
        plan.check()
        with outbox.silent():
            talkers = {"buyer_id": users[talk.buyer], "shop": shops[talk.shop]}
            hold(talk, plan, number, **talkers, variants=variants, anchor=anchor)
    yield f"{len(told.talks)} conversations"
    for one in told.reports:
        with outbox.silent():
            report(one, plan, users=users, variants=variants, moderator=moderator, anchor=anchor)
    yield f"{len(told.reports)} reports"


def _user(told: scene.User, password: str, plan: Plan) -> ObjectId:
    with drawn_from(plan.key("user", told.email)):
        user = people.users.with_email(told.email) or people.users.add(
            User(
                email=told.email,
                password_hash=password,
                display_name=told.display_name,
                email_verified_at=clock.now(),
            )
        )
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
    opened = accounts.open_shop(
        owner_id=users[told.owner],
        name=told.name,
        slug=told.slug,
        description=told.description,
        currency=told.currency,
        approved=told.approved,
        shipping=ShippingTerms(Money(told.shipping_price, told.currency), told.handling_days, free_over),
    )
    tell_sending(opened, told.profiles)
    accounts.accept_terms(owner_id=opened.owner_id, slug=opened.slug, version=SELLER_TERMS_VERSION)
    if opened.sells:
        return people.shops.get(opened.pk)
    return accounts.submit_shop(owner_id=opened.owner_id, slug=opened.slug)


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
    moderator: ObjectId | None,
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
            specs=[
                SpecificationDraft(one.attribute, one.value, one.unit or "") for one in told.specifications
            ],
            options=told.options,
            variants=[_variant(variant, told.options, shop.currency) for variant in told.variants],
            pictures=[_picture(one, told.title) for one in told.pictures],
            shipping_profile_id=profile_named(shop, told.sent_by),
        )
    if product.status == "draft" and shop.sells:
        product.take_step("submit", to=ProductStatus.PENDING if told.state in REVIEWED else None)
        catalogue.products.save(product)
    if told.state in DECISIONS and product.status != told.state and shop.sells:
        product = catalogue.products.get(product.id)
        product.decide(DECISIONS[told.state], by=moderator, reason=told.reason)
        catalogue.products.save(product)
    return {(shop.slug, variant.sku): variant.id for variant in product.variants}


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
    story: _Story,
    users: dict[str, ObjectId],
    shops: dict[str, Any],
    variants: dict[tuple[str, str], ObjectId],
) -> None:
    told, moment = story.told, story.moment
    owner = CartOwner(user_id=users[told.buyer])
    bought = sales.purchases.find(buyer_id=owner.user_id, created_at=moment)
    states = {order.state for order in told.orders}
    if bought is None:
        with story.goes_on("bought", moment), patient(story.plan, holds=states == {"awaiting_payment"}):
            bought = _bought(told, owner, variants)
    placed = {order.shop_id: order for order in sales.orders.of_purchase(bought.id)}
    if any(order.status is OrderStatus.AWAITING_PAYMENT for order in placed.values()):
        _end_waiting(story, bought, states, owner)
    if states <= STEPS.keys():
        for order in told.orders:
            _work_on(story, order, placed[shops[order.shop].id].number)


def _bought(told: scene.Purchase, owner: CartOwner, variants: dict[tuple[str, str], ObjectId]) -> Purchase:
    """The purchase of what the scene tells, not paid yet."""
    ordering.empty_cart(owner)
    for order in told.orders:
        for line in order.lines:
            ordering.add_item(owner, variant_id=variants[order.shop, line.sku], quantity=line.quantity)
    address = _address(told.address)
    view = ordering.priced_cart(owner, ordering.Sending(address.country))
    agreed = {"expected_total": view.total, "ship_to": address, "accept_terms": True}
    agreed |= {"payment_method": told.pays_by}
    return ordering.check_out(owner, **agreed, shipping=view.ways).purchase


def _end_waiting(story: _Story, bought: Purchase, states: set[str], owner: CartOwner) -> None:
    """Pay the purchase, call it off, or let its time run out; or leave it waiting."""
    if states == {"cancelled"}:
        with story.goes_on("cancelled", story.moment + timedelta(minutes=4)):
            number = sales.orders.of_purchase(bought.id)[0].number
            ordering.move_order(number=number, name="cancel", actor=Actor.BUYER)
    elif states == {"expired"}:
        with story.goes_on("expired", story.moment + timedelta(days=1)), patient(story.plan):
            ordering.up_to_date(bought, clock.now())
            ordering.empty_cart(owner)
    elif states != {"awaiting_payment"}:
        with story.goes_on("paid", story.moment + timedelta(minutes=2)):
            payment = sales.payments.latest(bought.id)
            ordering.apply_event(sandbox.report(payment, PaymentOutcome.SUCCEEDED))


def _work_on(story: _Story, told: scene.Order, number: str) -> None:
    """Take the order through its steps, each at its own time; those that were taken are passed over."""
    at = story.moment
    for name, days in STEPS[told.state]:
        if name == "ship":
            at = _send(story, told, number, at)
            continue
        at = min(at + timedelta(days=days, hours=2), story.anchor)
        if leads_on(sales.orders.numbered(number).status, name):
            with story.goes_on(f"{told.shop}/{name}", at):
                ordering.move_order(
                    number=number, name=name, actor=actor_of(name), reason=told.reason or None
                )
    if told.refund:
        _give_back(story, told, number, min(at + timedelta(days=1), story.anchor))
    _send_refunds(number)


def _send(story: _Story, told: scene.Order, number: str, at: datetime) -> datetime:
    """Send the order's parcels, those that are not sent yet; answers when the last one left."""
    for index, parcel in enumerate(told.shipments):
        at = max(at, story.anchor - timedelta(days=parcel.days_ago))
        at = min(at + timedelta(hours=2), story.anchor)
        order = sales.orders.numbered(number)
        if len(order.shipments) > index or not leads_on(order.status, "ship"):
            continue
        items = {item.sku: item.id for item in order.items}
        with story.goes_on(f"{told.shop}/ship{index or ''}", at):
            ordering.move_order(
                number=number,
                name="ship",
                actor=Actor.SELLER,
                carrier=parcel.carrier,
                tracking=parcel.tracking,
                lines=[LinePieces(items[line.sku], line.quantity) for line in parcel.lines],
            )
    return at


def _give_back(story: _Story, told: scene.Order, number: str, at: datetime) -> None:
    order = sales.orders.numbered(number)
    if order.refunded:
        return
    amount = Money(told.refund, order.totals.total.currency)
    with story.goes_on(f"{told.shop}/refund", at):
        ordering.give_back(number=number, version=None, amount=amount, reason=told.reason)


def _send_refunds(number: str) -> None:
    """Send what goes back: what is told while sample data is made, nobody does."""
    order = sales.orders.numbered(number)
    for refund in sales.refunds.of_order(order.pk) if order.refunded else ():
        with clock.at(refund.created_at):
            ordering.send_refund(refund.pk)


@dataclass(frozen=True, slots=True)
class _Story:
    """A purchase that is told: when it was made, and when the whole scene ends."""

    told: scene.Purchase
    anchor: datetime
    moment: datetime
    plan: Plan
    key: str

    @contextmanager
    def goes_on(self, chapter: str, moment: datetime) -> Iterator[None]:
        """Let what is inside happen at that moment, with ids of its own."""
        with clock.at(moment), drawn_from(self.plan.key(self.key, chapter)):
            yield


def _moment(anchor: datetime, days_ago: int, number: int) -> datetime:
    """When the purchase of this number was made: its own minute of its day."""
    return anchor - timedelta(days=days_ago) - number * APART
