"""Stored pictures: drawings that came with sample data, uploads, and the files of uploads in GridFS."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from mongoengine import (
    BinaryField,
    DateTimeField,
    DictField,
    IntField,
    ListField,
    ObjectIdField,
    StringField,
)

from ...shared.chance import new_id
from ...shared.clock import now
from ...shared.documents import Stored
from ..values import Picture


class Media(Stored):
    """A drawing that came with sample data; its name is made of its content, so it never changes.

    It may be an SVG, since nobody uploaded it.
    """

    meta: ClassVar[dict[str, Any]] = {"collection": "media"}

    name = StringField(primary_key=True)
    content_type = StringField(required=True)
    body = BinaryField(required=True)
    created_at: datetime = DateTimeField(required=True, default=now)


class Upload(Stored):
    """A picture that somebody uploaded, whichever products name it; the files lie in the media store.

    A private file is one too: it has its name in `files`, and no sizes.

    `due_at` is when somebody looks whether it is still named. While it is being removed, `removing` tells
    by whom, and nobody may name it again.
    """

    meta: ClassVar[dict[str, Any]] = {
        "collection": "uploads",
        "indexes": [
            # What may have to be removed, longest due first.
            {"fields": ["due_at"], "name": "due_at"},
        ],
    }

    stem = StringField(primary_key=True)
    sizes = ListField(IntField())
    files = ListField(StringField())
    due_at = DateTimeField(required=True)
    removing = ObjectIdField()

    @property
    def names(self) -> list[str]:
        """The names of its files."""
        return list(self.files) or [Picture.name_of(str(self.stem), size) for size in self.sizes]


class GridFile(Stored):
    """A file in GridFS, with the fields that its specification gives it."""

    meta: ClassVar[dict[str, Any]] = {
        "collection": "media.files",
        "indexes": [
            # What tools and drivers find files by, and make when it is missing.
            {"fields": ["filename", "uploaded_at"], "name": "filename_1_uploadDate_1"},
        ],
    }

    name = StringField(primary_key=True)
    length = IntField(required=True)
    chunk_size = IntField(required=True, db_field="chunkSize")
    uploaded_at = DateTimeField(required=True, default=now, db_field="uploadDate")
    filename = StringField(required=True)
    metadata = DictField()


class GridChunk(Stored):
    """A piece of a file in GridFS."""

    meta: ClassVar[dict[str, Any]] = {
        "collection": "media.chunks",
        "indexes": [
            # The pieces of a file in their order.
            {"fields": ["file_name", "n"], "name": "files_id_1_n_1", "unique": True},
        ],
    }

    id = ObjectIdField(primary_key=True, default=new_id)
    file_name = StringField(required=True, db_field="files_id")
    n = IntField(required=True, min_value=0)
    data = BinaryField(required=True)
