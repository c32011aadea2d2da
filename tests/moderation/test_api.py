"""Reports over JSON."""

from __future__ import annotations

from io import BytesIO

import pytest

from marketplace.accounts.repositories import audit_log
from marketplace.accounts.values import Role
from marketplace.catalog.repositories import products
from marketplace.messaging import services as messaging
from tests.builders import a_product, a_shop, a_user
from tests.moderation.conftest import a_message, report, reported

LISTED = "/api/v1/admin/reports"


@pytest.fixture
def browser(person):
    """A moderator's browser."""
    return person("Mo", roles=(Role.MODERATOR,))[1]


def about(product, **parts):
    plain = {"subject": {"type": "listing", "id": str(product.pk)}, "reason": "fraud"}
    return plain | parts


def test_a_visitor_is_asked_to_sign_in(client):
    assert client.post("/api/v1/reports", json=about(a_product())).status_code == 401


def test_a_report_is_sent_and_listed_as_ones_own(person):
    _, ada = person("Ada")

    sent = ada.post("/api/v1/reports", json=about(a_product(title="Mug"), text="It is a fake."))
    (mine,) = ada.get("/api/v1/reports").json["data"]

    assert sent.status_code == 201
    assert (mine["id"], mine["label"], mine["state"], mine["text"]) == (
        sent.json["id"],
        "Mug",
        "open",
        "It is a fake.",
    )


def test_nobody_sees_the_reports_of_others(person):
    report("listing", a_product())

    assert person("Ada")[1].get("/api/v1/reports").json["data"] == []


def test_a_second_report_is_a_conflict(person):
    _, ada = person("Ada")
    product = a_product()
    ada.post("/api/v1/reports", json=about(product))

    answer = ada.post("/api/v1/reports", json=about(product))

    assert (answer.status_code, answer.json["code"]) == (409, "already_reported")


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"reason": "boring"}, "/reason"),
        ({"reason": "other"}, "/text"),
        ({"text": "x" * 2001}, "/text"),
        ({"subject": {"type": "cart", "id": "1"}}, "/subject/type"),
        ({"subject": {"type": "shop"}}, "/subject/id"),
        ({"subject": {"type": "message", "id": "1", "conversation": "x"}}, "/subject/conversation"),
        ({"also": "this"}, "/also"),
    ],
)
def test_each_mistake_is_named_by_its_field(person, wrong, pointer):
    answer = person("Ada")[1].post("/api/v1/reports", json=about(a_product(), **wrong))

    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, pointer)


@pytest.mark.parametrize(
    ("subject", "status", "code"),
    [
        ({"type": "shop", "id": "nowhere"}, 404, "nothing_to_report"),
        ({"type": "message", "id": "1"}, 404, "nothing_to_report"),
        ({"type": "shop", "id": "own"}, 403, "own_thing"),
    ],
)
def test_what_cannot_be_reported(person, subject, status, code):
    owner, ada = person("Ada")
    a_shop(owner=owner, slug="own")

    answer = ada.post("/api/v1/reports", json={"subject": subject, "reason": "spam"})

    assert (answer.status_code, answer.json["code"]) == (status, code)


# Moderators


def test_a_moderator_lists_looks_and_decides(browser):
    product = a_product(title="Mug")
    report("listing", product, text="It is a fake.")

    (row,) = browser.get(LISTED).json["data"]
    seen = browser.get(f"{LISTED}/{row['id']}")
    done = browser.post(
        f"{LISTED}/{row['id']}/hide",
        json={"reason": "It is a fake."},
        headers={"If-Match": seen.headers["ETag"]},
    )

    assert (row["label"], row["open_count"]) == ("Mug", 1)
    assert seen.json["present"]["actions"] == ["dismiss", "hide", "suspend_shop", "lock_user"]
    assert seen.json["reports"][0]["text"] == "It is a fake."
    assert (done.status_code, done.json["state"], done.headers["ETag"]) == (200, "decided", '"1"')
    assert not products.get(product.pk).visible


def test_what_was_decided_is_in_the_other_list(browser):
    filed = report("listing", a_product())
    browser.post(f"{LISTED}/{filed.report.about_id}/dismiss", json={})

    assert browser.get(LISTED).json["data"] == []
    assert len(browser.get(f"{LISTED}?state=decided").json["data"]) == 1


def test_the_list_pages_without_a_gap_oldest_first(browser):
    wanted = [str(report("listing", a_product()).report.about_id) for _ in range(5)]

    found, address = [], f"{LISTED}?limit=2"
    while address:
        page = browser.get(address).json
        found += [one["id"] for one in page["data"]]
        cursor = page["page"]["next"]
        address = f"{LISTED}?limit=2&cursor={cursor}" if cursor else None

    assert found == wanted


def test_a_decision_on_what_somebody_decided_since_is_refused(browser):
    filed = report("listing", a_product())
    here = f"{LISTED}/{filed.report.about_id}"
    browser.post(f"{here}/dismiss", json={})

    answer = browser.post(f"{here}/hide", json={"reason": "A fake."}, headers={"If-Match": '"0"'})

    assert answer.status_code == 412


def test_an_action_that_is_not_possible_names_those_that_are(browser):
    filed = report("user", a_user())

    answer = browser.post(f"{LISTED}/{filed.report.about_id}/hide", json={"reason": "Because."})

    assert (answer.status_code, answer.json["code"]) == (409, "action_not_possible")
    assert answer.json["allowed"] == ["dismiss", "lock_user"]


def test_a_reason_is_asked_for_at_its_field(browser):
    filed = report("listing", a_product())

    answer = browser.post(f"{LISTED}/{filed.report.about_id}/hide", json={})

    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/reason")


def test_a_conversation_opens_from_the_report_of_a_message_and_each_look_is_written_down(browser):
    buyer = a_user()
    sent = a_message(buyer, a_shop(), "Pay in cash")
    filed = report("message", 2, by=buyer, conversation_id=sent.conversation.pk)
    here = f"{LISTED}/{filed.report.about_id}"

    opened = [browser.get(f"{here}/messages").json for _ in range(2)]

    rows = audit_log.search(action="conversation.read").items
    assert [one["body"] for one in opened[0]["messages"]] == ["Hello?", "Pay in cash"]
    assert [row.subject.id for row in rows] == [sent.conversation.pk] * 2
    assert rows[0].detail == {"report": str(filed.report.about_id), "messages": [1, 2]}


def test_looking_at_the_report_alone_opens_no_conversation(browser):
    buyer = a_user()
    sent = a_message(buyer, a_shop(), "Pay in cash")
    filed = report("message", 2, by=buyer, conversation_id=sent.conversation.pk)

    answer = browser.get(f"{LISTED}/{filed.report.about_id}")

    assert "Hello?" not in answer.text
    assert not audit_log.search(action="conversation.read").items


@pytest.mark.parametrize("kind", ["listing", "user"])
def test_a_report_of_something_else_opens_no_conversation(browser, kind):
    buyer, shop = a_user(), a_shop()
    a_message(buyer, shop)
    filed = report(kind, a_product(shop=shop) if kind == "listing" else buyer)

    assert browser.get(f"{LISTED}/{filed.report.about_id}/messages").status_code == 404


def test_a_moderator_sees_ten_messages_around_the_reported_one(browser):
    buyer, shop = a_user(), a_shop()
    for number in range(15):
        sent = a_message(buyer, shop, f"m{number}")
    filed = report("message", 16, by=buyer, conversation_id=sent.conversation.pk)

    opened = browser.get(f"{LISTED}/{filed.report.about_id}/messages").json

    assert [one["seq"] for one in opened["messages"]] == list(range(6, 27))


def test_a_moderator_opens_a_file_of_a_reported_conversation_alone(browser, person):
    buyer, his = person("Ben")
    sent = a_message(buyer, a_shop())
    sent_file = his.post(
        f"/api/v1/conversations/{sent.conversation.pk}/files",
        data={"client_id": "f", "files": (BytesIO(b"%PDF-1.4 ... %%EOF"), "invoice.pdf")},
    )
    (file,) = sent_file.json["message"]["attachments"]
    told = report("message", 2, by=buyer, conversation_id=sent.conversation.pk)
    other = report("user", a_user())

    found = browser.get(f"{LISTED}/{told.report.about_id}/attachments/{file['id']}")
    elsewhere = browser.get(f"{LISTED}/{other.report.about_id}/attachments/{file['id']}")
    page = browser.get(f"/admin/reports/{told.report.about_id}").text

    assert (found.status_code, found.headers["X-Content-Type-Options"]) == (200, "nosniff")
    assert elsewhere.status_code == 404
    assert "invoice.pdf" in page
    (looked,) = audit_log.search(action="conversation.file").items
    assert looked.detail == {"report": str(told.report.about_id), "file": file["id"]}


def test_a_moderator_reads_what_a_deleted_message_said(browser):
    buyer, shop = a_user(), a_shop()
    sent = a_message(buyer, shop, "Pay in cash")
    filed = report("message", 2, by=buyer, conversation_id=sent.conversation.pk)
    seat = messaging.shop_seat(shop.owner_id, shop.slug, sent.conversation.pk)

    messaging.delete_message(seat, seq=2)

    opened = browser.get(f"{LISTED}/{filed.report.about_id}/messages").json["messages"]
    assert (opened[-1]["body"], opened[-1]["deleted_at"] is not None) == ("Pay in cash", True)


def test_what_was_deleted_at_once_can_still_be_reported(app):
    buyer, shop = a_user(), a_shop()
    sent = a_message(buyer, shop, "Pay in cash")
    seat = messaging.shop_seat(shop.owner_id, shop.slug, sent.conversation.pk)
    messaging.delete_message(seat, seq=2)

    filed = report("message", 2, by=buyer, conversation_id=sent.conversation.pk)

    assert reported(filed).snapshot == "Pay in cash"
