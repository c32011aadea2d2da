"""Things that tests are about, ready made: `a_user()`, `a_shop(...)`. Each is stored and valid.

Everything can be said by keyword, and what a test does not say does not matter to it.
"""

from __future__ import annotations

from itertools import count
from typing import Any

from bson import ObjectId
from flask import Flask
from flask.testing import FlaskClient

from marketplace.accounts import services as accounts
from marketplace.accounts.documents import Shop, User
from marketplace.accounts.values import SELLER_TERMS_VERSION, Role, ShippingTerms, ShopStatus
from marketplace.catalog import services as catalog
from marketplace.catalog.documents import Attribute, Category, Product, Review
from marketplace.catalog.repositories import products
from marketplace.catalog.values import AttributeRule, BoughtLine, OptionDraft, VariantDraft
from marketplace.ordering import services as ordering
from marketplace.ordering.documents import Order
from marketplace.ordering.providers import sandbox
from marketplace.ordering.repositories import purchases
from marketplace.ordering.values import Actor, CartOwner, PaymentOutcome, new_cart_token
from marketplace.shared.chance import new_id
from marketplace.shared.clock import now
from marketplace.shared.values import Address, Money

PASSWORD = "correct horse battery"

_numbers = count(1)


def usd(amount: int) -> Money:
    """So many cents."""
    return Money(amount, "USD")


def an_address(**parts: str) -> Address:
    """A postal address in Germany."""
    plain = {"name": "Ada", "line1": "Hauptstr. 1", "postal": "10115", "city": "Berlin", "country": "DE"}
    return Address.checked(**plain | parts)


def a_user(*, email: str | None = None, display_name: str = "Ada", roles: tuple[Role, ...] = ()) -> User:
    """Somebody with an account and the password `PASSWORD`."""
    user = accounts.register(
        email=email or f"person{next(_numbers)}@example.com", password=PASSWORD, display_name=display_name
    )
    for role in roles:
        user = accounts.grant(email=user.email, role=role)
    return user


def a_shop(
    *,
    owner: User | None = None,
    name: str = "Kiln",
    approved: bool = True,
    status: ShopStatus | None = None,
    **parts: Any,
) -> Shop:
    """A shop that sells, or waits for review, or has another `status`.

    Its checklist is done, and it ships for free unless said otherwise (`shipping=...`).
    """
    status = status or (ShopStatus.ACTIVE if approved else ShopStatus.PENDING_REVIEW)
    shipping = parts.pop("shipping", None) or ShippingTerms(price=usd(0), handling_days=2)
    parts.setdefault("description", "Stoneware, thrown and fired by hand.")
    owner = owner or a_user()
    shop = accounts.open_shop(
        owner_id=owner.id,
        name=name,
        slug=parts.pop("slug", f"shop-{next(_numbers)}"),
        currency=parts.pop("currency", "USD"),
        approved=status in (ShopStatus.ACTIVE, ShopStatus.SUSPENDED),
        shipping=shipping,
        **parts,
    )
    return _in_status(shop, status) if shop.status is not status else shop


def _in_status(shop: Shop, status: ShopStatus) -> Shop:
    """The shop after the steps that lead to this status."""
    slug, owner_id = shop.slug, shop.owner_id
    if status in (ShopStatus.PENDING_REVIEW, ShopStatus.REJECTED):
        accounts.accept_terms(owner_id=owner_id, slug=slug, version=SELLER_TERMS_VERSION)
        shop = accounts.submit_shop(owner_id=owner_id, slug=slug)
    moderator = a_user(roles=(Role.MODERATOR,)).id if status in _DECIDED else None
    if status is ShopStatus.REJECTED:
        shop = accounts.reject_shop(moderator_id=moderator, slug=slug, reason="Say more.")
    elif status is ShopStatus.SUSPENDED:
        shop = accounts.suspend_shop(moderator_id=moderator, slug=slug, reason="Look at this.")
    elif status is ShopStatus.CLOSED:
        shop = accounts.close_shop(owner_id=owner_id, slug=slug)
    return shop


_DECIDED = (ShopStatus.REJECTED, ShopStatus.SUSPENDED)


class Person:
    """Makes people who are signed in: `person("Ada")` answers with the user and their own browser."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def __call__(self, display_name: str = "Ada", **parts: Any) -> tuple[User, FlaskClient]:
        """A new user, and a client that carries their session and its CSRF token."""
        user = a_user(display_name=display_name, **parts)
        return user, self.sign_in(user)

    def sign_in(self, user: User) -> FlaskClient:
        """A client signed in as this user."""
        client = self._app.test_client()
        answer = client.post("/api/v1/session", json={"email": user.email, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        client.environ_base["HTTP_X_CSRF_TOKEN"] = answer.json["csrf_token"]
        return client


def a_category(name: str = "Pottery", *, below: Category | None = None) -> Category:
    """A category, on the first level unless it is below another."""
    return catalog.create_category(name=name, parent_id=below.pk if below else None)


def an_attribute(code: str = "weight", **parts: Any) -> Attribute:
    """An attribute: a weight in grams, a choice where `options` are given, or what else is said."""
    options = [OptionDraft(label=label) for label in parts.pop("options", ())]
    if options:
        plain: dict[str, Any] = {"type": "enum", "filterable": True}
    else:
        plain = {"type": "number"} | ({"unit_family": "mass", "unit": "g"} if "type" not in parts else {})
    label = code.replace("_", " ").capitalize()
    return catalog.create_attribute(**{"code": code, "label": label, "options": options} | plain | parts)


def asking(category: Category, *rules: AttributeRule | str) -> Category:
    """The category, which asks for these attributes now."""
    written = [AttributeRule(rule) if isinstance(rule, str) else rule for rule in rules]
    return catalog.set_rules(
        actor_id=a_user(roles=(Role.MODERATOR,)).id,
        category_id=category.pk,
        version=category.version,
        rules=written,
    )


def a_variant(
    sku: str | None = None, *, price: int = 1800, on_hand: int | None = 10, **parts: Any
) -> VariantDraft:
    """A variant as its seller writes it."""
    return VariantDraft(sku=sku or f"sku-{next(_numbers)}", price=usd(price), on_hand=on_hand, **parts)


def a_product(
    *variants: VariantDraft,
    shop: Shop | None = None,
    category: Category | None = None,
    title: str = "Mug",
    published: bool = True,
    **parts: Any,
) -> Product:
    """A listing that is for sale unless said otherwise, with a single variant unless some are given."""
    shop = shop or a_shop()
    product = catalog.create_product(
        shop_id=shop.id,
        title=title,
        category_id=(category or catalog.category_path(["Pottery"])).pk,
        variants=list(variants) or [a_variant()],
        **parts,
    )
    return put_on_sale(product) if published else product


def put_on_sale(product: Product) -> Product:
    """The listing for sale, whatever it lacks for that: few tests are about titles and pictures."""
    product = products.get(product.pk)
    product.take_step("submit")
    return products.save(product)


def goods(
    shop: Shop | None = None, *, price: int = 1000, stock: int | None = 10, title: str = "Stoneware mug"
) -> ObjectId:
    """The id of a variant that is for sale, of a shop of its own unless one is given."""
    shop = shop or a_shop()
    category = catalog.category_path(["Home", "Mugs"])
    draft = VariantDraft(sku=f"sku-{next(_numbers)}", price=usd(price), on_hand=stock)
    product = catalog.create_product(
        shop_id=shop.id, title=title, category_id=category.id, description="A mug.", variants=[draft]
    )
    return put_on_sale(product).variants[0].id


def a_cart(*variants: ObjectId, owner: CartOwner | None = None, quantity: int = 1) -> CartOwner:
    """Whose cart holds so many pieces of each variant: a visitor's unless said otherwise."""
    owner = owner or CartOwner(token=new_cart_token())
    for variant in variants:
        ordering.add_item(owner, variant_id=variant, quantity=quantity)
    return owner


def checked_out(owner: CartOwner, **parts: Any) -> ordering.CheckedOut:
    """The owner's cart, bought at its present total and not paid yet."""
    view = ordering.priced_cart(owner)
    plain = {"email": "ada@example.com", "ship_to": an_address(), "accept_terms": True}
    given = plain | {"expected_total": view.total, "cart_id": view.cart.id} | parts
    return ordering.check_out(owner, **given)


def paid(done: ordering.CheckedOut) -> ordering.PurchaseView:
    """The purchase after its payment succeeded."""
    ordering.apply_event(sandbox.report(done.payment, PaymentOutcome.SUCCEEDED))
    return seen(done)


def seen(done: ordering.CheckedOut) -> ordering.PurchaseView:
    """The purchase as it is stored now."""
    return ordering.view(purchases.get(done.purchase.id))


def a_placed_order(*variants: ObjectId, owner: CartOwner | None = None, quantity: int = 1) -> Order:
    """A paid order of these variants, or of goods of its own."""
    cart = a_cart(*(variants or [goods()]), owner=owner, quantity=quantity)
    return paid(checked_out(cart)).orders[0]


def a_delivered_order(*variants: ObjectId, owner: CartOwner | None = None, quantity: int = 1) -> Order:
    """An order of these variants that arrived."""
    order = a_placed_order(*variants, owner=owner, quantity=quantity)
    ordering.move_order(number=order.number, name="ship", actor=Actor.SELLER)
    return ordering.move_order(number=order.number, name="confirm_received", actor=Actor.BUYER)


def a_bought_product(buyer: User, product: Product | None = None) -> Product:
    """A product that arrived at this buyer, as ordering tells it; one of its own unless it is given."""
    product = product or a_product()
    catalog.reviews.may_review(
        author_id=buyer.id,
        shop_id=product.shop_id,
        lines=[BoughtLine(new_id(), product.pk)],
        delivered_at=now(),
    )
    return product


def a_review(
    product: Product | None = None, *, author: User | None = None, rating: int = 4, **texts: str
) -> Review:
    """A published review by somebody who received the product."""
    author = author or a_user(display_name="Bea")
    product = a_bought_product(author, product)
    return catalog.reviews.write_review(author_id=author.id, product_id=product.pk, rating=rating, **texts)
