"""Sets of synonyms over JSON and in forms."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, post_load, validate

from ...shared.schemas import AskedSchema, Id, Moment, ShownSchema, Text, page_schema
from ..documents.search import MOST_TERMS


class SynonymSetSchema(ShownSchema):
    """Terms that find the same; one-way, the first also finds what the others do."""

    id = Id()
    terms = fields.List(fields.String(), metadata={"example": ["laptop", "notebook"]})
    one_way = fields.Boolean()
    updated_at = Moment()


SynonymPageSchema = page_schema(SynonymSetSchema, "SynonymPage")


class WriteSynonyms(AskedSchema):
    """Terms that are to find the same, or one way only."""

    terms = fields.List(
        Text(longest=60, required=True),
        required=True,
        validate=validate.Length(min=2, max=MOST_TERMS, error=f"Give 2 to {MOST_TERMS} terms."),
        error_messages={"required": "Please fill this in.", "null": "Please fill this in."},
        metadata={"example": ["cpu", "processor"]},
    )
    one_way = fields.Boolean(load_default=False)


class SynonymForm(AskedSchema):
    """A set as somebody types it: terms with commas between them."""

    terms = Text(longest=800, required=True)
    one_way = fields.Boolean(load_default=False)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The terms as a list."""
        terms = [term for part in data["terms"].split(",") if (term := part.strip())]
        if any(len(term) > 60 for term in terms):
            raise ValidationError("Keep each term under 61 characters.", "terms")
        return data | {"terms": terms}
