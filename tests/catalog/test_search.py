from __future__ import annotations

from sys import modules

import pytest

from marketplace.catalog import services
from marketplace.catalog.documents import Category, Stock
from marketplace.catalog.errors import InvalidSort, PageTooDeep
from marketplace.catalog.repositories import products
from marketplace.catalog.repositories.lists import KEYS
from marketplace.catalog.services import find_products
from marketplace.catalog.values import ProductFilter, ProductSort, ProductSpecification, ProductStatus
from marketplace.shared.clock import now
from marketplace.shared.paging import Position
from tests.builders import a_category, a_product, a_shop, a_variant, usd

pytestmark = pytest.mark.usefixtures("app")


def titles(listing) -> list[str]:
    return [card.title for card in listing.page]


def found(q: str = "", **wanted) -> list[str]:
    return titles(find_products(ProductFilter(q=q, **wanted)))


def test_only_what_is_for_sale_is_found():
    a_product(title="Mug")
    a_product(title="Draft", published=False)

    assert found() == ["Mug"]


def test_a_category_lists_what_is_below_it():
    home = a_category("Home")
    a_product(title="Mug", category=a_category("Mugs", below=home))
    a_product(title="Saw", category=a_category("Tools"))

    assert found(category_id=home.pk) == ["Mug"]


def test_a_shop_lists_its_own():
    shop = a_shop()
    a_product(title="Mug", shop=shop)
    a_product(title="Saw")

    assert found(shop_id=shop.id) == ["Mug"]


def test_prices_bound_the_list_both_inclusive():
    for price in (999, 1000, 2000, 2001):
        a_product(a_variant(price=price), title=f"For {price}")

    inside = find_products(services.product_filter(price_min=usd(1000), price_max=usd(2000)), sort="price")

    assert titles(inside) == ["For 1000", "For 2000"]


@pytest.mark.parametrize(
    ("sort", "order"), [("price", ["Cup", "Jug", "Pot"]), ("-price", ["Pot", "Jug", "Cup"])]
)
def test_a_list_is_sorted_by_price(sort, order):
    for title, price in (("Jug", 20), ("Cup", 10), ("Pot", 30)):
        a_product(a_variant(price=price), title=title)

    assert titles(find_products(ProductFilter(), sort=sort)) == order


@pytest.mark.parametrize("sort", ["newest", "price", "-price"])
def test_pages_show_everything_once_in_both_directions(sort):
    shop = a_shop()
    for number in range(7):
        a_product(a_variant(price=number // 3), shop=shop, title=f"Mug {number}")

    forward, at = [], None
    while True:
        page = find_products(ProductFilter(), sort=sort, at=at, limit=3).page
        forward.append(titles_of(page))
        if page.next is None:
            break
        at = page.next
    back = find_products(ProductFilter(), sort=sort, at=page.previous, limit=3).page

    assert len({title for titles in forward for title in titles}) == 7
    assert titles_of(back) == forward[1]


@pytest.mark.parametrize("sort", ["newest", "price", "-price"])
def test_pages_of_a_price_range_show_what_lies_in_it(sort):
    shop = a_shop()
    for price in range(1, 10):
        a_product(a_variant(price=price), shop=shop, title=f"For {price}")
    wanted = services.product_filter(price_min=usd(3), price_max=usd(7))

    first = find_products(wanted, sort=sort, limit=2)
    second = find_products(wanted, sort=sort, limit=2, at=first.page.next)
    third = find_products(wanted, sort=sort, limit=2, at=second.page.next)
    back = find_products(wanted, sort=sort, limit=2, at=third.page.previous)

    assert sorted(titles(first) + titles(second) + titles(third)) == [f"For {price}" for price in range(3, 8)]
    assert (titles(back), third.page.next) == (titles(second), None)
    assert {listing.total for listing in (first, second, third, back)} == {5}


def titles_of(page) -> list[str]:
    return [card.title for card in page]


def test_relevance_is_an_order_only_where_words_are_asked_for():
    with pytest.raises(InvalidSort):
        find_products(ProductFilter(), sort="relevance")


def test_there_is_no_order_by_colour():
    with pytest.raises(InvalidSort, match="relevance, newest, price, -price"):
        find_products(ProductFilter(q="mug"), sort="colour")


def test_a_card_shows_the_cheapest_price_and_what_is_left():
    a_product(
        a_variant("S", price=1800, compare_at=usd(2000), option_values=("S",), on_hand=2),
        a_variant("L", price=2400, option_values=("L",), on_hand=1),
        a_variant("X", price=100, option_values=("X",), active=False, on_hand=50),
        options=["Size"],
    )

    card = find_products(ProductFilter()).page.items[0]

    assert (card.price, card.price_from, card.compare_at, card.stock.left) == (
        usd(1800),
        True,
        usd(2000),
        3,
    )


def test_a_seller_lists_their_own_by_state():
    shop = a_shop()
    a_product(shop=shop, title="For sale")
    a_product(a_variant(on_hand=3), shop=shop, title="Draft", published=False)

    page = services.own_listings(shop.id, ProductStatus.DRAFT, at=None, limit=10)

    assert [(card.title, card.available) for card in page] == [("Draft", 3)]


def test_a_search_for_nothing_but_such_words_finds_nothing():
    a_product()

    assert find_products(ProductFilter(q="the for")).total == 0


@pytest.fixture
def shelf():
    """Three products to search in."""
    shop = a_shop()
    a_product(shop=shop, title="USB keyboard", description="For typing.")
    a_product(shop=shop, title="Keyboard stand", specs=[ProductSpecification("port", "text", "USB")])
    a_product(shop=shop, title="Desk lamp", description="Beside the keyboard.")


@pytest.mark.real
def test_a_search_finds_what_has_every_word_best_first(shelf):
    assert found("usb keyboards") == ["USB keyboard", "Keyboard stand"]


@pytest.mark.real
def test_a_search_without_such_a_product_says_that_it_is_relaxed(shelf):
    listing = find_products(ProductFilter(q="zebra lamp"))

    assert (listing.relaxed, titles(listing)) == (True, ["Desk lamp"])


@pytest.mark.real
def test_a_search_for_one_unknown_word_finds_nothing(shelf):
    listing = find_products(ProductFilter(q="zebra"))

    assert (listing.total, listing.relaxed) == (0, False)


@pytest.mark.real
def test_hits_can_be_sorted_and_filtered_like_any_list(shelf):
    listing = find_products(services.product_filter(q="keyboard", price_max=usd(1800)), sort="price", limit=2)

    assert (listing.total, len(listing.page)) == (3, 2)


@pytest.mark.real
def test_pages_of_hits_show_each_once_in_both_directions(shelf):
    first = find_products(ProductFilter(q="keyboard"), limit=2).page
    second = find_products(ProductFilter(q="keyboard"), limit=2, at=first.next).page
    back = find_products(ProductFilter(q="keyboard"), limit=2, at=second.previous).page

    assert len({card.id for card in [*first, *second]}) == 3
    assert second.next is None
    assert titles_of(back) == titles_of(first)


@pytest.mark.real
def test_only_the_first_hits_are_paged_through(shelf, monkeypatch):
    monkeypatch.setattr(modules["marketplace.catalog.repositories.hits"], "COUNT_LIMIT", 2)
    last = find_products(ProductFilter(q="keyboard"), limit=2).page

    assert isinstance(last.next, Position)
    with pytest.raises(PageTooDeep):
        find_products(ProductFilter(q="keyboard"), limit=2, at=last.next)


@pytest.mark.real
@pytest.mark.parametrize(
    "q", ['"', '"usb', "-usb", "usb -keyboard", "$where", "{}", "a" * 200, "\\", "🚲", "\u0301", "usb\x01"]
)
def test_no_words_break_the_search(shelf, q):
    assert find_products(ProductFilter(q=q)).total >= 0


def stages(plan) -> set[str]:
    """The names of all stages of a query's plan."""
    if isinstance(plan, list):
        return set().union(*map(stages, plan))
    if not isinstance(plan, dict):
        return set()
    own = {plan["stage"]} if "stage" in plan else set()
    return own | stages(list(plan.values()))


@pytest.mark.real
@pytest.mark.parametrize("sort", [sort for sort in ProductSort if sort is not ProductSort.RELEVANCE])
@pytest.mark.parametrize("narrowed", ["", "category_id", "shop_id"])
def test_a_list_is_read_in_the_order_of_an_index(sort, narrowed):
    product = a_product()
    wanted = ProductFilter(**{narrowed: getattr(product, narrowed)} if narrowed else {})

    rows = (
        products.all()
        .filter(__raw__=products.criteria(wanted))
        .order_by(*(f"{'-' if way < 0 else '+'}{name}" for name, way in KEYS[sort]))
    )
    plan = stages(rows.limit(25).explain()["queryPlanner"]["winningPlan"])

    assert "IXSCAN" in plan
    assert not plan & {"COLLSCAN", "SORT"}


@pytest.mark.real
@pytest.mark.parametrize(
    "rows",
    [
        lambda product: products.all().filter(shop_id=product.shop_id, status=product.status)
        .order_by("-updated_at", "-id").limit(25),
        lambda product: products.visible().filter(shop_id=product.shop_id, slug=product.slug).limit(1),
        lambda product: products.all().filter(shop_id=product.shop_id, variants__sku__in=["a", "b"]),
        lambda product: products.all().filter(shop_id=product.shop_id, slug__startswith="mug"),
        lambda product: products.all().filter(shop_id=product.shop_id, external_id__in=["a:1"]),
        lambda product: Stock.objects(product_id__in=[product.pk]),
        lambda product: Stock.objects(holds__expires_at__lt=now()).limit(10),
        lambda product: Category.objects(parent_id=None).order_by("position", "name").limit(8),
    ],
)  # fmt: skip
def test_what_is_asked_often_is_found_by_an_index(rows):
    product = a_product()

    plan = stages(rows(product).explain()["queryPlanner"]["winningPlan"])

    assert "IXSCAN" in plan
    assert not plan & {"COLLSCAN", "SORT"}
