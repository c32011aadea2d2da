"""Making what is shown out of what was sent."""

from __future__ import annotations

import io
import threading

import pytest
from PIL import Image, ImageCms

from marketplace.catalog.errors import FileDamaged, FileTooLarge, FileType, PicturesBusy
from marketplace.catalog.services.pictures import derive, pipeline
from marketplace.catalog.values import Picture
from marketplace.shared.errors import Invalid
from tests.catalog import photos
from tests.catalog.photos import a_photo, chunks_of, located, png, saved


def opened(body: bytes, size: int | None = None) -> Image.Image:
    """The picture that is shown of these bytes, in its largest size unless one is named."""
    made = derive(body)
    name = made.picture.large if size is None else Picture.name_of(made.picture.stem, size)
    return Image.open(io.BytesIO(made.files[name]))


def near(pixel, colour) -> bool:
    return all(abs(one - other) < 12 for one, other in zip(pixel, colour, strict=False))


# What is accepted


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_each_accepted_kind_becomes_webp(kind):
    made = derive(a_photo(400, 300, kind=kind))

    assert {Image.open(io.BytesIO(body)).format for body in made.files.values()} == {"WEBP"}


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_each_way_to_store_colours_is_read(mode):
    kind = "TIFF" if mode == "CMYK" else "PNG"
    image = Image.new("CMYK", (9, 9)) if mode == "CMYK" else Image.new(mode, (9, 9))

    shown = opened(saved(image, "JPEG" if kind == "TIFF" else "PNG"))

    assert shown.size == (9, 9)


def test_sixteen_bits_of_grey_keep_their_brightness():
    shown = opened(saved(Image.new("I;16", (9, 9), 0x8000)))

    assert near(shown.convert("RGB").getpixel((4, 4)), (128, 128, 128))


def test_a_picture_is_kept_in_three_sizes():
    made = derive(a_photo(2000, 1000))

    assert made.picture.sizes == (320, 800, 1600)
    assert (made.picture.width, made.picture.height) == (1600, 800)
    assert {Image.open(io.BytesIO(body)).size for body in made.files.values()} == {
        (320, 160),
        (800, 400),
        (1600, 800),
    }


@pytest.mark.parametrize(
    ("size", "sizes"), [((200, 100), (200,)), ((100, 500), (320, 500)), ((1000, 10), (320, 800, 1000))]
)
def test_nothing_is_made_larger_than_it_was(size, sizes):
    made = derive(a_photo(*size))

    assert made.picture.sizes == sizes
    assert (made.picture.width, made.picture.height) == size


def test_a_very_narrow_picture_keeps_a_pixel():
    assert opened(png(9000, 1), 320).size == (320, 1)


def test_transparency_stays():
    shown = opened(a_photo(400, 300, kind="PNG", mode="RGBA"), 320)

    assert shown.mode == "RGBA"
    assert shown.getpixel((5, 5))[3] == 90


def test_an_animation_shows_its_first_frame():
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "lime", "blue")]

    shown = opened(saved(frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True))

    assert not getattr(shown, "is_animated", False)
    assert near(shown.convert("RGB").getpixel((9, 9)), (255, 0, 0))


def test_a_very_large_picture_is_made_smaller_line_by_line():
    image = Image.new("RGB", (7000, 3000), (0, 0, 255))
    image.paste((255, 0, 0), (0, 0, 7000, 1500))

    shown = opened(saved(image, compress_level=1)).convert("RGB")

    assert shown.size == (1600, 686)
    assert near(shown.getpixel((800, 100)), (255, 0, 0))
    assert near(shown.getpixel((800, 600)), (0, 0, 255))


# What stays behind


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_nothing_but_pixels_is_kept(kind):
    made = derive(located(kind=kind))

    assert [chunks_of(body) for body in made.files.values()] == [["VP8"]]
    assert not any(b"Pocket" in body or b"Taken" in body for body in made.files.values())


@pytest.mark.parametrize(
    ("orientation", "size", "red_at"),
    [
        (1, (60, 40), (10, 20)),
        (2, (60, 40), (50, 20)),
        (3, (60, 40), (50, 20)),
        (4, (60, 40), (10, 20)),
        (5, (40, 60), (20, 10)),
        (6, (40, 60), (20, 10)),
        (7, (40, 60), (20, 50)),
        (8, (40, 60), (20, 50)),
    ],
)
def test_a_photo_is_turned_upright_before_its_orientation_is_dropped(orientation, size, red_at):
    shown = opened(located(orientation)).convert("RGB")

    assert shown.size == size
    assert near(shown.getpixel(red_at), (255, 0, 0))


def test_colours_of_another_profile_are_shown_as_srgb_shows_them():
    lab = ImageCms.createProfile("LAB")
    assert lab is not None
    linear = saved(Image.new("RGB", (20, 20), (128, 128, 128)), icc_profile=wide_profile())

    shown = opened(linear).convert("RGB").getpixel((9, 9))

    assert shown[0] > 150


def wide_profile() -> bytes:
    """A profile whose greys are lighter than those of sRGB: its curve is a straight line."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = int.from_bytes(profile[128:132], "big")
    for number in range(count):
        at = 132 + 12 * number
        if profile[at : at + 4] in (b"rTRC", b"gTRC", b"bTRC"):
            start = int.from_bytes(profile[at + 4 : at + 8], "big")
            size = int.from_bytes(profile[at + 8 : at + 12], "big")
            profile[start : start + size] = (b"curv" + bytes(8)).ljust(size, b"\0")
    return bytes(profile)


def test_a_profile_that_is_none_is_left_aside():
    assert opened(a_photo(kind="PNG", icc_profile=b"not a profile at all")).size == (40, 30)


def test_the_same_picture_has_the_same_name():
    assert derive(a_photo()).picture == derive(a_photo()).picture


# What is refused


@pytest.mark.parametrize(
    ("body", "error", "words"),
    [
        (b"", FileDamaged, "empty"),
        (photos.drawing(), FileType, "SVG"),
        (b"\xef\xbb\xbf  <!-- hello --><svg/>" + photos.SCRIPT, FileType, "SVG"),
        (b"GIF89a" + bytes(50), FileType, "GIF"),
        (b"\0\0\0\x18ftypheic" + bytes(50), FileType, "HEIC"),
        (b"%PDF-1.7", FileType, "PDF"),
        (b"BM" + bytes(50), FileType, "BMP"),
        (b"II*\0" + bytes(50), FileType, "TIFF"),
        (b"MZ" + bytes(50), FileType, "JPEG, PNG, WebP or AVIF"),
        (a_photo(300, 300)[:-200], FileDamaged, "to its end"),
        (a_photo(300, 300, kind="PNG")[:-60], FileDamaged, "to its end"),
        (a_photo(300, 300, kind="WEBP")[:-60], FileDamaged, "to its end"),
        (a_photo(300, 300, kind="AVIF")[:-60], FileDamaged, "to its end"),
        (b"\xff\xd8\xff" + bytes(500), FileDamaged, "to its end"),
        (png(6400, 6400, rows=1), FileTooLarge, "40 megapixels"),
        (png(10_000, 10_000, rows=1), FileTooLarge, "40 megapixels"),
        (a_photo() + bytes(10 * 2**20), FileTooLarge, "10 MB"),
    ],
)
def test_what_cannot_be_shown_is_refused_with_what_would_be_right(body, error, words):
    with pytest.raises(error, match=words):
        derive(body)


def test_forty_megapixels_are_not_too_many():
    assert derive(png(8000, 5000)).picture.sizes == (320, 800, 1600)


def test_looking_for_a_drawing_takes_no_time_however_it_begins():
    with pytest.raises(FileType):
        derive(b"<!---->" * 10_000)


def test_one_picture_at_a_time_is_decoded(monkeypatch):
    monkeypatch.setattr(pipeline, "PATIENCE", 0.01)
    monkeypatch.setattr(pipeline, "_turns", threading.BoundedSemaphore(1))
    pipeline._turns.acquire()

    with pytest.raises(PicturesBusy):
        derive(a_photo())


# The value


def test_a_picture_knows_its_files_and_how_wide_each_is():
    picture = Picture("ab-800.webp", width=1200, height=1600, sizes=(320, 800, 1600))

    assert (picture.small, picture.large) == ("ab-320.webp", "ab-1600.webp")
    assert picture.widths == {"ab-320.webp": 240, "ab-800.webp": 600, "ab-1600.webp": 1200}


def test_a_drawing_has_one_size_and_no_widths():
    picture = Picture("ab.svg", "A mug")

    assert (picture.small, picture.large, picture.widths) == ("ab.svg", "ab.svg", {})


@pytest.mark.parametrize("alt", ["x" * 301, "a\0b"])
def test_a_description_has_300_plain_characters_at_most(alt):
    with pytest.raises(Invalid) as refused:
        Picture("ab.svg", alt)

    assert refused.value.field == "alt"
