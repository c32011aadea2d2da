"""`manifest.json`: what a backup holds, written last, so that a folder without it is no backup.

Its own last line is the SHA-256 of the rest, and it is only taken byte for byte as it was written.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from . import files, names
from .errors import Damaged

#: The version of this format.
FORMAT = 1


def write(folder: Path, found: dict[str, Any]) -> None:
    """Write the manifest of the backup in the folder."""
    with files.writing(folder / names.MANIFEST) as (file, _):
        file.write(_sealed(found))


def read(folder: Path) -> dict[str, Any] | None:
    """The manifest of a folder, or None when it has none; raises Damaged when it is not as it was written."""
    try:
        text = (folder / names.MANIFEST).read_bytes()
    except FileNotFoundError:
        return None
    damaged = Damaged(f"{names.MANIFEST} is not as it was written.")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise damaged from None
    if not isinstance(found, dict) or found.pop("seal", None) is None or _sealed(found) != text:
        raise damaged
    if not _is_whole(found):
        raise Damaged(f"{names.MANIFEST} does not say what a manifest says.")
    if found["format"] != FORMAT:
        raise Damaged(
            f"This backup has format {found['format']}; this version of the application reads {FORMAT}."
        )
    return found


def _is_whole(found: dict[str, Any]) -> bool:
    """Whether everything stands in it that others read, in the form in which they read it."""
    files, collections, excluded = found.get("files"), found.get("collections"), found.get("excluded")
    return (
        isinstance(found.get("format"), int)
        and {"database", "created_at"} <= found.keys()
        and isinstance(files, dict)
        and all(isinstance(one, dict) and {"bytes", "sha256"} <= one.keys() for one in files.values())
        and isinstance(collections, list)
        and all(isinstance(one, dict) and isinstance(one.get("name"), str) for one in collections)
        and isinstance(excluded, list)
        and all(isinstance(name, str) for name in excluded)
    )


def _sealed(found: dict[str, Any]) -> bytes:
    seal = hashlib.sha256(_text(found)).hexdigest()
    return _text(found | {"seal": seal})


def _text(found: dict[str, Any]) -> bytes:
    return json.dumps(found, indent=1, ensure_ascii=False).encode() + b"\n"
