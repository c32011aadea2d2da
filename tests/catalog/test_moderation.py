from __future__ import annotations

import pytest

from marketplace.accounts.values import Role
from marketplace.catalog import services
from marketplace.catalog.repositories import products
from marketplace.catalog.values import ProductStatus
from marketplace.shared import connections
from marketplace.shared.outbox import Delivery, registry
from tests.builders import a_product, a_shop, a_user

LISTINGS = "/api/v1/admin/listings"


@pytest.fixture
def moderator(person):
    """A moderator's browser."""
    return person(roles=(Role.MODERATOR,))[1]


@pytest.fixture
def waiting(app):
    """A listing that waits for a moderator."""
    return a_waiting()


def a_waiting(title="Blue mug", **parts):
    product = a_product(title=title, published=False, **parts)
    product.take_step("submit", to=ProductStatus.PENDING)
    return products.save(product)


def deliver() -> None:
    """Call the handlers of everything that was told, as a worker does."""
    rows = connections.database()["outbox"]
    for row in rows.find(sort=[("sequence", 1)]):
        names = ("topic", "sequence", "payload", "told_at")
        told = Delivery(id=row["_id"], about=row["stream"], attempt=1, **{name: row[name] for name in names})
        registry.handlers[told.topic](told)


def tag(product) -> dict[str, str]:
    return {"If-Match": f'"{product.version}"'}


# JSON


def test_listings_wait_in_the_order_in_which_they_came(moderator):
    first, second = a_waiting("First mug"), a_waiting("Second mug")

    page = moderator.get(f"{LISTINGS}?limit=1").json
    rest = moderator.get(f"{LISTINGS}?limit=1&cursor={page['page']['next']}").json

    assert [one["id"] for one in page["data"] + rest["data"]] == [str(first.pk), str(second.pk)]


def test_a_moderator_reads_what_a_listing_lacks(moderator, waiting):
    waiting.title = "Mug"
    products.save(waiting)

    answer = moderator.get(f"{LISTINGS}/{waiting.pk}")

    assert answer.headers["ETag"] == f'"{waiting.version}"'
    assert [one["field"] for one in answer.json["missing"]] == ["title"]
    assert answer.json["available_transitions"] == ["approve", "request_changes", "reject"]


def test_an_approved_listing_is_for_sale(moderator, waiting, client):
    answer = moderator.post(f"{LISTINGS}/{waiting.pk}/approve", json={}, headers=tag(waiting))

    assert (answer.status_code, answer.json["status"]) == (200, "active")
    assert client.get(f"/api/v1/products/{waiting.pk}").status_code == 200


def test_an_approval_says_of_which_version(moderator, waiting):
    answer = moderator.post(f"{LISTINGS}/{waiting.pk}/approve", json={})

    assert (answer.status_code, answer.json["code"]) == (428, "precondition_required")


def test_what_its_seller_changed_since_is_looked_at_again(moderator, waiting):
    seen = tag(waiting)
    products.save(products.get(waiting.pk))

    answer = moderator.post(f"{LISTINGS}/{waiting.pk}/approve", json={}, headers=seen)

    assert (answer.status_code, answer.json["code"]) == (412, "version_conflict")


@pytest.mark.parametrize("step", ["request_changes", "reject"])
def test_sending_back_needs_a_reason(moderator, waiting, step):
    refused = moderator.post(f"{LISTINGS}/{waiting.pk}/{step}", json={})
    taken = moderator.post(f"{LISTINGS}/{waiting.pk}/{step}", json={"reason": "Say what it is made of."})

    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/reason")
    assert taken.json["moderation"]["reason"] == "Say what it is made of."


def test_a_step_that_is_not_allowed_names_those_that_are(moderator, waiting):
    answer = moderator.post(f"{LISTINGS}/{waiting.pk}/pause", json={})

    assert (answer.status_code, answer.json["code"]) == (409, "invalid_transition")
    assert answer.json["allowed"] == ["approve", "request_changes", "reject"]


@pytest.mark.parametrize(
    ("method", "path"), [("get", ""), ("get", "/{id}"), ("post", "/{id}/hide"), ("post", "/{id}/approve")]
)
def test_nobody_else_looks_after_listings(person, waiting, method, path):
    _, stranger = person()
    body = {"json": {"reason": "I like it not."}} if method == "post" else {}

    address = f"{LISTINGS}{path.format(id=waiting.pk)}"
    answer = getattr(stranger, method)(address, headers=tag(waiting), **body)

    assert (answer.status_code, answer.json["code"]) == (403, "not_your_role")


def test_a_list_of_what_moderators_do_not_look_after_is_refused(moderator):
    assert moderator.get(f"{LISTINGS}?status=draft").status_code == 400


# The seller


def test_a_seller_reads_why_a_listing_is_hidden(person, moderator):
    owner, seller = person()
    product = a_product(shop=a_shop(owner=owner, slug="kiln"))
    moderator.post(f"{LISTINGS}/{product.pk}/hide", json={"reason": "The picture shows another mug."})

    shown = seller.get(f"/api/v1/seller/kiln/products/{product.pk}").json
    page = seller.get(f"/sell/kiln/listings/{product.pk}").text

    assert (shown["status"], shown["available_transitions"]) == ("hidden", [])
    assert shown["moderation"]["reason"] == "The picture shows another mug."
    assert "The picture shows another mug." in page
    assert "a moderator then shows it again" in page


def test_a_sellers_own_way_does_not_lead_past_the_moderator(person, waiting):
    owner, seller = person()
    product = a_waiting(shop=a_shop(owner=owner, slug="kiln"))

    answer = seller.post(f"/api/v1/seller/kiln/products/{product.pk}/approve")

    assert (answer.status_code, answer.json["code"]) == (409, "invalid_transition")
    assert answer.json["allowed"] == ["archive"]


def test_the_public_sees_nothing_of_a_hidden_listing(client, moderator):
    product = a_product(shop=a_shop(slug="kiln"), title="Blue mug")
    moderator.post(f"{LISTINGS}/{product.pk}/hide", json={"reason": "The picture shows another mug."})

    assert client.get(f"/api/v1/products/{product.pk}").status_code == 404
    assert client.get("/p/kiln/blue-mug").status_code == 404


# Pages


def test_the_page_lists_what_waits(moderator, waiting):
    page = moderator.get("/admin/listings").text

    assert "Blue mug" in page
    assert f"/admin/listings/{waiting.pk}" in page


def test_moderators_see_which_hidden_listing_was_put_right(person, moderator):
    owner, seller = person()
    product = a_product(shop=a_shop(owner=owner, slug="kiln"))
    moderator.post(f"{LISTINGS}/{product.pk}/hide", json={"reason": "The picture shows another mug."})
    places = ("/admin/listings?status=hidden", f"/admin/listings/{product.pk}")

    before = [moderator.get(place).text for place in places]
    about = f"/api/v1/seller/kiln/products/{product.pk}"
    answer = seller.patch(about, json={"description": "It is blue."}, headers={"If-Match": "*"})
    after = [moderator.get(place).text for place in places]

    assert answer.status_code == 200, answer.text
    assert ["Changed since" in page for page in before + after] == [False, False, True, True]


def test_a_page_without_anything_says_so(moderator):
    assert "Nothing waits" in moderator.get("/admin/listings").text
    assert "No listing is in this state." in moderator.get("/admin/listings?status=hidden").text


def test_a_list_that_cannot_be_shown_says_why(moderator):
    answer = moderator.get("/admin/listings?status=draft")

    assert answer.status_code == 400
    assert "This list cannot be shown like that" in answer.text


def test_the_page_of_a_listing_has_its_facts_beside_what_it_lacks(moderator):
    product = a_waiting("Mug", shop=a_shop(name="Kiln & Clay"))

    page = moderator.get(f"/admin/listings/{product.pk}").text

    assert "Kiln &amp; Clay" in page
    assert "Give it a title of 5 to 120 characters." in page
    assert f"/admin/listings/{product.pk}/approve" in page
    assert f"/admin/listings/{product.pk}/hide" not in page


def test_a_moderator_approves_with_a_button(moderator, waiting):
    form = {"version": str(waiting.version)}

    page = moderator.post(f"/admin/listings/{waiting.pk}/approve", data=form, follow_redirects=True)

    assert "“Blue mug” is approved." in page.text
    assert products.get(waiting.pk).visible


def test_a_reason_that_is_too_short_is_kept_in_its_form(moderator, waiting):
    form = {"version": str(waiting.version), "reason": "No."}

    page = moderator.post(f"/admin/listings/{waiting.pk}/reject", data=form)

    assert page.status_code == 422
    assert "Write between 5 and 1000 characters." in page.text
    assert "No.</textarea>" in page.text


def test_a_reason_is_kept_when_the_seller_changed_the_listing_meanwhile(moderator, waiting):
    form = {"version": str(waiting.version), "reason": "This is a copy of another mug."}
    products.save(products.get(waiting.pk))

    page = moderator.post(f"/admin/listings/{waiting.pk}/reject", data=form)

    assert page.status_code == 412
    assert "The seller changed this listing since you opened it." in page.text
    assert "This is a copy of another mug.</textarea>" in page.text


@pytest.mark.parametrize("path", ["", "/{id}"])
def test_nobody_else_sees_the_pages(person, waiting, path):
    assert person()[1].get(f"/admin/listings{path.format(id=waiting.pk)}").status_code == 403


def test_nobody_else_decides_on_the_pages(person, waiting):
    answer = person()[1].post(f"/admin/listings/{waiting.pk}/approve", data={"version": "1"})

    assert answer.status_code == 403
    assert products.get(waiting.pk).status is ProductStatus.PENDING


# Mail


@pytest.mark.parametrize(
    ("step", "state", "subject"),
    [
        ("approve", "pending", "Approved: Blue mug"),
        ("request_changes", "pending", "Changes needed: Blue mug"),
        ("reject", "pending", "Rejected: Blue mug"),
        ("hide", "active", "Hidden: Blue mug"),
        ("restore", "hidden", "Shown again: Blue mug"),
    ],
)
def test_the_owner_gets_a_mail_about_each_decision(app, step, state, subject):
    owner, moderator = a_user(email="seller@example.com"), a_user(roles=(Role.MODERATOR,))
    shop = a_shop(owner=owner)
    product = a_waiting(shop=shop) if state == "pending" else a_product(shop=shop, title="Blue mug")
    about = {"moderator_id": moderator.id, "product_id": product.pk, "reason": "Because of this."}
    if state == "hidden":
        services.moderate_listing(**about, step="hide")
    services.moderate_listing(**about, step=step)

    deliver()

    mail = app.extensions["mail"].taken[-1]
    assert (mail["To"], mail["Subject"]) == ("seller@example.com", subject)
    assert "\n\nYour listing:\n" in mail.get_content()
    assert "\n\n\n" not in mail.get_content()
    assert ("Because of this." in mail.get_content()) is (step not in ("approve", "restore"))
    assert f"/listings/{product.pk}" in mail.get_content()
