"""The fields that the documents of the catalog share."""

from ...shared.documents import PlainText

__all__ = ["BARCODE", "SLUG", "PlainText"]

#: What the address of something looks like.
SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"

#: What the number under a bar code looks like: GTIN-8, UPC, EAN-13 or GTIN-14.
BARCODE = r"^([0-9]{8}|[0-9]{12,14})$"
