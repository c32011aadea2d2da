"""Reading who is in a scene and what is sold there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from seeds.pictures import MOTIFS
from seeds.pictures.colours import BACKDROPS, COLOURS

from .entries import Entry
from .parts import (
    LISTING_STATES,
    Address,
    Attribute,
    Category,
    Picture,
    Product,
    Shop,
    Specification,
    User,
    Variant,
)


def attribute_of(entry: Entry) -> Attribute:
    """What a specification may state, in an entry."""
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


def categories_of(contents: Entry) -> list[Category]:
    """The tree of categories in a file."""
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


def user_of(entry: Entry) -> User:
    """Somebody with an account, in an entry."""
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


def shop_of(entry: Entry, users: Mapping[str, User]) -> Shop:
    """A shop of one of the users, in an entry."""
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


def product_of(entry: Entry, shop: Shop, leaves: set[str], attributes: Mapping[str, Attribute]) -> Product:
    """A listing of a shop, in an entry."""
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
