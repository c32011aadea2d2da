"""Files that only some people may see: pictures, made anew as those of listings are, and PDFs as they are.

They lie in the store of the pictures under names that `/media` does not serve. Who keeps one says who may
see it, and names it to the sweep (`pictures.named_by`): what nothing names goes a day later.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...shared.chance import new_letters
from ...shared.clock import now
from ..errors import FileDamaged, FileTooLarge, FileType, PictureNotFound
from ..repositories import uploads
from ..repositories.media import StoredFile, is_private, type_of
from .pictures.keep import STAYS, media_store
from .pictures.kinds import kind_of, what_else
from .pictures.pipeline import EMPTY, LARGEST_FILE, derive

TOO_LARGE = "This file is larger than 10 MB. Save it smaller, then send it again."
OTHER_KIND = "A PDF can be sent too."
CUT_OFF = "This PDF ends too early. Save it anew, then send it again."

_PDF, _PDF_END = b"%PDF-", b"%%EOF"

#: How much of the end of a PDF is looked at: programs write a little behind its end.
_TAIL = 2048


@dataclass(frozen=True, slots=True)
class PrivateFile:
    """A file that is stored: its name there, its type and size in bytes; of a picture also its pixels."""

    name: str
    type: str
    size: int
    width: int | None = None
    height: int | None = None


def keep(body: bytes) -> PrivateFile:
    """Store what somebody sent, under a name that nobody can guess; it stays for a day until it is named.

    What it is its content says. Raises FileTooLarge, FileType and FileDamaged with what would be right, and
    PicturesBusy when too many others wait.
    """
    if body.startswith(_PDF) and len(body) <= LARGEST_FILE:
        if _PDF_END not in body[-_TAIL:]:
            raise FileDamaged(CUT_OFF)
        return _kept(body, "pdf")
    _check(body)
    made = derive(body)
    picture = made.picture
    return _kept(made.files[picture.large], "webp", width=picture.width, height=picture.height)


def find(name: str) -> StoredFile:
    """The file, for whoever was found to be allowed to see it; raises PictureNotFound."""
    found = media_store().find(name) if is_private(name) else None
    if found is None:
        raise PictureNotFound("This file is not there any more.")
    return found


def release(name: str) -> None:
    """Let the file go at the next sweep, unless something names it still."""
    uploads.look_at(name.partition("-")[0], now())


def _check(body: bytes) -> None:
    if not body:
        raise FileDamaged(EMPTY)
    if len(body) > LARGEST_FILE:
        raise FileTooLarge(TOO_LARGE)
    if kind_of(body) is None:
        raise FileType(f"{what_else(body)} {OTHER_KIND}")


def _kept(body: bytes, ending: str, *, width: int | None = None, height: int | None = None) -> PrivateFile:
    stem = new_letters("0123456789abcdef", 32)
    name = f"{stem}-private.{ending}"
    uploads.claim_file(stem, name, now() + STAYS)
    media_store().keep({name: body})
    return PrivateFile(name, type_of(name), len(body), width, height)
