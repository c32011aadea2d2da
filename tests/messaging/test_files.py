"""Files of messages: typed by content, private, and gone when nobody needs them."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image

from marketplace.catalog.errors import FileDamaged, FileTooLarge, FileType, PictureNotFound
from marketplace.catalog.repositories.media import GridFsStore
from marketplace.catalog.services import pictures, private_files
from marketplace.messaging import services
from marketplace.messaging.errors import AttachmentNotFound, Blocked, ClientIdReused, TooManyAttachments
from marketplace.messaging.invariants import INVARIANTS
from marketplace.messaging.values import MessageKind
from marketplace.shared.clock import now
from marketplace.shared.errors import Invalid
from tests.catalog.photos import a_photo, located
from tests.messaging.talking import a_file, a_talk

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def talk(app):
    return a_talk()


def send(talk, *files, body="", client_id="f"):
    return talk.ask(body, client_id, attachments=files)


def content(attachment):
    return b"".join(private_files.find(attachment.file).body)


def test_a_pdf_comes_with_a_message_as_it_is(talk):
    (file,) = send(talk, a_file(PDF, "invoice.pdf"), body="Here").message.attachments

    assert (file.name, file.type, content(file)) == ("invoice.pdf", "application/pdf", PDF)


def test_a_picture_is_made_anew_without_what_the_camera_wrote(talk):
    (file,) = send(talk, a_file(located(), "IMG_1.JPG")).message.attachments

    image = Image.open(BytesIO(content(file)))
    assert (image.format, dict(image.getexif()), file.name) == ("WEBP", {}, "IMG_1.webp")
    assert (file.width, file.height) == image.size


def test_files_need_no_words(talk):
    sent = send(talk, a_file(PDF, "a.pdf"), a_file(PDF, "b.pdf"))

    assert (sent.message.kind, sent.message.body) == (MessageKind.FILE, "")
    assert talk.stored.last_message.preview == "2 files"


def test_neither_words_nor_files_is_no_message(talk):
    with pytest.raises(Invalid):
        send(talk, body="  ")


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"MZ\x90\x00 a program", FileType),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", FileType),
        (b"<html>%PDF-1.7 %%EOF", FileType),
        (b"", FileDamaged),
        (b"%PDF-1.7 that ends here", FileDamaged),
        (b"%PDF-" + b"x" * (10 * 2**20) + b"%%EOF", FileTooLarge),
        (b"\xff\xd8\xff\xe0 no photo", FileDamaged),
    ],
    ids=["program", "svg", "html", "empty", "cut", "large", "damaged"],
)
def test_what_a_file_is_its_content_says(talk, body, error):
    with pytest.raises(error, match=r"^photo\.pdf: ") as refused:
        send(talk, a_file(body, "photo.pdf"))

    assert refused.value.field == "files"
    assert talk.stored.last_seq == 1


def test_five_files_and_no_more(talk):
    with pytest.raises(TooManyAttachments):
        send(talk, *[a_file(PDF) for _ in range(6)])


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\x\\a.exe", "a.pdf"),
        ("", "file.pdf"),
        ("a\nb\x00", "file.pdf"),
    ],
)
def test_a_name_is_shown_and_never_a_place(talk, name, shown):
    (file,) = send(talk, a_file(PDF, name)).message.attachments

    assert file.name == shown


def test_the_same_files_sent_again_are_the_same_message(talk):
    first = send(talk, a_file(PDF))

    again = send(talk, a_file(PDF))

    assert (again.is_replay, again.message.pk) == (True, first.message.pk)


def test_other_files_under_one_name_are_a_mistake(talk):
    send(talk, a_file(PDF))

    with pytest.raises(ClientIdReused):
        send(talk, a_file(PDF + b"\n"))


def test_who_cannot_write_stores_nothing(talk):
    services.block(talk.buyer_seat)

    with pytest.raises(Blocked):
        send(talk, a_file(PDF))

    assert pictures.sweep(now() + timedelta(days=2)) == 0


def test_both_sides_find_it(talk):
    (file,) = send(talk, a_file(PDF)).message.attachments

    assert services.find_attachment(talk.buyer_seat, file.id) == file
    assert services.find_attachment(talk.shop_seat, file.id) == file


def test_it_is_found_in_its_own_conversation_alone(talk):
    (file,) = send(talk, a_file(PDF)).message.attachments
    other = a_talk(shop=talk.shop, buyer=talk.buyer)

    with pytest.raises(AttachmentNotFound):
        services.find_attachment(other.buyer_seat, file.id)


def test_the_public_address_of_pictures_does_not_serve_it(talk, client):
    (file,) = send(talk, a_file(a_photo())).message.attachments

    assert client.get(f"/media/{file.file}").status_code == 404
    with pytest.raises(PictureNotFound):
        pictures.find_file(file.file)


def test_a_file_stays_as_long_as_its_message(talk):
    (file,) = send(talk, a_file(PDF)).message.attachments

    pictures.sweep(now() + timedelta(days=2))

    assert content(file) == PDF


def test_a_deleted_message_gives_its_file_to_moderators_alone(talk):
    sent = send(talk, a_file(PDF))
    (file,) = sent.message.attachments

    services.delete_message(talk.buyer_seat, seq=sent.message.seq)

    with pytest.raises(AttachmentNotFound):
        services.find_attachment(talk.buyer_seat, file.id)
    assert services.attachment_for_moderator(talk.stored.pk, file.id) == file


def test_a_month_after_a_message_was_deleted_its_file_is_gone(talk):
    sent = send(talk, a_file(PDF))
    services.delete_message(talk.buyer_seat, seq=sent.message.seq)

    services.forget_originals(now() + timedelta(days=31))

    assert pictures.sweep(now() + timedelta(seconds=1)) == 1
    with pytest.raises(PictureNotFound):
        private_files.find(sent.message.attachments[0].file)


def test_a_file_whose_message_never_came_goes_after_a_day(talk):
    file = private_files.keep(PDF)

    assert pictures.sweep(now() + timedelta(hours=23)) == 0
    assert pictures.sweep(now() + timedelta(hours=25)) == 1
    with pytest.raises(PictureNotFound):
        private_files.find(file.name)


def test_a_file_that_is_lost_is_found_out(talk):
    (file,) = send(talk, a_file(PDF)).message.attachments
    (invariant,) = [one for one in INVARIANTS if "file" in one.name]
    assert not list(invariant.find())

    GridFsStore().remove([file.file])

    assert [one.sentence for one in invariant.find()] == [f"Its file {file.file} is not there."]
