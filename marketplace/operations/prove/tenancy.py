"""Every route, asked by everybody whom it is not for, with the ids of somebody else's things."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from bson import ObjectId
from flask import current_app

from ...shared import access
from ...shared.access import Audience
from .browser import HOME, Answer, Browser
from .outcome import Outcome
from .trial import BUYER, MODERATOR, MUG, NEWCOMER, OTHER_SELLER, SELLER, Trial

#: The routes that are for those who look after the marketplace.
STAFF = (Audience.SUPPORT, Audience.MODERATOR, Audience.ADMIN)

#: The parts of an address that name something private; whoever it is not for must not get through.
PRIVATE = ("number", "purchase_id", "payment_id", "conversation_id")

#: How somebody is turned away; pages send a visitor to sign in.
AWAY = (401, 403, 404)

#: What is sent to the routes that end so, which look at that first; the others get nothing.
FILLED = {"/transitions": {"name": "cancel"}}

#: The street to which the orders of the experiment go; no stranger may read it anywhere.
SECRET = "17 Unseen Lane"  # noqa: S105 - a street


@dataclass
class Stranger:
    """Somebody who asks for what is not theirs."""

    name: str
    browser: Browser
    answers: list[tuple[str, Answer]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def is_staff(self) -> bool:
        """Whether they may see what people ordered, which their own routes tell."""
        return self.name == "moderator"


@dataclass(frozen=True, slots=True)
class Door:
    """A route and one of its methods, with the address of somebody else's thing."""

    rule: str
    method: str
    path: str
    audience: Audience
    private: bool


def run(trial: Trial, outcome: Outcome) -> None:
    """Buy as a member in one shop, then have everybody else ask every route for it."""
    bought = _buy(trial)
    doors = list(_doors(_ids(trial, bought)))
    people = [
        Stranger("visitor", trial.site.browser()),
        Stranger("other buyer", trial.member(NEWCOMER)),
        Stranger("other seller", trial.member(OTHER_SELLER)),
        Stranger("moderator", trial.member(MODERATOR)),
    ]
    token = _token(people[2])
    with ThreadPoolExecutor(len(people)) as crowd:
        list(crowd.map(lambda one: _ask_all(one, doors), people))
    _ask_with_token(trial, token, doors, outcome)
    for one in people:
        one.browser.sign_out()
    asked = sum(len(one.answers) for one in people)
    outcome.did.append(f"A member bought something; {len(people)} others asked {len(doors)} routes for it.")
    outcome.counted["routes"] = len(doors)
    outcome.counted["requests"] = asked
    outcome.counted["refused for their form before anything else"] = sorted(
        {rule for one in people for rule, said in one.answers if _asks_for_content(said)}
    )
    outcome.count("got through", [text for one in people for text in one.wrong], expected=[])
    read = [f"{one.name}: {rule}" for one in people if not one.is_staff for rule, said in one.answers
            if SECRET in said.text]  # fmt: skip
    outcome.count("answers to strangers with the buyer's address in it", read, expected=[])
    failed = [rule for one in people for rule, said in one.answers if said.status in (0, 500)]
    outcome.count("answers of 500", failed, expected=[])


def _buy(trial: Trial) -> dict[str, Any]:
    """A paid purchase of a member, who writes to the shop about it; both see it, or it would prove little."""
    member = trial.member(BUYER)
    member.ask("DELETE", "/api/v1/cart")
    buyer = trial.site.buyer("e2e-buyer@example.com")
    buyer.browser = member
    buyer.fill(trial.variant(MUG))
    buyer.order["ship_to"] = HOME | {"line1": SECRET}
    buyer.check_out().expect(201)
    buyer.pay().expect(200, 303)
    number = buyer.purchase["orders"][0]["number"]
    member.ask("GET", f"/api/v1/orders/{number}").expect(200)
    told = {"subject": {"type": "order", "id": number}, "body": f"To {SECRET}, please.", "client_id": number}
    member.ask("POST", "/api/v1/conversations", body=told).expect(201)
    seller = trial.member(SELLER)
    seen = seller.ask("GET", f"/api/v1/seller/e2e-pottery/orders/{number}").expect(200)
    assert SECRET in seen.text  # noqa: S101 - else nothing would be looked for
    for one in (member, seller):
        one.sign_out()
    return buyer.purchase


def _ids(trial: Trial, purchase: dict[str, Any]) -> dict[str, Any]:
    """For each part of an address, something that belongs to the buyer or to the shop."""
    product = trial.db["products"].find_one({"variants.sku": MUG}) or {}
    user = trial.db["users"].find_one({"email": "e2e-buyer@example.com"}) or {}
    order = trial.db["orders"].find_one({"number": purchase["orders"][0]["number"]}) or {}
    talk = trial.db["conversations"].find_one({"subjects.id": order["_id"]}) or {}
    review = trial.db["reviews"].find_one({}, {"_id": 1}) or {}
    return {
        "shop": "e2e-pottery",
        "slug": "e2e-pottery",
        "number": order["number"],
        "order_id": order["_id"],
        "purchase_id": ObjectId(purchase["id"]),
        "payment_id": ObjectId(purchase["payment"]["id"]),
        "conversation_id": talk["_id"],
        "product_id": product["_id"],
        "variant_id": trial.variant(MUG),
        "user_id": user["_id"],
        "address_id": (user.get("addresses") or [{"id": ObjectId()}])[0]["id"],
        "review_id": review.get("_id", ObjectId()),
    }


def _doors(ids: dict[str, Any]) -> Iterator[Door]:
    """The routes that are not for everybody, and those where anybody could look into private things.

    Of what is for everybody only reading is tried: the rest changes what is one's own.
    """
    adapter = current_app.url_map.bind("localhost")
    for rule in current_app.url_map.iter_rules():
        policy = access.policy_of(current_app.view_functions[rule.endpoint])
        if policy is None:
            continue
        private = any(name in PRIVATE for name in rule.arguments)
        names = {name: _value(name, rule._converters[name], ids) for name in rule.arguments}
        path = adapter.build(rule.endpoint, names, append_unknown=False)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            if private or method == "GET" or policy.audience in (*STAFF, Audience.SELLER):
                yield Door(f"{method} {rule.rule}", method, path, policy.audience, private)


def _value(name: str, converter: Any, ids: dict[str, Any]) -> Any:
    if hasattr(converter, "items"):  # one of some words
        return sorted(converter.items)[0]
    if name in ids:
        return ids[name]
    made_up: dict[str, Any] = {"ObjectIdConverter": ObjectId(), "IntegerConverter": 1}
    return made_up.get(type(converter).__name__, "nothing")


def _ask_all(one: Stranger, doors: list[Door]) -> None:
    for door in doors:
        if one.is_staff and door.audience is not Audience.SELLER and not _is_a_buyers(door):
            continue
        answer = one.browser.ask(door.method, door.path, **_content(door))
        one.answers.append((door.rule, answer))
        if _must_be_shut(one, door) and not _turned_away(answer):
            one.wrong.append(f"{one.name}: {door.rule} answered {answer.status}")


def _content(door: Door) -> dict[str, Any]:
    if door.method in ("GET", "DELETE"):
        return {}
    filled = next((content for end, content in FILLED.items() if door.path.endswith(end)), {})
    if "/sandbox/" in door.path:
        filled = {"decision": "pay"}
    return {"body": filled} if door.path.startswith("/api/") else {"form": filled}


def _is_a_buyers(door: Door) -> bool:
    return door.private and door.audience in (Audience.EVERYONE, Audience.SIGNED_IN)


def _must_be_shut(one: Stranger, door: Door) -> bool:
    if door.private or door.audience is Audience.SELLER:
        return True
    if door.audience in STAFF:
        return not one.is_staff
    return door.audience is Audience.SIGNED_IN and one.name == "visitor"


def _turned_away(answer: Answer) -> bool:
    sent_to_sign_in = answer.status == 303 and str(answer.headers["Location"]).startswith("/signin")
    return sent_to_sign_in or answer.status in AWAY or _asks_for_content(answer)


def _asks_for_content(answer: Answer) -> bool:
    """Whether it was refused for its form before anybody looked whose it is, which tells nothing."""
    return answer.status == 422 and answer.json.get("code") == "validation_error"


def _token(seller: Stranger) -> str:
    """An API token of the other shop with every scope."""
    scopes = sorted({
        policy.scope for view in current_app.view_functions.values()
        if (policy := access.policy_of(view)) is not None and policy.scope
    })  # fmt: skip
    asked = {"name": "Robot", "scopes": scopes}
    answer = seller.browser.ask("POST", "/api/v1/seller/e2e-books/tokens", body=asked)
    return str(answer.expect(201).json["text"])


def _ask_with_token(trial: Trial, token: str, doors: list[Door], outcome: Outcome) -> None:
    """The other shop's token opens nothing of this shop, and no private thing of a buyer."""
    browser, through = trial.site.browser(), []
    for door in doors:
        if door.audience is Audience.SELLER or door.private:
            bearer = {"Authorization": f"Bearer {token}"}
            answer = browser.ask(door.method, door.path, headers=bearer, **_content(door))
            if not _turned_away(answer):
                through.append(f"{door.rule} answered {answer.status}")
    browser.close()
    outcome.count("got through with another shop's token", through, expected=[])
