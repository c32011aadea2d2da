from __future__ import annotations

import ast
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from bson import ObjectId

import marketplace
from marketplace.accounts import services
from marketplace.accounts.documents import AppendOnly, AuditEntry, User
from marketplace.accounts.repositories import audit_log
from marketplace.accounts.values import Role
from marketplace.shared import clock
from marketplace.shared.transactions import transactional
from tests.builders import a_shop, a_user

pytestmark = pytest.mark.usefixtures("app")

THING = ObjectId()
DAY = datetime(2026, 3, 1, 12, tzinfo=UTC)


def note(action="thing.do", *, actor=None, subject=("things", THING), **detail):
    services.audit(actor_id=actor, action=action, subject=subject, detail=detail)


@pytest.fixture
def moderator(person):
    return person("Mo", roles=(Role.MODERATOR,))


@pytest.fixture(autouse=True)
def emptied(moderator):
    """A log without what the fixtures did."""
    AuditEntry._get_collection().delete_many({})


def rows(**asked):
    return audit_log.search(**asked).items


# Only ever added


def test_a_row_says_who_did_what_to_what(moderator):
    note("shop.close", actor=moderator[0].id, status=services.changed("active", "closed"))

    (row,) = rows()
    assert (row.actor_id, row.action) == (moderator[0].id, "shop.close")
    assert (row.subject.collection, row.subject.id) == ("things", THING)
    assert row.detail == {"status": {"from": "active", "to": "closed"}}


@pytest.mark.parametrize(
    "change",
    [
        lambda row: row.save(),
        lambda row: row.delete(),
        lambda row: row.update(set__action="other"),
        lambda row: row.modify(set__action="other"),
        lambda row: AuditEntry.objects.update(set__action="other"),
        lambda row: AuditEntry.objects.update_one(set__action="other"),
        lambda row: AuditEntry.objects(id=row.pk).modify(set__action="other"),
        lambda row: AuditEntry.objects.delete(),
        lambda row: audit_log.save(row),
    ],
)
def test_a_row_is_neither_changed_nor_removed(change):
    note("thing.do")
    (row,) = rows()
    row.action = "other"

    with pytest.raises((AppendOnly, AttributeError)):
        change(row)

    assert [one.action for one in rows()] == ["thing.do"]


def test_nothing_else_in_the_code_reaches_for_the_collection():
    home = Path(marketplace.__file__).parent
    named = {
        str(path.relative_to(home))
        for path in home.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and node.value == "audit_log"
    }

    assert named == {
        "accounts/documents/audit.py",
        "accounts/repositories/__init__.py",  # the repository's own name
        "operations/model/shards.py",
    }


def test_a_row_of_a_request_names_it_and_hides_the_address(moderator):
    a_shop(slug="kiln", approved=False)
    moderator[1].post("/api/v1/admin/shops/kiln/approve", headers={"X-Request-Id": "request-0001"})

    (row,) = rows(action="shop.approve")
    assert row.request_id == "request-0001"
    assert len(row.network) == 16
    assert "127.0.0.1" not in str(row.to_mongo())


def test_a_row_of_the_terminal_has_no_origin():
    note()

    (row,) = rows()
    assert (row.actor_id, row.request_id, row.network) == (None, None, None)


def test_a_long_text_is_cut():
    note(reason="x" * 5000)

    assert len(rows()[0].detail["reason"]) == 2000


@pytest.mark.real
def test_a_row_goes_with_what_it_tells_of(app):
    @transactional
    def fails():
        note("thing.undone")
        raise RuntimeError("Too late.")

    with pytest.raises(RuntimeError):
        fails()

    assert rows(action="thing.undone") == []


# Who did something leaves one row


def test_each_step_of_a_shop_leaves_one_row(moderator):
    mo, shop = moderator[0].id, a_shop(slug="kiln", approved=False)
    services.reject_shop(moderator_id=mo, slug="kiln", reason="Say more.")
    services.submit_shop(owner_id=shop.owner_id, slug="kiln")
    services.approve_shop(moderator_id=mo, slug="kiln")
    services.suspend_shop(moderator_id=mo, slug="kiln", reason="Look at this.")
    services.reinstate_shop(moderator_id=mo, slug="kiln")
    services.close_shop(owner_id=shop.owner_id, slug="kiln")

    told = [(row.action, row.actor_id) for row in rows(subject=("shops", shop.pk))]
    assert told == [
        ("shop.close", shop.owner_id),
        ("shop.reinstate", mo),
        ("shop.suspend", mo),
        ("shop.approve", mo),
        ("shop.submit", shop.owner_id),
        ("shop.reject", mo),
        ("shop.submit", shop.owner_id),
    ]


def test_a_role_given_at_the_terminal_leaves_a_row_and_the_same_again_none(app):
    user = a_user(email="ada@example.com")
    for _ in range(2):
        app.test_cli_runner().invoke(args=["users", "grant", "ada@example.com", "support"])

    (row,) = rows(subject=("users", user.id))
    assert (row.action, row.actor_id) == ("role.grant", None)
    assert row.detail == {"role": "support", "roles": {"from": [], "to": ["support"]}}


def test_what_is_refused_leaves_no_row(moderator):
    a_shop(slug="kiln")

    moderator[1].post("/api/v1/admin/shops/kiln/approve")

    assert rows(action="shop.approve") == []


# Reading


@pytest.fixture
def three(moderator):
    """Something of each of three days, newest last."""
    for number, action in enumerate(("a.one", "a.two", "a.three")):
        with clock.at(DAY + timedelta(days=number)):
            note(action, actor=moderator[0].id if number else None)
    return moderator[1]


def seen(browser, **query):
    answer = browser.get("/api/v1/admin/audit", query_string=query)
    assert answer.status_code == 200, answer.text
    return [row["action"] for row in answer.json["data"]]


def test_the_log_is_read_newest_first(three):
    assert seen(three) == ["a.three", "a.two", "a.one"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"action": "a.two"}, ["a.two"]),
        ({"since": "2026-03-02"}, ["a.three", "a.two"]),
        ({"until": "2026-03-02"}, ["a.two", "a.one"]),
        ({"until": "9999-12-31"}, ["a.three", "a.two", "a.one"]),
        ({"since": "2026-03-02", "until": "2026-03-02"}, ["a.two"]),
        ({"subject": f"things:{THING}"}, ["a.three", "a.two", "a.one"]),
        ({"subject": f"other:{THING}"}, []),
    ],
)
def test_the_log_is_filtered(three, query, found):
    assert seen(three, **query) == found


def test_the_log_is_filtered_by_who_did_it(three, moderator):
    assert seen(three, actor_id=str(moderator[0].id)) == ["a.three", "a.two"]


def test_the_log_is_paged_without_a_gap(three):
    found, cursor = [], None
    while True:
        query = {"limit": 1} | ({"cursor": cursor} if cursor else {})
        answer = three.get("/api/v1/admin/audit", query_string=query).json
        found += [row["action"] for row in answer["data"]]
        cursor = answer["page"]["next"]
        if cursor is None:
            break

    assert found == ["a.three", "a.two", "a.one"]


@pytest.mark.parametrize(
    "query",
    [{"subject": "shops"}, {"subject": "shops:x"}, {"actor_id": "x"}, {"since": "yesterday"}, {"other": "1"}],
    ids=repr,
)
def test_a_filter_that_is_none_is_refused(moderator, query):
    assert moderator[1].get("/api/v1/admin/audit", query_string=query).status_code == 400


def test_the_page_of_the_log_shows_and_filters(three):
    page, one = three.get("/admin/audit").text, three.get("/admin/audit?action=a.two").text

    assert [f"<code>{name}</code>" in page for name in ("a.one", "a.two", "a.three")] == [True] * 3
    assert ("<code>a.two</code>" in one, "<code>a.one</code>" in one) == (True, False)
    assert "At the server" in page


def test_the_page_of_the_log_names_a_wrong_filter(moderator):
    answer = moderator[1].get("/admin/audit?subject=shops&since=2026-03-02&until=2026-03-01")

    assert answer.status_code == 400
    assert "Write a collection and an id" in answer.text


def test_moderators_read_times_in_their_locale(moderator):
    user, browser = moderator
    User.objects(pk=user.pk).update_one(set__locale="de_DE")
    note("shop.close", actor=user.pk)

    assert datetime.now(UTC).strftime("%d.%m.%Y") in browser.get("/admin/audit").text
