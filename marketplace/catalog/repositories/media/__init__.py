"""Stored pictures: drawings, uploads, and the two stores that hold the files of uploads."""

from .drawings import drawings
from .folder import FolderStore
from .gridfs import GridFsStore
from .port import MediaStore, StoredFile, is_name, is_private, type_of
from .uploads import uploads

__all__ = [
    "FolderStore",
    "GridFsStore",
    "MediaStore",
    "StoredFile",
    "drawings",
    "is_name",
    "is_private",
    "type_of",
    "uploads",
]
