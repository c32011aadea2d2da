"""A shop's way from opening to closing: every state, every step, every actor."""

from __future__ import annotations

import pytest

from marketplace.accounts import services
from marketplace.accounts.errors import (
    InvalidShopTransition,
    NotYourRole,
    OpenObligations,
    RequirementsUnmet,
    ShopNotActive,
    ShopNotFound,
)
from marketplace.accounts.repositories import audit_log, shops
from marketplace.accounts.services import obligations
from marketplace.accounts.values import (
    SELLER_TERMS_VERSION,
    SHOP_TRANSITIONS,
    Capability,
    Obligation,
    Role,
    ShopActor,
    ShopStatus,
)
from tests.builders import a_shop, a_user, usd

pytestmark = pytest.mark.usefixtures("app")

OWNERS = {name for name, step in SHOP_TRANSITIONS.items() if step.actor is ShopActor.OWNER}


def take(name, shop, who):
    """Take the step as this person."""
    use_case = getattr(services, f"{name}_shop")
    actor = {"owner_id" if name in OWNERS else "moderator_id": who.id}
    reason = {"reason": "Because of this."} if SHOP_TRANSITIONS[name].needs_reason else {}
    return use_case(slug=shop.slug, **actor, **reason)


def person_of(actor, shop):
    roles = {"moderator": (Role.MODERATOR,), "support": (Role.SUPPORT,)}.get(actor, ())
    return services.get_user(shop.owner_id) if actor == "owner" else a_user(roles=roles)


@pytest.mark.parametrize("status", ShopStatus)
@pytest.mark.parametrize("name", SHOP_TRANSITIONS)
@pytest.mark.parametrize("actor", ["owner", "moderator", "stranger", "support"])
def test_a_step_is_taken_from_its_states_by_its_actor_alone(status, name, actor):
    step, shop = SHOP_TRANSITIONS[name], a_shop(status=status)
    if status is ShopStatus.ONBOARDING:
        services.accept_terms(owner_id=shop.owner_id, slug=shop.slug, version=SELLER_TERMS_VERSION)
    who = person_of(actor, shop)

    if actor != step.actor.value:
        with pytest.raises(ShopNotFound if step.actor is ShopActor.OWNER else NotYourRole):
            take(name, shop, who)
    elif status not in step.sources:
        with pytest.raises(InvalidShopTransition):
            take(name, shop, who)
    else:
        assert take(name, shop, who).status is step.target
        return
    assert shops.get(shop.pk).status is status


@pytest.mark.parametrize("status", ShopStatus)
def test_the_steps_that_are_offered_are_those_of_the_table(status):
    shop = a_shop(status=status)

    offered = {actor: set(shop.available(actor)) for actor in ShopActor}

    assert offered == {
        actor: {
            name for name, step in SHOP_TRANSITIONS.items() if step.actor is actor and status in step.sources
        }
        for actor in ShopActor
    }


# The checklist


def a_new_shop(**parts):
    return services.open_shop(
        owner_id=a_user().id, name="Kiln", slug="kiln", currency="USD", approved=False, **parts
    )


ZONE = {
    "name": "Everywhere",
    "methods": [{"name": "Standard", "first": usd(500), "additional": usd(0)}],
}


def lose_profile(shop):
    """Take back what the shop said of itself."""
    services.edit_shop(owner_id=shop.owner_id, slug=shop.slug, name="Kiln")


def do(code, shop):
    """Do what stands on the checklist."""
    mine = {"owner_id": shop.owner_id, "slug": shop.slug}
    if code == "accept_terms":
        services.accept_terms(**mine, version=SELLER_TERMS_VERSION)
    elif code == "profile":
        services.edit_shop(**mine, name="Kiln", description="Stoneware, thrown and fired by hand.")
    else:
        services.edit_shipping_profile(
            **mine, profile_id=shop.pk, name="Parcels", handling_days=1, zones=[ZONE]
        )


def test_a_new_shop_lacks_everything_and_is_not_sent_in():
    shop = a_new_shop()

    with pytest.raises(RequirementsUnmet) as refusal:
        services.submit_shop(owner_id=shop.owner_id, slug="kiln")

    missing = [one["code"] for one in refusal.value.details["requirements"]]
    assert missing == ["profile", "shipping_terms", "accept_terms"]
    assert shops.get(shop.pk).status is ShopStatus.ONBOARDING


def test_a_shop_whose_checklist_is_done_is_sent_in():
    shop = a_new_shop()
    for code in ("profile", "shipping_terms", "accept_terms"):
        do(code, shop)

    assert services.submit_shop(owner_id=shop.owner_id, slug="kiln").status is ShopStatus.PENDING_REVIEW


def test_terms_that_are_not_the_present_ones_are_not_accepted():
    shop = a_new_shop()

    with pytest.raises(RequirementsUnmet):
        services.accept_terms(owner_id=shop.owner_id, slug="kiln", version="1999-1")


def test_a_shop_that_lost_its_profile_is_approved_only_on_purpose_and_that_is_recorded():
    shop, moderator = a_shop(slug="kiln", approved=False), a_user(roles=(Role.MODERATOR,))
    lose_profile(shop)

    with pytest.raises(RequirementsUnmet):
        services.approve_shop(moderator_id=moderator.id, slug="kiln")
    services.approve_shop(moderator_id=moderator.id, slug="kiln", override=True)

    assert audit_log.search(action="shop.approve").items[0].detail["override"] == ["profile"]


# Closing


@pytest.fixture
def owed(monkeypatch):
    """What shops owe, as another context tells it."""
    told = [Obligation("open_order", "Order 1 is paid.", "/sell/kiln/orders/1")]
    monkeypatch.setattr(obligations, "_closing", {"orders": lambda shop_id: told})
    return told


def test_a_shop_that_somebody_waits_for_is_not_closed(owed):
    shop = a_shop(slug="kiln")

    with pytest.raises(OpenObligations) as refusal:
        services.close_shop(owner_id=shop.owner_id, slug="kiln")

    assert refusal.value.details["obligations"] == [
        {"code": "open_order", "message": "Order 1 is paid.", "path": "/sell/kiln/orders/1"}
    ]
    assert shops.get(shop.pk).sells


def test_a_closed_shop_is_not_edited():
    shop = a_shop(status=ShopStatus.CLOSED)

    with pytest.raises(ShopNotActive):
        do("profile", shop)
    with pytest.raises(ShopNotActive):
        do("accept_terms", shop)


@pytest.mark.parametrize("status", ShopStatus)
@pytest.mark.parametrize("capability", Capability)
def test_what_a_shop_may_not_do_is_refused_in_a_sentence(status, capability):
    shop = a_shop(status=status)

    if shop.may(capability):
        services.require(shop, capability)
    else:
        with pytest.raises(ShopNotActive) as refusal:
            services.require(shop, capability)
        assert refusal.value.details == {"state": status.value}


# Over JSON


def test_an_owner_opens_a_shop_step_by_step_over_json(person):
    ada, browser = person()
    here = "/api/v1/seller/kiln"
    services.open_shop(owner_id=ada.id, name="Kiln", slug="kiln", currency="USD", approved=False)
    profile = {"name": "Kiln", "description": "Stoneware, thrown and fired by hand."}
    free = {"amount": 0, "currency": "USD"}
    methods = [{"name": "Standard", "first": free, "additional": free}]
    parcels = {"name": "Parcels", "handling_days": 1, "zones": [{"name": "All", "methods": methods}]}

    early = browser.post(f"{here}/submit")
    browser.put(here, json=profile)
    browser.post(f"{here}/shipping-profiles", json=parcels)
    browser.post(f"{here}/terms", json={"version": SELLER_TERMS_VERSION})
    done = browser.post(f"{here}/submit").json

    assert (early.status_code, early.json["code"]) == (409, "requirements_unmet")
    assert (done["status"], [one["met"] for one in done["requirements"]]) == ("pending_review", [True] * 3)
    assert (done["capabilities"], done["available_transitions"]) == (["edit_listings", "message"], ["close"])


def test_a_moderator_suspends_and_reinstates_over_json(person):
    _, browser = person("Mo", roles=(Role.MODERATOR,))
    a_shop(slug="kiln")
    here = "/api/v1/admin/shops/kiln"

    suspended = browser.post(f"{here}/suspend", json={"reason": "Look at this."}).json
    hidden = browser.get("/api/v1/shops/kiln").status_code
    back = browser.post(f"{here}/reinstate").json

    assert (suspended["status"], suspended["suspension_reason"], hidden) == (
        "suspended",
        "Look at this.",
        404,
    )
    assert (back["status"], back["suspension_reason"]) == ("active", None)


def test_an_owner_closes_over_json(person, owed):
    ada, browser = person()
    a_shop(owner=ada, slug="kiln")

    refused = browser.post("/api/v1/seller/kiln/close")
    owed.clear()
    closed = browser.post("/api/v1/seller/kiln/close")

    assert (refused.status_code, refused.json["code"]) == (409, "open_obligations")
    assert refused.json["obligations"][0]["path"] == "/sell/kiln/orders/1"
    assert closed.json["status"] == "closed"


@pytest.mark.parametrize(
    ("query", "found"),
    [({}, ["waits"]), ({"status": "active"}, ["sells"]), ({"q": "sel"}, ["sells"]), ({"q": "x"}, [])],
)
def test_shops_are_found_by_state_and_address(person, query, found):
    _, browser = person("Mo", roles=(Role.MODERATOR,))
    a_shop(slug="waits", approved=False)
    a_shop(slug="sells")

    answer = browser.get("/api/v1/admin/shops", query_string=query)

    assert [shop["slug"] for shop in answer.json["data"]] == found


# In the browser


def test_an_owner_does_the_checklist_is_sent_back_and_tries_again(person):
    ada, browser = person()
    _, moderator = person("Mo", roles=(Role.MODERATOR,))
    services.open_shop(owner_id=ada.id, name="Kiln", slug="kiln", currency="USD", approved=False)

    early = browser.post("/sell/kiln/submit")
    settings = {"name": "Kiln", "description": "Stoneware, thrown and fired by hand."}
    browser.post("/sell/kiln/settings", data=settings)
    sending = {"first": "5", "additional": "0", "name": "Standard"}
    rows = {f"zones.0.methods.0.{name}": text for name, text in sending.items()}
    browser.post(
        "/sell/kiln/shipping/new",
        data={"name": "Parcels", "handling_days": "1", "zones.0.name": "Everywhere"} | rows,
    )
    browser.post("/sell/kiln/terms", data={"version": SELLER_TERMS_VERSION})
    ready = browser.get("/sell/kiln/start").text
    browser.post("/sell/kiln/submit")
    moderator.post("/admin/shops/kiln/reject", data={"reason": "Tell us what you make."})
    sent_back = browser.get("/sell/kiln/start").text
    browser.post("/sell/kiln/submit")

    assert (early.status_code, "Not everything is there yet" in early.text) == (409, True)
    assert (ready.count(">Done<"), ready.count(">To do<")) == (3, 0)
    assert "Tell us what you make." in sent_back
    assert shops.with_slug("kiln").status is ShopStatus.PENDING_REVIEW


@pytest.mark.parametrize("status", ShopStatus)
def test_every_state_of_a_shop_has_its_pages(person, status):
    ada, browser = person()
    _, moderator = person("Mo", roles=(Role.MODERATOR,))
    a_shop(owner=ada, slug="kiln", status=status)

    pages = [browser.get("/sell"), browser.get("/sell/kiln/start"), moderator.get("/admin/shops/kiln")]

    assert [page.status_code for page in pages] == [200] * 3


def test_a_shop_that_owes_something_says_what(person, owed):
    ada, browser = person()
    a_shop(owner=ada, slug="kiln")

    page = browser.get("/sell/kiln/start").text
    answer = browser.post("/sell/kiln/close")

    assert ("Order 1 is paid." in page, "Close for good" in page) == (True, False)
    assert (answer.status_code, shops.with_slug("kiln").sells) == (409, True)


def test_a_moderator_sees_all_facts_of_a_shop_side_by_side(person):
    _, moderator = person("Mo", roles=(Role.MODERATOR,))
    owner = a_user(display_name="Olga", email="olga@example.com")
    a_shop(owner=owner, name="Forge", slug="forge")
    a_shop(owner=owner, slug="kiln", approved=False)

    page = moderator.get("/admin/shops/kiln").text

    for fact in (
        "Olga",
        "olga@example.com",
        "Forge",
        "<dt>Listings</dt><dd>0</dd>",
        "<dt>Orders</dt><dd>0</dd>",
    ):
        assert fact in page
    assert ("shop.submit" in page, SELLER_TERMS_VERSION in page) == (True, True)


def test_a_moderator_approves_without_the_checklist_only_with_the_box_ticked(person):
    _, moderator = person("Mo", roles=(Role.MODERATOR,))
    lose_profile(a_shop(slug="kiln", approved=False))

    refused = moderator.post("/admin/shops/kiln/approve")
    moderator.post("/admin/shops/kiln/approve", data={"override": "1"})

    assert (refused.status_code, "Its checklist is not done" in refused.text) == (409, True)
    assert shops.with_slug("kiln").sells


def test_the_start_page_counts_the_shops_by_state(person):
    _, moderator = person("Mo", roles=(Role.MODERATOR,))
    a_shop(approved=False)

    page = moderator.get("/admin").text

    assert page.index("To review") < page.index('data-label="How many" class="number">1<')
