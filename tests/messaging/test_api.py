"""Conversations over JSON: what each side sets, deletes, attaches, and who gets through no door."""

from __future__ import annotations

from io import BytesIO

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.builders import a_product, a_shop
from tests.catalog.photos import a_photo
from tests.messaging.test_files import PDF


class Side:
    """Somebody who talks, with their own browser and the address of the conversation on their side."""

    def __init__(self, user, client, root):
        self.user, self.client, self.root = user, client, root

    def get(self, path="", **more):
        return self.client.get(self.root + path, **more)

    def say(self, body, client_id):
        return self.client.post(f"{self.root}/messages", json={"body": body, "client_id": client_id})

    def attach(self, *files, **fields):
        data = {
            "client_id": "f",
            **fields,
            "files": [FileStorage(BytesIO(body), name) for body, name in files],
        }
        boundary, form = encode_multipart(data)
        kind = f"multipart/form-data; boundary={boundary}"
        return self.client.post(f"{self.root}/files", data=form, content_type=kind)


@pytest.fixture
def sides(person):
    """The buyer and the shop of a conversation that the buyer began."""
    owner, seller = person("Sal Seller")
    shop = a_shop(owner=owner)
    buyer, browser = person("Ben Buyer")
    subject = {"type": "product", "id": str(a_product(shop=shop).pk)}
    body = {"subject": subject, "body": "Is it blue?", "client_id": "1"}
    begun = browser.post("/api/v1/conversations", json=body)
    assert begun.status_code == 201, begun.text
    path = f"/conversations/{begun.json['conversation_id']}"
    return (
        Side(buyer, browser, f"/api/v1{path}"),
        Side(owner, seller, f"/api/v1/seller/{shop.slug}{path}"),
    )


@pytest.fixture(params=["buyer", "shop"])
def pair(request, sides):
    """One side, and the other."""
    return sides if request.param == "buyer" else sides[::-1]


def test_a_side_mutes_and_archives(pair):
    mine, theirs = pair

    answer = mine.client.patch(mine.root, json={"muted": True, "archived": True})

    assert (answer.status_code, answer.json["muted"], answer.json["archived"]) == (200, True, True)
    assert not theirs.get().json["muted"]


@pytest.mark.parametrize("wrong", [{}, {"muted": "maybe"}, {"loud": True}])
def test_what_cannot_be_set_is_refused(sides, wrong):
    assert sides[0].client.patch(sides[0].root, json=wrong).status_code == 422


def test_a_block_is_told_to_its_own_side_alone(pair):
    mine, theirs = pair

    assert mine.client.put(f"{mine.root}/block").status_code == 204

    assert mine.say("Hi", "x").json["code"] == "blocked"
    refused = theirs.say("Hi", "x")
    assert (refused.status_code, refused.json["code"]) == (403, "cannot_message")
    assert (mine.get().json["blocked"], theirs.get().json["blocked"]) == (True, False)
    assert mine.get().json["cannot_write"].startswith("You blocked")


def test_an_unblocked_conversation_goes_on(pair):
    mine, theirs = pair
    mine.client.put(f"{mine.root}/block")

    assert mine.client.delete(f"{mine.root}/block").status_code == 204

    assert theirs.say("Hi", "x").status_code == 201


def test_one_deletes_what_one_wrote_and_nothing_else(sides):
    buyer, shop = sides

    refused = shop.client.delete(f"{shop.root}/messages/1")
    done = buyer.client.delete(f"{buyer.root}/messages/1")

    assert (refused.status_code, refused.json["code"]) == (403, "not_your_message")
    assert done.status_code == 204
    (message,) = shop.get("/messages").json["data"]
    assert (message["seq"], message["body"], bool(message["deleted_at"])) == (1, "", True)
    assert "original" not in message


def test_what_is_not_there_cannot_be_deleted(pair):
    mine, _ = pair

    assert mine.client.delete(f"{mine.root}/messages/9").status_code == 404


@pytest.mark.real
@pytest.mark.parametrize("seq", [2**31 + 1, 2**63, 10**30])
def test_no_number_is_too_large_to_be_told_that_it_is_not_there(sides, seq):
    assert [one.client.delete(f"{one.root}/messages/{seq}").status_code for one in sides] == [404, 404]


def test_a_text_that_is_called_like_a_file_is_refused(pair):
    mine, _ = pair

    answer = mine.client.post(f"{mine.root}/files", data={"client_id": "f", "files": "no file"})

    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/files/0")


def test_files_go_to_the_other_side(pair):
    mine, theirs = pair

    sent = mine.attach((PDF, "invoice.pdf"), (a_photo(), "mug.jpg"), body="Look")

    assert sent.status_code == 201, sent.text
    files = theirs.get("/messages").json["data"][-1]["attachments"]
    assert [(one["name"], one["type"]) for one in files] == [
        ("invoice.pdf", "application/pdf"),
        ("mug.webp", "image/webp"),
    ]
    answer = theirs.get(f"/attachments/{files[0]['id']}")
    assert (answer.status_code, answer.data, answer.mimetype) == (200, PDF, "application/pdf")


def test_a_file_is_a_download_that_can_do_nothing(sides):
    buyer, shop = sides
    (file,) = buyer.attach((PDF, 'a "b".pdf')).json["message"]["attachments"]

    headers = shop.get(f"/attachments/{file['id']}").headers

    assert headers["Content-Disposition"].startswith("attachment; filename=")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert headers["Cache-Control"] == "private, no-cache"


def test_a_name_in_any_letters_travels_in_the_header(sides):
    buyer, shop = sides
    (file,) = buyer.attach((PDF, "Rechnung Ü 発票.pdf")).json["message"]["attachments"]

    told = shop.get(f"/attachments/{file['id']}").headers["Content-Disposition"]

    assert told.isascii()
    assert "filename*=UTF-8''Rechnung%20%C3%9C%20%E7%99%BA%E7%A5%A8.pdf" in told


def test_whoever_has_a_file_is_not_sent_it_again(sides):
    buyer, _ = sides
    (file,) = buyer.attach((PDF, "a.pdf")).json["message"]["attachments"]
    tag = buyer.get(f"/attachments/{file['id']}").headers["ETag"]

    assert buyer.get(f"/attachments/{file['id']}", headers={"If-None-Match": tag}).status_code == 304


def test_files_are_sent_once_for_each_client_id(sides):
    buyer, _ = sides

    first, again = buyer.attach((PDF, "a.pdf")), buyer.attach((PDF, "a.pdf"))

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json["message"]["seq"] == again.json["message"]["seq"]


def test_another_kind_of_file_is_refused_by_its_name(sides):
    refused = sides[0].attach((b"MZ program", "photo.jpg"))

    assert (refused.status_code, refused.json["code"]) == (422, "file_type")
    assert refused.json["errors"][0]["pointer"] == "/files"
    assert refused.json["detail"].startswith("photo.jpg: ")


def test_a_file_that_is_too_large_is_refused(sides):
    assert sides[0].attach((b"%PDF-" + bytes(10 * 2**20) + b"%%EOF", "a.pdf")).status_code == 413


def test_six_files_are_refused(sides):
    assert sides[0].attach(*[(PDF, "a.pdf")] * 6).status_code == 422


@pytest.mark.parametrize("fields", [{"client_id": ""}, {"loud": "yes"}])
def test_what_else_is_wrong_with_a_form_of_files_is_named(sides, fields):
    assert sides[0].attach((PDF, "a.pdf"), **fields).status_code == 422


def test_a_file_that_is_not_there_is_not_found(pair):
    mine, _ = pair

    for name in ("0" * 32, "nonsense"):
        assert mine.get(f"/attachments/{name}").status_code == 404


def ways(root, file_id):
    """Every way to the conversation below this address."""
    return [
        ("get", root, None),
        ("get", f"{root}/messages", None),
        ("post", f"{root}/messages", {"body": "Hi", "client_id": "x"}),
        ("post", f"{root}/read", {"up_to": 1}),
        ("patch", root, {"muted": True}),
        ("put", f"{root}/block", None),
        ("delete", f"{root}/block", None),
        ("delete", f"{root}/messages/1", None),
        ("get", f"{root}/attachments/{file_id}", None),
    ]


def test_no_participant_no_way_in(sides, person, app):
    buyer, shop = sides
    file_id = buyer.attach((PDF, "a.pdf")).json["message"]["attachments"][0]["id"]
    other_owner, other_seller = person("Other Seller")
    other = a_shop(owner=other_owner)
    _, stranger = person("Stranger")
    elsewhere = shop.root.replace(shop.root.split("/")[4], other.slug)

    tried = [(stranger, buyer.root), (shop.client, buyer.root), (other_seller, buyer.root)]
    tried += [(stranger, shop.root), (buyer.client, shop.root), (other_seller, elsewhere)]
    for client, root in tried:
        for method, path, body in ways(root, file_id):
            answer = client.open(path, method=method.upper(), json=body)
            assert answer.status_code == 404, (method, path, answer.status_code)
        files = {"client_id": "f", "files": (BytesIO(PDF), "a.pdf")}
        assert client.post(f"{root}/files", data=files).status_code == 404
    for root in (buyer.root, shop.root):
        for method, path, body in ways(root, file_id):
            assert app.test_client().open(path, method=method.upper(), json=body).status_code in (401, 403)


def test_too_often_says_when_to_try_again(sides, app):
    app.config["MESSAGE_LIMIT"] = 1
    buyer, _ = sides
    buyer.say("One", "1a")

    refused = buyer.say("Two", "2a")

    assert (refused.status_code, refused.json["code"]) == (429, "rate_limited")
    assert int(refused.headers["Retry-After"]) > 0
