"""Reviews on a product's page, the form to write one, and votes."""

from __future__ import annotations

from typing import Any

from bson import ObjectId
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ...accounts import services as accounts
from ...shared import access, cursors, identity
from ...shared.errors import MarketplaceError
from ...shared.forms import Form
from ...shared.notices import notify
from ...shared.paging import Page
from ..documents import Product, Review
from ..errors import ProductNotFound
from ..repositories import products, reviews
from ..schemas import EditReviewForm, ReviewQuery
from ..services import reviews as services
from ..values import NoReview, ReviewCard, ReviewSort, ReviewStanding, ShownProduct
from .blueprint import blueprint
from .media import image

#: How many reviews a product's page shows at once.
SHOWN = 10

#: How the orders of reviews are called.
SORT_NAMES = {
    ReviewSort.HELPFUL: "Most helpful",
    ReviewSort.NEWEST: "Newest",
    ReviewSort.RATING_DOWN: "Most stars",
    ReviewSort.RATING_UP: "Fewest stars",
}

#: What each number of stars means.
STAR_NAMES = {5: "Excellent", 4: "Good", 3: "All right", 2: "Not good", 1: "Bad"}

#: The parameters of a product's address that are about its reviews.
PARAMETERS = ("sort", "stars", "cursor")

_QUERY = ReviewQuery()


def section_of(product: ShownProduct, shop: Any) -> dict[str, Any]:
    """What the part of a product's page about its reviews shows, and whether its query was right.

    One query for visitors, none where there are no reviews; for members one more for what they may do, and
    one for their votes.
    """
    known = {name: request.args[name] for name in PARAMETERS if name in request.args}
    form = Form.read(_QUERY, known)
    listing = cursors.listing_of(form.data)

    def find(*, cursor: str | None = None, limit: int, **wanted: Any) -> Page[ReviewCard]:
        at = cursors.decode(cursor, listing)
        if not product.rating.n:
            return Page([])
        return services.reviews_of_product(product.pk, at=at, limit=SHOWN, **wanted)

    page: Page[ReviewCard] = form.result if form.accepted_by(find) else Page([])
    reader_id = identity.user_id()
    standing = services.standing(reader_id, product.pk, shop) if reader_id else None
    return {
        "review_form": form,
        "reviews": page.items,
        "review_pages": cursors.page_links(page, listing),
        "review_query": known,
        "review_sorts": [(sort.value, name) for sort, name in SORT_NAMES.items()],
        "reader_id": reader_id,
        "votes": services.votes_of(reader_id, page.items) if reader_id else {},
        "standing": standing,
        "why_not": _why_not(standing),
    }


@blueprint.get("/review/<object_id:product_id>")
@access.signed_in
def review_form(product_id: ObjectId) -> ResponseReturnValue:
    """The form to write a review of a product, or to edit one's own."""
    product, review = _reviewed(product_id)
    standing = _standing(product)
    if standing.refusal is NoReview.NOT_BOUGHT and not product.visible:
        raise ProductNotFound("There is no such product, or it is no longer for sale.")
    return _form_page(product, review, standing, Form(_written(review)))


@blueprint.post("/review/<object_id:product_id>")
@access.signed_in
def submit_review(product_id: ObjectId) -> ResponseReturnValue:
    """Publish a review, or the new wording of one's own."""
    product, review = _reviewed(product_id)
    form = Form.read(EditReviewForm())
    if _accepted(form, product, review):
        notify("Thank you, your review is published." if review is None else "Your review is changed.")
        return redirect(_back_to(product, form.result), 303)
    return _form_page(product, review, _standing(product), form), form.status


@blueprint.post("/review/<object_id:product_id>/delete")
@access.signed_in
def delete_review(product_id: ObjectId) -> ResponseReturnValue:
    """Take one's own review of a product back."""
    product, review = _reviewed(product_id)
    if review is not None:
        services.delete_review(author_id=identity.signed_in_user(), review_id=review.pk)
        notify("Your review is deleted.")
    return redirect(_back_to(product, None), 303)


@blueprint.post("/reviews/<object_id:review_id>/vote")
@access.signed_in
def vote(review_id: ObjectId) -> ResponseReturnValue:
    """Say whether a review helped, or take that back."""
    said = {"yes": True, "no": False}.get(request.form.get("helpful", ""))
    review = reviews.published(review_id)
    product = products.shown(review.product_id)
    try:
        services.vote(user_id=identity.signed_in_user(), review_id=review_id, helpful=said)
    except MarketplaceError as error:
        notify(str(error), "warning")
    return redirect(_back_to(product, review), 303)


def _reviewed(product_id: ObjectId) -> tuple[Product, Review | None]:
    """The product, and what whoever is signed in says of it."""
    product = products.get(product_id)
    return product, services.review_of(identity.signed_in_user(), product)


def _standing(product: Product) -> ReviewStanding:
    shop = accounts.get_shop(product.shop_id)
    return services.standing(identity.signed_in_user(), product.pk, shop)


def _accepted(form: Form, product: Product, review: Review | None) -> bool:
    author_id, version = identity.signed_in_user(), form.data.pop("version", None)
    if review is None:
        return form.accepted_by(services.write_review, author_id=author_id, product_id=product.pk)
    seen = review.version if version is None else version
    about = {"author_id": author_id, "review_id": review.pk, "version": seen}
    return form.accepted_by(services.edit_review, **about)


def _written(review: Review | None) -> dict[str, str]:
    """The form's fields for a stored review."""
    if review is None:
        return {}
    texts = {"title": review.title, "body": review.body}
    return texts | {"rating": str(review.rating), "version": str(review.version)}


def _form_page(product: Product, review: Review | None, standing: ReviewStanding, form: Form) -> str:
    if form.status == 412 and review is not None:
        form.values["version"] = str(review.version)
    return render_template(
        "catalog/review_form.html",
        product=product,
        review=review,
        form=form,
        why_not=_why_not(standing),
        product_url=_address(product),
        picture=image(product.pictures[0])["small"] if product.pictures else None,
        star_names=STAR_NAMES,
    )


def _why_not(standing: ReviewStanding | None) -> str | None:
    """Why the reader may not write, in words; None where they may, or are not signed in."""
    if standing is None or standing.refusal is None:
        return None
    return services.sentence_for(standing.refusal)


def _address(product: Product | ShownProduct, **about: Any) -> str | None:
    """Where the product is seen; None while nobody sees it."""
    if not product.visible:
        return None
    shop = accounts.get_shop(product.shop_id)
    return url_for(".show_product", shop=shop.slug, slug=product.slug, **about)


def _back_to(product: Product | ShownProduct, review: Review | None) -> str:
    """The product's page at the review, as it was sorted; or one's orders, where nobody sees the product."""
    place = f"review-{review.pk}" if review else "reviews"
    kept = {name: request.args[name] for name in PARAMETERS if name in request.args}
    return _address(product, _anchor=place, **kept) or "/account/orders"
