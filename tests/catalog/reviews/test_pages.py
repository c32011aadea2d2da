"""Reviews in the browser."""

from __future__ import annotations

import pytest

from marketplace.accounts.values import Role
from marketplace.catalog import services as catalog
from marketplace.catalog.repositories import products, reviews
from marketplace.ordering.values import CartOwner
from tests.builders import a_bought_product, a_delivered_order, a_product, a_review, a_shop, a_user

services = catalog.reviews


def page_of(product):
    return f"/p/{catalog.details(product).shop.slug}/{product.slug}"


def token(browser):
    return {"csrf_token": browser.environ_base["HTTP_X_CSRF_TOKEN"]}


@pytest.fixture
def author(person):
    """Somebody who received a product: the user, their browser, and the product."""
    user, browser = person("Bea")
    return user, browser, a_bought_product(user)


def test_a_product_without_reviews_says_so(client):
    assert "Nobody has reviewed this yet." in client.get(page_of(a_product())).text


def test_a_product_shows_its_rating_bars_and_reviews(client):
    product = a_product()
    a_review(product, rating=5, title="Splendid", author=a_user(display_name="Bea B."))
    a_review(product, rating=4, body="Good <b>glaze</b>.")

    page = client.get(page_of(product)).text

    assert "<strong>4.5</strong> out of 5, 2 reviews" in page
    assert "Splendid" in page
    assert "Bea B." in page
    assert "Good &lt;b&gt;glaze&lt;/b&gt;." in page
    assert page.count("<progress") == 5


def test_cards_show_stars_and_how_many(client):
    product = a_product()
    a_review(product, rating=5)

    assert "5.0 out of 5 stars" in client.get("/s").text


def test_reviews_are_sorted_and_filtered_by_the_address(client):
    product = a_product()
    for rating in (5, 1):
        a_review(product, rating=rating, title=f"Title {rating}")

    up = client.get(f"{page_of(product)}?sort=rating").text
    five = client.get(f"{page_of(product)}?stars=5").text
    none = client.get(f"{page_of(product)}?stars=3").text

    assert up.index("Title 1") < up.index("Title 5")
    assert ("Title 5" in five, "Title 1" in five) == (True, False)
    assert "No review has 3 stars." in none


@pytest.mark.parametrize("query", ["sort=best", "stars=9", "stars=many", "cursor=x"])
def test_reviews_that_cannot_be_shown_like_that_leave_the_product_there(client, query):
    answer = client.get(f"{page_of(a_product())}?{query}")

    assert answer.status_code == 400
    assert "These reviews cannot be shown like that" in answer.text
    assert "Add to cart" in answer.text


def test_reviews_go_on_on_another_page(client):
    product = a_product()
    for number in range(12):
        a_review(product, title=f"Title {number}.")

    first = client.get(page_of(product)).text
    following = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = client.get(following).text

    assert (first.count('class="review"'), second.count('class="review"')) == (10, 2)


def test_a_visitor_is_asked_to_sign_in(client):
    product = a_product()
    a_review(product)

    page = client.get(page_of(product)).text

    assert "/signin?next=/p/" in page
    assert "/vote" not in page


def test_who_bought_nothing_reads_why_there_is_no_button(person):
    _, browser = person()

    page = browser.get(page_of(a_product())).text

    assert "Reviews here are by people who bought the product" in page
    assert "Write a review" not in page


def test_a_buyer_is_led_from_the_product_to_the_form_and_back(author):
    _, browser, product = author
    form_url = f"/review/{product.pk}"
    assert form_url in browser.get(page_of(product)).text
    assert product.title in browser.get(form_url).text

    answer = browser.post(form_url, data=token(browser) | {"rating": "5", "title": "Lovely", "body": "Yes."})

    assert answer.status_code == 303
    page = browser.get(answer.headers["Location"]).text
    assert "your review is published" in page
    assert "Lovely" in page
    assert "See or change your review" in page


def test_a_form_with_a_mistake_keeps_what_was_typed(author):
    _, browser, product = author

    answer = browser.post(
        f"/review/{product.pk}", data=token(browser) | {"title": "No stars", "body": "Text"}
    )

    assert answer.status_code == 422
    assert 'value="No stars"' in answer.text
    assert "Choose one to five stars." in answer.text


def test_a_review_is_edited_in_the_same_form(author):
    user, browser, product = author
    services.write_review(author_id=user.id, product_id=product.pk, rating=2, title="Meh")
    form_url = f"/review/{product.pk}"
    version = reviews.by_author(user.id, product.pk).version
    assert 'value="Meh"' in browser.get(form_url).text

    sent = token(browser) | {"rating": "4", "title": "Better", "version": str(version)}
    answer = browser.post(form_url, data=sent)
    again = browser.post(form_url, data=sent)

    assert (answer.status_code, again.status_code) == (303, 412)
    assert "edited on" in browser.get(answer.headers["Location"]).text
    assert products.get(product.pk).rating.sum == 4


def test_a_review_is_deleted(author):
    user, browser, product = author
    services.write_review(author_id=user.id, product_id=product.pk, rating=2)

    answer = browser.post(f"/review/{product.pk}/delete", data=token(browser))

    assert answer.status_code == 303
    assert products.get(product.pk).rating.n == 0


def test_the_form_says_kindly_why_one_may_not(person):
    owner, browser = person("Kim")
    product = a_product(shop=a_shop(owner=owner))

    page = browser.get(f"/review/{product.pk}")

    assert "This is from your own shop" in page.text
    assert "Publish review" not in page.text


def test_after_the_window_one_still_sees_what_one_said(app, author):
    user, browser, product = author
    services.write_review(author_id=user.id, product_id=product.pk, rating=2, title="Meh")
    app.config["REVIEW_DAYS"] = -1  # as if all of that were long ago

    page = browser.get(f"/review/{product.pk}").text

    assert "Meh" in page
    assert "Save changes" not in page
    assert "See your review" in browser.get(page_of(product)).text


def test_the_form_for_what_nobody_sees_is_not_there(person):
    _, browser = person()

    assert browser.get(f"/review/{a_product(published=False).pk}").status_code == 404


def test_a_buyer_reviews_what_is_no_longer_sold(author):
    _, browser, product = author
    catalog.change_status(shop_id=product.shop_id, product_id=product.pk, step="archive")

    answer = browser.post(f"/review/{product.pk}", data=token(browser) | {"rating": "5"})

    assert (answer.status_code, answer.headers["Location"]) == (303, "/account/orders")


def test_an_author_reads_why_the_review_is_hidden(author):
    user, browser, product = author
    review = services.write_review(author_id=user.id, product_id=product.pk, rating=2)
    moderator = a_user(roles=(Role.MODERATOR,))
    services.hide_review(moderator_id=moderator.id, review_id=review.pk, reason="Names a person.")

    assert "Names a person." in browser.get(f"/review/{product.pk}").text


def test_an_order_leads_to_the_form_once_it_arrived(person):
    user, browser = person()
    product = a_product()
    order = a_delivered_order(product.variants[0].id, owner=CartOwner(user_id=user.id))

    page = browser.get(f"/order/{order.number}").text

    assert f"/review/{product.pk}" in page
    assert "Write a review" in page


# Votes


def test_a_reader_votes_and_takes_it_back_where_the_list_stood(person):
    review = a_review()
    product = products.get(review.product_id)
    _, browser = person("Carl")
    vote_url = f"/reviews/{review.pk}/vote?sort=newest"

    voted = browser.post(vote_url, data=token(browser) | {"helpful": "yes"})
    page = browser.get(voted.headers["Location"]).text
    browser.post(vote_url, data=token(browser) | {"helpful": ""})

    assert voted.headers["Location"].endswith(f"?sort=newest#review-{review.pk}")
    assert "1 of 1 found this helpful" in page
    assert 'aria-pressed="true"' in page
    assert "found this helpful" not in browser.get(page_of(product)).text


def test_an_own_review_has_no_buttons_and_takes_no_vote(author):
    user, browser, product = author
    review = services.write_review(author_id=user.id, product_id=product.pk, rating=2)

    browser.post(f"/reviews/{review.pk}/vote", data=token(browser) | {"helpful": "yes"})

    page = browser.get(page_of(product)).text
    assert "This is your own review." in page
    assert f"/reviews/{review.pk}/vote" not in page


# The shop


def test_a_shop_replies_on_its_page_of_reviews(client, person):
    owner, browser = person("Kim")
    shop = a_shop(owner=owner)
    product = a_product(shop=shop, title="Blue mug")
    review = a_review(product, title="Lovely")
    desk = f"/sell/{shop.slug}/reviews"
    assert "Blue mug" in browser.get(f"{desk}?unanswered=true").text

    empty = browser.post(f"{desk}/{review.pk}/reply", data=token(browser) | {"text": ""})
    answer = browser.post(f"{desk}/{review.pk}/reply", data=token(browser) | {"text": "Thank you!"})
    changed = browser.post(f"{desk}/{review.pk}/reply", data=token(browser) | {"text": "Thanks!"})

    assert (empty.status_code, answer.status_code, changed.status_code) == (422, 303, 303)
    assert "Every review has your reply" in browser.get(f"{desk}?unanswered=true").text
    assert "The shop replies" in client.get(page_of(product)).text
    assert "Thanks!" in client.get(page_of(product)).text


def test_a_refused_reply_is_shown_again_with_its_review(person):
    owner, browser = person("Kim")
    shop = a_shop(owner=owner)
    review, other = (a_review(a_product(shop=shop), title=title) for title in ("This", "Other"))

    text = "x" * 2001
    page = browser.post(
        f"/sell/{shop.slug}/reviews/{review.pk}/reply?cursor=x", data=token(browser) | {"text": text}
    )

    assert page.status_code == 422
    assert text in page.text
    assert f"review-{other.pk}" not in page.text


def test_another_shops_desk_is_not_there(person):
    review, (_, browser) = a_review(), person("Lee")
    slug = catalog.details(products.get(review.product_id)).shop.slug

    reply = browser.post(f"/sell/{slug}/reviews/{review.pk}/reply", data=token(browser) | {"text": "x"})

    assert browser.get(f"/sell/{slug}/reviews").status_code == 404
    assert reply.status_code == 404


def test_a_desk_without_reviews_says_when_they_come(person):
    owner, browser = person("Kim")

    assert "No reviews yet" in browser.get(f"/sell/{a_shop(owner=owner).slug}/reviews").text


# Moderators


def test_a_moderator_hides_and_restores_with_a_reason(client, person):
    product = a_product()
    review = a_review(product, title="Rude words")
    _, browser = person("Mo", roles=(Role.MODERATOR,))
    desk = "/admin/reviews"
    assert "Rude words" in browser.get(desk).text

    empty = browser.post(f"{desk}/{review.pk}/hide", data=token(browser))
    browser.post(f"{desk}/{review.pk}/hide", data=token(browser) | {"reason": "Rude."})
    gone = client.get(page_of(product)).text
    listed = browser.get(f"{desk}?status=hidden").text
    browser.post(f"{desk}/{review.pk}/restore", data=token(browser) | {"reason": "Fine."})

    assert empty.status_code == 422
    assert "Rude words" not in gone
    assert ("Rude words" in listed, "Rude." in listed) == (True, True)
    assert "Rude words" in client.get(page_of(product)).text


def test_only_moderators_see_the_desk(person):
    review, (_, browser) = a_review(), person("Carl")

    hidden = browser.post(f"/admin/reviews/{review.pk}/hide", data=token(browser) | {"reason": "x"})

    assert browser.get("/admin/reviews").status_code == 403
    assert hidden.status_code == 403


@pytest.mark.parametrize("query", ["status=odd", "cursor=x"])
def test_a_desk_that_cannot_be_shown_says_so(person, query):
    _, browser = person("Mo", roles=(Role.MODERATOR,))

    assert browser.get(f"/admin/reviews?{query}").status_code == 400
