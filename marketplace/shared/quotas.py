"""How many requests the API answers somebody in a minute, told in the headers `RateLimit-…`.

People and their programs have a quota of their own, visitors one for each network address, and searching has
a smaller one for visitors. The settings say how large they are; 0 is no limit. It costs one round trip to
Redis, and while that is away nobody is counted: what has to be limited always is in `limits`.
"""

from __future__ import annotations

from bson import ObjectId
from flask import Flask, Response, current_app, g, request

from . import identity, limits
from .errors import RateLimited
from .limits import Taken


def count(user_id: ObjectId | None) -> None:
    """Count this request for a person, or for its address where it is nobody's; raises RateLimited."""
    asked = _asked(user_id)
    if not asked:
        return
    taken = limits.count(asked)
    if not taken:
        return
    g.quota = min(taken, key=lambda one: one.remaining)
    if not g.quota.allowed:
        wait = g.quota.reset_seconds
        raise RateLimited(
            f"That is more than {g.quota.limit} requests a minute. Go on in {wait} seconds.", retry_after=wait
        )


def _asked(user_id: ObjectId | None) -> dict[tuple[str, str], int]:
    config = current_app.config
    if user_id is not None:
        asked = {("api-user", str(user_id)): config["API_LIMIT"]}
    else:
        address = request.remote_addr or ""
        asked = {("api-address", address): config["API_LIMIT_VISITORS"]}
        if request.method == "GET" and "q" in request.args:
            asked["api-search", address] = config["API_LIMIT_SEARCHES"]
    return {key: limit for key, limit in asked.items() if limit > 0}


def _count_request() -> None:
    """Count a request to the API; one that brings a token is counted once it is known whose it is."""
    if request.path.startswith("/api/v1/") and not identity.brings_token():
        count(identity.user_id())


def _tell(response: Response) -> Response:
    quota: Taken | None = g.get("quota")
    if quota is not None:
        left = {"Limit": quota.limit, "Remaining": max(quota.remaining, 0), "Reset": quota.reset_seconds}
        response.headers.extend([(f"RateLimit-{name}", str(number)) for name, number in left.items()])
    return response


def init_app(app: Flask) -> None:
    """Count the requests to the API, and tell each how the quota stands."""
    app.before_request(_count_request)
    app.after_request(_tell)
