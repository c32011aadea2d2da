"""Storing the files of pictures, and clearing away those that nobody needs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from pathlib import Path

from flask import current_app

from ....shared.clock import now
from ...documents import Upload
from ...errors import PictureNotFound
from ...repositories import drawings, products, uploads
from ...repositories.media import FolderStore, GridFsStore, MediaStore, StoredFile, is_name, is_private
from ...values import Picture
from .pipeline import Derived

#: How long a picture stays that no listing names.
STAYS = timedelta(days=1)

#: When a picture that is named is looked at again: removals that tell nobody are noticed by then.
LOOK_AGAIN = timedelta(days=30)

#: When a removal that broke off is tried again.
TRY_AGAIN = timedelta(minutes=10)

#: Answers which of these files are named elsewhere than in listings.
Named = Callable[[Collection[str]], Iterable[str]]

_elsewhere: list[Named] = []


def named_by(find: Named) -> None:
    """Keep also the pictures that this function says are named: for contexts that copy their names."""
    if find not in _elsewhere:
        _elsewhere.append(find)


def keep(derived: Derived) -> Picture:
    """The picture, whose files are stored now and stay for a day before a listing has to name it.

    The same picture is stored once. Raises PicturesBusy while the same one is being cleared away.
    """
    uploads.claim(derived.picture.stem, derived.picture.sizes or (), now() + STAYS)
    media_store().keep(derived.files)
    return derived.picture


def find_file(name: str) -> StoredFile:
    """The file of an upload; raises PictureNotFound."""
    found = media_store().find(name) if is_name(name) else None
    if found is None:
        raise PictureNotFound("There is no picture at this address.")
    return found


def missing_files(names: Collection[str]) -> set[str]:
    """Those of the names for which nothing is stored, neither an upload nor a drawing."""
    uploaded = {name for name in names if is_name(name) or is_private(name)}
    drawn = set(names) - uploaded
    missing = media_store().missing(uploaded) if uploaded else set()
    return missing | (drawings.missing(drawn) if drawn else set())


def sweep(moment: datetime, *, limit: int = 100) -> int:
    """Remove the pictures that nothing has named for a day, and answer how many.

    Looks at no more than `limit` that are due. Safe to run at any time, and several times at once: what
    is uploaded again meanwhile is claimed, and stays.
    """
    due = uploads.due(moment, limit)
    named = _named([name for one in due for name in one.names])
    removed = 0
    for upload in due:
        if named.isdisjoint(upload.names):
            removed += _removed(upload, moment)
        else:
            uploads.put_off(upload, moment + LOOK_AGAIN)
    return removed


def media_store() -> MediaStore:
    """Where the setting MEDIA_STORE says that files are."""
    where = current_app.config["MEDIA_STORE"]
    return GridFsStore() if where == "gridfs" else FolderStore(Path(where))


def _named(names: list[str]) -> set[str]:
    if not names:
        return set()
    return products.showing(names).union(*(find(names) for find in _elsewhere))


def _removed(upload: Upload, moment: datetime) -> bool:
    mark = uploads.begin_removal(upload, moment + TRY_AGAIN)
    if mark is None:
        return False
    media_store().remove(upload.names)
    uploads.end_removal(upload, mark)
    return True
