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
from marketplace.accounts.values import Role, ShippingTerms
from marketplace.catalog import services as catalog
from marketplace.catalog.documents import Category, Product
from marketplace.catalog.repositories import products
from marketplace.catalog.values import VariantDraft
from marketplace.ordering import services as ordering
from marketplace.ordering.documents import Order
from marketplace.ordering.providers import sandbox
from marketplace.ordering.repositories import purchases
from marketplace.ordering.values import CartOwner, PaymentOutcome, new_cart_token
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


def a_shop(*, owner: User | None = None, name: str = "Kiln", approved: bool = True, **parts: Any) -> Shop:
    """A shop that sells, and ships for free unless said otherwise (`shipping=...`)."""
    shipping = parts.pop("shipping", None) or ShippingTerms(price=usd(0), handling_days=2)
    return accounts.open_shop(
        owner_id=(owner or a_user()).id,
        name=name,
        slug=parts.pop("slug", f"shop-{next(_numbers)}"),
        currency="USD",
        approved=approved,
        shipping=shipping,
        **parts,
    )


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
