"""The fields of a shipping profile's form: what was sent, and what a stored profile has.

Rows are numbered: `zones.0.name`, `zones.0.methods.1.first`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..values import MOST_METHODS, MOST_ZONES, ShippingMethod, ShippingProfile

#: What stands in the form for a new profile.
NEW_PROFILE = {
    "handling_days": "2",
    "zones.0.name": "Everywhere",
    "zones.0.methods.0.name": "Standard",
}

_METHOD = re.compile(r"zones\.([0-9]{1,3})\.methods\.([0-9]{1,3})\.")
_ZONE = re.compile(r"zones\.([0-9]{1,3})\.")


def typed(sent: Mapping[str, str]) -> dict[str, str]:
    """What the form sent, without zones and methods that are empty or ticked for removal.

    Browsers leave boxes without a tick out; each method that is there says so, that the form can be shown
    again as it was.
    """
    removed = [
        name.removesuffix("remove") for name, text in sent.items() if name.endswith(".remove") and text
    ]
    filled = {
        row
        for name, text in sent.items()
        if text.strip() and not name.endswith((".tracked", ".id")) and not name.startswith(tuple(removed))
        for row in _rows(name)
    }
    return {
        name: text
        for name, text in sent.items()
        if not name.startswith(tuple(removed)) and set(_rows(name)) <= filled and not name.endswith(".remove")
    }


def zones_of(values: Mapping[str, str]) -> int:
    """How many zones the form shows."""
    return max((int(found[1]) for name in values if (found := _ZONE.match(name))), default=-1) + 1


def methods_of(values: Mapping[str, str], zone: int) -> int:
    """How many ways to send the form shows in this zone; one at least."""
    found = [match for name in values if (match := _METHOD.match(name)) and int(match[1]) == zone]
    return max((int(match[2]) for match in found), default=0) + 1


def with_row(values: dict[str, str], wanted: str) -> dict[str, str]:
    """The form with another zone (`zone`), or with another way to send in one (`method-0`)."""
    zones = zones_of(values)
    if wanted == "zone" and zones < MOST_ZONES:
        return values | {f"zones.{zones}.name": "", f"zones.{zones}.methods.0.name": "Standard"}
    found = re.fullmatch(r"method-([0-9]{1,2})", wanted)
    if found and int(found[1]) < zones and methods_of(values, int(found[1])) < MOST_METHODS:
        row = methods_of(values, int(found[1]))
        return values | {f"zones.{found[1]}.methods.{row}.name": ""}
    return values


def written(profile: ShippingProfile) -> dict[str, str]:
    """The form's fields for a stored profile."""
    values = {
        "name": profile.name,
        "handling_days": str(profile.handling_days),
        "pickup": profile.pickup,
        "excluded": ", ".join(profile.excluded),
    }
    for index, zone in enumerate(profile.zones):
        at = f"zones.{index}"
        values |= {f"{at}.name": zone.name, f"{at}.countries": ", ".join(zone.countries)}
        for place, method in enumerate(zone.methods):
            row = _method(method)
            values |= {f"{at}.methods.{place}.{name}": text for name, text in row.items()}
    return values


def _method(method: ShippingMethod) -> dict[str, str]:
    return {
        "id": str(method.id),
        "name": method.name,
        "first": str(method.first.decimal),
        "additional": str(method.additional.decimal),
        "free_over": str(method.free_over.decimal) if method.free_over else "",
        "days_min": "" if method.days_min is None else str(method.days_min),
        "days_max": "" if method.days_max is None else str(method.days_max),
        "tracked": "1" if method.tracked else "",
    }


def _rows(name: str) -> list[str]:
    """The rows that a field belongs to: its zone, and its way to send."""
    zone, method = _ZONE.match(name), _METHOD.match(name)
    return [found[0] for found in (zone, method) if found]
