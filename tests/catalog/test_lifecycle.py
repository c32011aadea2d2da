from __future__ import annotations

import pytest

from marketplace.accounts.errors import NotYourRole
from marketplace.accounts.values import Role
from marketplace.catalog import services
from marketplace.catalog.errors import (
    InvalidTransition,
    NotPublishable,
    ProductNotFound,
    ProductOrdered,
    ShopNotActive,
)
from marketplace.catalog.repositories import products
from marketplace.catalog.services import stock
from marketplace.catalog.values import Picture, ProductStatus, VariantDraft
from marketplace.shared import outbox
from marketplace.shared.clock import now
from marketplace.shared.errors import Invalid, VersionConflict
from tests.builders import a_category, a_product, a_shop, a_user, a_variant, usd

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def moderator(app):
    """Somebody who may decide."""
    return a_user(roles=(Role.MODERATOR,)).id


def a_draft(*variants, **parts):
    return a_product(*variants, title=parts.pop("title", "Blue mug"), published=False, **parts)


def submitted(product):
    return services.change_status(shop_id=product.shop_id, product_id=product.pk, step="submit")


def decided(product, step, moderator, reason="Because of this.", **parts):
    about = {"moderator_id": moderator, "product_id": product.pk, "step": step}
    return services.moderate_listing(**about, reason=reason, **parts)


def mended(product, **changes):
    known = products.get(product.pk)
    return services.change_product(
        shop_id=known.shop_id, product_id=known.pk, version=known.version, **changes
    )


# Review


@pytest.mark.parametrize(
    ("policy", "published_before", "status"),
    [
        ("off", 0, "active"),
        ("all", 5, "pending"),
        ("new_shops", 0, "pending"),
        ("new_shops", 1, "pending"),
        ("new_shops", 2, "active"),
    ],
)
def test_the_policy_says_whether_a_moderator_looks_first(app, policy, published_before, status):
    app.config |= {"LISTING_REVIEW": policy, "LISTING_REVIEW_FIRST": 2}
    shop = a_shop()
    for _ in range(published_before):
        a_product(shop=shop)

    assert submitted(a_draft(shop=shop)).status == status


def test_what_was_sent_back_is_looked_at_again_whatever_the_policy(app, moderator):
    app.config["LISTING_REVIEW"] = "all"
    product = submitted(a_draft())
    decided(product, "request_changes", moderator)

    app.config["LISTING_REVIEW"] = "off"
    mended(product, description="Stoneware.")

    assert submitted(product).status is ProductStatus.PENDING


def test_a_listing_is_sent_back_mended_and_approved(app, moderator):
    app.config["LISTING_REVIEW"] = "all"
    product = submitted(a_draft())

    decided(product, "request_changes", moderator, "Say what it is made of.")
    mended(product, description="Stoneware.")
    submitted(product)
    approved = decided(product, "approve", moderator)

    assert (approved.status, approved.visible) == (ProductStatus.ACTIVE, True)


def test_what_is_hidden_cannot_be_bought(moderator):
    product = a_product()
    variant = product.variants[0].id

    decided(product, "hide", moderator)

    assert not services.offers([variant])[variant].on_sale


def test_hiding_asks_for_a_reason(moderator):
    product = a_product()

    with pytest.raises(Invalid) as refused:
        decided(product, "hide", moderator, reason="")

    assert refused.value.field == "reason"
    assert products.get(product.pk).visible


def test_only_moderators_decide():
    product = a_product()

    with pytest.raises(NotYourRole):
        decided(product, "hide", a_user().id)


def test_a_moderator_approves_what_they_saw(app, moderator):
    app.config["LISTING_REVIEW"] = "all"
    product = submitted(a_draft())
    mended(product, title="Something else")

    with pytest.raises(VersionConflict):
        decided(product, "approve", moderator, version=product.version)


def test_what_lost_what_it_needs_while_it_waited_is_not_approved(app, moderator):
    app.config["LISTING_REVIEW"] = "all"
    product = submitted(a_draft())
    mended(product, title="Mug")

    with pytest.raises(NotPublishable) as refused:
        decided(product, "approve", moderator)

    assert set(refused.value.errors) == {"title"}


def test_each_decision_is_told_and_written_down(app, moderator, monkeypatch):
    told, written = [], []
    monkeypatch.setattr(outbox, "tell", lambda topic, *, about, **parts: told.append((topic, parts)))
    monkeypatch.setattr(services.lifecycle.accounts, "audit", lambda **entry: written.append(entry))
    product = a_product()

    decided(product, "hide", moderator, "A wrong picture.")

    assert told == [("listing.moderated", {"step": "hide", "reason": "A wrong picture."})]
    (entry,) = written
    assert (entry["action"], entry["subject"]) == ("listing.hide", ("products", product.pk))


# What is needed to publish


def test_everything_that_is_missing_is_named_at_once(app):
    app.config["LISTING_PICTURES"] = 2
    above = a_category("Home")
    a_category("Mugs", below=above)
    product = a_draft(category=above, title="Mug")
    mended(product, variants=[{"id": product.variants[0].id, "active": False}])

    with pytest.raises(NotPublishable) as refused:
        submitted(product)

    assert refused.value.errors == {
        "title": ["Give it a title of 5 to 120 characters."],
        "category_id": ["Choose a category that has no others below it."],
        "variants": ["Tick at least one variant as for sale."],
        "pictures": ["Add 2 pictures or more."],
    }


def test_a_listing_with_a_picture_is_published(app):
    app.config["LISTING_PICTURES"] = 1

    assert submitted(a_draft(pictures=[Picture("mug.svg", alt="A mug")])).visible


@pytest.mark.parametrize(("external_id", "fine"), [(None, False), ("icecat:1", True)])
def test_only_an_imported_title_may_be_longer(external_id, fine):
    product = a_draft(title="x" * 130)
    product.external_id = external_id
    products.save(product)

    assert ("title" not in services.publishing.missing(product)) is fine


def test_what_is_for_sale_keeps_what_it_needs():
    product = a_product(title="Blue mug")

    with pytest.raises(Invalid) as refused:
        mended(product, title="Mug")

    assert set(refused.value.errors) == {"title"}


def test_what_was_on_sale_without_it_may_still_be_changed(app):
    product = a_product(title="Mug")
    app.config["LISTING_PICTURES"] = 1

    assert mended(product, description="For two hands.").visible


def test_a_shop_that_may_not_sell_sends_nothing_in():
    draft = a_draft(shop=a_shop(approved=False))

    with pytest.raises(ShopNotActive):
        submitted(draft)


# Deleting


def test_a_deleted_draft_is_gone_with_its_stock():
    product = a_draft()

    services.delete_draft(shop_id=product.shop_id, product_id=product.pk)

    assert products.find(pk=product.pk) is None
    assert stock.levels([product.variants[0].id]) == {}


@pytest.mark.parametrize("on_hand", [5, None])
def test_a_draft_that_somebody_ordered_is_not_deleted(on_hand):
    product = a_product(a_variant(on_hand=on_hand))
    variant = product.variants[0].id
    stock.hold(variant, ref="cart", quantity=1, until=now())
    stock.release(variant, "cart")
    for step in ("archive", "restore"):
        services.change_status(shop_id=product.shop_id, product_id=product.pk, step=step)

    with pytest.raises(ProductOrdered):
        services.delete_draft(shop_id=product.shop_id, product_id=product.pk)

    assert products.get(product.pk).status is ProductStatus.DRAFT


def test_a_variant_that_was_ordered_is_remembered_when_it_is_removed():
    product = a_product(
        a_variant("S", option_values=("S",)), a_variant("L", option_values=("L",)), options=["Size"]
    )
    stock.hold(product.variants[0].id, ref="cart", quantity=1, until=now())
    stock.release(product.variants[0].id, "cart")
    left = product.variants[1]
    services.edit_product(
        shop_id=product.shop_id,
        product_id=product.pk,
        version=None,
        title="Blue mug",
        category_id=product.category_id,
        options=["Size"],
        variants=[VariantDraft(id=left.id, sku="L", price=usd(1800), option_values=("L",))],
    )
    for step in ("archive", "restore"):
        services.change_status(shop_id=product.shop_id, product_id=product.pk, step=step)

    with pytest.raises(ProductOrdered):
        services.delete_draft(shop_id=product.shop_id, product_id=product.pk)


def test_only_drafts_are_deleted():
    product = a_product()

    with pytest.raises(InvalidTransition):
        services.delete_draft(shop_id=product.shop_id, product_id=product.pk)


def test_another_shops_draft_is_not_there():
    with pytest.raises(ProductNotFound):
        services.delete_draft(shop_id=a_shop().id, product_id=a_draft().pk)


# Copies


def test_a_copy_is_a_draft_with_skus_of_its_own_and_nothing_in_stock():
    product = a_product(a_variant("M1", on_hand=5), title="Blue mug", description="For two hands.")

    copies = [services.duplicate_product(shop_id=product.shop_id, product_id=product.pk) for _ in range(2)]

    assert [(copy.status, copy.slug) for copy in copies] == [("draft", "blue-mug-2"), ("draft", "blue-mug-3")]
    assert [copy.variants[0].sku for copy in copies] == ["M1-copy", "M1-copy-2"]
    assert copies[0].description == product.description
    assert stock.levels([copies[0].variants[0].id])[copies[0].variants[0].id].on_hand == 0


def test_a_copy_leaves_the_bar_code_to_the_other_article():
    product = a_product(a_variant(barcode="4006381333931", weight_g=450))

    copy = services.duplicate_product(shop_id=product.shop_id, product_id=product.pk)

    assert (copy.variants[0].barcode, copy.variants[0].weight_g) == (None, 450)


@pytest.mark.parametrize("step", ["reject", "request_changes", "hide"])
def test_a_copy_is_no_way_around_a_moderator(app, moderator, step):
    app.config["LISTING_REVIEW"] = "all"
    product = submitted(a_draft())
    if step == "hide":
        decided(product, "approve", moderator)
    decided(product, step, moderator)
    app.config["LISTING_REVIEW"] = "off"

    copy = services.duplicate_product(shop_id=product.shop_id, product_id=product.pk)

    assert copy.status is ProductStatus.DRAFT
    assert submitted(copy).status is ProductStatus.PENDING


# Addresses


def test_a_new_title_takes_a_new_address_only_when_asked():
    product = a_draft(title="Blue mug")

    kept = mended(product, title="Green mug")
    moved = mended(product, new_address=True)

    assert kept.slug == "blue-mug"
    assert (moved.slug, moved.former_slugs) == ("green-mug", ["blue-mug"])


def test_a_former_address_is_given_to_no_other_product():
    shop = a_shop()
    mended(a_draft(title="Blue mug", shop=shop), title="Green mug", new_address=True)

    other = a_draft(title="Blue mug", shop=shop)

    assert other.slug == "blue-mug-2"


def test_a_listing_may_return_to_an_address_that_it_had():
    product = a_draft(title="Blue mug")
    mended(product, title="Green mug", new_address=True)

    back = mended(product, title="Blue mug", new_address=True)

    assert (back.slug, back.former_slugs) == ("blue-mug", ["green-mug"])


def test_an_address_changes_only_so_often():
    product = a_draft(title="Blue mug")
    product.former_slugs = [f"mug-{number}" for number in range(20)]
    products.save(product)

    with pytest.raises(Invalid) as refused:
        mended(product, title="Green mug", new_address=True)

    assert refused.value.field == "new_address"


def test_an_old_address_leads_to_the_new_one(client):
    product = a_product(title="Blue mug", shop=a_shop(slug="kiln"))
    mended(product, title="Green mug", new_address=True)

    answer = client.get("/p/kiln/blue-mug")

    assert (answer.status_code, answer.location) == (301, "/p/kiln/green-mug")


def test_an_old_address_of_what_is_not_shown_is_not_there(client):
    product = a_draft(title="Blue mug", shop=a_shop(slug="kiln"))
    mended(product, title="Green mug", new_address=True)

    assert client.get("/p/kiln/blue-mug").status_code == 404


# Pictures


def test_what_is_for_sale_keeps_a_picture(app):
    shown = [Picture("mug.svg", alt="A mug")]
    product = a_product(title="Blue mug", pictures=shown)
    app.config["LISTING_PICTURES"] = 1

    with pytest.raises(Invalid) as refused:
        services.pictures.remove_picture(shop_id=product.shop_id, product_id=product.pk, file="mug.svg")

    assert set(refused.value.errors) == {"pictures"}
    assert products.get(product.pk).pictures == shown


def test_the_editor_says_that_the_last_picture_stays(app, person):
    owner, browser = person()
    product = a_product(shop=a_shop(owner=owner, slug="kiln"), pictures=[Picture("mug.svg", alt="A mug")])
    app.config["LISTING_PICTURES"] = 1

    page = browser.post(f"/sell/kiln/listings/{product.pk}/pictures/mug.svg/remove", follow_redirects=True)

    assert "What is for sale keeps what it needs. Add a picture." in page.text
