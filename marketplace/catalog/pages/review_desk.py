"""Where shops answer reviews, and moderators hide and restore them."""

from __future__ import annotations

from typing import Any

from bson import ObjectId
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ...accounts import services as accounts
from ...shared import access, cursors, identity
from ...shared.clock import now
from ...shared.errors import BadRequest
from ...shared.forms import Form
from ...shared.notices import notify
from ...shared.paging import Page, Position
from ..repositories import reviews
from ..schemas import ModerateReview, ReviewsInStatusQuery, ShopReviewQuery, WriteReply
from ..services import reviews as services
from ..values import ReviewCard, ReviewStatus
from .blueprint import blueprint

#: How the tabs of moderators are called.
TABS = {ReviewStatus.PUBLISHED: "Published", ReviewStatus.HIDDEN: "Hidden"}


@blueprint.get("/sell/<shop>/reviews")
@access.seller("read:reviews")
def shop_reviews(shop: str) -> ResponseReturnValue:
    """What buyers say of the shop's products; perhaps only what was not answered."""
    return _shop_page(_own(shop), Form())


@blueprint.post("/sell/<shop>/reviews/<object_id:review_id>/reply")
@access.seller("write:reviews")
def reply(shop: str, review_id: ObjectId) -> ResponseReturnValue:
    """Answer a review, or word the answer anew."""
    found = _own(shop)
    answered = reviews.of_shop(found.id, review_id).answered
    form = Form.read(WriteReply())
    use_case = services.edit_reply if answered else services.reply_to_review
    if form.accepted_by(use_case, shop_id=found.id, review_id=review_id):
        notify("Your reply is changed." if answered else "Your reply is published.")
        return redirect(url_for(".shop_reviews", shop=shop, **_kept()), 303)
    return _shop_page(found, form, typed_at=review_id), form.status


@blueprint.get("/admin/reviews")
@access.moderator
def moderate_reviews() -> ResponseReturnValue:
    """Everybody's reviews, newest first: what is published, or what is hidden."""
    accounts.require_moderator(identity.signed_in_user())
    return _moderator_page(Form())


@blueprint.post("/admin/reviews/<object_id:review_id>/<any(hide,restore):step>")
@access.moderator
def decide_review(review_id: ObjectId, step: str) -> ResponseReturnValue:
    """Hide a review, or show it again, with a reason."""
    moderator_id = identity.signed_in_user()
    form = Form.read(ModerateReview())
    use_case = services.hide_review if step == "hide" else services.restore_review
    if form.accepted_by(use_case, moderator_id=moderator_id, review_id=review_id):
        notify("The review is hidden." if step == "hide" else "The review is shown again.")
        return redirect(url_for(".moderate_reviews", status=request.args.get("status")), 303)
    accounts.require_moderator(moderator_id)
    return _moderator_page(form, typed_at=review_id), form.status


def _own(shop: str) -> Any:
    return accounts.own_shop(identity.signed_in_user(), shop)


def _shop_page(shop: Any, form: Form, *, typed_at: ObjectId | None = None) -> str:
    def find(asked: dict[str, Any], at: Position | None) -> Page[ReviewCard]:
        return services.reviews_of_shop(shop, unanswered=asked["unanswered"], alone=typed_at, at=at)

    query, page, links = _page_of(ShopReviewQuery(), find)
    unanswered = query["unanswered"]
    return render_template(
        "catalog/shop_reviews.html",
        shop=shop,
        form=form,
        typed_at=typed_at,
        reviews=page.items,
        page=links,
        unanswered=unanswered,
        tabs_items=[
            _tab("Not answered", unanswered, shop=shop.slug, unanswered="true"),
            _tab("All", not unanswered, shop=shop.slug),
        ],
        kept=_kept(),
        now=now(),
    )


def _moderator_page(form: Form, *, typed_at: ObjectId | None = None) -> str:
    def find(asked: dict[str, Any], at: Position | None) -> Page[ReviewCard]:
        return services.listed_reviews(asked["status"], alone=typed_at, at=at)

    query, page, links = _page_of(ReviewsInStatusQuery(), find)
    status = query["status"]
    tabs = [
        {
            "label": label,
            "url": url_for(".moderate_reviews", status=one.value),
            "current": one is status,
        }
        for one, label in TABS.items()
    ]
    return render_template(
        "catalog/moderate_reviews.html",
        form=form,
        typed_at=typed_at,
        reviews=page.items,
        page=links,
        status=status,
        tabs_items=tabs,
    )


def _page_of(schema: Any, find: Any) -> tuple[dict[str, Any], Page[ReviewCard], dict[str, str | None]]:
    """What the address asks for, the page of reviews, and the links around it; raises BadRequest.

    A form that was refused is shown again with its review alone, which is on no page.
    """
    names = [name for name in schema.fields if request.method != "POST" or name != "cursor"]
    asked = Form.read(schema, {name: request.args[name] for name in names if name in request.args})
    if asked.errors:
        field, messages = next(iter(asked.errors.items()))
        raise BadRequest(f"This list cannot be shown like that. {messages[0]}", field=field)
    listing = cursors.listing_of(asked.data)
    page: Page[ReviewCard] = find(asked.data, cursors.decode(asked.data.get("cursor"), listing))
    return asked.data, page, {} if request.method == "POST" else cursors.page_links(page, listing)


def _kept() -> dict[str, Any]:
    """The part of the address that says which reviews are listed."""
    return {name: request.args[name] for name in ("unanswered", "cursor") if name in request.args}


def _tab(label: str, current: bool, **about: Any) -> dict[str, Any]:
    return {"label": label, "url": url_for(".shop_reviews", **about), "current": current}
