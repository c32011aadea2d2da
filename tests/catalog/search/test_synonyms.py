"""The operator's synonyms, on the page and over JSON."""

from __future__ import annotations

import pytest

from marketplace.accounts.values import Role
from marketplace.catalog import services
from marketplace.catalog.errors import SynonymsTaken, TooManySynonyms
from tests.builders import a_user

PAGE, API = "/admin/synonyms", "/api/v1/admin/synonyms"


@pytest.fixture
def moderator(person):
    """A moderator's browser."""
    return person("Mo", roles=(Role.MODERATOR,))[1]


def terms(browser) -> list[list[str]]:
    return [row["terms"] for row in browser.get(API).json["data"]]


def test_a_moderator_adds_a_set(moderator):
    answer = moderator.post(API, json={"terms": ["Sofa", "Couch"]})

    assert (answer.status_code, answer.json["terms"], answer.json["one_way"]) == (
        201,
        ["sofa", "couch"],
        False,
    )
    assert terms(moderator) == [["sofa", "couch"]]


def test_a_set_is_written_anew_and_forgotten(moderator):
    made = moderator.post(API, json={"terms": ["sofa", "couch"]}).json["id"]

    changed = moderator.put(f"{API}/{made}", json={"terms": ["sofa", "settee"], "one_way": True})
    gone = moderator.delete(f"{API}/{made}")

    assert (changed.json["terms"], changed.json["one_way"]) == (["sofa", "settee"], True)
    assert (gone.status_code, terms(moderator)) == (204, [])


@pytest.mark.parametrize("wrong", [["sofa"], ["sofa", "Sofa"], ["?", "!"], ["a b c d e", "x"], ["", "x"]])
def test_a_set_that_says_nothing_is_refused_at_its_terms(moderator, wrong):
    answer = moderator.post(API, json={"terms": wrong})

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"].startswith("/terms")


@pytest.mark.real
def test_the_same_set_twice_is_refused(moderator):
    moderator.post(API, json={"terms": ["sofa", "couch"]})

    answer = moderator.post(API, json={"terms": ["couch", "sofa"]})

    assert (answer.status_code, answer.json["code"]) == (409, SynonymsTaken.code)


def test_no_more_sets_are_kept_than_a_search_can_use(monkeypatch, app):
    monkeypatch.setattr("marketplace.catalog.services.dictionary.MOST_SETS", 1)
    moderator = a_user(roles=(Role.MODERATOR,)).id
    services.add_synonyms(moderator_id=moderator, terms=["sofa", "couch"])

    with pytest.raises(TooManySynonyms):
        services.add_synonyms(moderator_id=moderator, terms=["bin", "dustbin"])


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_else_sees_or_changes_them(person, client, method):
    _, buyer = person("Bo")

    assert getattr(buyer, method)(API, **_body(method)).status_code == 403
    assert getattr(client, method)(API, **_body(method)).status_code == 401


def _body(method):
    return {"json": {"terms": ["sofa", "couch"]}} if method == "post" else {}


def test_a_set_that_is_not_there_is_not_found(moderator):
    assert moderator.delete(f"{API}/{'0' * 24}").status_code == 404


def test_the_page_lists_the_sets_and_adds_another(moderator):
    added = moderator.post(PAGE, data={"terms": "sofa, couch", "csrf_token": _token(moderator)})

    page = moderator.get(PAGE).text
    assert added.status_code == 303
    assert "sofa = couch" in page


def test_the_page_keeps_what_was_typed_when_it_is_wrong(moderator):
    answer = moderator.post(PAGE, data={"terms": "sofa", "csrf_token": _token(moderator)})

    assert answer.status_code == 422
    assert 'value="sofa"' in answer.text
    assert "Give 2 to 12 different terms." in answer.text


def test_the_page_changes_and_removes_a_set(moderator):
    made = moderator.post(API, json={"terms": ["sofa", "couch"]}).json["id"]
    token = _token(moderator)

    moderator.post(f"{PAGE}/{made}", data={"terms": "sofa, settee", "one_way": "1", "csrf_token": token})
    changed = moderator.get(PAGE).text
    moderator.post(f"{PAGE}/{made}/remove", data={"csrf_token": token})

    assert "sofa → settee" in changed
    assert terms(moderator) == []


def test_a_marketplace_without_synonyms_gets_the_common_ones_once(app):
    assert services.add_common_synonyms() > 40
    assert services.add_common_synonyms() == 0


def _token(browser) -> str:
    return browser.environ_base["HTTP_X_CSRF_TOKEN"]
