"""The fields that the documents of the catalog share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mongoengine import StringField

from ...shared.values import is_plain

#: What the address of something looks like.
SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"

#: What the number under a bar code looks like: GTIN-8, UPC, EAN-13 or GTIN-14.
BARCODE = r"^([0-9]{8}|[0-9]{12,14})$"


class PlainText(StringField):
    """Text without NUL, control characters and lone surrogates."""

    if TYPE_CHECKING:

        def __get__(self, instance: Any, owner: Any) -> Any: ...

        def __set__(self, instance: Any, value: Any) -> None: ...

    def validate(self, value: Any) -> None:
        """Refuse what cannot be stored or shown."""
        if isinstance(value, str) and not (self.min_length or 0) <= len(value) <= self.max_length:
            self.error(f"Write {self.min_length or 0} to {self.max_length} characters.")
        super().validate(value)
        if not is_plain(value):
            self.error("This contains characters that cannot be used.")
