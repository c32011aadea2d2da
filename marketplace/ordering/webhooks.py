"""Where payment providers report what became of payments."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from ..shared import access
from ..shared.clock import now
from ..shared.errors import TooLarge
from . import services
from .errors import PaymentNotFound
from .providers import PROVIDERS
from .services import SIGNATURE

blueprint = Blueprint("ordering_webhooks", __name__)

#: The largest webhook that is read, in bytes.
LARGEST = 65_536


@blueprint.post("/webhooks/payments/<provider>")
@access.everyone
def receive(provider: str) -> ResponseReturnValue:
    """Apply what a provider reports; 204 also for what was reported before. Its signature is its access."""
    found = PROVIDERS.get(provider)
    if found is None:
        raise PaymentNotFound("There is no such payment provider.")
    if (request.content_length or 0) > LARGEST:
        raise TooLarge("A webhook is a few lines of JSON.")
    services.apply_event(found.verify(request.get_data(), request.headers.get(SIGNATURE, ""), now()))
    return "", 204
