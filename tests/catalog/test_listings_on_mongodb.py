"""What only a real MongoDB tells of listings: plans, round trips, races, and what the migration does."""

from __future__ import annotations

import contextvars
import importlib
from concurrent.futures import ThreadPoolExecutor

import pytest

from marketplace.accounts.values import Role
from marketplace.catalog import services
from marketplace.catalog.repositories import products
from marketplace.catalog.repositories.listings import own
from marketplace.catalog.values import ProductStatus, VariantDraft
from marketplace.shared import connections
from marketplace.shared.errors import MarketplaceError
from tests.builders import a_category, a_placed_order, a_product, a_shop, a_user, a_variant, goods, usd

pytestmark = pytest.mark.real


def a_waiting(shop=None):
    product = a_product(shop=shop, title="Blue mug", published=False)
    product.take_step("submit", to=ProductStatus.PENDING)
    return products.save(product)


def stages(plan: dict) -> set[str]:
    """The stages of a plan, at any depth."""
    inner = [plan.get("inputStage"), *plan.get("inputStages", ())]
    return {plan["stage"]}.union(*(stages(one) for one in inner if one))


def index_of(plan: dict) -> str | None:
    """The index that a plan reads."""
    return plan.get("indexName") or next(
        (index_of(one) for one in (plan.get("inputStage"), *plan.get("inputStages", ())) if one), None
    )


@pytest.mark.parametrize(
    ("rows", "index"),
    [
        (
            lambda product: products.visible().filter(
                shop_id=product.shop_id, former_slugs="mug"
            ).limit(1),
            "former_slugs",
        ),
        (
            lambda product: products.all().filter(
                __raw__={"status": "pending", "queued_at": {"$exists": True}}
            ).order_by("queued_at", "id").limit(25),
            "moderated",
        ),
        (
            lambda product: products.all().filter(
                __raw__=own(product.shop_id, "blue") | {"status": "active"}
            ).order_by("-updated_at", "-id").limit(25),
            "shop_status",
        ),
    ],
)  # fmt: skip
def test_lists_of_listings_are_read_in_the_order_of_an_index(app, rows, index):
    product = a_product()
    a_waiting()

    plan = rows(product).explain()["queryPlanner"]["winningPlan"]

    assert index_of(plan) == index
    assert not stages(plan) & {"COLLSCAN", "SORT"}


def test_the_counts_of_the_tabs_are_read_from_an_index_alone(app):
    product = a_product()
    pipeline = [
        {"$match": {"shop_id": product.shop_id}},
        {"$group": {"_id": "$status", "count": {"$sum": 1}}},
    ]

    told = connections.database().command(
        "explain", {"aggregate": "products", "pipeline": pipeline, "cursor": {}}, verbosity="executionStats"
    )

    first = told["stages"][0]["$cursor"] if "stages" in told else told
    assert first["executionStats"]["totalDocsExamined"] == 0


def test_the_table_asks_nine_times_however_many_listings_there_are(app, person):
    owner, browser = person()
    shop = a_shop(owner=owner, slug="kiln")
    for number in range(10):
        a_product(shop=shop, title=f"Mug {number}")

    assert _commands(lambda: browser.get("/sell/kiln/listings")) <= 9


def _commands(work) -> int:
    """How many commands the database ran for this work."""
    db = connections.database()
    db["system.profile"].drop()
    db.command("profile", 2)
    work()
    db.command("profile", 0)
    return db["system.profile"].count_documents(
        {"command.profile": {"$exists": False}, "ns": {"$not": {"$regex": "system.profile$"}}}
    )


def test_of_two_moderators_who_decide_at_once_one_is_told_so(app):
    product = a_waiting()
    moderators = [a_user(roles=(Role.MODERATOR,)).id for _ in range(4)]

    def decide(moderator):
        step = ("approve", "reject")[moderators.index(moderator) % 2]
        try:
            services.moderate_listing(
                moderator_id=moderator,
                product_id=product.pk,
                step=step,
                reason="Because of this.",
                version=product.version,
            )
        except MarketplaceError:
            return 0
        return 1

    with ThreadPoolExecutor(4) as crowd:
        contexts = [contextvars.copy_context() for _ in moderators]
        taken = sum(
            crowd.map(lambda pair: pair[0].run(decide, pair[1]), zip(contexts, moderators, strict=True))
        )

    assert taken == 1
    assert products.get(product.pk).version == product.version + 1


def test_a_decision_that_fails_is_told_to_nobody(app):
    product = a_waiting()
    moderator = a_user(roles=(Role.MODERATOR,)).id

    with pytest.raises(MarketplaceError):
        services.moderate_listing(
            moderator_id=moderator, product_id=product.pk, step="hide", reason="Because."
        )

    assert connections.database()["outbox"].count_documents({}) == 0


def test_a_draft_that_is_not_deleted_keeps_all_of_its_stock(app):
    product = a_product(
        a_variant("S", option_values=("S",)), a_variant("L", option_values=("L",)), options=["Size"]
    )
    services.stock.hold(product.variants[1].id, ref="cart", quantity=1, until=product.updated_at)
    for step in ("archive", "restore"):
        services.change_status(shop_id=product.shop_id, product_id=product.pk, step=step)

    with pytest.raises(MarketplaceError):
        services.delete_draft(shop_id=product.shop_id, product_id=product.pk)

    assert len(services.stock.levels(variant.id for variant in product.variants)) == 2


def test_the_migration_marks_what_was_ordered_before(app):
    ordered, other = goods(), goods()
    a_placed_order(ordered)
    stock = connections.database()["stock"]
    stock.update_many({}, {"$unset": {"ordered": ""}})

    importlib.import_module("migrations.0006_listings").mark_ordered(connections.database())

    assert [row["_id"] for row in stock.find({"ordered": True})] == [ordered]
    assert other != ordered


def test_no_listing_is_filed_in_a_category_that_is_removed_at_the_same_moment(app):
    shop, moderator = a_shop(), a_user(roles=(Role.MODERATOR,)).id

    def answered(work):
        def inside():
            try:
                return bool(work())
            except MarketplaceError:
                return False

        return inside

    for number in range(8):
        there = a_category(f"Vases {number}")
        draft = VariantDraft(sku=f"V{number}", price=usd(900), on_hand=1)
        works = [
            answered(lambda there=there: services.remove_category(actor_id=moderator, category_id=there.pk)),
            answered(
                lambda there=there, draft=draft: services.create_product(
                    shop_id=shop.id, title="Blue vase", category_id=there.pk, variants=[draft]
                )
            ),
        ]
        with ThreadPoolExecutor(2) as crowd:
            contexts = [contextvars.copy_context() for _ in works]
            done = list(crowd.map(lambda context, work: context.run(work), contexts, works))

        assert done.count(True) == 1
