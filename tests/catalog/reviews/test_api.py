"""Reviews over JSON."""

from __future__ import annotations

import pytest

from marketplace.accounts.values import Role
from marketplace.catalog import services as catalog
from marketplace.catalog.repositories import products
from tests.builders import a_bought_product, a_product, a_review, a_shop

REVIEW = {"rating": 4, "title": "Keeps tea warm", "body": "For an hour."}


@pytest.fixture
def author(person):
    """Somebody who received a product: the user, their browser, and the product."""
    user, browser = person("Bea")
    return user, browser, a_bought_product(user)


def at(product):
    return f"/api/v1/products/{product.pk}/reviews"


def written(author):
    _, browser, product = author
    answer = browser.post(at(product), json=REVIEW)
    assert answer.status_code == 201, answer.text
    return answer


def test_a_review_is_written_and_then_listed_with_the_rating(client, author):
    made = written(author)

    listed = client.get(at(author[2])).json

    assert listed["data"][0] | {"title": "Keeps tea warm", "author": "Bea"} == listed["data"][0]
    assert listed["rating"] == {
        "average": 4.0, "count": 1, "histogram": {"5": 0, "4": 1, "3": 0, "2": 0, "1": 0}
    }  # fmt: skip
    assert client.get(made.headers["Location"]).json["id"] == made.json["id"]


def test_a_list_tells_nothing_of_states_and_versions(client, author):
    written(author)

    assert not {"status", "hiding", "version"} & set(client.get(at(author[2])).json["data"][0])


def test_the_product_shows_its_rating_too(client, author):
    written(author)

    assert client.get(f"/api/v1/products/{author[2].pk}").json["rating"]["average"] == 4.0
    assert client.get("/api/v1/products").json["data"][0]["rating"]["count"] == 1


def test_who_bought_nothing_is_told_why_not(person):
    _, browser = person("Carl")

    answer = browser.post(at(a_product()), json=REVIEW)

    assert (answer.status_code, answer.json["code"]) == (403, "not_verified_purchase")
    assert answer.json["reason"] == "not_bought"


def test_a_second_review_is_a_conflict(author):
    first = written(author)

    answer = author[1].post(at(author[2]), json=REVIEW)

    assert (answer.status_code, answer.json["code"]) == (409, "already_reviewed")
    assert answer.json["review"] == first.json["id"]


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"rating": 0}, "/rating"),
        ({"rating": 6}, "/rating"),
        ({"rating": 4.5}, "/rating"),
        ({"rating": None}, "/rating"),
        ({"title": "x" * 101}, "/title"),
        ({"body": "x" * 3001}, "/body"),
        ({"body": "\u0000"}, "/body"),
        ({"photos": []}, "/photos"),
    ],
)
def test_each_mistake_is_named_by_its_field(author, wrong, pointer):
    answer = author[1].post(at(author[2]), json=REVIEW | wrong)

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


def test_strangers_are_asked_to_sign_in(client, author):
    place = f"/api/v1/reviews/{written(author).json['id']}"

    answers = [
        client.post(at(author[2]), json=REVIEW),
        client.put(place, json=REVIEW),
        client.delete(place),
        client.put(f"{place}/vote", json={"helpful": True}),
        client.delete(f"{place}/vote"),
    ]

    assert {answer.status_code for answer in answers} == {401}


def test_an_edit_needs_the_version_that_was_seen(author):
    _, browser, _ = author
    made = written(author)
    place, seen = f"/api/v1/reviews/{made.json['id']}", made.headers["ETag"]

    without = browser.put(place, json=REVIEW)
    right = browser.put(place, json=REVIEW | {"rating": 1}, headers={"If-Match": seen})
    late = browser.put(place, json=REVIEW, headers={"If-Match": seen})
    odd = browser.put(place, json=REVIEW, headers={"If-Match": '"x"'})

    assert [one.status_code for one in (without, right, late, odd)] == [428, 200, 412, 412]
    assert without.json["code"] == "precondition_required"
    assert right.headers["ETag"] != seen
    assert right.json["edited_at"] is not None


def test_a_vote_does_not_get_in_the_way_of_an_edit(author, person):
    made = written(author)
    place = f"/api/v1/reviews/{made.json['id']}"
    person("Carl")[1].put(f"{place}/vote", json={"helpful": True})

    edited = author[1].put(place, json=REVIEW, headers={"If-Match": made.headers["ETag"]})

    assert (edited.status_code, edited.json["helpful"]) == (200, 1)


def test_somebody_elses_review_cannot_be_touched(author, person):
    made = written(author)
    _, other = person("Carl")
    place = f"/api/v1/reviews/{made.json['id']}"

    edited = other.put(place, json=REVIEW, headers={"If-Match": made.headers["ETag"]})

    assert (edited.status_code, other.delete(place).status_code) == (404, 404)


def test_a_deleted_review_is_gone(client, author):
    place = f"/api/v1/reviews/{written(author).json['id']}"

    assert author[1].delete(place).status_code == 204
    assert author[1].get(place).status_code == 404
    assert client.get(at(author[2])).json["rating"]["count"] == 0


def test_votes_are_counted_replaced_and_taken_back(author, person):
    place = f"/api/v1/reviews/{written(author).json['id']}/vote"
    _, reader = person("Carl")

    yes = reader.put(place, json={"helpful": True}).json
    no = reader.put(place, json={"helpful": False}).json
    none = reader.delete(place).json
    own = author[1].put(place, json={"helpful": True})

    assert yes == {"helpful": 1, "unhelpful": 0, "mine": True}
    assert no == {"helpful": 0, "unhelpful": 1, "mine": False}
    assert none == {"helpful": 0, "unhelpful": 0, "mine": None}
    assert (own.status_code, own.json["reason"]) == (403, "own_review")


@pytest.mark.parametrize("query", ["sort=best", "stars=6", "stars=x", "cursor=x", "page=2", "limit=101"])
def test_a_list_that_cannot_be_is_refused(client, query):
    assert client.get(f"{at(a_product())}?{query}").status_code == 400


def test_a_list_goes_on_by_cursor_and_by_stars(client):
    product = a_product()
    for rating in (5, 5, 1):
        a_review(product, rating=rating)

    first = client.get(f"{at(product)}?stars=5&limit=1").json
    second = client.get(f"{at(product)}?stars=5&limit=1&cursor={first['page']['next']}").json

    assert [one["rating"] for one in (*first["data"], *second["data"])] == [5, 5]
    assert first["data"] != second["data"]
    assert second["page"]["next"] is None
    assert second["rating"]["count"] == 3


def test_the_reviews_of_what_nobody_sees_are_not_there(client):
    assert client.get(at(a_product(published=False))).status_code == 404


# Shops


def test_a_shop_lists_its_reviews_and_replies_once(client, person):
    owner, browser = person("Kim")
    shop = a_shop(owner=owner)
    review = a_review(a_product(shop=shop, title="Blue mug"))
    place = f"/api/v1/seller/{shop.slug}/reviews"

    waiting = browser.get(f"{place}?unanswered=true").json["data"]
    first = browser.post(f"{place}/{review.pk}/reply", json={"text": "Thank you!"})
    second = browser.post(f"{place}/{review.pk}/reply", json={"text": "And again!"})
    reworded = browser.put(f"{place}/{review.pk}/reply", json={"text": "Thanks!"})

    assert [one["product"]["title"] for one in waiting] == ["Blue mug"]
    assert (first.status_code, second.status_code, reworded.status_code) == (201, 409, 200)
    assert second.json["code"] == "reply_exists"
    assert browser.get(f"{place}?unanswered=true").json["data"] == []
    assert client.get(at_id(review)).json["data"][0]["reply"]["text"] == "Thanks!"


def at_id(review):
    return f"/api/v1/products/{review.product_id}/reviews"


def test_another_seller_sees_nothing_of_it(person):
    review = a_review()
    other, browser = person("Lee")
    shop = a_shop(owner=other)
    theirs = catalog.details(products.get(review.product_id)).shop.slug

    answers = [
        browser.get(f"/api/v1/seller/{theirs}/reviews"),
        browser.post(f"/api/v1/seller/{theirs}/reviews/{review.pk}/reply", json={"text": "x"}),
        browser.put(f"/api/v1/seller/{theirs}/reviews/{review.pk}/reply", json={"text": "x"}),
        browser.post(f"/api/v1/seller/{shop.slug}/reviews/{review.pk}/reply", json={"text": "x"}),
    ]

    assert {answer.status_code for answer in answers} == {404}


# Moderators


def test_a_moderator_hides_and_restores_with_a_reason(client, person):
    review = a_review()
    _, moderator = person("Mo", roles=(Role.MODERATOR,))
    place = f"/api/v1/admin/reviews/{review.pk}"

    without = moderator.post(f"{place}/hide", json={})
    hidden = moderator.post(f"{place}/hide", json={"reason": "Names a person."})
    gone = client.get(f"/api/v1/reviews/{review.pk}").status_code
    twice = moderator.post(f"{place}/hide", json={"reason": "Again."})
    listed = moderator.get("/api/v1/admin/reviews?status=hidden").json["data"]
    back = moderator.post(f"{place}/restore", json={"reason": "It is a character's name."})

    assert [one.status_code for one in (without, hidden, twice, back)] == [422, 200, 409, 200]
    assert gone == 401
    assert [one["hiding"]["reason"] for one in listed] == ["Names a person."]
    assert client.get(at_id(review)).json["rating"]["count"] == 1


def test_an_author_sees_why_the_review_is_hidden(author, person):
    made = written(author)
    moderator, _ = person("Mo", roles=(Role.MODERATOR,))
    catalog.reviews.hide_review(
        moderator_id=moderator.id, review_id=made.json["id"], reason="Names a person."
    )

    shown = author[1].get(f"/api/v1/reviews/{made.json['id']}").json

    assert (shown["status"], shown["hiding"]["reason"]) == ("hidden", "Names a person.")


def test_only_moderators_moderate(person):
    review = a_review()
    _, browser = person("Carl")

    answers = [
        browser.get("/api/v1/admin/reviews"),
        browser.post(f"/api/v1/admin/reviews/{review.pk}/hide", json={"reason": "x"}),
        browser.post(f"/api/v1/admin/reviews/{review.pk}/restore", json={"reason": "x"}),
    ]

    assert {answer.status_code for answer in answers} == {403}
