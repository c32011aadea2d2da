"""Making what is shown out of what was sent.

Nothing of an upload is ever served: its pixels are decoded and encoded anew, and all else in it stays
behind, be it a position, a thumbnail, a program or a second file.
"""

from __future__ import annotations

import hashlib
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageCms
from PIL.Image import Resampling, Transpose

from ...errors import FileDamaged, FileTooLarge, FileType, PicturesBusy
from ...values import Picture
from .kinds import kind_of, what_else

TOO_MANY_BYTES = "This file is larger than 10 MB. Save the picture smaller, then send it again."
TOO_MANY_PIXELS = (
    "This picture has more than 40 megapixels. Save it smaller, such as 2,000 pixels wide, and send that."
)
EMPTY = "This file is empty. Choose the picture again."
DAMAGED = "This picture cannot be read to its end. Save it anew, or choose another."

#: The largest file of a picture, in bytes.
LARGEST_FILE = 10 * 2**20

#: The most pixels of a picture: the header says how many, before any of them is decoded.
MOST_PIXELS = 40_000_000

#: The long sides that a picture is kept in, in pixels. Nothing is made larger than it was.
SIZES = (320, 800, 1600)

#: How well WebP keeps what is seen, of 100, and how long it looks for a shorter way to say it, of 6.
QUALITY, EFFORT = 80, 4

#: How many pictures this process decodes at once; a WebP of 40 megapixels takes 600 MB meanwhile, and a
#: JPEG 60 to 150 MB.
AT_ONCE = 1

#: Seconds that a picture waits for its turn.
PATIENCE = 10.0

#: Lines that are made smaller together, so that no second copy of a large picture is needed.
_BAND = 512

#: What an EXIF orientation asks for.
_TURNS = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}

_ORIENTATION = 0x0112

_turns = threading.BoundedSemaphore(AT_ONCE)

# Pillow looks at the size by itself before it decodes, and only warns. Here its word counts.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)


@dataclass(frozen=True, slots=True)
class Derived:
    """A picture that can be stored: its files by name, and what a product keeps of it."""

    picture: Picture
    files: dict[str, bytes]


def derive(body: bytes) -> Derived:
    """The picture in the sizes that are shown, made of what somebody sent.

    The same bytes give the same names on one version of Pillow. Raises FileTooLarge, FileType and
    FileDamaged with what would be right, and PicturesBusy when too many others wait.
    """
    check(body)
    with _turn():
        try:
            shown = _decoded(body)
        except (Image.DecompressionBombWarning, Image.DecompressionBombError, MemoryError):
            raise FileTooLarge(TOO_MANY_PIXELS) from None
        except FileTooLarge:
            raise
        except Exception as error:  # decoders raise whatever a damaged file leads them to
            raise FileDamaged(DAMAGED) from error
        return _encoded(shown)


def check(body: bytes) -> None:
    """Refuse what is no picture by its size or its first bytes; raises as `derive` does."""
    if not body:
        raise FileDamaged(EMPTY)
    if len(body) > LARGEST_FILE:
        raise FileTooLarge(TOO_MANY_BYTES)
    if kind_of(body) is None:
        raise FileType(what_else(body))


@contextmanager
def _turn() -> Iterator[None]:
    if not _turns.acquire(timeout=PATIENCE):
        raise PicturesBusy("Many pictures are being made ready right now. Please send yours again.")
    try:
        yield
    finally:
        _turns.release()


def _decoded(body: bytes) -> Image.Image:
    """The first frame, upright, in sRGB, and no larger than the largest size."""
    kind = kind_of(body)
    with Image.open(BytesIO(body), formats=[kind] if kind else None) as image:
        width, height = image.size
        if width * height > MOST_PIXELS:
            raise FileTooLarge(TOO_MANY_PIXELS)
        # A JPEG can be decoded at a half, a quarter or an eighth, which spares the memory for the whole.
        image.draft(None, _fit((width, height), 2 * SIZES[-1]))
        image.load()
        profile, turn = image.info.get("icc_profile"), _turn_of(image)
        small = _resized(_reduced(image), SIZES[-1])
    upright = small.transpose(turn) if turn is not None else small
    return _bare(_in_srgb(upright, profile))


def _turn_of(image: Image.Image) -> Transpose | None:
    try:
        return _TURNS.get(image.getexif().get(_ORIENTATION, 1))
    except Exception:  # noqa: BLE001 - what a camera wrote beside the picture may be anything
        return None


def _fit(size: tuple[int, int], longest: int) -> tuple[int, int]:
    """The size in the same proportions whose long side is `longest`, unless it is smaller already."""
    width, height = size
    part = min(1.0, longest / max(width, height))
    return max(1, round(width * part)), max(1, round(height * part))


def _reduced(image: Image.Image) -> Image.Image:
    """The picture in a mode that can be scaled, by a whole factor smaller where it is very large."""
    mode = _mode_of(image)
    factor = max(image.size) // (2 * SIZES[-1])
    if factor < 2:
        return _converted(image, mode)
    width, height = image.size
    target = Image.new(mode, (-(-width // factor), -(-height // factor)))
    band = _BAND // factor * factor
    for top in range(0, height, band):
        strip = image.crop((0, top, width, min(top + band, height)))
        strip.info = image.info
        target.paste(_converted(strip, mode).reduce(factor), (0, top // factor))
    return target


def _mode_of(image: Image.Image) -> str:
    """The mode to work in: with alpha where the picture has it, and CMYK until its profile is applied."""
    if image.mode == "CMYK":
        return "CMYK"
    return "RGBA" if image.has_transparency_data else "RGB"


def _converted(image: Image.Image, mode: str) -> Image.Image:
    if image.mode.startswith("I"):  # 16 bits of grey: the upper eight are seen
        image = image.point(lambda value: value / 256).convert("L")
    return image if image.mode == mode else image.convert(mode)


def _resized(image: Image.Image, longest: int) -> Image.Image:
    size = _fit(image.size, longest)
    return image if size == image.size else image.resize(size, Resampling.LANCZOS)


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The colours as a screen without knowledge of the profile shows them right."""
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    if profile:
        try:
            return _by_profile(image, profile)
        except (ImageCms.PyCMSError, OSError, ValueError):  # a profile that is none is left aside
            pass
    return image.convert(mode)


def _by_profile(image: Image.Image, profile: bytes) -> Image.Image:
    """The picture converted from its own colours; transparency stays as it is."""
    source = ImageCms.ImageCmsProfile(BytesIO(profile))
    target = ImageCms.createProfile("sRGB")
    colours = image.convert("RGB") if image.mode == "RGBA" else image
    if source.profile.xcolor_space.strip() == "GRAY":
        colours = colours.convert("L")
    converted = ImageCms.profileToProfile(colours, source, target, outputMode="RGB")
    if converted is None:
        return image
    if image.mode == "RGBA":
        converted.putalpha(image.getchannel("A"))
    return converted


def _bare(image: Image.Image) -> Image.Image:
    """The pixels and nothing else."""
    bare = Image.new(image.mode, image.size)
    bare.paste(image)
    return bare


def _encoded(image: Image.Image) -> Derived:
    """The files of each size, named by what all of them hold."""
    bodies: dict[int, bytes] = {}
    for longest in SIZES:
        size = min(longest, max(image.size))
        if size not in bodies:
            bodies[size] = _webp(_resized(image, size))
    stem = hashlib.sha256(b"".join(bodies.values())).hexdigest()[:32]
    middle = max(size for size in bodies if size <= SIZES[1])
    width, height = image.size
    picture = Picture(
        file=Picture.name_of(stem, middle), width=width, height=height, sizes=tuple(sorted(bodies))
    )
    return Derived(picture, {Picture.name_of(stem, size): body for size, body in bodies.items()})


def _webp(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "WEBP", quality=QUALITY, method=EFFORT)
    return out.getvalue()
