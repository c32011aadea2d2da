"""Single figures about the whole catalog that are worked out now and then."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from mongoengine import DateTimeField, FloatField, StringField

from ...shared.clock import now
from ...shared.documents import IdOf, Stored


class Figure(Stored):
    """A number by its name, such as the mean of all stars; or how far a walk through all products came."""

    meta: ClassVar[dict[str, Any]] = {"collection": "figures"}

    name = StringField(primary_key=True)
    value = FloatField()
    product_id = IdOf("products", may_dangle="A walk goes on behind a product that was deleted.")
    at: datetime = DateTimeField(required=True, default=now)
