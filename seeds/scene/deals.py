"""Reading what is bought in a scene, what is said of it, and what is reported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import chain

from .entries import Entry
from .parts import (
    ORDER_STATES,
    REPORT_DECISIONS,
    REPORT_REASONS,
    REPORTED,
    UNPAID_STATES,
    Line,
    Order,
    Product,
    Purchase,
    Report,
    Review,
    Shipment,
    Shop,
    User,
)


def purchase_of(entry: Entry, users: Mapping[str, User], shops: list[Shop]) -> Purchase:
    """What somebody buys, with the orders that it becomes, in an entry."""
    buyer = users[entry.one_of("buyer", users)]
    days_ago = entry.number("days_ago", 0, 400)
    if not buyer.addresses:
        raise entry.wrong("buyer", f"{buyer.email} has no address")
    address = buyer.addresses[entry.number("address", 0, len(buyer.addresses) - 1, default=0)]
    orders = tuple(_order(order, buyer, days_ago, shops) for order in entry.entries("order"))
    if not orders:
        raise entry.wrong("order", "is missing")
    if len({order.shop for order in orders}) < len(orders):
        raise entry.wrong("order", "a shop is there twice")
    unpaid = {order.state for order in orders} & UNPAID_STATES
    if unpaid and len({order.state for order in orders}) > 1:
        raise entry.wrong("order", f"one payment covers all, so none can be {min(unpaid)} alone")
    pays_by: str = entry.take("pays_by", str, "sandbox")
    if pays_by not in ("sandbox", "manual"):
        raise entry.wrong("pays_by", f"{pays_by!r} is unknown")
    if pays_by == "manual" and {order.state for order in orders} != {"awaiting_payment"}:
        raise entry.wrong("pays_by", "a transfer of sample data has not arrived yet")
    entry.done()
    return Purchase(buyer.email, days_ago, address, orders, pays_by)


def _order(entry: Entry, buyer: User, bought: int, shops: list[Shop]) -> Order:
    slug = entry.one_of("shop", [shop.slug for shop in shops])
    if buyer.email in {shop.owner for shop in shops if shop.slug == slug}:
        raise entry.wrong("shop", f"{buyer.email} owns it")
    state = entry.one_of("state", ORDER_STATES)
    lines = _lines(entry)
    shipments = tuple(_shipment(shipment, bought) for shipment in entry.entries("shipments"))
    ordered = Counter({line.sku: line.quantity for line in lines})
    # A shipment that lists no lines takes everything.
    shipments = tuple(
        Shipment(parcel.carrier, parcel.tracking, parcel.days_ago, parcel.lines or lines)
        for parcel in shipments
    )
    left = Counter[str]()
    for line in chain.from_iterable(parcel.lines for parcel in shipments):
        left[line.sku] += line.quantity
    if left - ordered:
        raise entry.wrong("shipments", f"hold more than was ordered: {', '.join(left - ordered)}")
    gone = "none" if not left else "all" if left == ordered else "some"
    if gone != ORDER_STATES[state]:
        raise entry.wrong("shipments", f"{gone} of the goods left, but {state} needs {ORDER_STATES[state]}")
    reason, refund = entry.take("reason", str, ""), entry.number("refund", 0, default=0)
    if bool(reason) != (refund > 0 or state in ("declined", "rest_cancelled")):
        raise entry.wrong("reason", "belongs to what was declined, cancelled or refunded, and only there")
    entry.done()
    return Order(slug, state, lines, shipments, reason, refund)


def _lines(entry: Entry) -> tuple[Line, ...]:
    """The lines of an entry, written as `lines = { SKU = quantity }`."""
    rows = Entry(f"{entry.place}: lines", entry.take("lines", dict, {}))
    return tuple(Line(sku, rows.number(sku, 1, 99)) for sku in list(rows._fields))


def _shipment(entry: Entry, bought: int) -> Shipment:
    shipment = Shipment(
        carrier=entry.text("carrier", 2, 40),
        tracking=entry.text("tracking", 4, 40),
        days_ago=entry.number("days_ago", 0, bought),
        lines=_lines(entry),
    )
    entry.done()
    return shipment


def received(products: Iterable[Product], purchases: Iterable[Purchase]) -> dict[tuple[str, str, str], str]:
    """What each buyer received of each shop: by buyer, shop and any sku bought, the product's first sku."""
    first = {
        (product.shop, variant.sku): product.variants[0].sku
        for product in products
        for variant in product.variants
    }
    return {
        (purchase.buyer, order.shop, line.sku): first[order.shop, line.sku]
        for purchase in purchases
        for order in purchase.orders
        if order.state in ("delivered", "completed")
        for line in order.lines
    }


def review_of(
    entry: Entry,
    received: Mapping[tuple[str, str, str], str],
    shops: list[Shop],
    users: Mapping[str, User],
) -> Review:
    """What somebody says of a product that they received, in an entry."""
    author = entry.one_of("author", users)
    shop = entry.one_of("shop", [shop.slug for shop in shops])
    sku = entry.text("sku", 3, 40)
    if (author, shop, sku) not in received:
        raise entry.wrong("sku", f"{author} did not receive {sku} of {shop}")
    owner = next(one.owner for one in shops if one.slug == shop)
    votes = {name: tuple(entry.take(name, list, [])) for name in ("helpful", "unhelpful")}
    for voter in chain.from_iterable(votes.values()):
        if voter not in users or voter in (author, owner):
            raise entry.wrong("helpful", f"{voter} is unknown, wrote it, or owns the shop")
    review = Review(
        author=author,
        shop=shop,
        sku=received[author, shop, sku],
        days_after=entry.number("days_after", 0, 60, default=2),
        rating=entry.number("rating", 1, 5),
        title=entry.take("title", str, ""),
        body=entry.text("body", 0, 3000),
        reply=entry.take("reply", str, None),
        hidden=entry.take("hidden", str, None),
        **votes,
    )
    entry.done()
    return review


def report_of(
    entry: Entry,
    shops: list[Shop],
    products: list[Product],
    reviews: list[Review],
    users: Mapping[str, User],
) -> Report:
    """What somebody reports, in an entry."""
    kind, shop = entry.one_of("type", REPORTED), entry.one_of("shop", [one.slug for one in shops])
    sku = author = None
    if kind != "shop":
        skus = [variant.sku for one in products if one.shop == shop for variant in one.variants]
        sku = entry.one_of("sku", skus)
    if kind == "review":
        author = entry.one_of("author", [one.author for one in reviews if (one.shop, one.sku) == (shop, sku)])
    decided = entry.take("decision", str, None)
    if decided not in (None, *REPORT_DECISIONS):
        raise entry.wrong("decision", f"must be one of {', '.join(REPORT_DECISIONS)}")
    report = Report(
        reporter=entry.one_of("reporter", users),
        kind=kind,
        shop=shop,
        sku=sku,
        author=author,
        reason=entry.one_of("reason", REPORT_REASONS),
        text=entry.text("text", 0, 2000),
        decision=decided,
        answer=entry.take("answer", str, ""),
    )
    entry.done()
    return report
