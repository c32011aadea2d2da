"""The three addresses, and who may read the one for operators."""

from __future__ import annotations

import hmac

from flask import Blueprint, Flask, Response, current_app, request

from ...config import Environment
from ...shared import access
from .. import draining
from .answer import answer, refusal, report
from .checks import DETAIL, READY, Check, Status
from .probes import Probe

blueprint = Blueprint("health", __name__, url_prefix="/health")


@blueprint.get("/live")
@access.everyone
def live() -> Response:
    """This process answers; nothing else is asked."""
    return answer(Status.PASS)


@blueprint.get("/ready")
@access.everyone
def ready() -> Response:
    """Whether this process should get visitors: 503 while it stops, or while it cannot serve."""
    if draining.has_begun():
        return answer(Status.FAIL, output="This process is stopping.")
    return report(_probes(READY))


@blueprint.get("")
@access.everyone
def detail() -> Response:
    """Everything that is looked at, for whoever has the token; in development for everybody."""
    expected = current_app.config["HEALTH_TOKEN"]
    if not expected and current_app.config["ENV"] != Environment.DEVELOPMENT:
        return refusal(404, "Not Found", "Set MARKETPLACE_HEALTH_TOKEN to see the details of health.")
    if expected and not _has(expected):
        response = refusal(401, "Unauthorized", "Send the header Authorization: Bearer TOKEN.")
        response.headers["WWW-Authenticate"] = 'Bearer realm="health"'
        return response
    return report(_probes(DETAIL))


def _has(expected: str) -> bool:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return hmac.compare_digest(token.strip().encode(), expected.encode()) and scheme.lower() == "bearer"


def _probes(checks: tuple[Check, ...]) -> list[Probe]:
    probes: dict[str, Probe] = current_app.extensions["health"]
    return [probes[check.name] for check in checks]


def init_app(app: Flask) -> None:
    """Answer at the three addresses; nothing is looked at until somebody asks."""
    app.extensions["health"] = {check.name: Probe(app, check) for check in DETAIL}
    app.register_blueprint(blueprint)
