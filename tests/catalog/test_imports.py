from __future__ import annotations

import gzip
import json
from io import BytesIO

import pytest

from marketplace.accounts import services as accounts
from marketplace.catalog import services
from marketplace.catalog.documents import Attribute, Category, Product
from marketplace.catalog.repositories import products
from marketplace.catalog.services import stock
from marketplace.catalog.services.imports.rows import LONGEST_LINE, lines_of
from marketplace.shared import transactions
from marketplace.shared.errors import VersionConflict
from tests.builders import a_shop, a_user, a_variant, an_attribute

ROW = {
    "id": "acme:1",
    "source": "acme",
    "title": "HP 80 Original Cyan",
    "brand": "HP",
    "description": "Ink cartridge",
    "category_path": ["ink cartridge"],
    "price": {"amount_minor": 12595, "currency": "USD"},
    "list_price": None,
    "images": ["http://images.example/1.jpg"],
    "specs": [
        {"name": "type", "type": "text", "value": "Original"},
        {"name": "volume", "type": "number", "value": 175},
        {"name": "colour", "type": "bool", "value": True},
    ],
    "released_at": "2006-07-01T00:00:00Z",
    "rating": None,
}


def row(number: int = 1, **changes) -> bytes:
    return json.dumps(ROW | {"id": f"acme:{number}"} | changes).encode()


def imported(*lines: bytes, **how):
    """What the import said: its counts, and the refusals."""
    return run(lines, **how)


def run(lines, **how):
    refused = []
    return services.import_catalogue(lines, refused=refused.append, **how), refused


def numbers(counts) -> tuple[int, int, int, int]:
    return counts.created, counts.updated, counts.unchanged, counts.refused


pytestmark = pytest.mark.usefixtures("app")


def test_a_row_becomes_a_product_for_sale():
    counts, _ = imported(row())

    product = Product.objects.get(external_id="acme:1")
    assert numbers(counts) == (1, 0, 0, 0)
    assert product.visible
    assert (product.title, product.brand, product.variants[0].sku) == ("HP 80 Original Cyan", "HP", "1")
    assert [spec.text for spec in product.specs] == ["Original", "175", "Yes"]
    assert product.published_at.year == 2006


def test_a_source_has_a_shop_of_its_own():
    imported(row(1), row(2), row(3, source="Other Source"))

    assert accounts.shop_by_slug("acme-store").name == "Acme Store"
    assert len(products.imported(accounts.shop_by_slug("other-source-store").id)) == 1


def test_new_shops_may_belong_to_someone_who_is_known():
    owner = a_user()

    services.import_catalogue([row()], owner_id=owner.id)

    assert [shop.slug for shop in accounts.shops_of(owner.id)] == ["acme-store"]


@pytest.mark.parametrize(
    ("whose", "said"),
    [
        (
            None,
            "The shop acme-store was not opened by an import. If it is meant, name its owner with --owner.",
        ),
        ("another", "The shop acme-store belongs to another account."),
    ],
)
def test_a_shop_that_somebody_opened_under_the_sources_name_is_not_filled(whose, said):
    shop = a_shop(slug="acme-store")

    counts, refused = imported(row(1), row(2), owner_id=whose and a_user().id)

    assert numbers(counts) == (0, 0, 0, 2)
    assert [(one.field, one.reason) for one in refused] == [("source", said)] * 2
    assert products.imported(shop.id) == {}


def test_a_shop_is_filled_for_its_owner():
    shop = a_shop(slug="acme-store", currency="USD")

    assert numbers(imported(row(), owner_id=shop.owner_id)[0]) == (1, 0, 0, 0)


def test_a_shop_that_an_import_opened_is_filled_again():
    imported(row(1))

    assert numbers(imported(row(1), row(2))[0]) == (1, 0, 1, 0)


def test_an_imported_product_has_stock_that_is_always_the_same():
    imported(row())

    product = Product.objects.get(external_id="acme:1")
    assert stock.levels([product.variants[0].id])[product.variants[0].id].on_hand == 49
    assert stock.verify() == []


def test_a_row_without_category_goes_to_others():
    imported(row(1), row(2, category_path=[]), row(3, category_path=[]))

    ordered = [category.name for category in Category.objects.order_by("position")]
    assert ordered == ["Ink cartridge", "Other"]


def test_categories_that_an_import_makes_begin_with_the_fullest():
    imported(row(1, category_path=["a"]), row(2, category_path=["b"]), row(3, category_path=["b", "c"]))

    ordered = [category.name for category in Category.objects.order_by("position")]
    assert ordered[0] == "B"


def test_a_second_run_changes_nothing():
    imported(row(1), row(2))
    before = list(Product.objects.as_pymongo())

    counts, _ = imported(row(1), row(2))

    assert numbers(counts) == (0, 0, 2, 0)
    assert list(Product.objects.as_pymongo()) == before


@pytest.mark.real
def test_a_row_that_says_something_new_updates_its_product():
    imported(row())
    before = Product.objects.get(external_id="acme:1")

    counts, _ = imported(row(title="HP 80 Cyan", price={"amount_minor": 9900, "currency": "USD"}))

    after = Product.objects.get(external_id="acme:1")
    assert numbers(counts) == (0, 1, 0, 0)
    assert (after.title, after.price_min, after.slug) == ("HP 80 Cyan", 9900, before.slug)
    assert after.variants[0].id == before.variants[0].id


@pytest.mark.real
def test_an_update_leaves_the_state_to_the_seller():
    imported(row())
    product = Product.objects.get(external_id="acme:1")
    services.change_status(shop_id=product.shop_id, product_id=product.pk, step="pause")

    imported(row(title="HP 80 Cyan"))

    assert not Product.objects.get(external_id="acme:1").visible


def test_a_list_price_above_the_price_is_the_price_before():
    imported(row(1, list_price={"amount_minor": 20000, "currency": "USD"}))

    assert Product.objects.get().variants[0].compare_at.amount == 20000


def test_repeated_titles_have_addresses_of_their_own():
    imported(row(1), row(2))

    assert sorted(Product.objects.scalar("slug")) == ["hp-80-original-cyan", "hp-80-original-cyan-2"]


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (b"no json", None),
        (b"[1]", None),
        (b"null", None),
        (b"\xff\xfe", None),
        (b"[" * 100_000, None),
        (b"x" * (LONGEST_LINE + 1), None),
        (json.dumps({name: ROW[name] for name in ROW if name != "title"}).encode(), "title"),
        (row(title=None), "title"),
        (row(title=" "), "title"),
        (row(title="M"), "title"),
        (row(title="a\x00b"), "title"),
        (row(title="t" * 301), "title"),
        (row(description="d" * 10_001), "description"),
        (row(description=["d"]), "description"),
        (row(brand="b" * 101), "brand"),
        (row(category_path="ink"), "category_path"),
        (row(category_path=["1", "2", "3", "4", "5", "6"]), "category_path"),
        (row(category_path=["c" * 101]), "category_path"),
        (row(price=None), "price"),
        (row(price={"currency": "USD"}), "price.amount_minor"),
        (row(price={"amount_minor": "12", "currency": "USD"}), "price.amount_minor"),
        (row(price={"amount_minor": 1.5, "currency": "USD"}), "price.amount_minor"),
        (row(price={"amount_minor": -1, "currency": "USD"}), "price.amount_minor"),
        (row(price={"amount_minor": 10**14, "currency": "USD"}), "price.amount_minor"),
        (row(price={"amount_minor": 1, "currency": "XYZ"}), "price.currency"),
        (row(specs=[{"name": "a", "type": "colour", "value": 1}]), "specs.0.type"),
        (row(specs=[{"name": "a", "type": "number", "value": "1"}]), "specs.0.value"),
        (row(specs=[{"name": "", "type": "text", "value": "1"}]), "specs.0.name"),
        (row(specs=[{"name": "a", "type": "text", "value": "1"}] * 201), "specs"),
        (row(released_at="yesterday"), "released_at"),
        (row(released_at="0001-01-01T00:00:00+14:00"), "released_at"),
        (row(released_at="9999-12-31T23:59:59-12:00"), "released_at"),
        (row(source=""), "source"),
        (row(source="!!!"), "source"),
        (row(price={"amount_minor": 10**9 + 1, "currency": "USD"}), "price.amount_minor"),
        (row(list_price={"amount_minor": 20000, "currency": "EUR"}), "list_price.currency"),
        (row(list_price={"amount_minor": 10**9 + 1, "currency": "USD"}), "list_price.amount_minor"),
        (row(id="acme:" + "1" * 300), "id"),
    ],
)
def test_a_row_that_cannot_be_taken_is_named_and_the_next_one_is_taken(line, field):
    counts, refused = imported(line, row(2))

    assert numbers(counts) == (1, 0, 0, 1)
    assert (refused[0].line, refused[0].field) == (1, field)
    assert refused[0].reason.endswith(".")


def test_a_refused_row_is_named_by_its_id_where_it_can_be_read():
    _, refused = imported(row(7, title=5))

    assert refused[0].id == "acme:7"


def test_a_shop_sells_in_one_currency():
    _, refused = imported(row(1), row(2, price={"amount_minor": 1, "currency": "EUR"}))

    assert (refused[0].line, refused[0].field) == (2, "price.currency")


def test_an_id_is_taken_once():
    counts, refused = imported(row(1), row(1, title="Another"))

    assert numbers(counts) == (1, 0, 0, 1)
    assert (refused[0].line, refused[0].field) == (2, "id")


def test_empty_lines_and_a_byte_order_mark_are_left_aside():
    counts, _ = imported(b"\xef\xbb\xbf" + row(1), b"", b"  \n", row(2))

    assert numbers(counts) == (2, 0, 0, 0)


def test_a_line_that_is_too_long_is_cut_and_the_next_one_is_whole():
    file = BytesIO(b"x" * (3 * LONGEST_LINE) + b"\n" + row(2) + b"\n")

    lines = list(lines_of(file))

    assert len(lines[0]) > LONGEST_LINE
    assert json.loads(lines[1])["id"] == "acme:2"


def test_a_file_that_breaks_off_keeps_what_was_read():
    packed = gzip.compress(b"\n".join(row(number) for number in range(2000)), mtime=0)

    with gzip.open(BytesIO(packed[: len(packed) // 2])) as file:
        counts, refused = run(lines_of(file))

    assert not counts.complete
    assert counts.created == Product.objects.count() > 0
    assert "breaks off" in refused[-1].reason


def test_a_run_that_was_killed_is_completed_by_the_next():
    def stopping():
        for number in range(700):
            yield row(number)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        services.import_catalogue(stopping())
    kept = Product.objects.count()
    counts, _ = imported(*(row(number) for number in range(700)))

    assert kept == 500
    assert numbers(counts) == (200, 0, 500, 0)


@pytest.mark.real
def test_a_row_whose_sku_is_taken_is_refused_alone():
    shop = a_shop(slug="acme-store")
    category = services.category_path(["Ink"])
    services.create_product(
        shop_id=shop.id, title="By hand", category_id=category.pk, variants=[a_variant("2")]
    )

    counts, refused = imported(row(1), row(2), row(3), owner_id=shop.owner_id)

    assert numbers(counts) == (2, 0, 0, 1)
    assert (refused[0].line, refused[0].field) == (2, "id")
    imported_slugs = Product.objects(external_id__exists=True).scalar("slug")
    assert sorted(imported_slugs) == ["hp-80-original-cyan", "hp-80-original-cyan-2"]


def test_a_source_that_is_written_in_two_ways_is_one_shop():
    counts, _ = imported(row(1), row(2, source="ACME"))

    assert numbers(counts) == (2, 0, 0, 0)
    assert sorted(Product.objects.scalar("slug")) == ["hp-80-original-cyan", "hp-80-original-cyan-2"]


@pytest.mark.real
def test_a_product_that_changed_since_it_was_loaded_is_not_overwritten():
    imported(row())
    loaded = Product.objects.get(external_id="acme:1")
    services.change_status(shop_id=loaded.shop_id, product_id=loaded.pk, step="pause")

    with pytest.raises(VersionConflict):
        products.write_all([], [loaded])

    assert not Product.objects.get(external_id="acme:1").visible


@pytest.mark.real
def test_writing_again_after_a_lost_transaction_writes_the_same():
    imported(row())
    loaded = Product.objects.get(external_id="acme:1")
    loaded.title = "HP 80 Cyan"

    def write_and_fail() -> None:
        products.write_all([], [loaded])
        raise RuntimeError

    with pytest.raises(RuntimeError):
        transactions.run(write_and_fail)
    products.write_all([], [loaded])

    stored = Product.objects.get(external_id="acme:1")
    assert (stored.title, stored.version) == ("HP 80 Cyan", loaded.version + 1)


@pytest.mark.real
def test_a_batch_with_both_new_and_changed_rows_is_written_whole():
    imported(row(1), row(2))

    counts, _ = imported(row(1), row(2, title="Changed"), row(3))

    assert numbers(counts) == (1, 1, 1, 0)
    assert stock.verify() == []


@pytest.mark.parametrize(
    ("name", "shown"), [("ink  cartridge", "Ink cartridge"), ("iPhone Cases", "iPhone Cases"), ("TV", "TV")]
)
def test_a_category_is_written_as_a_heading(name, shown):
    imported(row(category_path=[name]))

    assert Category.objects.get().name == shown


# Attributes


def test_facts_with_the_name_of_an_attribute_become_its_own():
    an_attribute("volume", type="number", unit_family="volume", unit="ml")
    an_attribute("colour", type="boolean", filterable=True)
    an_attribute("kind", options=["Original", "Refill"], aliases=("Type",))

    counts, _ = imported(row())

    product = Product.objects.get(external_id="acme:1")
    assert [(spec.attribute, spec.text) for spec in product.specs] == [
        ("kind", "Original"),
        ("volume", "175 ml"),
        ("colour", "Yes"),
    ]
    assert (product.num, counts.typed, counts.untyped) == ({"volume": 175}, 3, 0)


def test_texts_with_units_are_read():
    an_attribute(aliases=("package weight",))

    imported(row(specs=[{"name": "package weight", "type": "text", "value": "1.5 kg"}]))

    assert Product.objects.get(external_id="acme:1").num == {"weight": 1500}


def test_a_value_that_an_attribute_does_not_take_is_kept_and_counted():
    an_attribute("type", type="number")
    facts = [{"name": name, "type": "number", "value": 1} for name in ("volume", "Volume")]
    an_attribute("volume", type="number")

    counts, refused = imported(row(), row(2, specs=facts))

    products_ = {one.external_id: one for one in Product.objects}
    assert [spec.text for spec in products_["acme:1"].specs] == ["Original", "175", "Yes"]
    assert [spec.attribute for spec in products_["acme:2"].specs] == ["volume", ""]
    assert (counts.typed, counts.untyped, refused) == (2, 1, [])


def test_a_label_counts_where_no_name_does():
    an_attribute("capacity", type="number", label="Volume")

    imported(row())

    assert Product.objects.get(external_id="acme:1").num == {"capacity": 175}


@pytest.mark.real
def test_rows_are_read_anew_when_attributes_are_defined_and_only_then():
    imported(row())
    an_attribute("volume", type="number")

    again = [numbers(imported(row())[0]) for _ in range(2)]

    assert again == [(0, 1, 0, 0), (0, 0, 1, 0)]
    assert Product.objects.get(external_id="acme:1").num == {"volume": 175}


def test_an_import_uses_the_attributes_and_options_that_it_states():
    an_attribute("type", options=["Original", "Refill"])

    imported(row())

    attribute = Attribute.objects.get(code="type")
    assert (attribute.used, [option.used for option in attribute.options]) == (True, [True, False])
