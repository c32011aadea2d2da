"""A buyer and a shop talk, each in a browser of their own."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from marketplace.accounts.documents import Shop, User
from marketplace.messaging import services
from marketplace.messaging.repositories import conversations
from marketplace.messaging.values import Side, SubjectKind
from marketplace.ordering.values import CartOwner
from tests.browser.conftest import OpenPage
from tests.browser.test_sending import fits
from tests.builders import PASSWORD, a_placed_order, a_product, a_shop, a_user, goods
from tests.catalog.photos import a_photo

pytestmark = [pytest.mark.real, pytest.mark.browser]

#: How long a message takes at most until the other side sees it, in milliseconds.
SOON = 2000

TRACKING, ISBN = "JD 0146 0000 3828 1234", "978-3-16-148410-0"
MARKUP = "<b>Hello</b> & <img src=x onerror=alert(1)>"


@pytest.fixture
def shop(app: Flask) -> Shop:
    """Kim's shop."""
    return a_shop(owner=a_user(email="kim@example.com", display_name="Kim Potter"), slug="kiln")


@pytest.fixture
def ben(app: Flask) -> User:
    """Somebody who buys."""
    return a_user(email="ben@example.com", display_name="Ben Buyer")


def sign_in(page: Page, email: str) -> None:
    """Sign in on the page that is open."""
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


def opened(open_page: OpenPage, path: str, email: str, **how: object) -> Page:
    """The page at this path, for somebody who signs in first."""
    page = open_page(f"/signin?next={path}", **how)
    sign_in(page, email)
    return page


def box(page: Page) -> Locator:
    """Where a message is written."""
    return page.locator("[data-composer]").get_by_role("textbox")


def say(page: Page, text: str) -> None:
    """Write a message and send it."""
    box(page).fill(text)
    page.get_by_role("button", name="Send", exact=True).click()


def said(page: Page, text: str) -> Locator:
    """The message with this text in the conversation that is open."""
    return page.get_by_role("log").get_by_text(text, exact=True)


@pytest.fixture
def talk(shop: Shop, ben: User) -> str:
    """The end of the address of a conversation that Ben began about a mug."""
    mug = a_product(shop=shop, title="Blue mug")
    sent = services.start_as_buyer(
        user_id=ben.pk, kind=SubjectKind.PRODUCT, ref=str(mug.pk), body="Is it blue?", client_id="1"
    )
    return str(sent.conversation.pk)


@pytest.mark.alone
@pytest.mark.parametrize(("buyers", "shops"), [(360, 1280), (1280, 360)])
def test_two_browsers_talk_and_nobody_reloads(
    shop: Shop, ben: User, open_page: OpenPage, buyers: int, shops: int
) -> None:
    a_product(shop=shop, title="Blue mug")
    buyer = open_page("/p/kiln/blue-mug", width=buyers)
    buyer.get_by_role("link", name="Ask the seller").click()
    sign_in(buyer, ben.email)
    say(buyer, "Is it dishwasher safe?")
    expect(said(buyer, "Is it dishwasher safe?")).to_be_visible()
    assert fits(buyer)

    seller = opened(open_page, "/sell", "kim@example.com", width=shops)
    seller.get_by_role("link", name="Messages (1 unread)").click()
    seller.get_by_role("link", name="Ben Buyer").click()
    expect(said(seller, "Is it dishwasher safe?")).to_be_visible()
    assert fits(seller)
    for page in (buyer, seller):
        page.evaluate("() => { window.sameDocument = true; }")

    say(seller, TRACKING)
    expect(said(buyer, TRACKING)).to_be_visible(timeout=SOON)
    say(buyer, ISBN)
    expect(said(seller, ISBN)).to_be_visible(timeout=SOON)
    say(seller, MARKUP)
    expect(said(buyer, MARKUP)).to_be_visible(timeout=SOON)
    expect(said(seller, MARKUP)).to_be_visible()

    assert [page.evaluate("window.sameDocument") for page in (buyer, seller)] == [True, True]
    assert buyer.locator("[data-lines] img").count() == 0
    assert fits(buyer)
    assert fits(seller)
    for side in (Side.BUYER, Side.SHOP):
        assert conversations.all().get().unread(side) == 0


@pytest.mark.parametrize("width", [360, 1280])
def test_without_scripts_they_talk_by_loading_pages(
    shop: Shop, ben: User, talk: str, open_page: OpenPage, width: int
) -> None:
    seller = opened(open_page, "/sell/kiln/messages", "kim@example.com", width=width, javascript=False)
    seller.get_by_role("link", name="Ben Buyer").click()
    say(seller, "  ")
    expect(seller.get_by_role("alert")).to_contain_text("Message: Write something, or attach a file.")
    say(seller, MARKUP)
    expect(said(seller, MARKUP)).to_be_visible()
    seller.reload()
    assert fits(seller)

    buyer = opened(open_page, f"/inbox/{talk}", ben.email, width=width, javascript=False)
    expect(said(buyer, MARKUP)).to_be_visible()
    seller.reload()
    expect(seller.get_by_text("Seen")).to_be_visible()
    assert conversations.all().get().last_seq == 2


def test_an_answer_is_sent_by_keys_and_seen_at_its_end(
    shop: Shop, ben: User, talk: str, open_page: OpenPage
) -> None:
    seat = services.buyer_seat(ben.pk, conversations.all().get().pk)
    for number in range(2, 40):
        services.send_message(seat, body=f"And {number}?", client_id=str(number))
    seller = opened(open_page, f"/sell/kiln/messages/{talk}", "kim@example.com")
    expect(said(seller, "And 39?")).to_be_in_viewport()
    seller.wait_for_load_state()  # its script listens to keys from here on

    box(seller).fill("Yes,\nblue.")
    seller.keyboard.press("Control+Enter")

    expect(seller.get_by_role("log").get_by_text("Yes, blue.")).to_be_in_viewport()
    expect(box(seller)).to_have_value("")
    expect(box(seller)).to_be_focused()


def test_what_is_typed_survives_a_reload_and_is_gone_when_it_is_sent(
    ben: User, talk: str, open_page: OpenPage
) -> None:
    page = opened(open_page, f"/inbox/{talk}", ben.email)
    box(page).fill("I still wonder")

    page.reload()
    expect(box(page)).to_have_value("I still wonder")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(said(page, "I still wonder")).to_be_visible()
    page.reload()

    expect(box(page)).to_have_value("")


def test_a_lost_connection_sends_once(ben: User, talk: str, open_page: OpenPage) -> None:
    page = opened(open_page, f"/inbox/{talk}", ben.email)
    page.evaluate(
        """() => {
          window.send = fetch;
          window.fetch = async (address, options) => {
            const answer = await window.send(address, options);
            if (options?.method !== "POST") return answer;
            window.fetch = window.send;
            throw new TypeError("The answer was lost.");
          };
        }"""
    )

    say(page, "Are you there?")
    expect(page.get_by_text("Not sent: there is no connection.")).to_be_visible()
    page.get_by_role("button", name="Send", exact=True).click()

    expect(box(page)).to_have_value("")
    expect(said(page, "Are you there?")).to_have_count(1)
    assert conversations.all().get().last_seq == 2


def test_what_was_taken_back_leaves_the_other_sides_page_with_the_next_message(
    ben: User, talk: str, open_page: OpenPage
) -> None:
    seller = opened(open_page, f"/sell/kiln/messages/{talk}", "kim@example.com")
    say(seller, "It is red.")
    buyer = opened(open_page, f"/inbox/{talk}", ben.email)
    expect(said(buyer, "It is red.")).to_be_visible()

    seller.get_by_text("Delete", exact=True).last.click()
    seller.get_by_role("button", name="Delete it for both of you").click()
    say(seller, "It is blue.")

    expect(said(buyer, "It is blue.")).to_be_visible()
    expect(said(buyer, "It is red.")).to_have_count(0)
    expect(said(buyer, "This message was deleted.")).to_be_visible()


def test_a_long_list_keeps_its_tabs_and_the_words_beside_what_is_unread(
    shop: Shop, open_page: OpenPage
) -> None:
    for number in range(12):
        services.start_as_buyer(
            user_id=a_user(display_name=f"Buyer {number}").pk,
            kind=SubjectKind.SHOP,
            ref="kiln",
            body="A question that is a good deal longer than its line",
            client_id="1",
        )

    page = opened(open_page, "/sell/kiln/messages", "kim@example.com", width=1280)

    expect(page.get_by_role("link", name="Archived")).to_be_in_viewport()
    preview, badge = (page.locator(f".talk__{part}").first.bounding_box() for part in ("preview", "unread"))
    assert preview is not None
    assert badge is not None
    assert badge["x"] > preview["x"] + preview["width"] - 40


@pytest.mark.parametrize("javascript", [True, False])
def test_a_photo_is_sent_and_taken_back(ben: User, talk: str, open_page: OpenPage, javascript: bool) -> None:
    page = opened(open_page, f"/inbox/{talk}", ben.email, width=360, javascript=javascript)
    page.get_by_text("Attach files").click()
    file = {"name": "crack.jpg", "mimeType": "image/jpeg", "buffer": a_photo(800, 600)}
    page.get_by_label("Pictures or PDF").set_input_files([file])
    page.get_by_role("button", name="Send", exact=True).click()

    photo = page.get_by_role("img", name="crack.webp")
    expect(photo).to_be_visible()
    photo.scroll_into_view_if_needed()
    for _ in range(50):
        if photo.evaluate("image => image.complete && image.naturalWidth"):
            break
        page.wait_for_timeout(100)
    assert photo.evaluate("image => image.naturalWidth") == 800
    assert fits(page)
    page.get_by_text("Delete", exact=True).last.click()
    page.get_by_role("button", name="Delete it for both of you").last.click()
    expect(page.get_by_role("log").get_by_text("This message was deleted.")).to_be_visible()
    expect(photo).to_have_count(0)


@pytest.mark.parametrize(("width", "javascript"), [(360, True), (1280, False)])
def test_an_order_is_talked_about_on_its_page(
    shop: Shop, ben: User, open_page: OpenPage, width: int, javascript: bool
) -> None:
    order = a_placed_order(goods(shop), owner=CartOwner(user_id=ben.pk))
    buyer = opened(open_page, f"/order/{order.number}", ben.email, width=width, javascript=javascript)
    say(buyer, "When does it leave?")
    expect(said(buyer, "When does it leave?")).to_be_visible()
    assert fits(buyer)

    path = f"/sell/kiln/orders/{order.number}"
    seller = opened(open_page, path, "kim@example.com", width=width, javascript=javascript)
    expect(said(seller, "When does it leave?")).to_be_visible()
    say(seller, "Today.")
    expect(said(seller, "Today.")).to_be_visible()
    assert fits(seller)

    if not javascript:
        buyer.reload()
    buyer.get_by_role("log").scroll_into_view_if_needed()
    expect(said(buyer, "Today.")).to_be_visible()
    if javascript:
        expect(buyer.get_by_role("log").get_by_text("Today.")).to_be_in_viewport()
        for _ in range(20):
            if not conversations.all().get().unread(Side.BUYER):
                break
            buyer.wait_for_timeout(100)
        assert conversations.all().get().unread(Side.BUYER) == 0
    buyer.get_by_role("link", name="Open the whole conversation").click()
    began = f"Order {order.number}: {order.events[0].text}"
    expect(buyer.get_by_role("log").get_by_text(began)).to_be_visible()
