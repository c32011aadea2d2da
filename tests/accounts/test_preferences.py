"""What a person keeps in their account besides their name: phone, preferences, and whether they want news."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from marketplace.accounts import services
from marketplace.accounts.repositories import users
from marketplace.shared import clock
from tests.builders import a_user

MOMENT = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)

ALL = {
    "display_name": "Countess",
    "phone": "+49 (30) 555-01.00/2",
    "locale": "de_DE",
    "currency": "EUR",
    "marketing_consent": True,
}


def test_everything_is_changed_and_shown_over_json(person):
    _, browser = person()

    answer = browser.patch("/api/v1/me", json=ALL)

    assert answer.status_code == 200
    assert ALL.items() <= browser.get("/api/v1/me").json.items()
    assert answer.json["marketing_consent_at"].endswith("Z")


def test_what_is_left_out_stays_and_null_takes_away(person):
    _, browser = person()
    browser.patch("/api/v1/me", json=ALL)

    answer = browser.patch("/api/v1/me", json={"phone": None})

    assert answer.json["phone"] is None
    assert (answer.json["display_name"], answer.json["locale"]) == ("Countess", "de_DE")


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"phone": "call me"}, "/phone"),
        ({"phone": "1" * 41}, "/phone"),
        ({"locale": "xx_XX"}, "/locale"),
        ({"currency": "XXX"}, "/currency"),
        ({"marketing_consent": "perhaps"}, "/marketing_consent"),
        ({"display_name": None}, "/display_name"),
        ({"status": "active"}, "/status"),
        ({"email": "new@example.com"}, "/email"),
        ({"email_verified_at": "2026-01-01T00:00:00Z"}, "/email_verified_at"),
    ],
    ids=repr,
)
def test_each_mistake_is_named(person, wrong, pointer):
    _, browser = person()

    answer = browser.patch("/api/v1/me", json=wrong)

    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, pointer)


def test_when_somebody_said_that_they_want_news_is_kept(app):
    ada = a_user()
    with clock.at(MOMENT):
        services.edit_account(user_id=ada.id, marketing_consent=True)
    services.edit_account(user_id=ada.id, marketing_consent=True)
    assert users.get(ada.id).marketing_consent_at == MOMENT

    services.edit_account(user_id=ada.id, marketing_consent=False)

    again = users.get(ada.id)
    assert (again.marketing_consent, again.marketing_consent_at > MOMENT) == (False, True)


def test_who_never_wanted_news_has_never_said_anything(app):
    assert services.edit_account(user_id=a_user().id, marketing_consent=False).marketing_consent_at is None


def test_the_account_page_shows_and_changes_them(person):
    ada, browser = person()

    answer = browser.post("/account", data=ALL | {"marketing_consent": "1"})

    page = browser.get("/account").text
    assert answer.status_code == 303
    assert 'value="+49 (30) 555-01.00/2"' in page
    assert '<option value="de_DE" selected>Deutsch (Deutschland)</option>' in page
    assert '<option value="EUR" selected>EUR – Euro</option>' in page
    assert "checked" in page.partition('name="marketing_consent"')[2].partition(">")[0]
    assert users.get(ada.id).marketing_consent


def test_what_is_emptied_on_the_page_is_taken_away(person):
    ada, browser = person()
    browser.post("/account", data=ALL | {"marketing_consent": "1"})

    browser.post("/account", data={"display_name": "Ada", "phone": " ", "locale": "", "currency": ""})

    left = users.get(ada.id)
    assert (left.phone, left.locale, left.currency, left.marketing_consent) == (None, None, None, False)


def test_a_mistake_on_the_page_keeps_what_was_typed(person):
    _, browser = person()

    answer = browser.post("/account", data=ALL | {"phone": "call me", "marketing_consent": "1"})

    assert answer.status_code == 422
    assert 'value="call me"' in answer.text
    assert 'id="field-phone-error"' in answer.text


def test_dates_are_written_as_their_reader_prefers(person):
    _, browser = person()
    browser.patch("/api/v1/me", json=ALL)

    page = browser.get("/account/sessions").text

    assert f"{clock.now():%d.%m.%Y}" in page
