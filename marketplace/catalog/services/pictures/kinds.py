"""What a file is, by its first bytes: its name and what a browser says of it may be anything."""

from __future__ import annotations

import re

ACCEPTED = "Send a JPEG, PNG, WebP or AVIF."

#: Where a file says in its first bytes that it is a picture that people may send.
_KINDS = (
    ("JPEG", re.compile(rb"\xff\xd8\xff")),
    ("PNG", re.compile(rb"\x89PNG\r\n\x1a\n")),
    ("WEBP", re.compile(rb"RIFF....WEBP", re.DOTALL)),
    ("AVIF", re.compile(rb"....ftyp(?:avif|avis|mif1.{4}(?:.{4})*?avif)", re.DOTALL)),
)

#: What people send by mistake, and what to do about it.
_OTHERS = (
    (
        re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:[^\x00]*<)?svg[\s/>]", re.IGNORECASE),
        "This is an SVG drawing, which may hold programs. Save it as a PNG, then send that.",
    ),
    (re.compile(rb"GIF8"), "This is a GIF. Save it as a PNG or WebP, then send that."),
    (
        re.compile(rb"....ftyp(?:hei|hev|mif1|msf1)", re.DOTALL),
        "This is a HEIC photo, which many browsers cannot show. Save it as a JPEG, then send that.",
    ),
    (
        re.compile(rb"II\*\x00|MM\x00\*"),
        "This is a TIFF or a camera's raw file. Save it as a JPEG, then send that.",
    ),
    (re.compile(rb"BM"), "This is a BMP. Save it as a PNG, then send that."),
    (re.compile(rb"%PDF"), f"This is a PDF, not a picture. {ACCEPTED}"),
)

#: How much of a file is looked at.
_BEGINNING = 1024


def kind_of(body: bytes) -> str | None:
    """What Pillow calls this kind of picture, or None for all that is not accepted."""
    beginning = body[:_BEGINNING]
    return next((name for name, sign in _KINDS if sign.match(beginning)), None)


def what_else(body: bytes) -> str:
    """A sentence that says what the file is instead, and what to send."""
    beginning = body[:_BEGINNING]
    found = (sentence for sign, sentence in _OTHERS if sign.match(beginning))
    return next(found, f"This file is not a picture that can be shown. {ACCEPTED}")
