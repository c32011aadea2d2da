"""People as the marketplace sees them: requests over HTTP, with cookies and a CSRF token of their own."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

#: Where everything goes; nobody lives there.
HOME = {
    "name": "Ada",
    "line1": "1 First Street",
    "postal": "98101",
    "city": "Seattle",
    "region": "WA",
    "country": "US",
}

#: Seconds after which a request is no longer waited for.
PATIENCE = 30.0

#: How often a request that the site could not answer is sent again.
TRIES = 60


class Refused(Exception):
    """The site answered something else than what the experiment needs to go on."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered, and when it was asked; a status of 0 is no answer at all."""

    status: int
    headers: Any
    text: str
    asked: float
    seconds: float

    @property
    def json(self) -> dict[str, Any]:
        """The body as JSON; empty where it is none."""
        with suppress(ValueError):
            found = json.loads(self.text)
            if isinstance(found, dict):
                return found
        return {}

    @property
    def uncertain(self) -> bool:
        """Whether nobody knows if it happened: to be asked again."""
        return self.status in (0, 503)

    def expect(self, *statuses: int) -> Answer:
        """This answer, if it has one of these statuses; raises Refused."""
        if self.status not in statuses:
            raise Refused(f"The site answered {self.status}: {self.text[:300]}")
        return self


@dataclass(slots=True, eq=False)
class Browser:
    """Somebody's browser. It keeps one connection open, and is for one thread at a time."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    csrf: str = ""
    #: The browsers of one site, which closes them in the end.
    opened: list[Browser] = field(default_factory=list)
    _connection: http.client.HTTPConnection | None = None

    def __post_init__(self) -> None:
        self.opened.append(self)

    def twin(self) -> Browser:
        """Another tab: the same cookies, on a connection of its own."""
        return Browser(self.port, dict(self.cookies), self.csrf, self.opened)

    def ask(
        self,
        method: str,
        path: str,
        *,
        body: dict[str, Any] | None = None,
        form: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """The answer to one request with JSON or a form; connections that fail are an answer too."""
        given = dict(headers or {})
        content = None
        if body is not None:
            content, given["Content-Type"] = json.dumps(body), "application/json"
        elif form is not None:
            content = urlencode(form | ({"csrf_token": self.csrf} if self.csrf else {}))
            given["Content-Type"] = "application/x-www-form-urlencoded"
        if self.cookies:
            given["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if self.csrf:
            given["X-CSRF-Token"] = self.csrf
        asked = time.monotonic()
        try:
            response = self._send(method, path, content, given)
            text = response.read().decode(errors="replace")
        except (OSError, http.client.HTTPException) as error:
            self.close()
            return Answer(0, {}, repr(error), asked, time.monotonic() - asked)
        for line in response.headers.get_all("Set-Cookie") or ():
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return Answer(response.status, response.headers, text, asked, time.monotonic() - asked)

    def hang_up(self, path: str, *, body: dict[str, Any], after: float = 0.0) -> None:
        """Post something and close the connection before the answer is there, which is then lost."""
        headers = {"Content-Type": "application/json", "X-CSRF-Token": self.csrf}
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        with suppress(OSError, http.client.HTTPException):
            self._request("POST", path, json.dumps(body), headers)
            time.sleep(after)
        self.close()

    def sign_in(self, email: str, password: str) -> Browser:
        """This browser, signed in."""
        answer = self.ask("POST", "/api/v1/session", body={"email": email, "password": password})
        self.csrf = answer.expect(200).json["csrf_token"]
        return self

    def sign_out(self) -> None:
        """End the session, if there is one."""
        if self.csrf:
            self.ask("DELETE", "/api/v1/session")
            self.csrf = ""
        self.close()

    def close(self) -> None:
        """Close the connection; the next request opens another one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _send(
        self, method: str, path: str, content: str | None, headers: dict[str, str]
    ) -> http.client.HTTPResponse:
        return self._request(method, path, content, headers).getresponse()

    def _request(
        self, method: str, path: str, content: str | None, headers: dict[str, str]
    ) -> http.client.HTTPConnection:
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        elif self._connection.sock is None:
            self._connection.connect()
        self._connection.request(method, path, content, headers)
        return self._connection


@dataclass(slots=True)
class Buyer:
    """Somebody who fills a cart, checks out and pays; a guest unless their browser is signed in."""

    browser: Browser
    email: str = "ada@example.com"
    #: What was sent to check out, to be sent again; its key is the same then.
    order: dict[str, Any] = field(default_factory=dict)
    key: str = field(default_factory=lambda: uuid4().hex)
    purchase: dict[str, Any] = field(default_factory=dict)
    pay_at: str = ""
    #: Every answer to a request that was sent for this buyer.
    answers: list[Answer] = field(default_factory=list)

    def fill(self, *variants: object, quantity: int = 1) -> Buyer:
        """Put so many pieces of each variant into the cart and agree to what it costs."""
        for variant in variants:
            line = {"variant_id": str(variant), "quantity": quantity}
            self.surely("POST", "/api/v1/cart/items", body=line).expect(200, 201)
        return self.agree()

    def agree(self) -> Buyer:
        """Agree to what the cart costs now."""
        cart = self.surely("GET", "/api/v1/cart").expect(200).json
        self.order = {
            "cart_id": cart["id"],
            "expected_total": {name: cart["total"][name] for name in ("amount", "currency")},
            "email": self.email,
            "ship_to": HOME,
            "accept_terms": True,
        }
        return self

    def check_out(self) -> Answer:
        """Send the order once, and note the purchase that it became."""
        answer = self._ask("POST", "/api/v1/checkout", body=self.order, headers={"Idempotency-Key": self.key})
        if answer.status in (200, 201):
            self.purchase = answer.json["purchase"]
            self.pay_at = answer.json["client_action"].get("url") or ""
        return answer

    def surely_check_out(self) -> Answer:
        """Send the same order until the site says what became of it."""
        return self._again(self.check_out, lambda one: one.uncertain or _is_in_progress(one))

    def pay(self, decision: str = "pay") -> Answer:
        """Press a button on the sandbox's page and come back; who pressed it before only comes back."""
        pressed = self._ask("POST", self.pay_at, form={"decision": decision})
        return self.come_back() if pressed.status in (303, 409) else pressed

    def come_back(self) -> Answer:
        """The page that the bank leads to, which asks what became of the payment."""
        key = self.purchase.get("key")
        return self._ask("GET", f"/checkout/{self.purchase['id']}/wait" + (f"?key={key}" if key else ""))

    def surely_pay(self, decision: str = "pay") -> Answer:
        """Press it until the site says what became of it."""
        return self._again(lambda: self.pay(decision))

    def surely(self, method: str, path: str, **content: Any) -> Answer:
        """Ask until the site answers."""
        return self._again(lambda: self._ask(method, path, **content))

    def _ask(self, method: str, path: str, **content: Any) -> Answer:
        answer = self.browser.ask(method, path, **content)
        self.answers.append(answer)
        return answer

    def _again(
        self, ask: Callable[[], Answer], unsure: Callable[[Answer], bool] = lambda one: one.uncertain
    ) -> Answer:
        for _ in range(TRIES):
            answer = ask()
            if not unsure(answer):
                return answer
            time.sleep(0.2)
        raise Refused(
            f"The site did not answer {TRIES} times, last with {answer.status}: {answer.text[:200]}"
        )


def _is_in_progress(answer: Answer) -> bool:
    return answer.status == 409 and str(answer.json.get("code", "")).endswith("in_progress")
