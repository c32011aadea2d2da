"""A scene: shops, products, people and purchases, read from a folder such as `seeds/demo` and checked.

The files are written by hand, so every mistake is answered with the file, the entry and the field.
Nothing here knows the marketplace: what is loaded are plain values, and other modules tell them to the
services.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any

from seeds.pictures import MOTIFS
from seeds.pictures.colours import BACKDROPS, COLOURS

from .conversations import Talk, talk_of

DEMO = Path(__file__).parent / "demo"
E2E = Path(__file__).parent / "e2e"

#: The states that a scripted order may end in, and how much of it has left by then.
#: `cancelled` was not paid, `withdrawn` was, `declined` was by its shop, as was the rest of `rest_cancelled`.
ORDER_STATES = {
    "awaiting_payment": "none",
    "expired": "none",
    "cancelled": "none",
    "withdrawn": "none",
    "declined": "none",
    "rest_cancelled": "some",
    "placed": "none",
    "processing": "some",
    "shipped": "all",
    "delivered": "all",
    "completed": "all",
}

#: The states that a listing may be in; those that a moderator decided about have a reason.
LISTING_STATES = ("active", "pending", "changes_requested", "rejected", "hidden")

UNPAID_STATES = {"awaiting_payment", "expired"}


@dataclass(frozen=True, slots=True)
class Attribute:
    """What a specification states: `type` is text, number, boolean or enum; a number may have a unit."""

    code: str
    label: str
    type: str
    unit: str | None
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Category:
    """A node of the category tree; `parent` is a slug, none at the top, and stands before its children."""

    slug: str
    name: str
    parent: str | None
    position: int


@dataclass(frozen=True, slots=True)
class Address:
    """Where a person lives."""

    name: str
    line1: str
    line2: str | None
    postal: str
    city: str
    region: str | None
    country: str


@dataclass(frozen=True, slots=True)
class User:
    """A person with an account; all of them share the scene's password."""

    email: str
    display_name: str
    roles: tuple[str, ...]
    addresses: tuple[Address, ...]


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop; the shipping price is flat per order, in minor units of its currency.

    `profiles` are its shipping profiles as `seeds.sending` reads them, where it has more to say. One that is
    not approved waits for a moderator, and its products stay drafts.
    """

    slug: str
    name: str
    owner: str
    description: str
    city: str
    country: str
    currency: str
    shipping_price: int
    free_over: int | None
    handling_days: int
    approved: bool
    profiles: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """What `seeds.pictures.picture` is called with."""

    motif: str
    palette: tuple[str, ...]
    number: int


@dataclass(frozen=True, slots=True)
class Specification:
    """A fact about a product; the unit is the attribute's."""

    attribute: str
    type: str
    value: str | int | float | bool
    unit: str | None


@dataclass(frozen=True, slots=True)
class Variant:
    """What is bought: a sku with its own price (minor units) and its own stock before any purchase.

    `picture` is the position of its own picture among the product's, where it has one.
    """

    sku: str
    option_values: Mapping[str, str]
    price: int
    compare_at: int | None
    stock: int
    picture: int | None


@dataclass(frozen=True, slots=True)
class Product:
    """A listing of a shop with its variants, at least one, and its state if its shop sells (LISTING_STATES).

    `reason` is what a moderator said of one that was sent back, rejected or hidden, `sent_by` the name of its
    shipping profile.
    """

    shop: str
    title: str
    brand: str | None
    category: str
    description: str
    tags: tuple[str, ...]
    specifications: tuple[Specification, ...]
    options: tuple[str, ...]
    variants: tuple[Variant, ...]
    pictures: tuple[Picture, ...]
    state: str = "active"
    reason: str = ""
    sent_by: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """How many of a variant."""

    sku: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Shipment:
    """A parcel that left a shop."""

    carrier: str
    tracking: str
    days_ago: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """One shop's part of a purchase and the state that it ends in (`ORDER_STATES`).

    `reason` is the shop's for what it did not send, or for the minor units that it gave back (`refund`).
    """

    shop: str
    state: str
    lines: tuple[Line, ...]
    shipments: tuple[Shipment, ...]
    reason: str
    refund: int


@dataclass(frozen=True, slots=True)
class Purchase:
    """What a buyer checked out at once, to one of their addresses, and by whom it is paid."""

    buyer: str
    days_ago: int
    address: Address
    orders: tuple[Order, ...]
    pays_by: str = "sandbox"


@dataclass(frozen=True, slots=True)
class Review:
    """What a buyer says of a product that they received, by one of its skus, and what others make of it.

    `days_after` counts from the delivery. `helpful` and `unhelpful` are the people who voted so; `hidden` is
    the reason of a moderator.
    """

    author: str
    shop: str
    sku: str
    days_after: int
    rating: int
    title: str
    body: str
    reply: str | None
    helpful: tuple[str, ...]
    unhelpful: tuple[str, ...]
    hidden: str | None

    @property
    def key(self) -> tuple[str, str, str]:
        """Whose it is, and of what."""
        return self.author, self.shop, self.sku


#: What people of a scene report, why, and what a moderator may have done about it.
REPORTED = ("listing", "review", "shop")
REPORT_REASONS = (
    *("illegal", "counterfeit", "unsafe", "spam", "fraud", "offensive", "privacy", "off_platform", "other"),
)
REPORT_DECISIONS = ("dismiss", "hide", "suspend_shop")


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody says is wrong: with a shop, with what it sells under a sku, or with a review of that.

    `decision` and `answer` are a moderator's; without one the report waits.
    """

    reporter: str
    kind: str
    shop: str
    sku: str | None
    author: str | None
    reason: str
    text: str
    decision: str | None
    answer: str


@dataclass(frozen=True, slots=True)
class Scene:
    """The whole scene; products of all shops take turns, so that a page of new ones shows every shop."""

    password: str
    attributes: tuple[Attribute, ...]
    categories: tuple[Category, ...]
    users: tuple[User, ...]
    shops: tuple[Shop, ...]
    products: tuple[Product, ...]
    purchases: tuple[Purchase, ...]
    reviews: tuple[Review, ...]
    talks: tuple[Talk, ...]
    reports: tuple[Report, ...]


class Entry:
    """An entry of a file that is being read; it knows its place, so that mistakes can be found."""

    def __init__(self, place: str, fields: Mapping[str, Any]) -> None:
        self.place = place
        self._fields = dict(fields)

    def wrong(self, field: str, what: str) -> ValueError:
        """The error to raise about a field."""
        return ValueError(f"{self.place}: {field}: {what}")

    def take(self, field: str, kind: type, default: Any = ...) -> Any:
        """The value of a field, which must be of a kind; without a default it must be there."""
        value = self._fields.pop(field, default)
        if value is ...:
            raise self.wrong(field, "is missing")
        if value is not default and (
            not isinstance(value, kind) or (kind is int and isinstance(value, bool))
        ):
            raise self.wrong(field, f"must be {kind.__name__}, not {value!r}")
        return value.strip() if isinstance(value, str) else value

    def number(self, field: str, least: int, most: int = 10**9, default: Any = ...) -> Any:
        """A whole number within bounds."""
        value = self.take(field, int, default)
        if value is not None and not least <= value <= most:
            raise self.wrong(field, f"must be {least} to {most}, not {value}")
        return value

    def text(self, field: str, least: int, most: int) -> str:
        """A text with a length within bounds, its lines joined."""
        value = " ".join(self.take(field, str).split())
        if not least <= len(value) <= most:
            raise self.wrong(field, f"must have {least} to {most} characters, not {len(value)}")
        return value

    def one_of(self, field: str, known: Iterable[str]) -> str:
        """A text that must be known."""
        value: str = self.take(field, str)
        if value not in known:
            raise self.wrong(field, f"{value!r} is unknown")
        return value

    def entries(self, field: str) -> list[Entry]:
        """The entries below a field; an absent field has none."""
        rows = self.take(field, list, [])
        return [Entry(f"{self.place}: {field} {number}", row) for number, row in enumerate(rows, start=1)]

    def done(self) -> None:
        """Refuse fields that nobody asked for, which are mostly misspelt ones."""
        for field in self._fields:
            raise self.wrong(field, "is not a field")


def load_scene(folder: Path = DEMO) -> Scene:
    """The scene in a folder; a ValueError names the file, the entry and the field of the first mistake."""
    attributes = [_attribute(entry) for entry in _read(folder / "attributes.toml").entries("attribute")]
    by_code = {attribute.code: attribute for attribute in attributes}
    categories = _categories(_read(folder / "categories.toml"))
    people = _read(folder / "users.toml")
    password = people.take("password", str)
    users = [_user(entry) for entry in people.entries("user")]
    _unique(users, "email", "users.toml")
    by_email = {user.email: user for user in users}
    parents = {category.parent for category in categories}
    leaves = {category.slug for category in categories} - parents
    shops: list[Shop] = []
    listings: list[list[Product]] = []
    for file in sorted((folder / "shops").glob("*.toml")):
        contents = _read(file)
        shop = _shop(Entry(f"{file.name}: shop", contents.take("shop", dict)), by_email)
        shops.append(shop)
        listings.append([_product(entry, shop, leaves, by_code) for entry in contents.entries("product")])
        contents.done()
    _unique(shops, "slug", "shops")
    products = _mixed(listings)
    _unique_in_shops(products)
    purchases = [
        _purchase(entry, by_email, shops) for entry in _read(folder / "purchases.toml").entries("purchase")
    ]
    _stock_suffices(products, purchases)
    received = _received(products, purchases)
    reviews = [
        _review(entry, received, shops, by_email)
        for entry in _read(folder / "reviews.toml").entries("review")
    ]
    _unique(reviews, "key", "reviews.toml")
    owners = {shop.slug: shop.owner for shop in shops}
    talks = [
        talk_of(entry, products, purchases, owners)
        for entry in _read(folder / "conversations.toml").entries("conversation")
    ]
    _unique(talks, "key", "conversations.toml")
    return Scene(
        password,
        tuple(attributes),
        tuple(categories),
        tuple(users),
        tuple(sorted(shops, key=lambda shop: users.index(by_email[shop.owner]))),
        tuple(products),
        tuple(purchases),
        tuple(reviews),
        tuple(talks),
        tuple(
            _report(entry, shops, products, reviews, by_email)
            for entry in _read(folder / "reports.toml").entries("report")
        ),
    )


def _mixed(listings: list[list[Product]]) -> list[Product]:
    """All products, so that neighbours differ: shops take turns, and each walks its shelf in steps."""
    walks = [[product for start in range(5) for product in listing[start::5]] for listing in listings]
    mixed: list[Product] = []
    for number, turn in enumerate(zip_longest(*walks)):
        shift = number * 3 % len(turn)
        mixed.extend(product for product in turn[shift:] + turn[:shift] if product)
    return mixed


def _read(file: Path) -> Entry:
    try:
        return Entry(file.name, tomllib.loads(file.read_text(encoding="utf-8")))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{file.name}: {error}") from error


def _attribute(entry: Entry) -> Attribute:
    attribute = Attribute(
        code=entry.text("code", 2, 40),
        label=entry.text("label", 2, 40),
        type=entry.one_of("type", ("text", "number", "boolean", "enum")),
        unit=entry.take("unit", str, None),
        choices=tuple(entry.take("choices", list, [])),
    )
    if (attribute.type == "enum") != bool(attribute.choices):
        raise entry.wrong("choices", "belong to an enum, which needs them")
    entry.done()
    return attribute


def _categories(contents: Entry) -> list[Category]:
    categories: list[Category] = []
    positions: Counter[str | None] = Counter()
    for entry in contents.entries("category"):
        slug = entry.text("slug", 2, 60)
        if slug in {category.slug for category in categories}:
            raise entry.wrong("slug", f"{slug!r} is there twice")
        parent = entry.take("parent", str, None)
        if parent and parent not in {category.slug for category in categories}:
            raise entry.wrong("parent", f"{parent!r} does not stand before it")
        categories.append(Category(slug, entry.text("name", 2, 60), parent, positions[parent]))
        positions[parent] += 1
        entry.done()
    return categories


def _user(entry: Entry) -> User:
    name = entry.text("display_name", 2, 60)
    user = User(
        email=entry.text("email", 6, 80),
        display_name=name,
        roles=tuple(entry.take("roles", list, [])),
        addresses=tuple(_address(address, name) for address in entry.entries("address")),
    )
    if not user.email.endswith(("@example.com", "@example.org")):
        raise entry.wrong("email", "must end in @example.com or @example.org")
    entry.done()
    return user


def _address(entry: Entry, name: str) -> Address:
    address = Address(
        name=entry.take("name", str, name),
        line1=entry.text("line1", 3, 80),
        line2=entry.take("line2", str, None),
        postal=entry.text("postal", 3, 12),
        city=entry.text("city", 2, 60),
        region=entry.take("region", str, None),
        country=entry.text("country", 2, 2),
    )
    entry.done()
    return address


def _shop(entry: Entry, users: Mapping[str, User]) -> Shop:
    shop = Shop(
        slug=entry.text("slug", 2, 60),
        name=entry.text("name", 2, 60),
        owner=entry.one_of("owner", users),
        description=entry.text("description", 80, 600),
        city=entry.text("city", 2, 60),
        country=entry.text("country", 2, 2),
        currency=entry.text("currency", 3, 3),
        shipping_price=entry.number("shipping_price", 0),
        free_over=entry.number("free_over", 1, default=None),
        handling_days=entry.number("handling_days", 1, 5),
        approved=entry.take("approved", bool, True),
        profiles=tuple(entry.take("profile", list, [])),
    )
    entry.done()
    return shop


def _product(entry: Entry, shop: Shop, leaves: set[str], attributes: Mapping[str, Attribute]) -> Product:
    title = entry.text("title", 5, 120)
    entry.place += f" ({title})"
    picture = _picture(Entry(f"{entry.place}: picture", entry.take("picture", dict)))
    options = tuple(entry.take("options", list, []))
    variants, pictures = _variants(entry, options, picture)
    product = Product(
        shop=shop.slug,
        title=title,
        brand=entry.take("brand", str, None),
        category=entry.one_of("category", leaves),
        description=entry.text("description", 80, 600),
        tags=tuple(entry.take("tags", list)),
        specifications=_specifications(entry, attributes),
        options=options,
        variants=variants,
        pictures=pictures,
        state=entry.take("state", str, "active"),
        reason=" ".join(entry.take("reason", str, "").split()),
        sent_by=entry.take("sent_by", str, None),
    )
    if len(product.tags) > 10:
        raise entry.wrong("tags", "are more than 10")
    if product.state not in LISTING_STATES:
        raise entry.wrong("state", f"{product.state!r} is unknown")
    if bool(product.reason) != (product.state in LISTING_STATES[2:]):
        raise entry.wrong("reason", "belongs to what a moderator decided, which needs it")
    entry.done()
    return product


def _specifications(entry: Entry, attributes: Mapping[str, Attribute]) -> tuple[Specification, ...]:
    specs = []
    kinds = {"text": str, "enum": str, "boolean": bool, "number": (int, float)}
    for code, value in entry.take("specs", dict).items():
        field = f"specs.{code}"
        if code not in attributes:
            raise entry.wrong(field, "is an unknown attribute")
        attribute = attributes[code]
        is_truth = isinstance(value, bool)
        if not isinstance(value, kinds[attribute.type]) or is_truth != (attribute.type == "boolean"):  # type: ignore[arg-type]
            raise entry.wrong(field, f"must be a {attribute.type}, not {value!r}")
        if attribute.choices and value not in attribute.choices:
            raise entry.wrong(field, f"{value!r} is none of {', '.join(attribute.choices)}")
        specs.append(Specification(code, attribute.type, value, attribute.unit))
    if not 2 <= len(specs) <= 8:
        raise entry.wrong("specs", f"must be 2 to 8, not {len(specs)}")
    return tuple(specs)


def _variants(
    entry: Entry, options: tuple[str, ...], picture: Picture
) -> tuple[tuple[Variant, ...], tuple[Picture, ...]]:
    """The variants, and the pictures: the product's own, then those of variants in other colours.

    A product without options says sku, price and stock itself.
    """
    rows = entry.entries("variants") if options else [entry]
    variants: list[Variant] = []
    pictures = [picture]
    for row in rows:
        chosen = row.take("is", list) if options else []
        if len(chosen) != len(options):
            raise row.wrong("is", f"must choose {', '.join(options)}")
        palette = row.take("palette", list, None) if options else None
        if palette:
            own = Entry(row.place, {"motif": picture.motif, "palette": palette, "number": picture.number})
            if (coloured := _picture(own)) not in pictures:
                pictures.append(coloured)
        variant = Variant(
            sku=row.text("sku", 3, 40),
            option_values=dict(zip(options, chosen, strict=True)),
            price=row.number("price", 0),
            compare_at=row.number("compare_at", 1, default=None),
            stock=row.number("stock", 0),
            picture=pictures.index(coloured) if palette else None,
        )
        if variant.compare_at is not None and variant.compare_at <= variant.price:
            raise row.wrong("compare_at", f"must be more than the price, {variant.price}")
        if variant.option_values in [other.option_values for other in variants]:
            raise row.wrong("is", f"{chosen} is there twice")
        variants.append(variant)
        if row is not entry:
            row.done()
    if not 1 <= len(variants) <= 100:
        raise entry.wrong("variants", f"must be 1 to 100, not {len(variants)}")
    return tuple(variants), tuple(pictures)


def _picture(entry: Entry) -> Picture:
    motif = entry.one_of("motif", MOTIFS)
    palette = tuple(entry.take("palette", list))
    if not 2 <= len(palette) <= 4 or palette[0] not in BACKDROPS:
        raise entry.wrong("palette", f"must be a backdrop and one to three colours, not {list(palette)}")
    for colour in palette[1:]:
        if colour not in COLOURS:
            raise entry.wrong("palette", f"{colour!r} is unknown")
    picture = Picture(motif, palette, entry.number("number", 0, default=0))
    entry.done()
    return picture


def _purchase(entry: Entry, users: Mapping[str, User], shops: list[Shop]) -> Purchase:
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


def _received(products: Iterable[Product], purchases: Iterable[Purchase]) -> dict[tuple[str, str, str], str]:
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


def _review(
    entry: Entry,
    received: Mapping[tuple[str, str, str], str],
    shops: list[Shop],
    users: Mapping[str, User],
) -> Review:
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


def _report(
    entry: Entry,
    shops: list[Shop],
    products: list[Product],
    reviews: list[Review],
    users: Mapping[str, User],
) -> Report:
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


def _unique(rows: Iterable[Any], field: str, place: str) -> None:
    for value, times in Counter(getattr(row, field) for row in rows).items():
        if times > 1:
            raise ValueError(f"{place}: {field}: {value!r} is there {times} times")


def _unique_in_shops(products: Iterable[Product]) -> None:
    """Refuse a sku or a title that a shop has twice."""
    titles = Counter((product.shop, "title", product.title) for product in products)
    skus = Counter((product.shop, "sku", variant.sku) for product in products for variant in product.variants)
    for (shop, field, value), times in (titles + skus).items():
        if times > 1:
            raise ValueError(f"{shop}.toml: product: {field}: {value!r} is there {times} times")


def _stock_suffices(products: Iterable[Product], purchases: Iterable[Purchase]) -> None:
    """Refuse purchases of what a shop does not have, or not as many of."""
    shelf = {
        (product.shop, variant.sku): variant.stock for product in products for variant in product.variants
    }
    for number, purchase in enumerate(purchases, start=1):
        for order in purchase.orders:
            for line in order.lines:
                place = f"purchases.toml: purchase {number}: {order.shop}: lines"
                if (order.shop, line.sku) not in shelf:
                    raise ValueError(f"{place}: {line.sku!r} is no sku of the shop")
                shelf[order.shop, line.sku] -= line.quantity
                if shelf[order.shop, line.sku] < 0:
                    raise ValueError(f"{place}: {line.sku!r} is sold out by then")
