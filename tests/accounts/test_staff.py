from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from bson import ObjectId

from marketplace.accounts import services
from marketplace.accounts.errors import AccountLocked, LastAdmin, NotYourRole, UserNotFound
from marketplace.accounts.repositories import audit_log, users
from marketplace.accounts.values import Role, UserStatus
from marketplace.shared import connections
from tests.builders import PASSWORD, a_shop, a_user

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def admin(person):
    return person("Addy", roles=(Role.ADMIN,))


@pytest.fixture
def moderator(person):
    return person("Mo", roles=(Role.MODERATOR,))


# Roles


def test_an_admin_gives_a_role_and_takes_it_away(admin):
    user = a_user()
    here = f"/api/v1/admin/users/{user.id}/roles/support"

    given = admin[1].put(here).json["roles"]
    taken = admin[1].delete(here).json["roles"]

    assert (given, taken) == (["support"], [])
    assert [row.action for row in audit_log.search(subject=("users", user.id)).items] == [
        "role.revoke",
        "role.grant",
    ]


def test_whose_roles_change_is_signed_out_everywhere(admin, person):
    user, browser = person("Sue")

    services.grant_role(admin_id=admin[0].id, user_id=user.id, role=Role.SUPPORT)

    assert browser.get("/api/v1/me").status_code == 401


def test_a_role_that_was_taken_opens_nothing_from_the_next_request_on(admin, moderator):
    user, browser = moderator
    users.all().filter(id=user.id).update(set__roles=[])  # as if the sessions could not be ended

    assert browser.get("/admin/audit").status_code == 403


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.MODERATOR])
def test_nobody_but_an_admin_gives_roles(role):
    giver, user = a_user(roles=(role,)), a_user()

    with pytest.raises(NotYourRole):
        services.grant_role(admin_id=giver.id, user_id=user.id, role=Role.ADMIN)
    with pytest.raises(NotYourRole):
        services.revoke_role(admin_id=giver.id, user_id=giver.id, role=role)


def test_the_last_admin_stays_one(admin):
    with pytest.raises(LastAdmin):
        services.revoke_role(admin_id=admin[0].id, user_id=admin[0].id, role=Role.ADMIN)
    with pytest.raises(LastAdmin):
        services.revoke(email=admin[0].email, role=Role.ADMIN)

    assert users.get(admin[0].id).is_admin


def test_an_admin_who_is_locked_does_not_count(admin):
    other = a_user(roles=(Role.ADMIN,))
    services.lock_user(moderator_id=admin[0].id, user_id=other.id, reason="On leave.")

    with pytest.raises(LastAdmin):
        services.revoke_role(admin_id=admin[0].id, user_id=admin[0].id, role=Role.ADMIN)


def test_a_role_of_nobody_is_not_found(admin):
    with pytest.raises(UserNotFound):
        services.grant_role(admin_id=admin[0].id, user_id=ObjectId(), role=Role.SUPPORT)


@pytest.mark.real
def test_two_admins_who_depose_each_other_at_once_leave_one(app):
    for _ in range(3):
        ada, bea = (a_user(roles=(Role.ADMIN,)) for _ in range(2))

        def depose(by, whom):
            with app.app_context():
                try:
                    services.revoke_role(admin_id=by.id, user_id=whom.id, role=Role.ADMIN)
                except (LastAdmin, NotYourRole):
                    return False
                return True

        with ThreadPoolExecutor(2) as crowd:
            done = list(crowd.map(depose, (ada, bea), (bea, ada)))

        left = users.newest(role=Role.ADMIN).items
        assert (len(left), sum(done)) == (1, 1)
        users.all().update(set__roles=[])


def test_roles_are_given_and_taken_at_the_terminal(app):
    user = a_user(email="ada@example.com")
    run = app.test_cli_runner().invoke

    given = run(args=["users", "grant", "ada@example.com", "support"])
    taken = run(args=["users", "revoke", "ada@example.com", "support"])
    unknown = run(args=["users", "grant", "ada@example.com", "king"])

    assert (given.output, taken.output) == (
        "ada@example.com is support now.\n",
        "ada@example.com is not support any more.\n",
    )
    assert unknown.exit_code == 2
    assert users.get(user.id).roles == []


# Locking


def test_somebody_who_is_locked_is_signed_out_and_cannot_sign_in(moderator, person):
    user, browser = person("Lou")

    services.lock_user(moderator_id=moderator[0].id, user_id=user.id, reason="Sells what is not theirs.")

    assert browser.get("/api/v1/me").status_code == 401
    with pytest.raises(AccountLocked):
        services.authenticate(email=user.email, password=PASSWORD)
    assert connections.sessions_store().smembers(f"sessions-of:{user.id}") == set()


def test_somebody_who_is_unlocked_signs_in_again(moderator):
    user = a_user()
    services.lock_user(moderator_id=moderator[0].id, user_id=user.id, reason="A mistake.")

    services.unlock_user(moderator_id=moderator[0].id, user_id=user.id, reason="It was one.")

    assert services.authenticate(email=user.email, password=PASSWORD).status is UserStatus.ACTIVE
    assert [row.detail["reason"] for row in audit_log.search(subject=("users", user.id)).items] == [
        "It was one.",
        "A mistake.",
    ]


def test_to_lock_again_changes_nothing(moderator):
    user = a_user()
    for _ in range(2):
        services.lock_user(moderator_id=moderator[0].id, user_id=user.id, reason="Twice.")

    assert len(audit_log.search(subject=("users", user.id)).items) == 1


@pytest.mark.parametrize("role", Role)
def test_a_moderator_does_not_lock_those_who_look_after_the_marketplace(moderator, role):
    other = a_user(roles=(role,))

    with pytest.raises(NotYourRole):
        services.lock_user(moderator_id=moderator[0].id, user_id=other.id, reason="A quarrel.")


def test_nobody_locks_themselves(admin):
    with pytest.raises(NotYourRole):
        services.lock_user(moderator_id=admin[0].id, user_id=admin[0].id, reason="Just so.")


def test_a_lock_needs_a_reason(moderator):
    answer = moderator[1].post(f"/api/v1/admin/users/{a_user().id}/lock", json={})

    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/reason")


# Looking people up


@pytest.fixture
def people():
    for name in ("Ada Byron", "ada lovelace", "Bea"):
        a_user(display_name=name, email=f"{name.split()[0].lower()}.{name[-3:].lower()}@example.com")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "ada."}, ["ada lovelace", "Ada Byron"]),
        ({"q": "ADA.R"}, ["Ada Byron"]),
        ({"q": "ada", "by": "name"}, ["Ada Byron", "ada lovelace"]),
        ({"q": "a.a", "by": "name"}, []),
        ({"role": "moderator"}, ["Mo"]),
    ],
)
def test_people_are_found_by_the_beginning_of_address_or_name(moderator, people, query, found):
    answer = moderator[1].get("/api/v1/admin/users", query_string=query)

    assert [user["display_name"] for user in answer.json["data"]] == found


def test_people_are_found_page_by_page(moderator, people):
    first = moderator[1].get("/api/v1/admin/users?q=ada&by=name&limit=1").json
    second = (
        moderator[1]
        .get(
            "/api/v1/admin/users",
            query_string={"q": "ada", "by": "name", "limit": 1, "cursor": first["page"]["next"]},
        )
        .json
    )

    assert [one["data"][0]["display_name"] for one in (first, second)] == ["Ada Byron", "ada lovelace"]


def test_nothing_secret_of_somebody_is_shown(moderator):
    shown = moderator[1].get(f"/api/v1/admin/users/{a_user().id}").json

    assert set(shown) == {"id", "email", "display_name", "status", "lock_reason", "roles", "created_at"}


# In the browser


def test_a_moderator_looks_somebody_up_and_locks_the_account(moderator, person):
    user, browser = person("Lou")
    a_shop(owner=user, name="Kiln", slug="kiln")
    page = f"/admin/users/{user.id}"

    listed = moderator[1].get("/admin/users?q=lou&by=name").text
    seen = moderator[1].get(page).text
    moderator[1].post(f"{page}/lock", data={"reason": "Sells what is not theirs."})
    after = moderator[1].get(page).text

    assert page in listed
    assert ("Kiln" in seen, "<dt>Sessions</dt><dd>1</dd>" in seen, "Make admin" in seen) == (
        True,
        True,
        False,
    )
    assert "Locked because: Sells what is not theirs." in after
    assert browser.get("/account").status_code == 303


def test_a_lock_without_a_reason_keeps_the_page(moderator):
    answer = moderator[1].post(f"/admin/users/{a_user().id}/lock", data={"reason": "no"})

    assert answer.status_code == 422
    assert "Reason: Write between 5 and 1000 characters." in answer.text


def test_an_admin_gives_roles_on_the_page_and_is_told_about_the_last_admin(admin):
    user = a_user(display_name="Sue")

    admin[1].post(f"/admin/users/{user.id}/roles/support/grant")
    given = admin[1].get(f"/admin/users/{user.id}").text
    refused = admin[1].post(f"/admin/users/{admin[0].id}/roles/admin/revoke")

    assert "Take support away" in given
    assert (refused.status_code, "This is the only admin" in refused.text) == (409, True)


def test_support_sees_and_decides_nothing(person):
    _, browser = person("Sue", roles=(Role.SUPPORT,))
    shop = a_shop(slug="kiln", approved=False)

    user, shop_page, start = (
        browser.get(path).text for path in (f"/admin/users/{shop.owner_id}", "/admin/shops/kiln", "/admin")
    )

    assert ("Lock the account" in user, ">Approve<" in shop_page, "Audit log" in start) == (False,) * 3


def test_the_menu_leads_those_who_look_after_it_all(moderator, person):
    assert 'href="/admin"' in moderator[1].get("/account").text
    assert 'href="/admin"' not in person("Bea")[1].get("/account").text
