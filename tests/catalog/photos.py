"""Files that people send: photos as cameras make them, and those that mean harm. All are made here."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

from PIL import Image, ImageCms

SCRIPT = b"<script>alert(1)</script>"


def a_photo(
    width: int = 40, height: int = 30, *, kind: str = "JPEG", mode: str = "RGB", **options: Any
) -> bytes:
    """The bytes of a picture in one colour."""
    colour = {"RGB": (200, 30, 60), "RGBA": (200, 30, 60, 90)}[mode]
    return saved(Image.new(mode, (width, height), colour), kind, **options)


def saved(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    """The bytes of a picture."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def located(orientation: int = 1, *, kind: str = "JPEG") -> bytes:
    """A photo with all that a phone writes beside it: where it was taken, on what, when, and in what colours.

    Its left half is red, its right half blue.
    """
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0112] = "Phone & Co", "Pocket 7", orientation
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0)})
    image = Image.new("RGB", (60, 40), (255, 0, 0))
    image.paste((0, 0, 255), (30, 0, 60, 40))
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    more = {"comment": b"Taken at home"} if kind == "JPEG" else {}
    return saved(image, kind, exif=exif, icc_profile=profile, quality=95, **more)


def png(width: int, height: int, rows: int | None = None) -> bytes:
    """A black PNG of one bit for each pixel, written by hand: its size in memory is not that of its file."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    packer = zlib.compressobj(9)
    line = bytes(1 + (width + 7) // 8)
    data = b"".join(packer.compress(line) for _ in range(height if rows is None else rows)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def polyglot() -> bytes:
    """A photo that is a web page and an archive as well, with a program in its comment and behind its end."""
    return a_photo(comment=SCRIPT) + b"<html>" + SCRIPT + b"</html>" + b"PK\x05\x06" + bytes(18)


def drawing() -> bytes:
    """An SVG with a program, as a browser would run it."""
    return b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT + b"</svg>"


def chunks_of(webp: bytes) -> list[str]:
    """The names of the parts of a WebP file."""
    names, at = [], 12
    while at < len(webp):
        size = int.from_bytes(webp[at + 4 : at + 8], "little")
        names.append(webp[at : at + 4].decode().strip())
        at += 8 + size + size % 2
    return names


def form_with(*files: tuple[str, bytes], field: str = "files") -> dict[str, Any]:
    """A form with files as browsers send it, for the test client."""
    parts = [
        f'--frontier\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
        "Content-Type: image/jpeg\r\n\r\n".encode()
        + body
        + b"\r\n"
        for name, body in files
    ]
    return {
        "data": b"".join(parts) + b"--frontier--\r\n",
        "content_type": "multipart/form-data; boundary=frontier",
    }
