"""Notifications on a real MongoDB: told once in a crowd, counted exactly, read from an index."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from marketplace.accounts import services
from marketplace.accounts.repositories import notifications, users
from marketplace.messaging.repositories import conversations
from marketplace.messaging.values import Side
from marketplace.shared import connections
from marketplace.shared.clock import now
from tests.builders import a_user

pytestmark = pytest.mark.real


def tell(user, key):
    return services.notify(user_id=user.pk, event="order", text="News.", path="/", key=key)


def crowd(app, work, jobs):
    """What the work answers for each job, done by eight people at once."""

    def one(job):
        with app.app_context():
            return work(job)

    with ThreadPoolExecutor(8) as people:
        return list(people.map(one, jobs))


def test_what_eight_tell_at_once_is_told_once(app):
    ada = a_user()

    stored = crowd(app, lambda _: tell(ada, "one") is not None, range(8))

    assert sum(stored) == 1
    assert users.get(ada.pk).unread_notifications == 1


def test_the_bell_is_exact_while_some_tell_and_some_read(app):
    ada = a_user()

    def work(number):
        if number % 3 == 2:
            services.read_notifications(user_id=ada.pk)
        else:
            tell(ada, str(number))

    crowd(app, work, range(30))

    assert notifications.all().filter(user_id=ada.pk).count() == 20
    assert users.get(ada.pk).unread_notifications == notifications.unread(ada.pk)


def plan(work):
    """How the database found what the work asked for, which is one question."""
    db = connections.database()
    db.command("profile", 2)
    work()
    db.command("profile", 0)
    (row,) = db["system.profile"].find({"planSummary": {"$exists": True}})
    return row


LISTS = {
    "all": lambda user: notifications.box(user.pk),
    "unread": lambda user: notifications.box(user.pk, unread=True),
    "how many": lambda user: notifications.unread(user.pk),
    "under a key": lambda user: notifications.unread_under(user.pk, "one"),
    "buyers to mail": lambda _: conversations.to_mail(Side.BUYER, now(), 100),
    "shops to mail": lambda _: conversations.to_mail(Side.SHOP, now(), 100),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_read_from_an_index_in_its_order(app, name):
    ada = a_user()
    tell(ada, "one")

    row = plan(lambda: LISTS[name](ada))

    assert "COLLSCAN" not in row["planSummary"], row["planSummary"]
    assert not row.get("hasSortStage")


def round_trips(browser, path):
    """How many commands the database ran for the page."""
    db = connections.database()
    db["system.profile"].drop()
    db.command("profile", 2)
    answer = browser.get(path)
    db.command("profile", 0)
    assert answer.status_code == 200
    asked = {"command.profile": {"$exists": False}, "ns": {"$not": {"$regex": "system.profile$"}}}
    return db["system.profile"].count_documents(asked)


def test_the_bell_asks_the_database_nothing(app, person):
    _, before = person()
    ada, browser = person()
    without = round_trips(before, "/terms")

    tell(ada, "one")

    assert round_trips(browser, "/terms") == without


def test_the_page_of_notifications_takes_six_however_many_there_are(app, person):
    ada, browser = person()
    for number in range(30):
        tell(ada, str(number))

    assert round_trips(browser, "/notifications") <= 6
