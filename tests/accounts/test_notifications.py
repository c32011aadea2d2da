"""Being told what happened: once, under a bell that counts, and where one wants to be told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from bson import ObjectId

from marketplace.accounts import services
from marketplace.accounts.documents import Notification
from marketplace.accounts.errors import NotificationNotFound
from marketplace.accounts.invariants import _silent_bells
from marketplace.accounts.repositories import notifications, users
from marketplace.accounts.schemas import ChooseNotifications, NotificationSettingsSchema
from marketplace.accounts.values import (
    NOTIFICATION_LENGTH,
    NOTIFICATION_RULES,
    SWITCHES,
    Channel,
    NotificationEvent,
)
from marketplace.shared import clock
from marketplace.shared.checks import Finding
from marketplace.shared.clock import now
from marketplace.shared.errors import Invalid
from tests.builders import PASSWORD, a_user

ORDER, MESSAGE = NotificationEvent.ORDER, NotificationEvent.MESSAGE


@pytest.fixture
def ada(app):
    return a_user()


def tell(user, key="one", event="order", **parts):
    said = {"text": "Kiln sent your order 7F3K-9Q2D.", "path": "/order/7F3K-9Q2D"} | parts
    return services.notify(user_id=user.pk, event=event, key=key, **said)


def bell(user):
    return users.get(user.pk).unread_notifications


def told(user, **parts):
    return list(services.notifications_of(user.pk, **parts))


def turn_off(user, event, channel):
    services.choose_notifications(user_id=user.pk, choices={event: {channel: False}})


# Telling


def test_who_is_told_something_finds_it_unread(ada):
    tell(ada)

    (found,) = told(ada)
    assert (found.event, found.text, found.path) == (
        ORDER,
        "Kiln sent your order 7F3K-9Q2D.",
        "/order/7F3K-9Q2D",
    )
    assert found.is_unread
    assert bell(ada) == 1


def test_what_is_told_again_under_one_key_is_told_once(ada):
    assert tell(ada) is not None
    assert tell(ada) is None

    assert len(told(ada)) == bell(ada) == 1


def test_one_key_tells_two_people(ada):
    ben = a_user()
    tell(ada), tell(ben)

    assert (bell(ada), bell(ben)) == (1, 1)


def test_the_newest_is_first(ada):
    tell(ada, "one", text="First."), tell(ada, "two", text="Second.")

    assert [one.text for one in told(ada)] == ["Second.", "First."]


def test_a_long_text_is_cut_and_has_one_line(ada):
    notification = tell(ada, text="Hello\nAda " + "x" * 1000)

    assert notification.text.startswith("Hello Ada xxx")
    assert len(notification.text) == NOTIFICATION_LENGTH
    assert notification.text.endswith("…")


@pytest.mark.parametrize("path", ["https://elsewhere.example", "//elsewhere.example", "order"])
def test_a_notification_leads_to_this_site_alone(ada, path):
    with pytest.raises(ValueError, match="leads to a page of this site"):
        tell(ada, path=path)


def test_an_event_is_one_of_those_that_there_are(ada):
    with pytest.raises(ValueError, match="weather"):
        tell(ada, event="weather")


def test_who_is_locked_is_told_nothing(ada):
    services.lock_account(user_id=ada.pk)

    assert tell(ada) is None
    assert told(ada) == []


def test_nobody_is_told_nothing(app):
    assert services.notify(user_id=ObjectId(), event="order", text="?", path="/", key="one") is None


def test_what_was_read_can_be_told_again_in_its_place(ada):
    first = tell(ada, again=True)
    services.read_notification(user_id=ada.pk, notification_id=first.pk)

    tell(ada, again=True)

    (found,) = told(ada)
    assert found.is_unread
    assert bell(ada) == 1


def test_what_is_unread_is_not_told_again(ada):
    tell(ada, again=True), tell(ada, again=True)

    assert len(told(ada)) == bell(ada) == 1


# Reading


def test_reading_one_leaves_the_others(ada):
    first = tell(ada, "one")
    tell(ada, "two")

    services.read_notification(user_id=ada.pk, notification_id=first.pk)

    assert [one.key for one in told(ada, unread=True)] == ["two"]
    assert bell(ada) == 1


def test_reading_one_twice_counts_once(ada):
    first = tell(ada, "one")
    tell(ada, "two")

    for _ in range(2):
        services.read_notification(user_id=ada.pk, notification_id=first.pk)

    assert bell(ada) == 1


def test_nobody_reads_what_others_were_told(ada):
    notification = tell(ada)

    with pytest.raises(NotificationNotFound):
        services.read_notification(user_id=a_user().pk, notification_id=notification.pk)
    assert bell(ada) == 1


def test_all_are_read_at_once(ada):
    tell(ada, "one"), tell(ada, "two")

    assert services.read_notifications(user_id=ada.pk) == 2
    assert bell(ada) == 0
    assert told(ada, unread=True) == []


def test_what_came_after_one_looked_stays_unread(ada):
    seen = tell(ada, "one")
    tell(ada, "two")

    services.read_notifications(user_id=ada.pk, up_to=seen.pk)

    assert [one.key for one in told(ada, unread=True)] == ["two"]
    assert bell(ada) == 1


def test_what_was_seen_by_other_ways_is_read(ada):
    tell(ada, "message:1")

    services.read_notification_of(user_id=ada.pk, key="message:1")
    services.read_notification_of(user_id=ada.pk, key="message:1")

    assert bell(ada) == 0


def test_the_bell_forgets_what_went_by_itself(ada):
    tell(ada)
    Notification.objects.delete()

    assert services.unread_notifications(users.get(ada.pk)) == 0
    assert bell(ada) == 0


def test_pages_of_notifications_have_no_gap(ada):
    for number in range(5):
        tell(ada, str(number))

    first = services.notifications_of(ada.pk, limit=2)
    second = services.notifications_of(ada.pk, limit=2, at=first.next)
    third = services.notifications_of(ada.pk, limit=2, at=second.next)

    assert [one.key for page in (first, second, third) for one in page] == ["4", "3", "2", "1", "0"]
    assert third.next is None


def test_a_bell_that_shows_too_little_is_found(ada):
    tell(ada)
    assert list(_silent_bells()) == []

    users.put_unread(ada.pk, 0)

    sentence = "Of what it was told 1 are unread, and its bell shows 0."
    assert list(_silent_bells()) == [Finding("users", ada.pk, sentence)]


# Choosing


@pytest.mark.parametrize("event", NotificationEvent)
def test_at_first_everything_is_told_everywhere(ada, event):
    assert all(ada.is_told(event, channel) for channel in Channel)
    assert services.wants_mail(ada.pk, event)


def test_who_turns_an_event_off_here_is_not_told_of_it(ada):
    turn_off(ada, ORDER, Channel.IN_APP)

    assert tell(ada) is None
    assert bell(ada) == 0
    assert services.wants_mail(ada.pk, "order")


def test_who_turns_its_mail_off_is_told_here(ada):
    turn_off(ada, ORDER, Channel.MAIL)

    assert not services.wants_mail(ada.pk, "order")
    assert services.wants_mail(ada.pk, "review")
    assert tell(ada) is not None


def test_what_was_turned_off_can_be_turned_on(ada):
    turn_off(ada, ORDER, Channel.MAIL)
    turn_off(ada, ORDER, Channel.MAIL)
    services.choose_notifications(user_id=ada.pk, choices={ORDER: {Channel.MAIL: True}})

    assert users.get(ada.pk).notifications_off == []


@pytest.mark.parametrize("event", [MESSAGE, NotificationEvent.MODERATION])
def test_what_has_to_reach_people_cannot_be_turned_off(ada, event):
    with pytest.raises(Invalid) as refused:
        turn_off(ada, event, Channel.IN_APP)

    assert list(refused.value.errors) == [f"{event}.in_app"]
    assert users.get(ada.pk).is_told(event, Channel.IN_APP)


def test_each_event_has_its_rule_and_stands_in_the_api():
    assert list(NOTIFICATION_RULES) == list(NotificationEvent)
    assert set(ChooseNotifications().fields) == set(NotificationEvent)
    assert set(NotificationSettingsSchema().fields) == set(NotificationEvent)
    assert len(SWITCHES) == 8


def test_being_told_something_disturbs_nobody_who_edits_their_account(ada):
    loaded = users.get(ada.pk)
    tell(ada)

    loaded.display_name = "Ada Lovelace"
    users.save(loaded)

    assert bell(ada) == 1


# Leaving


def test_who_leaves_takes_along_what_they_were_told(ada):
    tell(ada)
    turn_off(ada, ORDER, Channel.MAIL)

    services.delete_account(user_id=ada.pk, password=PASSWORD)

    gone = users.get(ada.pk)
    assert told(ada) == []
    assert (gone.unread_notifications, gone.notifications_off) == (0, [])


# Over JSON


def test_a_stranger_has_no_notifications(client):
    assert client.get("/api/v1/notifications").status_code == 401


def test_notifications_over_json(person):
    ada, browser = person()
    with clock.at(now() - timedelta(hours=1)):
        notification = tell(ada)

    body = browser.get("/api/v1/notifications").json

    assert body["page"] == {"next": None, "previous": None, "limit": 24, "unread": 1}
    (row,) = body["data"]
    assert row == {
        "id": str(notification.pk),
        "event": "order",
        "text": "Kiln sent your order 7F3K-9Q2D.",
        "path": "/order/7F3K-9Q2D",
        "at": row["at"],
        "read_at": None,
    }


def test_others_notifications_are_not_listed(person):
    tell(a_user())
    _, browser = person()

    assert browser.get("/api/v1/notifications").json["data"] == []


def test_one_is_read_over_json(person):
    ada, browser = person()
    notification = tell(ada)

    assert browser.post(f"/api/v1/notifications/{notification.pk}/read").status_code == 204
    assert browser.get("/api/v1/notifications?unread=true").json["data"] == []
    assert browser.get("/api/v1/notifications").json["page"]["unread"] == 0


def test_anothers_is_not_found_over_json(person):
    notification = tell(a_user())
    _, browser = person()

    answer = browser.post(f"/api/v1/notifications/{notification.pk}/read")

    assert (answer.status_code, answer.json["code"]) == (404, "notification_not_found")


def test_those_that_were_seen_are_read_over_json(person):
    ada, browser = person()
    seen = tell(ada, "one")
    tell(ada, "two")

    answer = browser.post("/api/v1/notifications/read", json={"up_to": str(seen.pk)})

    assert answer.status_code == 204
    assert bell(ada) == 1


def test_unknown_fields_are_refused(person):
    _, browser = person()

    answer = browser.post("/api/v1/notifications/read", json={"all": True})

    assert answer.status_code == 422


def test_choices_over_json(person):
    _, browser = person()

    answer = browser.patch("/api/v1/notifications/settings", json={"order": {"mail": False}})

    assert answer.status_code == 200, answer.text
    assert answer.json["order"] == {"in_app": True, "mail": False, "always": []}
    assert answer.json["message"] == {"in_app": True, "mail": True, "always": ["in_app"]}
    assert browser.get("/api/v1/notifications/settings").json == answer.json


def test_what_cannot_be_turned_off_is_named_by_its_field(person):
    _, browser = person()

    answer = browser.patch("/api/v1/notifications/settings", json={"message": {"in_app": False}})

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/message/in_app"


# In the browser


def test_a_visitor_has_no_bell(client):
    assert 'href="/notifications"' not in client.get("/terms").text


def test_the_bell_says_how_many_are_unread(person):
    ada, browser = person()
    tell(ada, "one"), tell(ada, "two")

    assert "Notifications, 2 unread" in browser.get("/terms").text


def test_the_page_groups_by_days(person):
    ada, browser = person()
    moment = now().replace(hour=12)
    for key, days in (("one", 0), ("two", 1), ("three", 5)):
        notification = tell(ada, key)
        notifications.all().filter(pk=notification.pk).update(at=moment - timedelta(days=days))

    text = browser.get("/notifications").text

    assert ">Today</h2>" in text
    assert ">Yesterday</h2>" in text
    assert text.count('class="told__day"') == 3


def test_an_empty_page_says_what_comes_here(person):
    _, browser = person()

    assert "Nothing yet" in browser.get("/notifications").text
    assert "All read" in browser.get("/notifications?unread=1").text


def test_opening_one_reads_it_and_leads_on(person):
    ada, browser = person()
    notification = tell(ada)

    answer = browser.post(f"/notifications/{notification.pk}/open")

    assert (answer.status_code, answer.location) == (303, "/order/7F3K-9Q2D")
    assert bell(ada) == 0


def test_anothers_cannot_be_opened(person):
    notification = tell(a_user())
    _, browser = person()

    assert browser.post(f"/notifications/{notification.pk}/open").status_code == 404


def test_one_is_marked_as_read_in_its_place(person):
    ada, browser = person()
    notification = tell(ada)

    answer = browser.post(f"/notifications/{notification.pk}/read")

    assert (answer.status_code, answer.location) == (303, "/notifications")
    assert bell(ada) == 0


def test_all_that_was_shown_is_marked_as_read(person):
    ada, browser = person()
    seen = tell(ada, "one")
    assert f'name="up_to" value="{seen.pk}"' in browser.get("/notifications").text
    tell(ada, "two")

    answer = browser.post("/notifications/read", data={"up_to": str(seen.pk)})

    assert answer.status_code == 303
    assert bell(ada) == 1


def test_boxes_that_are_not_ticked_are_turned_off(person):
    ada, browser = person()

    answer = browser.post(
        "/notifications/settings", data={"order.in_app": "1", "review.mail": "1", "report.in_app": "1"}
    )

    assert answer.status_code == 303
    off = {"message:mail", "order:mail", "review:in_app", "moderation:mail", "report:mail"}
    assert set(users.get(ada.pk).notifications_off) == off


def test_the_matrix_shows_what_was_chosen(person):
    ada, browser = person()
    turn_off(ada, ORDER, Channel.MAIL)

    text = browser.get("/notifications").text

    assert 'id="field-order-in_app" checked' in text
    assert 'id="field-order-mail" aria-label' in text
    assert "Receipts and payments" in text


def test_a_notification_shows_markup_as_text(person):
    ada, browser = person()
    tell(ada, text="New order of <b>Kiln</b>")

    assert "&lt;b&gt;Kiln&lt;/b&gt;" in browser.get("/notifications").text
