"""What is left of a buyer whose account is deleted."""

from __future__ import annotations

from typing import Any

from ...accounts.values import NAME_OF_NOBODY

#: The change of a purchase or an order: it says where it went, but not to whom.
NAMELESS: dict[str, Any] = {
    "$set": {"ship_to.name": NAME_OF_NOBODY},
    "$unset": {"email": "", "ship_to.phone": "", "ship_to.company": "", "bill_to": "", "buyer_note": ""},
    "$inc": {"version": 1},
}
