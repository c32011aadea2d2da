"""The pictures of a listing over JSON and in the browser, with the ten files that mean harm."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image

from marketplace.catalog.documents import Product, Upload
from marketplace.catalog.repositories import products
from marketplace.catalog.services import pictures
from tests.builders import a_product, a_shop
from tests.catalog import photos
from tests.catalog.photos import a_photo, chunks_of
from tests.catalog.photos import form_with as sent

MB = 2**20


@pytest.fixture
def shop(person):
    """A seller's shop, with their browser as `shop.browser`."""
    owner, browser = person()
    shop = a_shop(owner=owner, slug="kiln")
    shop.browser = browser
    return shop


@pytest.fixture
def listing(shop):
    """A listing of the shop without pictures, with the addresses of its pictures."""
    product = a_product(shop=shop, title="Blue mug")
    product.browser = shop.browser
    product.api = f"/api/v1/seller/kiln/products/{product.pk}/pictures"
    product.page = f"/sell/kiln/listings/{product.pk}/pictures"
    product.editor = f"/sell/kiln/listings/{product.pk}"
    return product


def with_pictures(listing, *names: str) -> list[str]:
    """The files of pictures that the listing has now."""
    answer = listing.browser.post(
        listing.api, **sent(*((name, a_photo(20 + 9 * n)) for n, name in enumerate(names)))
    )
    assert answer.status_code == 201, answer.text
    return [one["file"] for one in answer.json["pictures"]]


def files_of(listing) -> list[str]:
    return [one.file for one in products.get(listing.pk).pictures]


# The ten


TOO_LARGE = "A picture has at most 10 MB"
HOSTILE = {
    "bomb": ("a.png", lambda: photos.png(20_000, 20_000), 413, "file_too_large", "more than 40 megapixels"),
    "svg with a script": ("a.png", photos.drawing, 422, "file_type", "This is an SVG drawing"),
    "polyglot": ("a.jpg", photos.polyglot, 201, None, ""),
    "wrong type": ("a.jpg", lambda: b"%PDF-1.7 hello", 422, "file_type", "This is a PDF, not a picture."),
    "100 megapixels": ("a.png", lambda: photos.png(10_000, 10_000), 413, "file_too_large", "40 megapixels"),
    "truncated": (
        "a.jpg",
        lambda: a_photo(900, 900)[:-400],
        422,
        "file_damaged",
        "cannot be read to its end",
    ),
    "position": ("a.jpg", photos.located, 201, None, ""),
    "zero bytes": ("a.jpg", lambda: b"", 422, "file_damaged", "This file is empty."),
    "50 MB": ("a.jpg", lambda: a_photo() + bytes(50 * MB), 413, "file_too_large", TOO_LARGE),
    "11 MB": ("a.jpg", lambda: a_photo() + bytes(11 * MB), 413, "file_too_large", "larger than 10 MB"),
    "path in the name": ("../../etc/passwd.jpg", a_photo, 201, None, ""),
}


@pytest.mark.parametrize(("name", "body", "status", "code", "words"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_refused_or_made_harmless(client, listing, name, body, status, code, words):
    answer = listing.browser.post(listing.api, **sent((name, body())))

    assert (answer.status_code, answer.json.get("code")) == (status, code)
    if code:
        assert words in answer.json["detail"]
        assert answer.json["detail"].endswith((".", "!"))
        assert files_of(listing) == []
        return
    for one in answer.json["pictures"][0]["files"]:
        stored = client.get(one["url"]).data
        assert set(chunks_of(stored)) <= {"VP8", "VP8X", "ALPH"}
        assert b"script" not in stored
        assert not Image.open(io.BytesIO(stored)).getexif()


def test_a_path_in_the_name_is_ignored(listing):
    answer = listing.browser.post(listing.api, **sent(("../../etc/passwd.jpg", a_photo())))

    assert answer.json["data"][0]["name"] == "passwd.jpg"
    assert re.fullmatch(r"[0-9a-f]{32}-40\.webp", answer.json["pictures"][0]["file"])


@pytest.mark.parametrize(
    "which", ["svg with a script", "bomb", "truncated", "zero bytes", "50 MB", "wrong type"]
)
def test_the_page_refuses_with_the_same_sentence(listing, which):
    name, body, status, _, words = HOSTILE[which]

    page = listing.browser.post(listing.page, **sent((name, body())))

    assert page.status_code == status
    assert words in page.text
    assert "Traceback" not in page.text


def test_more_than_a_route_takes_is_refused_before_it_is_read(listing):
    claimed = {"CONTENT_LENGTH": str(50 * MB)}

    answer = listing.browser.post(
        listing.api, content_type="multipart/form-data; boundary=x", environ_overrides=claimed
    )

    assert (answer.status_code, answer.json["code"]) == (413, "file_too_large")


def test_what_is_too_much_is_read_to_its_end_so_that_the_browser_hears_why(listing):
    body = io.BytesIO(sent(("a.jpg", bytes(40 * MB)))["data"])
    length = {"CONTENT_LENGTH": str(len(body.getvalue())), "wsgi.input": body}

    answer = listing.browser.post(
        listing.page, content_type="multipart/form-data; boundary=frontier", environ_overrides=length
    )

    assert answer.status_code == 413
    assert body.read() == b""


def test_other_routes_keep_to_one_megabyte(listing):
    answer = listing.browser.patch(f"{listing.api}/x", json={"alt": "a" * MB})

    assert (answer.status_code, answer.json["code"]) == (413, "content_too_large")


# Over JSON


def test_several_pictures_are_added_in_their_order(listing):
    answer = listing.browser.post(listing.api, **sent(("a.jpg", a_photo(2000, 1500)), ("b.png", a_photo(50))))

    assert answer.status_code == 201
    assert [one["name"] for one in answer.json["data"]] == ["a.jpg", "b.png"]
    first = answer.json["pictures"][0]
    assert (first["width"], first["height"]) == (1600, 1200)
    assert [one["width"] for one in first["files"]] == [320, 800, 1600]
    assert first["url"].endswith("-800.webp")


def test_the_good_ones_are_added_and_each_bad_one_is_named(listing):
    answer = listing.browser.post(listing.api, **sent(("a.jpg", a_photo()), ("b.svg", photos.drawing())))

    good, bad = answer.json["data"]
    assert answer.status_code == 207
    assert good["picture"]["file"] == files_of(listing)[0]
    assert (bad["picture"], bad["error"]["code"], bad["error"]["status"]) == (None, "file_type", 422)


def test_when_all_are_refused_each_is_told(listing):
    answer = listing.browser.post(listing.api, **sent(("a.pdf", b"%PDF"), ("b.jpg", b"")))

    assert (answer.status_code, answer.json["code"]) == (422, "file_type")
    assert [one["error"]["code"] for one in answer.json["files"]] == ["file_type", "file_damaged"]


def test_the_same_picture_is_added_once(listing):
    for _ in range(2):
        answer = listing.browser.post(listing.api, **sent(("a.jpg", a_photo())))

    assert answer.status_code == 201
    assert len(files_of(listing)) == 1
    assert Upload.objects.count() == 1


def test_a_listing_has_twelve_pictures_at_most(listing):
    with_pictures(listing, *(f"{number}.jpg" for number in range(12)))

    answer = listing.browser.post(listing.api, **sent(("more.jpg", a_photo(500))))

    assert (answer.status_code, answer.json["code"]) == (409, "too_many_pictures")
    assert len(files_of(listing)) == 12


@pytest.mark.parametrize(
    ("form", "code"),
    [
        (sent(), "validation_error"),
        (sent(("a.jpg", b"x"), field="picture"), "validation_error"),
        (sent(*[("a.jpg", b"x")] * 13), "validation_error"),
    ],
)
def test_a_request_without_files_or_with_too_many_is_refused(listing, form, code):
    answer = listing.browser.post(listing.api, **form)

    assert (answer.status_code, answer.json["code"]) == (422, code)


def test_a_picture_is_described(listing):
    (file,) = with_pictures(listing, "a.jpg")

    answer = listing.browser.patch(f"{listing.api}/{file}", json={"alt": "A blue mug"})

    assert answer.json["pictures"][0]["alt"] == "A blue mug"
    cleared = listing.browser.patch(f"{listing.api}/{file}", json={"alt": None})
    assert cleared.json["pictures"][0]["alt"] == ""


def test_a_picture_is_moved(listing):
    first, second, third = with_pictures(listing, "a", "b", "c")

    listing.browser.patch(f"{listing.api}/{third}", json={"position": 0})
    assert files_of(listing) == [third, first, second]
    listing.browser.patch(f"{listing.api}/{third}", json={"position": 11})
    assert files_of(listing) == [first, second, third]


def test_a_picture_is_removed_and_again_changes_nothing(listing):
    file, other = with_pictures(listing, "a", "b")

    answers = [listing.browser.delete(f"{listing.api}/{file}") for _ in range(2)]

    assert [one.status_code for one in answers] == [200, 200]
    assert len({one.json["version"] for one in answers}) == 1
    assert files_of(listing) == [other]


@pytest.mark.parametrize(
    ("change", "field"),
    [({}, ""), ({"alt": "x" * 301}, "/alt"), ({"position": 12}, "/position"), ({"size": 1}, "/size")],
)
def test_a_change_that_cannot_be_made_names_its_field(listing, change, field):
    (file,) = with_pictures(listing, "a")

    answer = listing.browser.patch(f"{listing.api}/{file}", json=change)

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == field


def test_a_picture_that_the_listing_has_not_is_not_found(listing):
    answer = listing.browser.patch(f"{listing.api}/none.webp", json={"alt": "A mug"})

    assert (answer.status_code, answer.json["code"]) == (404, "picture_not_found")


def test_each_change_counts_the_listing_up(listing):
    before = products.get(listing.pk).version
    (file,) = with_pictures(listing, "a")
    listing.browser.patch(f"{listing.api}/{file}", json={"alt": "A mug"})
    listing.browser.patch(f"{listing.api}/{file}", json={"alt": "A mug"})

    assert products.get(listing.pk).version == before + 2


def test_a_change_is_made_again_when_somebody_saves_meanwhile(listing, monkeypatch):
    (file,) = with_pictures(listing, "a")
    plain, raced = products.of_shop, []

    def slow(*where):
        found = plain(*where)
        if not raced:
            raced.append(products.save(plain(*where)))
        return found

    monkeypatch.setattr(products, "of_shop", slow)
    pictures.describe_picture(shop_id=listing.shop_id, product_id=listing.pk, file=file, alt="Mine")

    assert products.get(listing.pk).pictures[0].alt == "Mine"


def test_nobody_touches_the_pictures_of_another_shop(listing, person, client):
    (file,) = with_pictures(listing, "a")
    _, stranger = person()
    other = a_shop(owner=person()[0], slug="other")
    foreign = listing.api.replace("/kiln/", f"/{other.slug}/")

    for url in (listing.api, foreign):
        assert stranger.post(url, **sent(("a.jpg", a_photo()))).status_code == 404
        assert stranger.patch(f"{url}/{file}", json={"alt": "Mine"}).status_code == 404
        assert stranger.delete(f"{url}/{file}").status_code == 404
    assert client.post(listing.api, **sent(("a.jpg", a_photo()))).status_code == 401
    assert listing.browser.delete(f"{foreign}/{file}").status_code == 404
    assert files_of(listing) == [file]


def test_the_upload_is_documented_as_multipart(client):
    paths = client.get("/api/openapi.json").json["paths"]
    body = paths["/api/v1/seller/{shop}/products/{product_id}/pictures"]["post"]["requestBody"]

    assert list(body["content"]) == ["multipart/form-data"]


# In the browser


def test_pictures_are_added_from_the_editor(listing):
    answer = listing.browser.post(listing.page, **sent(("a.jpg", a_photo()), ("b.jpg", a_photo(90))))

    assert answer.status_code == 303
    assert answer.headers["Location"] == f"{listing.editor}#pictures"
    editor = listing.browser.get(listing.editor).text
    assert "2 pictures are added." in editor
    assert all(f"/{file}/describe" in editor for file in files_of(listing))


def test_the_good_ones_are_added_and_the_page_names_the_bad_one(listing):
    page = listing.browser.post(listing.page, **sent(("a.jpg", a_photo()), ("b.svg", photos.drawing())))

    assert page.status_code == 422
    assert "The picture is added." in page.text
    assert "<strong>b.svg</strong>: This is an SVG drawing" in page.text


def test_sending_without_choosing_says_what_to_do(listing):
    page = listing.browser.post(listing.page, **sent(("", b"")))

    assert page.status_code == 422
    assert "Choose one or more pictures first" in page.text


def test_a_picture_is_described_moved_and_removed_by_buttons(listing):
    first, second = with_pictures(listing, "a", "b")
    at = f"{listing.page}/{second}"

    assert listing.browser.post(f"{at}/describe", data={"alt": " A  mug "}).status_code == 303
    assert listing.browser.post(f"{at}/first").status_code == 303
    assert files_of(listing) == [second, first]
    listing.browser.post(f"{at}/later")
    assert files_of(listing) == [first, second]
    listing.browser.post(f"{at}/earlier")
    assert files_of(listing) == [second, first]
    listing.browser.post(f"{listing.page}/{first}/remove")
    (left,) = products.get(listing.pk).pictures
    assert (left.file, left.alt) == (second, "A mug")


def test_a_description_that_is_too_long_is_kept_to_be_mended(listing):
    (file,) = with_pictures(listing, "a")

    page = listing.browser.post(f"{listing.page}/{file}/describe", data={"alt": "x" * 301})

    assert page.status_code == 422
    assert "up to 300 plain characters" in page.text
    assert "x" * 301 in page.text


@pytest.mark.parametrize("what", ["", "/x/describe", "/x/first", "/x/remove"])
def test_the_pages_of_another_shop_are_not_there(listing, person, what):
    _, stranger = person()

    assert stranger.post(f"{listing.page}{what}").status_code == 404


def test_a_new_listing_says_when_pictures_can_be_added(shop):
    assert "Save the listing as a draft first" in shop.browser.get("/sell/kiln/listings/new").text


def test_a_full_listing_offers_no_upload(listing):
    with_pictures(listing, *"abcdefghijkl")

    page = listing.browser.get(listing.page).text

    assert 'type="file"' not in page
    assert "Remove one to add another" in page


# What the public sees


def test_a_picture_is_served_for_ever_and_can_do_no_harm(client, listing):
    (file,) = with_pictures(listing, "a")

    answer = client.get(f"/media/{file}")
    again = client.get(f"/media/{file}", headers={"If-None-Match": answer.headers["ETag"]})

    assert answer.content_type == "image/webp"
    assert answer.content_length == len(answer.data) > 0
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert again.status_code == 304


def test_the_product_page_lets_the_browser_choose_a_size(client, listing):
    listing.browser.post(listing.api, **sent(("a.jpg", a_photo(2000, 1000))))
    (picture,) = products.get(listing.pk).pictures

    page = client.get(f"/p/kiln/{listing.slug}").text

    assert f"/media/{picture.small} 320w, /media/{picture.file} 800w, /media/{picture.large} 1600w" in page
    assert 'width="1600" height="800"' in page
    assert f'<meta property="og:image" content="http://localhost/media/{picture.file}">' in page


def test_lists_show_the_small_size(client, listing):
    listing.browser.post(listing.api, **sent(("a.jpg", a_photo(900))))
    (picture,) = products.get(listing.pk).pictures

    for path in ("/s", "/shop/kiln"):
        assert f'src="/media/{picture.small}"' in client.get(path).text
    assert f'src="/media/{picture.small}"' in listing.browser.get("/sell/kiln/listings").text


@pytest.mark.real
def test_pictures_survive_the_real_database(client, listing):
    first, second = with_pictures(listing, "a", "b")

    listing.browser.patch(f"{listing.api}/{second}", json={"alt": "A mug", "position": 0})

    assert [one.alt for one in Product.objects.get(pk=listing.pk).pictures] == ["A mug", ""]
    assert client.get(f"/media/{first}").status_code == 200
