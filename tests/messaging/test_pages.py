"""The pages where buyers and shops talk, as they come without scripts."""

from __future__ import annotations

import io
import re

import pytest

from marketplace.messaging import services
from marketplace.messaging.repositories import conversations, messages
from marketplace.messaging.values import Side, SubjectKind
from marketplace.ordering.values import CartOwner
from tests.builders import a_placed_order, a_product, a_shop, goods
from tests.catalog.photos import a_photo


@pytest.fixture
def kiln(person):
    """A shop at /shop/kiln, with its owner's browser."""
    owner, browser = person("Kim Potter")
    return a_shop(owner=owner, slug="kiln"), browser


@pytest.fixture
def ben(person):
    """A buyer with his browser."""
    return person("Ben Buyer")


@pytest.fixture
def mug(kiln):
    return a_product(shop=kiln[0], title="Blue mug")


def write(browser, address, body="Is it dishwasher safe?", client_id="form-1"):
    return browser.post(address, data={"body": body, "client_id": client_id})


def ask(ben, mug, **said):
    """Ben asks about the mug on its page; the address of the conversation."""
    answer = write(ben[1], f"/inbox/new?type=product&id={mug.pk}", **said)
    assert answer.status_code == 303, answer.text
    return answer.location


def of_shop(address, slug="kiln"):
    """The same conversation as its shop opens it."""
    return address.replace("/inbox/", f"/sell/{slug}/messages/")


def the_conversation():
    (found,) = conversations.all()
    return found


# Beginning


def test_the_page_of_a_product_leads_to_a_question_about_it(client, mug):
    page = client.get("/p/kiln/blue-mug").text

    assert f"/inbox/new?type=product&amp;id={mug.pk}" in page


def test_a_visitor_signs_in_and_comes_back_to_the_question(client, mug):
    answer = client.get(f"/inbox/new?type=product&id={mug.pk}")

    assert answer.status_code == 303
    assert answer.location == f"/signin?next=%2Finbox%2Fnew%3Ftype%3Dproduct%26id%3D{mug.pk}"


def test_the_form_says_to_whom_and_about_what(ben, mug):
    page = ben[1].get(f"/inbox/new?type=product&id={mug.pk}").text

    assert "Write to Kiln" in page
    assert "About Blue mug" in page


def test_the_form_promises_no_more_privacy_than_there_is(ben, mug):
    page = ben[1].get(f"/inbox/new?type=product&id={mug.pk}").text

    assert "unless one of you reports a message: then a moderator does." in page


def test_a_question_leads_to_its_conversation(ben, mug):
    page = ben[1].get(ask(ben, mug)).text

    assert "Is it dishwasher safe?" in page
    assert "/p/kiln/blue-mug" in page


def test_who_asks_again_goes_on_where_they_were(ben, mug):
    address = ask(ben, mug)

    assert ben[1].get(f"/inbox/new?type=product&id={mug.pk}").location == address


def test_a_shop_is_written_to_from_its_page(client, ben, kiln):
    assert "/inbox/new?type=shop&amp;id=kiln" in client.get("/shop/kiln").text
    assert write(ben[1], "/inbox/new?type=shop&id=kiln").status_code == 303


def test_nobody_is_led_to_ask_their_own_shop(kiln, mug):
    for address in ("/p/kiln/blue-mug", "/shop/kiln"):
        assert "/inbox/new" not in kiln[1].get(address).text
    assert kiln[1].get(f"/inbox/new?type=product&id={mug.pk}").status_code == 403


@pytest.mark.parametrize("query", ["", "?type=product&id=nonsense", "?type=cat&id=1", "?order=7F3K-9Q2D"])
def test_what_is_not_there_cannot_be_written_about(ben, query):
    assert ben[1].get(f"/inbox/new{query}").status_code == 404
    assert write(ben[1], f"/inbox/new{query}").status_code == 404


# Writing


def test_a_form_that_is_sent_twice_sends_once(ben, mug):
    address = ask(ben, mug)
    for _ in range(2):
        assert write(ben[1], address, "And the oven?", "form-2").status_code == 303

    assert the_conversation().last_seq == 2


def test_whoever_goes_back_to_a_form_may_write_something_else(ben, mug):
    address = ask(ben, mug)
    write(ben[1], address, "And the oven?", "form-2")

    assert write(ben[1], address, "Or the microwave?", "form-2").status_code == 303
    assert the_conversation().last_seq == 3


def test_an_empty_message_is_not_sent_and_says_so(ben, mug):
    answer = write(ben[1], ask(ben, mug), "  \n ", "form-2")

    assert answer.status_code == 422
    assert "Message: Write something, or attach a file." in answer.text


def test_a_refused_message_is_still_in_the_form(ben, mug):
    address = ask(ben, mug)
    conversation = the_conversation()
    conversation.locked = True
    conversations.save(conversation)

    answer = write(ben[1], address, "And the oven?", "form-2")

    assert answer.status_code == 409
    assert re.search(r"<textarea[^>]*>\s*And the oven\?</textarea>", answer.text)


def test_the_lines_of_a_message_end_in_one_character(ben, mug):
    address = ask(ben, mug)

    write(ben[1], address, "x" * 2000 + "\r\n" + "y" * 1999, "form-2")

    assert messages.numbered(the_conversation().pk, 2).body == "x" * 2000 + "\n" + "y" * 1999


@pytest.mark.parametrize(
    "text", ["JD 0146 0000 3828", "978-3-16-148410-0", "+49 30 901820", "ab\n  cd\n\nef", "5 < 6 & 7 > 3"]
)
def test_what_is_written_passes_unchanged(ben, mug, text):
    ask(ben, mug, body=text)

    assert messages.numbered(the_conversation().pk, 1).body == text


def test_markup_is_shown_as_text(ben, mug):
    page = ben[1].get(ask(ben, mug, body="<b>Hello</b> <script>alert(1)</script>")).text

    assert "&lt;b&gt;Hello&lt;/b&gt; &lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<b>Hello" not in page


# Reading


def test_the_sign_in_the_header_counts_what_is_unread_until_it_is_read(ben, kiln, mug):
    address = ask(ben, mug)
    assert "Messages of Kiln, 1 unread" in kiln[1].get("/sell/kiln/orders").text

    page = kiln[1].get(of_shop(address)).text

    assert "1 unread" not in page
    assert "Messages of Kiln</span>" in page
    assert the_conversation().unread(Side.SHOP) == 0


def test_my_shops_say_how_much_is_unread(ben, kiln, mug):
    ask(ben, mug)

    assert "Messages (1 unread)" in kiln[1].get("/sell").text


def test_an_answer_is_unread_for_the_buyer_and_seen_by_them(ben, kiln, mug):
    address = ask(ben, mug)
    write(kiln[1], of_shop(address), "Yes.")
    assert "Messages, 1 unread" in ben[1].get("/inbox").text
    assert 'data-seen="no"' in kiln[1].get(of_shop(address)).text

    ben[1].get(address)

    assert 'data-seen="yes"' in kiln[1].get(of_shop(address)).text


def test_looking_at_earlier_messages_marks_nothing_read(ben, kiln, mug):
    address = ask(ben, mug)
    kiln[1].get(f"{of_shop(address)}?before=2")

    assert the_conversation().unread(Side.SHOP) == 0
    write(ben[1], address, "Hello?", "form-2")
    kiln[1].get(f"{of_shop(address)}?before=2")
    assert the_conversation().unread(Side.SHOP) == 1


def test_each_side_is_called_by_its_name(ben, kiln, mug):
    address = ask(ben, mug)
    write(kiln[1], of_shop(address), "Yes.")

    names = {
        who: re.findall(r'message__from">([^<]+)<', browser.get(page).text)
        for who, browser, page in (("buyer", ben[1], address), ("shop", kiln[1], of_shop(address)))
    }

    assert names == {"buyer": ["You", "Kiln (Kim)"], "shop": ["Ben Buyer", "You"]}


def test_a_long_conversation_opens_at_its_end_and_leads_both_ways(ben, kiln, mug):
    address = ask(ben, mug)
    seat = services.buyer_seat(ben[0].pk, the_conversation().pk)
    for number in range(2, 61):
        services.send_message(seat, body=f"Message {number}.", client_id=str(number))

    end = ben[1].get(address).text
    earlier = ben[1].get(f"{address}?before=11").text

    assert re.findall(r'data-seq="(\d+)"', end) == [str(number) for number in range(11, 61)]
    assert f"{address}?before=11" in end
    assert re.findall(r'data-seq="(\d+)"', earlier) == [str(number) for number in range(1, 11)]
    assert f"{address}?after=10" in earlier
    assert "data-live" in end
    assert "data-live" not in earlier


def test_the_list_says_with_whom_about_what_and_what_was_said_last(ben, kiln, mug):
    address = ask(ben, mug)
    write(kiln[1], of_shop(address), "Yes.")

    (buyers,) = re.findall(r'<ul class="talks">.*?</ul>', ben[1].get("/inbox").text, re.DOTALL)
    (shops,) = re.findall(r'<ul class="talks">.*?</ul>', kiln[1].get("/sell/kiln/messages").text, re.DOTALL)

    assert all(words in buyers for words in ("Kiln", "Blue mug", ">Yes.<", "talk__unread"))
    assert all(words in shops for words in ("Ben Buyer", "Blue mug", "You: Yes."))
    assert "talk__unread" not in shops


def test_the_lists_narrow_and_stay_beside_the_conversation(ben, kiln, mug):
    address = ask(ben, mug)

    unread = kiln[1].get("/sell/kiln/messages?box=unread").text
    assert f"{of_shop(address)}?box=unread" in unread
    assert "You have read everything." in kiln[1].get(f"{of_shop(address)}?box=unread").text
    assert "No conversation is about an order." in kiln[1].get("/sell/kiln/messages?box=orders").text


def test_a_list_leads_on_to_its_next_page(ben, kiln):
    for number in range(21):
        ask(ben, a_product(shop=kiln[0], title=f"Mug {number}"))

    first = ben[1].get("/inbox").text
    (following,) = re.findall(r'rel="next" href="([^"]+)"', first)
    second = ben[1].get(following.replace("&amp;", "&")).text

    assert first.count('class="talk"') == 20
    assert second.count('class="talk"') == 1


@pytest.mark.parametrize("query", ["box=attic", "cursor=nonsense"])
def test_a_list_that_is_not_there_is_refused(ben, query):
    assert ben[1].get(f"/inbox?{query}").status_code == 400


def test_an_empty_inbox_says_how_to_begin(ben, kiln):
    assert "You have not written to a shop yet." in ben[1].get("/inbox").text
    assert "Nobody has written yet." in kiln[1].get("/sell/kiln/messages").text


# Orders


@pytest.fixture
def order(ben, kiln):
    """An order of Ben's from the kiln."""
    return a_placed_order(goods(kiln[0], title="Bowl"), owner=CartOwner(user_id=ben[0].pk))


def test_a_buyer_writes_on_the_page_of_the_order_and_stays_there(ben, order):
    action = f"/inbox/new?type=order&id={order.number}&beside=order"
    assert action.replace("&", "&amp;") in ben[1].get(f"/order/{order.number}").text

    answer = write(ben[1], action, "When does it leave?")

    assert answer.location == f"/order/{order.number}#messages"
    assert "When does it leave?" in ben[1].get(f"/order/{order.number}").text


def test_a_shop_writes_on_the_page_of_the_order_and_stays_there(kiln, order):
    action = f"/sell/kiln/messages/new?order={order.number}&beside=order"
    assert action.replace("&", "&amp;") in kiln[1].get(f"/sell/kiln/orders/{order.number}").text

    answer = write(kiln[1], action, "It leaves today.")

    assert answer.location == f"/sell/kiln/orders/{order.number}#messages"
    assert "It leaves today." in kiln[1].get(f"/sell/kiln/orders/{order.number}").text


def test_the_page_of_an_order_marks_nothing_read_by_itself(ben, kiln, order):
    write(kiln[1], f"/sell/kiln/messages/new?order={order.number}", "It leaves today.")

    ben[1].get(f"/order/{order.number}")

    assert the_conversation().unread(Side.BUYER) == 1


def test_the_page_of_an_order_shows_what_was_asked_about_its_product(ben, kiln):
    variant = goods(kiln[0], title="Bowl")
    product = next(iter(a_placed_order(variant, owner=CartOwner(user_id=ben[0].pk)).items))
    services.start_as_buyer(
        user_id=ben[0].pk, kind=SubjectKind.PRODUCT, ref=str(product.product_id), body="Safe?", client_id="1"
    )
    order = a_placed_order(variant, owner=CartOwner(user_id=ben[0].pk))

    assert "Safe?" in ben[1].get(f"/order/{order.number}").text


def test_a_conversation_about_an_order_begins_with_what_happened_to_it(ben, order):
    page = ben[1].get(write(ben[1], f"/inbox/new?type=order&id={order.number}").location).text

    assert f"Order {order.number}: {order.events[0].text}" in page


def test_the_list_says_how_the_order_stands(ben, order):
    write(ben[1], f"/inbox/new?type=order&id={order.number}")

    assert re.search(r'talk__about">.*?chip--info">Paid<', ben[1].get("/inbox").text)


def test_a_guest_has_no_inbox(client, kiln):
    order = a_placed_order(goods(kiln[0]))

    page = kiln[1].get(f"/sell/kiln/orders/{order.number}").text

    assert "A guest bought this, who has no inbox here." in page
    assert kiln[1].get(f"/sell/kiln/messages/new?order={order.number}").status_code == 403


# What one sets


def step(browser, address, name):
    answer = browser.post(f"{address}/{name}")
    assert answer.status_code == 303, answer.text
    return browser.get(answer.location).text


def test_an_archived_conversation_leaves_the_list_and_comes_back(ben, mug):
    address = ask(ben, mug)

    assert "Archived. A new message brings it back." in step(ben[1], address, "archive")
    assert "Blue mug" not in ben[1].get("/inbox").text
    assert "Blue mug" in ben[1].get("/inbox?box=archived").text
    step(ben[1], address, "unarchive")
    assert "Blue mug" in ben[1].get("/inbox").text


def test_a_muted_conversation_says_so_in_the_list(ben, kiln, mug):
    address = of_shop(ask(ben, mug))

    assert ">Muted<" in step(kiln[1], address, "mute")
    assert ">Muted<" not in step(kiln[1], address, "unmute")


def test_whoever_blocks_sees_why_there_is_no_form_and_can_unblock(ben, mug):
    address = ask(ben, mug)

    blocked = step(ben[1], address, "block")
    assert "You blocked this shop. Unblock it to write here." in blocked
    assert "<textarea" not in blocked
    assert write(ben[1], address, "Hello?", "form-2").status_code == 403
    assert "<textarea" in step(ben[1], address, "unblock")


def test_the_other_side_is_not_told_that_it_is_blocked(ben, kiln, mug):
    address = ask(ben, mug)
    step(ben[1], address, "block")

    page = kiln[1].get(of_shop(address)).text

    assert "<textarea" not in page
    assert not re.search("(?i)blocked", page)


def test_a_running_order_is_talked_about_in_spite_of_a_block(ben, kiln, order):
    address = write(ben[1], f"/inbox/new?type=order&id={order.number}").location

    assert "<textarea" in step(ben[1], address, "block")
    assert write(kiln[1], of_shop(address), "It left.").status_code == 303


def test_what_was_just_written_can_be_deleted_by_whoever_wrote_it(ben, kiln, mug):
    address = ask(ben, mug)
    delete = f"{address}/messages/1/delete"
    assert delete in ben[1].get(address).text
    assert "/delete" not in kiln[1].get(of_shop(address)).text

    page = step(ben[1], address, "messages/1/delete")

    assert "This message was deleted." in page
    assert "Is it dishwasher safe?" not in page
    assert "/delete" not in page
    assert kiln[1].post(of_shop(delete)).status_code == 403


# Files

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def send_files(browser, address, *files, body="", client_id="form-2"):
    attached = [(io.BytesIO(content), name) for name, content in files]
    return browser.post(address, data={"body": body, "client_id": client_id, "files": attached})


def test_a_picture_and_a_pdf_are_sent_without_words_and_opened_by_both(ben, kiln, mug):
    address = ask(ben, mug)

    assert send_files(ben[1], address, ("crack.png", a_photo()), ("bill.pdf", PDF)).status_code == 303
    for browser, page in ((ben[1], address), (kiln[1], of_shop(address))):
        shown = browser.get(page).text
        (image,) = re.findall(r'<img src="([^"]+)" alt="crack.webp"', shown)
        (bill,) = re.findall(r'message__file" href="([^"]+)"><svg', shown)
        assert browser.get(image).mimetype == "image/webp"
        assert browser.get(bill).data == PDF
    assert kiln[1].get(image.replace("/seller/kiln", "")).status_code == 404


def test_a_conversation_begins_with_a_file(ben, mug):
    address = send_files(ben[1], f"/inbox/new?type=product&id={mug.pk}", ("bill.pdf", PDF)).location

    assert "bill.pdf" in ben[1].get(address).text


def test_a_file_of_another_kind_is_refused_by_its_name(ben, mug):
    answer = send_files(ben[1], ask(ben, mug), ("page.pdf", b"<html></html>"), body="Look")

    assert answer.status_code == 422
    assert "Files: page.pdf:" in answer.text
    assert re.search(r"<textarea[^>]*>\s*Look</textarea>", answer.text)
    assert the_conversation().last_seq == 1


def test_other_files_from_the_same_form_are_another_message(ben, mug):
    address = ask(ben, mug)
    for name in ("one.pdf", "two.pdf", "two.pdf"):
        assert send_files(ben[1], address, (name, PDF)).status_code == 303

    assert the_conversation().last_seq == 3


# Who may


def test_others_find_nothing(ben, kiln, mug, person):
    address = ask(ben, mug)
    stranger, browser = person("Olga")
    a_shop(owner=stranger, slug="forge")

    for page in (address, of_shop(address), of_shop(address, "forge")):
        assert browser.get(page).status_code == 404
        assert write(browser, page).status_code == 404
        assert browser.post(f"{page}/block").status_code == 404
        assert browser.post(f"{page}/messages/1/delete").status_code == 404
    assert kiln[1].get(address).status_code == 404
    assert ben[1].get(of_shop(address)).status_code == 404
