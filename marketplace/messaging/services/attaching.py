"""Files that come with messages: stored before the message is, and shown to its two sides alone."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from typing import IO, Any, Protocol

from bson import ObjectId

from ...catalog.services import private_files
from ...shared.errors import MarketplaceError
from ...shared.uploads import MEGABYTE
from ...shared.values import is_plain
from ..errors import AttachmentNotFound, TooManyAttachments
from ..repositories import messages
from ..values import FILE_NAME_LENGTH, MOST_ATTACHMENTS, Attachment
from .seats import Seat

#: The largest file, and the most that may be sent with one message, in bytes.
LARGEST_FILE = 10 * MEGABYTE
LARGEST_REQUEST = MOST_ATTACHMENTS * LARGEST_FILE + MEGABYTE

TOO_MUCH = f"A file has at most 10 MB, and a message {MOST_ATTACHMENTS} of them. Send fewer, or smaller ones."

#: How the names of files end, by what they are.
_ENDINGS = {"image/webp": "webp", "application/pdf": "pdf"}

_ID = re.compile("[0-9a-f]{32}")


class UploadedFile(Protocol):
    """A file as the web hands it over."""

    filename: str | None
    stream: IO[bytes]


def check_number(files: Sequence[UploadedFile]) -> None:
    """Raise TooManyAttachments for more files than a message can have."""
    if len(files) > MOST_ATTACHMENTS:
        raise TooManyAttachments(f"Attach {MOST_ATTACHMENTS} files at most.", field="files")


def digests_of(files: Sequence[UploadedFile]) -> tuple[str, ...]:
    """By what the same files are known when they are sent again; one is in memory at a time."""
    return tuple(hashlib.sha256(_read(file)).hexdigest()[:32] for file in files)


def attach(
    files: Sequence[UploadedFile], digests: Sequence[str], kept: Callable[[], Any]
) -> tuple[Attachment, ...]:
    """The files, stored under names of their own; call it outside transactions. `kept` is called after each.

    Raises FileTooLarge, FileType and FileDamaged at `files`, in a sentence that names the file; what was
    stored of the others goes by itself. Raises PicturesBusy when too many wait.
    """
    attached = []
    for file, digest in zip(files, digests, strict=True):
        attached.append(_attached(file, digest))
        kept()
    return tuple(attached)


def find_attachment(seat: Seat, attachment_id: str) -> Attachment:
    """A file of a message that both sides see; raises AttachmentNotFound."""
    return _find(seat.conversation.pk, attachment_id, withdrawn=False)


def attachment_for_moderator(conversation_id: ObjectId, attachment_id: str) -> Attachment:
    """A file of a conversation, of deleted messages too; raises AttachmentNotFound.

    Whoever calls it has checked that the moderator looks into a report about this conversation, and has
    written that down.
    """
    return _find(conversation_id, attachment_id, withdrawn=True)


def _find(conversation_id: ObjectId, attachment_id: str, *, withdrawn: bool) -> Attachment:
    if _ID.fullmatch(attachment_id):
        names = [f"{attachment_id}-private.{ending}" for ending in _ENDINGS.values()]
        message = messages.with_file(conversation_id, names)
        held = list(message.attachments) if message else []
        if withdrawn and message is not None and message.original is not None:
            held.extend(message.original.attachments)
        found = next((one for one in held if one.id == attachment_id), None)
        if found is not None:
            return found
    raise AttachmentNotFound("There is no such file in this conversation.")


def _attached(file: UploadedFile, digest: str) -> Attachment:
    name = _shown_name(file.filename or "")
    try:
        kept = private_files.keep(_read(file))
    except MarketplaceError as error:
        error.args, error.field = (f"{name}: {error}",), "files"
        raise
    return Attachment(
        file=kept.name,
        name=_with_ending(name, _ENDINGS[kept.type]),
        type=kept.type,
        size=kept.size,
        digest=digest,
        width=kept.width,
        height=kept.height,
    )


def _read(file: UploadedFile) -> bytes:
    file.stream.seek(0)
    return file.stream.read(LARGEST_FILE + 1)


def _shown_name(name: str) -> str:
    """The name without the folders that it claims to be in, as far as it can be shown."""
    last = re.split(r"[\\/]", " ".join(name.split()))[-1].strip()[-FILE_NAME_LENGTH:]
    return last if last and is_plain(last) else "file"


def _with_ending(name: str, ending: str) -> str:
    """The name with the ending of what the file is, whatever it was called."""
    stem = name.rpartition(".")[0] or name
    return f"{stem[: FILE_NAME_LENGTH - len(ending) - 1]}.{ending}"
