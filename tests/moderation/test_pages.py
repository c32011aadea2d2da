"""The page that reports something, and the moderators' pages."""

from __future__ import annotations

import pytest

from marketplace.accounts import services as accounts
from marketplace.accounts.repositories import audit_log
from marketplace.accounts.values import Role
from marketplace.catalog.repositories import products, reviews
from marketplace.moderation.repositories import reports
from tests.builders import a_product, a_review, a_shop, a_user
from tests.moderation.conftest import a_message, report


@pytest.fixture
def browser(person):
    """A moderator's browser."""
    return person("Mo", roles=(Role.MODERATOR,))[1]


def address(product):
    shop = accounts.get_shop(product.shop_id)
    return f"/p/{shop.slug}/{product.slug}"


def form(product, **typed):
    return {"subject.type": "listing", "subject.id": str(product.pk), "reason": "fraud"} | typed


def test_products_shops_and_reviews_lead_to_the_form(client):
    review = a_review()
    product = products.get(review.product_id)
    page = client.get(address(product)).text
    slug = accounts.get_shop(product.shop_id).slug

    assert f"/report?type=listing&amp;id={product.pk}" in page
    assert f"/report?type=review&amp;id={review.pk}" in page
    assert f"/report?type=shop&amp;id={slug}" in client.get(f"/shop/{slug}").text


def test_an_owner_is_not_asked_to_report_their_own_listing(person):
    owner, browser = person("Kim")
    product = a_product(shop=a_shop(owner=owner))

    assert "/report?type=listing" not in browser.get(address(product)).text


def test_a_visitor_signs_in_and_comes_back(client):
    answer = client.get(f"/report?type=listing&id={a_product().pk}")

    assert answer.status_code == 303
    assert answer.location.startswith("/signin?next=%2Freport")


def test_a_report_leads_back_to_where_it_was_sent_from(person):
    product = a_product()

    answer = person("Ada")[1].post("/report", data=form(product))

    assert (answer.status_code, answer.location) == (303, address(product))
    assert len(reports.all()) == 1


def test_the_report_that_hides_a_listing_leads_home(person, app):
    app.config["REPORTS_TO_HIDE"] = 3
    product = a_product()
    for _ in range(2):
        report("listing", product)
    user, browser = person("Ada")
    user.created_at = user.created_at.replace(year=2020)
    user.save()

    assert browser.post("/report", data=form(product)).location == "/"


def test_what_was_typed_is_shown_again_with_what_is_wrong(person):
    answer = person("Ada")[1].post("/report", data=form(a_product(), reason="", text="A fake of mine"))

    assert answer.status_code == 422
    assert "Choose what is wrong." in answer.text
    assert "A fake of mine" in answer.text


def test_something_else_has_to_be_said(person):
    answer = person("Ada")[1].post("/report", data=form(a_product(), reason="other"))

    assert (answer.status_code, "Say what is wrong." in answer.text) == (422, True)


def test_whoever_reported_it_already_is_told_so(person):
    _, ada = person("Ada")
    product = a_product()
    ada.post("/report", data=form(product))

    page = ada.get(f"/report?type=listing&id={product.pk}")
    again = ada.post("/report", data=form(product))

    assert "You reported this already" in page.text
    assert (again.status_code, "You reported this already" in again.text) == (409, True)


@pytest.mark.parametrize(
    ("query", "status"),
    [("", 400), ("type=cart&id=1", 400), ("type=listing&id=1", 404), ("type=message&id=1", 404)],
)
def test_an_address_that_names_nothing(person, query, status):
    assert person("Ada")[1].get(f"/report?{query}").status_code == status


def test_nobody_learns_the_name_of_a_member_by_their_id(person):
    stranger = a_user(display_name="Secretive Sam")

    page = person("Ada")[1].get(f"/report?type=user&id={stranger.pk}").text

    assert "Secretive Sam" not in page
    assert "A member" in page


def test_html_in_a_report_is_shown_as_text(browser):
    filed = report("listing", a_product(), text="<script>alert(1)</script>")

    page = browser.get(f"/admin/reports/{filed.report.about_id}").text

    assert "&lt;script&gt;alert(1)" in page


def test_a_buyer_reports_a_message_and_a_moderator_reads_what_was_said_around_it(person, browser):
    buyer, browser_of_buyer = person("Ben")
    sent = a_message(buyer, a_shop(), "Pay in cash")
    here = {"type": "message", "id": str(sent.message.pk), "conversation": str(sent.conversation.pk)}
    typed = {f"subject.{name}": value for name, value in here.items()}

    shown = browser_of_buyer.get("/report", query_string=here)
    answer = browser_of_buyer.post("/report", data=typed | {"reason": "off_platform"})
    (filed,) = reports.all()
    page = browser.get(f"/admin/reports/{filed.about_id}")

    assert shown.status_code == 200
    assert answer.location == f"/inbox/{sent.conversation.pk}"
    assert "Hello?" in page.text
    assert "Pay in cash" in page.text
    assert len(audit_log.search(action="conversation.read").items) == 1


def test_the_list_shows_each_thing_once_with_its_count(browser):
    product = a_product(title="Odd mug")
    for _ in range(2):
        report("listing", product)

    page = browser.get("/admin/reports").text

    assert page.count("Odd mug") == 1
    assert 'data-label="Reports" class="number">2<' in page


def test_where_moderators_begin_says_how_much_waits(browser):
    assert "to decide" not in browser.get("/admin").text

    report("listing", a_product())

    assert "Reports (1 to decide)" in browser.get("/admin").text


def test_an_empty_list_says_so(browser):
    assert "Nothing to decide" in browser.get("/admin/reports").text


def test_a_moderator_decides_on_the_page(browser):
    product = a_product()
    here = f"/admin/reports/{report('listing', product).report.about_id}"

    answer = browser.post(f"{here}/hide", data={"reason": "It is a fake.", "round": "0"})

    assert (answer.status_code, answer.location) == (303, "/admin/reports")
    assert not products.get(product.pk).visible
    assert "It is a fake." in browser.get(here).text


@pytest.mark.parametrize("parts", [{}, {"title": ""}, {"body": ""}], ids=["both", "body", "title"])
def test_a_review_is_shown_twice_only_where_its_words_have_changed(browser, parts):
    review = a_review(**{"title": "Lovely", "body": "Blue as the sea."} | parts)
    here = f"/admin/reports/{report('review', review).report.about_id}"

    same = browser.get(here).text
    review.title = "Awful"
    reviews.save(review)
    changed = browser.get(here).text

    assert [("As it was when it was reported" in page) for page in (same, changed)] == [False, True]


def test_a_long_listing_that_stayed_as_it_was_is_shown_once(browser):
    product = a_product(description="Blue. " * 1000)

    page = browser.get(f"/admin/reports/{report('listing', product).report.about_id}").text

    assert "As it was when it was reported" not in page


def test_a_refused_decision_keeps_what_was_typed(browser):
    here = f"/admin/reports/{report('listing', a_product()).report.about_id}"

    answer = browser.post(f"{here}/hide", data={"reason": "No", "round": "0"})

    assert (answer.status_code, ">\nNo</textarea>" in answer.text) == (422, True)


def test_a_decision_on_what_a_colleague_decided_is_shown_as_such(browser):
    here = f"/admin/reports/{report('listing', a_product()).report.about_id}"
    browser.post(f"{here}/dismiss", data={"round": "0"})

    answer = browser.post(f"{here}/hide", data={"reason": "It is a fake.", "round": "0"})

    assert (answer.status_code, "Another moderator decided" in answer.text) == (412, True)


def test_the_pages_of_shops_and_people_say_how_often_they_were_reported(browser):
    shop = a_shop(slug="kiln")
    report("shop", shop)

    page = browser.get("/admin/shops/kiln").text

    assert "<dt>Reported</dt><dd>1</dd>" in page
