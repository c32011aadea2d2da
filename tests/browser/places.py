"""The address of every page in the small world of the scenario `e2e`."""

from __future__ import annotations

from typing import Any

from bson import ObjectId
from flask import Flask
from werkzeug.routing import Rule

from marketplace.accounts.documents import Shop, User
from marketplace.accounts.repositories import shops, users
from marketplace.accounts.services.links import ask_for_link, new_token
from marketplace.accounts.values import LinkPurpose
from marketplace.catalog.documents import Product
from marketplace.catalog.repositories import attributes, categories, products
from marketplace.catalog.values import ProductStatus
from marketplace.messaging import services as messaging
from marketplace.messaging.values import SubjectKind
from marketplace.moderation.repositories import subjects
from marketplace.ordering.documents import Order
from marketplace.ordering.repositories import orders, payments

SHOP = "e2e-pottery"

#: Pages that cannot be opened as they are, with the reason.
LEFT_OUT = {
    "catalog_pages.show_picture": "a picture, not a page",
    "ordering_pages.export_orders": "a file, not a page",
    "ordering_pages.show_payment": "a payment that waits belongs to a checkout, which has its own tests",
    "ordering_pages.show_checkout": "needs a cart, and has its own tests",
    "ordering_pages.wait": "leads on from a purchase that is paid, and has its own tests",
}

#: Pages that are open to a guest's key, and are looked at by the member who bought.
BUYERS = ("ordering_pages.show_order", "ordering_pages.print_order", "ordering_pages.show_purchase")


def of(app: Flask) -> dict[str, str | None]:
    """A path for each endpoint of a page that can be opened; None where nothing says what it is made of."""
    known = _known()
    found = {}
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and "_pages." in rule.endpoint and rule.endpoint not in LEFT_OUT:
            found[rule.endpoint] = _path(rule, known)
    return found


def _path(rule: Rule, known: dict[str, Any]) -> str | None:
    values = known | known.get(rule.endpoint, {})
    needed = {name: values[name] for name in rule.arguments if name in values}
    built = rule.build(needed | known.get(rule.endpoint, {}))  # what is not in the rule becomes the query
    return built[1] if built else None


def _known() -> dict[str, Any]:
    """What the names in addresses stand for; under an endpoint what they stand for there alone."""
    shop = shops.with_slug(SHOP)
    product = products.all().filter(shop_id=shop.id, status=ProductStatus.ACTIVE).first()
    buyer = users.with_email("e2e-buyer@example.com")
    order = orders.all().filter(shop_id=shop.id, buyer_id=buyer.id, status="shipped").first()
    waiting = products.all().filter(status=ProductStatus.PENDING).first()
    return {
        "shop": SHOP,
        "slug": SHOP,
        "category_id": product.category_id,
        "code": attributes.all().first().code,
        "user_id": buyer.pk,
        "product_id": product.pk,
        "profile_id": shop.profiles[0].id,
        "number": order.number,
        "purchase_id": order.purchase_id,
        "conversation_id": _conversation(product, buyer),
        "payment_id": payments.latest(order.purchase_id).pk,
        "ordering_pages.show_shop_order": {"number": _parted(shop).number},
        "ordering_pages.inspect_order": {"number": _parted(shop).number},
        "moderation_pages.report_form": {"type": "shop", "id": SHOP},
        "moderation_pages.show_reported": {"subject_id": subjects.all().first().pk},
        "accounts_pages.complete_registration": {"token": _token(LinkPurpose.REGISTER)},
        "accounts_pages.verify_email": {"token": _token(LinkPurpose.VERIFY)},
        "accounts_pages.reset_password": {"token": _token(LinkPurpose.RESET)},
        "accounts_pages.change_email": {"token": _token(LinkPurpose.CHANGE_EMAIL)},
        "catalog_pages.moderated_listing": {"product_id": waiting.pk},
        "catalog_pages.stock_movements": {"variant_id": product.variants[0].id},
        "messaging_pages.new_message": {"type": "order", "id": order.number},
        "messaging_pages.new_shop_message": {"order": order.number},
        "catalog_pages.show_category": {"slug": categories.in_order()[0].slug},
        "catalog_pages.show_shop": {"slug": SHOP},
        "catalog_pages.show_product": {"slug": product.slug},
    }


def _parted(shop: Shop) -> Order:
    """An order of which a part has left: its page has every form."""
    found: Order = orders.all().filter(shop_id=shop.id, status="processing").first()
    return found


def _conversation(product: Product, buyer: User) -> ObjectId:
    """What the buyer asks about the product, which the shop has answered."""
    about = {"kind": SubjectKind.PRODUCT, "ref": str(product.pk)}
    sent = messaging.start_as_buyer(user_id=buyer.pk, body="Is it blue?", client_id="places", **about)
    shop = shops.get(product.shop_id)
    seat = messaging.shop_seat(shop.owner_id, shop.slug, sent.conversation.pk)
    messaging.send_message(seat, body="As blue as the sky.", client_id="places")
    found: ObjectId = sent.conversation.pk
    return found


def _token(purpose: LinkPurpose) -> str:
    """The token of a mailed link of this purpose."""
    return new_token(ask_for_link(purpose, email="e2e-buyer@example.com"))
