"""How long orders wait for people before they move on by themselves."""

from __future__ import annotations

from dataclasses import fields

from flask import current_app

from ..values import Periods


def periods_in_force() -> Periods:
    """The periods that the settings ORDER_… give, for an order that is placed now."""
    config = current_app.config
    return Periods(**{one.name: config[f"ORDER_{one.name.upper()}"] for one in fields(Periods)})
