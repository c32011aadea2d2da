"""Pictures over JSON: how they are sent, changed and shown."""

from __future__ import annotations

from typing import Any

from flask_smorest.fields import Upload
from marshmallow import ValidationError, fields, post_load, validate

from ...shared.schemas import AskedSchema, ShownSchema, Text, Whole
from ..values import LONGEST_ALT, MOST_PICTURES


class UploadPictures(AskedSchema):
    """The files of pictures, as `multipart/form-data`."""

    files = fields.List(
        Upload(),
        required=True,
        validate=validate.Length(min=1, max=MOST_PICTURES, error=f"Send 1 to {MOST_PICTURES} files."),
        error_messages={"required": "Send at least one file, as multipart/form-data."},
        metadata={"description": "JPEG, PNG, WebP or AVIF, up to 10 MB each and 32 MB together."},
    )


class ChangePicture(AskedSchema):
    """What a picture shows, and its place among the others."""

    alt = Text(
        longest=LONGEST_ALT,
        allow_none=True,
        metadata={
            "description": "What it shows, for those who cannot see it; null for nothing.",
            "example": "A blue mug",
        },
    )
    position = Whole(least=0, most=MOST_PICTURES - 1, metadata={"description": "0 is the first."})

    @post_load
    def check_any(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Refuse to change nothing."""
        if not data:
            raise ValidationError("Say what it shows (alt), or where it goes (position).")
        return data


class PictureSchema(ShownSchema):
    """A picture and what it shows; a drawing has one size, and no width and height."""

    file = fields.String(metadata={"description": "Names it in the addresses that change it."})
    url = fields.Function(lambda picture: f"/media/{picture.file}")
    alt = fields.String()
    width = fields.Integer(allow_none=True, metadata={"description": "Of the largest size, in pixels."})
    height = fields.Integer(allow_none=True)
    files = fields.Function(
        lambda picture: [{"url": f"/media/{name}", "width": width} for name, width in picture.widths.items()],
        metadata={
            "description": "Its sizes, the narrowest first.",
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"url": {"type": "string"}, "width": {"type": "integer"}},
            },
        },
    )


class RefusedFileSchema(ShownSchema):
    """Why a file was not taken."""

    code = fields.String(metadata={"example": "file_type"})
    status = fields.Integer()
    detail = fields.String()


class UploadedFileSchema(ShownSchema):
    """What became of a file: a picture, or a reason."""

    name = fields.String(metadata={"description": "As it was sent, without folders."})
    picture = fields.Nested(PictureSchema, allow_none=True)
    error = fields.Nested(RefusedFileSchema, allow_none=True)


class PicturesSchema(ShownSchema):
    """The pictures of a listing in their order."""

    pictures = fields.List(fields.Nested(PictureSchema))
    version = fields.Integer(metadata={"description": "The listing's."})


class UploadedSchema(PicturesSchema):
    """What became of each file, in the order in which they were sent, and the listing's pictures now."""

    data = fields.List(fields.Nested(UploadedFileSchema))
