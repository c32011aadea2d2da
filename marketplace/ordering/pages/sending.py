"""Where and how the checkout's form has the cart sent, as far as it is filled in."""

from __future__ import annotations

from typing import Any

from bson import ObjectId

from ...shared import destination
from ...shared.forms import Form
from ..services import Sending


def sending_of(form: Form, buyer: Any) -> Sending:
    """The country of the address that is chosen or written, and the chosen way of each shop."""
    marked = "shipping."
    chosen = {
        ObjectId(name.removeprefix(marked)): ObjectId(value)
        for name, value in form.values.items()
        if name.startswith(marked)
        and ObjectId.is_valid(name.removeprefix(marked))
        and ObjectId.is_valid(value)
    }
    return Sending(_country(form, buyer) or destination.country(), chosen)


def _country(form: Form, buyer: Any) -> str | None:
    saved = buyer.addresses if buyer else []
    wanted = form.values.get("address_id") or (str(saved[0].id) if saved and not form.values else "new")
    known = next((one.address.country for one in saved if str(one.id) == wanted), None)
    written = str(form.values.get("ship_to.country", "")).upper()
    return known or (written if destination.is_known(written) else None)
