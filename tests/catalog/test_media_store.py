"""What every store of files has to do, held against each of them; and what is cleared away, and when."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import current_app

from marketplace.catalog.documents import GridChunk, GridFile, Upload
from marketplace.catalog.errors import PictureNotFound, PicturesBusy
from marketplace.catalog.repositories import uploads
from marketplace.catalog.repositories.media import FolderStore, GridFsStore, is_name, is_private
from marketplace.catalog.services import pictures
from marketplace.shared.checks import invariants
from marketplace.shared.clock import now
from tests.builders import a_cart, a_product, a_shop, checked_out, paid
from tests.catalog.photos import a_photo

NAME, OTHER = f"{'a' * 32}-320.webp", f"{'b' * 32}-800.webp"
PRIVATE = f"{'c' * 32}-private.pdf"
LONG = bytes(range(256)) * 3000


@pytest.fixture(
    params=[
        "folder",
        "gridfs",
        pytest.param("gridfs on a server", marks=pytest.mark.real),
    ]
)
def store(request, app, tmp_path):
    """Each of the stores, empty."""
    return FolderStore(tmp_path / "pictures") if request.param == "folder" else GridFsStore()


def content(store, name: str) -> bytes | None:
    found = store.find(name)
    return None if found is None else b"".join(read(found))


def read(found) -> list[bytes]:
    pieces = list(found.body)
    getattr(found.body, "close", lambda: None)()
    return pieces


# The contract


def test_what_is_kept_is_found_again(store):
    store.keep({NAME: b"one", OTHER: LONG})

    assert (content(store, NAME), content(store, OTHER)) == (b"one", LONG)


def test_files_that_some_people_see_are_kept_too_and_are_no_pictures(store):
    store.keep({PRIVATE: b"%PDF-"})

    assert content(store, PRIVATE) == b"%PDF-"
    assert (is_private(PRIVATE), is_name(PRIVATE), is_private(NAME)) == (True, False, False)


def test_a_file_says_how_large_it_is_before_it_is_read(store):
    store.keep({NAME: LONG})

    found = store.find(NAME)
    assert found.size == len(LONG) == sum(map(len, read(found)))


def test_what_is_not_there_is_none(store):
    assert store.find(NAME) is None


def test_a_file_that_is_there_stays_as_it_is(store):
    store.keep({NAME: b"one"})
    store.keep({NAME: b"two", OTHER: b"other"})

    assert (content(store, NAME), content(store, OTHER)) == (b"one", b"other")


def test_it_tells_which_files_are_missing(store):
    store.keep({NAME: b"one"})

    assert store.missing([NAME, OTHER]) == {OTHER}
    assert store.missing([]) == set()


def test_what_is_removed_is_gone_and_may_be_removed_again(store):
    store.keep({NAME: LONG, OTHER: b"other"})
    store.remove([NAME])
    store.remove([NAME])

    assert (content(store, NAME), content(store, OTHER)) == (None, b"other")


def test_what_was_removed_can_be_kept_again(store):
    store.keep({NAME: LONG})
    store.remove([NAME])
    store.keep({NAME: LONG})

    assert content(store, NAME) == LONG


@pytest.mark.real
def test_several_who_keep_the_same_keep_it_once(app):
    def keep(_: int) -> None:
        with app.app_context():
            GridFsStore().keep({NAME: LONG})

    with ThreadPoolExecutor(4) as crowd:
        list(crowd.map(keep, range(8)))

    assert content(GridFsStore(), NAME) == LONG
    assert GridChunk.objects.count() == 3


@pytest.mark.real
def test_what_is_in_mongodb_is_read_by_any_gridfs(app):
    from gridfs import GridFS

    from marketplace.shared import connections

    GridFsStore().keep({NAME: LONG})

    assert GridFS(connections.database(), "media").find_one({"filename": NAME}).read() == LONG


@pytest.mark.real
def test_half_a_file_is_never_stored(app, monkeypatch):
    def break_off(*_):
        raise RuntimeError("The power went.")

    monkeypatch.setattr(GridChunk.objects.__class__, "insert", break_off)
    with pytest.raises(RuntimeError):
        GridFsStore().keep({NAME: LONG})

    assert (GridFile.objects.count(), GridChunk.objects.count()) == (0, 0)


def test_a_folder_keeps_nothing_beside_its_files(tmp_path):
    FolderStore(tmp_path).keep({NAME: b"one"})

    assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*")] == [f"aa/{NAME}"]


@pytest.mark.parametrize("name", ["../../etc/passwd", "a.webp", f"{'a' * 32}-320.svg", f"{NAME}\n", ""])
def test_only_names_of_pictures_are_looked_for(tmp_path, name):
    assert not is_name(name)
    with pytest.raises(ValueError, match="is not the name"):
        FolderStore(tmp_path).find(name)


def test_the_setting_says_where_files_are(app, tmp_path):
    current_app.config["MEDIA_STORE"] = str(tmp_path)
    picture = kept()

    assert (tmp_path / picture.file[:2] / picture.file).is_file()
    assert GridFile.objects.count() == 0


# Clearing away

DAY = timedelta(days=1)


def kept(*size: int):
    """A picture that was uploaded and is named nowhere."""
    return pictures.keep(pictures.derive(a_photo(*size)))


def is_stored(picture) -> bool:
    return not pictures.missing_files(list(picture.widths))


def test_a_picture_that_nothing_names_is_removed_after_a_day(app):
    picture = kept(500)

    assert pictures.sweep(now() + DAY * 0.9) == 0
    assert is_stored(picture)
    assert pictures.sweep(now() + DAY * 1.1) == 1
    assert not is_stored(picture)
    assert Upload.objects.count() == 0
    assert pictures.sweep(now() + DAY * 2) == 0


def test_a_picture_that_a_listing_shows_stays(app):
    picture = kept()
    a_product(pictures=[picture], published=False)

    assert pictures.sweep(now() + DAY * 2) == 0
    assert pictures.sweep(now() + DAY * 40) == 0
    assert is_stored(picture)


def test_a_named_picture_is_not_looked_at_every_time(app):
    a_product(pictures=[kept()])
    pictures.sweep(now() + DAY * 2)

    assert uploads.due(now() + DAY * 20, 10) == []


def test_a_picture_that_a_listing_shows_no_more_goes_a_day_later(app):
    picture = kept()
    product = a_product(pictures=[picture])
    pictures.sweep(now() + DAY * 2)

    pictures.remove_picture(shop_id=product.shop_id, product_id=product.pk, file=picture.file)

    assert pictures.sweep(now() + DAY * 0.9) == 0
    assert pictures.sweep(now() + DAY * 1.1) == 1


def test_an_order_keeps_the_picture_of_what_was_bought(app):
    picture = kept()
    product = a_product(pictures=[picture], shop=a_shop())
    paid(checked_out(a_cart(product.variants[0].id)))
    pictures.remove_picture(shop_id=product.shop_id, product_id=product.pk, file=picture.file)

    assert pictures.sweep(now() + DAY * 2) == 0
    assert is_stored(picture)


def test_a_picture_that_is_sent_again_stays_for_another_day(app):
    picture = kept()
    Upload.objects(pk=picture.stem).update_one(set__due_at=now() - DAY)

    kept()

    assert pictures.sweep(now() + DAY * 0.9) == 0


def test_a_sweep_looks_at_no_more_than_it_may(app):
    for size in (10, 20, 30):
        kept(size)

    assert [pictures.sweep(now() + DAY * 2, limit=2) for _ in range(3)] == [2, 1, 0]


def test_what_is_claimed_while_a_sweep_looks_is_not_removed(app):
    picture = kept()
    (seen,) = uploads.due(now() + DAY * 2, 10)
    kept()

    assert uploads.begin_removal(seen, now() + DAY) is None
    assert is_stored(picture)


def test_what_is_being_removed_cannot_be_claimed_until_it_is_gone(app):
    kept()
    (seen,) = uploads.due(now() + DAY * 2, 10)
    mark = uploads.begin_removal(seen, now())

    with pytest.raises(PicturesBusy):
        kept()
    uploads.end_removal(seen, mark)
    assert is_stored(kept())


def test_a_removal_that_broke_off_is_ended_later(app):
    picture = kept()
    (seen,) = uploads.due(now() + DAY * 2, 10)
    uploads.begin_removal(seen, now() + DAY * 2)

    assert pictures.sweep(now() + DAY * 3) == 1
    assert not is_stored(picture)


def test_what_is_gone_is_not_found(app):
    with pytest.raises(PictureNotFound):
        pictures.find_file(NAME)


@pytest.mark.real
def test_a_picture_that_is_shown_and_not_stored_is_told(app):
    whole, broken = kept(50), kept(60)
    product = a_product(pictures=[whole, broken])
    GridFile.objects(pk=broken.file).delete()

    (check,) = [one for one in invariants() if one.name == "The pictures that products show are stored."]

    assert [(one.id, broken.file in one.sentence) for one in check.find()] == [(product.pk, True)]
