"""The blueprints that the JSON of the catalog hangs on."""

from __future__ import annotations

from flask import Response, request

from ...shared import preconditions
from ...shared.api import ApiBlueprint

blueprint = ApiBlueprint(
    "catalog_api", __name__, url_prefix="/api/v1", description="Categories, products and search"
)


seller_blueprint = ApiBlueprint(
    "catalog_seller_api",
    __name__,
    url_prefix="/api/v1/seller/<string:shop>/products",
    description="A shop's own listings",
)


seller_stock_blueprint = ApiBlueprint(
    "catalog_stock_api",
    __name__,
    url_prefix="/api/v1/seller/<string:shop>/stock",
    description="A shop's inventory",
)


review_blueprint = ApiBlueprint(
    "reviews_api", __name__, url_prefix="/api/v1", description="What buyers say of products"
)


seller_review_blueprint = ApiBlueprint(
    "reviews_seller_api",
    __name__,
    url_prefix="/api/v1/seller/<string:shop>/reviews",
    description="What buyers say of a shop's products",
)

admin_blueprint = ApiBlueprint(
    "catalog_admin_api",
    __name__,
    url_prefix="/api/v1/admin/listings",
    description="Listings that moderators look after",
)


#: The headers of a request that says what it has already, as WSGI names them.
CONDITIONS = {
    f"HTTP_{name}" for name in ("IF_MATCH", "IF_NONE_MATCH", "IF_MODIFIED_SINCE", "IF_UNMODIFIED_SINCE")
}


@blueprint.after_request
def answer_if_changed(response: Response) -> Response:
    """Tag each answer by its content, and send only the tag (304) to whoever has it already."""
    if request.method in ("GET", "HEAD") and response.status_code == 200:
        preconditions.tag_by_content(response)
        if not CONDITIONS.isdisjoint(request.environ):
            response.make_conditional(request)
    return response
