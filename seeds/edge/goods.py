"""Listings at the edges: every state, kind of specification and stock, the longest and the shortest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from marketplace.accounts.documents import Shop, User
from marketplace.accounts.values import ShopStatus
from marketplace.catalog.documents import DEEPEST, Attribute, Category, Media, Product, SynonymSet, Variant
from marketplace.catalog.process import available
from marketplace.catalog.services.media import named
from marketplace.catalog.services.products import free_slug
from marketplace.catalog.services.stock import MOST
from marketplace.catalog.values import (
    LOW_STOCK,
    AttributeDraft,
    AttributeRule,
    ListingActor,
    MovementKind,
    OptionDraft,
    Picture,
    ProductSpecification,
    ProductStatus,
    SpecificationType,
)
from marketplace.shared.values import LARGEST_PRICE, Money

from ..pictures import picture
from ..world import World
from .texts import TEXTS, longest

#: The steps that lead a listing to its state.
STEPS: dict[ProductStatus, tuple[str, ...]] = {
    ProductStatus.DRAFT: (),
    ProductStatus.PENDING: ("send", "request_changes", "mend", "send"),
    ProductStatus.CHANGES_REQUESTED: ("send", "request_changes"),
    ProductStatus.REJECTED: ("send", "reject"),
    ProductStatus.ACTIVE: ("submit",),
    ProductStatus.PAUSED: ("send", "approve", "pause", "resume", "pause"),
    ProductStatus.HIDDEN: ("submit", "pause", "hide", "restore", "hide"),
    ProductStatus.ARCHIVED: ("archive", "restore", "archive"),
}

#: The longest and the shortest reason that a moderator gives.
REASONS = {"request_changes": longest(1000), "reject": "Fake.", "hide": TEXTS["right to left"]}

#: How long a SKU may be.
SKU_LENGTH = 64

#: Values at the limits of their kind.
SPECIFICATIONS = (
    *(ProductSpecification(f"Text {kind}", SpecificationType.TEXT, text) for kind, text in TEXTS.items()),
    ProductSpecification("N" * 100, SpecificationType.TEXT, longest(500)),
    ProductSpecification("Choice", SpecificationType.ENUM, "A"),
    ProductSpecification("Yes", SpecificationType.BOOLEAN, True),
    ProductSpecification("No", SpecificationType.BOOLEAN, False),
    ProductSpecification("Zero", SpecificationType.NUMBER, 0),
    ProductSpecification("Less than zero", SpecificationType.NUMBER, -273.15, "°C"),
    ProductSpecification("Largest", SpecificationType.NUMBER, 10**15, "u" * 20),
    ProductSpecification("Smallest", SpecificationType.NUMBER, 5e-324),
)


@dataclass(frozen=True, slots=True)
class Goods:
    """The listings that can be bought, by what is special about them, and those that cannot."""

    sold: dict[str, Product]
    unsold: dict[str, Product]


class Shelves:
    """Makes listings and gives them their stock."""

    def __init__(self, world: World, category: Category, moderator: User) -> None:
        self._world = world
        self.category = category
        self._category = category
        self._moderator = moderator
        self._slugs: dict[Any, set[str]] = {}

    def put(
        self,
        shop: Shop,
        title: str,
        *prices: int,
        on_hand: int | None = 100,
        status: ProductStatus = ProductStatus.ACTIVE,
        options: Iterable[str] = (),
        **parts: Any,
    ) -> Product:
        """A listing with a variant for each price, every one with that stock."""
        product = Product(shop_id=shop.pk, currency=shop.currency, shop_visible=shop.visible)
        taken = self._slugs.setdefault(shop.pk, set())
        product.slug = free_slug(title, taken)
        taken.add(product.slug)
        for name in ("pictures", "external_id"):
            setattr(product, name, parts.pop(name, None) or getattr(product, name))
        variants, names = parts.pop("variants", {}), list(options)
        product.describe(title=title, category=self.category, **parts)
        product.offer(
            [
                Variant(
                    sku=f"EDGE-{product.slug}"[: SKU_LENGTH - 4] + f"-{number:03}",
                    price=Money(price, shop.currency),
                    option_values=[
                        f"{number}" if place == 0 else longest(60) for place, _ in enumerate(names)
                    ],
                    **variants,
                )
                for number, price in enumerate(prices)
            ],
            names,
        )
        for step in STEPS[status]:
            _take(product, step, self._moderator)
        self._world.add(product)
        for variant in product.variants:
            self._world.shelve(variant, product, on_hand)
        return product


def _take(product: Product, step: str, moderator: User) -> None:
    """Let the listing take a step of its seller's or the moderator's."""
    if step == "send":
        product.take_step("submit", to=ProductStatus.PENDING)
    elif step == "mend":
        product.title += ", mended"
    elif step in [one.name for one in available(product.status, ListingActor.MODERATOR)]:
        product.decide(step, by=moderator.pk, reason=REASONS.get(step, ""))
    else:
        product.take_step(step)


def lay_out(world: World, shops: dict[str, Shop], moderator: User) -> Goods:
    """The categories, and in the deepest of them the listings."""
    shelves, plain = Shelves(world, _categories(world), moderator), shops["plain"]
    _synonyms(world)
    pictures = [_picture(world, number) for number in range(12)]
    fullest = {
        "options": ("Size", "Colour", "o" * 40),
        "variants": {"active": True},
        "description": longest(10_000),
        "brand": longest(100),
        "tags": [longest(39) + str(number) for number in range(10)],
        "specs": [*SPECIFICATIONS, *_filling(200 - len(SPECIFICATIONS))],
        "pictures": [Picture(file, alt=longest(120)) for file in pictures],
        "external_id": longest(200, "x"),
    }
    sold = {
        "plain": shelves.put(plain, "Edge mug", 1500, pictures=[Picture(pictures[0], alt="Edge mug")]),
        "two": shelves.put(plain, "Edge bowl", 2000, 2500, options=["Size"]),
        "shortest": shelves.put(plain, "Ox", 100),
        "fullest": shelves.put(plain, longest(300), *range(1000, 1100), on_hand=99, **fullest),
        "free": shelves.put(shops["free"], "Costs nothing", 0, on_hand=500),
        "dearest": shelves.put(shops["dear"], "Costs the most", LARGEST_PRICE, on_hand=MOST),
        "reduced": shelves.put(
            plain, "Edge bargain", 1, variants={"compare_at": Money(LARGEST_PRICE, "USD")}
        ),
        "uncounted": shelves.put(plain, "Never runs out", 700, on_hand=None),
        "none": shelves.put(plain, "Sold out", 900, on_hand=0),
        "low": shelves.put(plain, "Few left", 900, on_hand=LOW_STOCK),
        "yen": shelves.put(shops["yen"], TEXTS["no latin"], 3000),
        "dinar": shelves.put(shops["dinar"], TEXTS["right to left"], 1),
        "counted": shelves.put(plain, "Counted anew", 1100, on_hand=40),
    }
    for kind, text in TEXTS.items():
        sold[kind] = shelves.put(plain, text, 1000, description=text, brand=text[:100], tags=[text[:40]])
    unsold = {
        status.value: shelves.put(plain, f"Edge, {status.value}", 1000, status=status)
        for status in ProductStatus
        if status is not ProductStatus.ACTIVE
    }
    for status in (ShopStatus.ONBOARDING, ShopStatus.PENDING_REVIEW, ShopStatus.REJECTED):
        shop = shops[status.value]
        unsold[status.value] = shelves.put(shop, "Edge draft", 1000, status=ProductStatus.DRAFT)
    sold["moved"] = shelves.put(plain, "Edge, at another address", 1000)
    for address in ("edge-moved".ljust(120, "x"), sold["moved"].slug):
        sold["moved"].readdress(address)
    withdrawn = shelves.put(plain, "One size is not sold any more", 1000, 1200, options=["Size"])
    withdrawn.variants[1].active = False
    _count(world, sold["counted"])
    sold["typed"] = shelves.put(plain, "Edge scales", 1200, specs=_typed(world, shelves.category))
    return Goods(sold, unsold)


def _typed(world: World, category: Category) -> list[ProductSpecification]:
    """A fact of each type of attribute, at the limits of what it takes; the category asks for them."""
    labels = [longest(97) + f"{number:03}" for number in range(300)]
    options = [OptionDraft(label=label, code=f"o{number}") for number, label in enumerate(labels)]
    several = {"type": "multi_enum", "options": options}
    kinds: dict[str, tuple[dict[str, Any], Any]] = {
        "text": ({"type": "text", "label": longest(100), "aliases": (longest(100),)}, longest(500)),
        "heavy": ({"type": "number", "unit_family": "mass", "unit": "g", "max": 1e15}, "1000000000 t"),
        "cold": ({"type": "number", "unit_family": "temperature", "unit": "°C"}, "-459.67 °F"),
        "zero": ({"type": "number", "min": 0.0, "max": 0.0, "decimals": 0}, 0),
        "no": ({"type": "boolean"}, False),
        "choice": ({"type": "enum", "options": [OptionDraft(label="A"), OptionDraft(label="B")]}, "a"),
        "choices": (several, labels[:50]),
        "first_day": ({"type": "date"}, "0001-01-01"),
    }
    facts = []
    for name, (parts, value) in kinds.items():
        attribute = Attribute()
        draft = {"code": f"edge_{name}", "label": f"Edge, {name.replace('_', ' ')}"} | parts
        draft |= {"filterable": parts["type"] != "text", "axis": parts["type"] == "enum"}
        attribute.define(AttributeDraft(**draft | {"options": tuple(parts.get("options", ()))}))
        facts.append(attribute.specify(value))
        attribute.note_use(facts)
        world.add(attribute)
    category.ask([AttributeRule(fact.attribute, filter=bool(fact.filterable)) for fact in facts])
    return facts


def _count(world: World, product: Product) -> None:
    """Let the stock go through what no order does: counted, called off by the shop, sent back."""
    stock = world.stock[product.variants[0].id]
    stock.on_hand -= 3
    stock.available -= 3
    world.moved(stock, MovementKind.ADJUST, "edge-count", -3, reason=longest(200), note=longest(200))
    world.moved(stock, MovementKind.UNALLOCATE, "edge-called-off", 2)
    stock.on_hand += 1
    stock.available += 1
    world.moved(stock, MovementKind.RETURN, "edge-came-back", 1)


def _synonyms(world: World) -> None:
    """Sets both ways and one way, with the longest and the shortest of terms."""
    longest_term = TEXTS["unbroken"].lower().replace("ä", "a").replace("ü", "u").ljust(60, "n")
    for terms, one_way in ((["e", longest_term], False), (["edge", "rim", "brink"], True)):
        made = SynonymSet()
        made.say(terms, one_way=one_way)
        world.add(made)


def _categories(world: World) -> Category:
    """The deepest category of a tree that goes as deep as it may, with the longest of names."""
    parent = None
    for level in range(DEEPEST):
        name = ("Edge", longest(100), TEXTS["right to left"], TEXTS["emoji"], "Deepest")[level]
        category = Category(name=name, slug=f"edge-{level}".ljust(120 if level == 1 else 0, "x"))
        category.put_below(parent)
        parent = world.add(category)
    world.add(empty := Category(name="Edge, empty", slug="edge-empty", position=1))
    empty.put_below(None)
    return parent


def _picture(world: World, number: int) -> str:
    body = picture("mug", ("linen", "sea"), number).encode()
    name = named(body, "image/svg+xml")
    world.add(Media(name=name, content_type="image/svg+xml", body=body))
    return name


def _filling(count: int) -> list[ProductSpecification]:
    return [
        ProductSpecification(f"Fact {number}", SpecificationType.TEXT, f"Value {number}")
        for number in range(count)
    ]
