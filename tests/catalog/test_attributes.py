from __future__ import annotations

import pytest

from marketplace.accounts.errors import NotYourRole
from marketplace.accounts.values import Role
from marketplace.catalog import services
from marketplace.catalog.documents import Attribute, Product
from marketplace.catalog.errors import (
    AttributeInUse,
    AttributeNameTaken,
    AttributeNotFound,
    AttributeNotInCategory,
    InvalidOption,
    InvalidType,
    OutOfRange,
    UnknownAttribute,
)
from marketplace.catalog.repositories import attributes, categories, products
from marketplace.catalog.values import (
    AttributeRule,
    OptionDraft,
    ProductSpecification,
    SpecificationDraft,
    spec_numbers,
    spec_tokens,
)
from marketplace.catalog.values.specifications import bucket_of
from marketplace.shared.errors import Invalid, VersionConflict
from tests.builders import a_category, a_product, a_shop, a_user, a_variant, an_attribute, asking


@pytest.fixture(autouse=True)
def on_indexes(app):
    """Unique codes and names, as migrations make them."""
    Attribute.ensure_indexes()


@pytest.fixture
def moderator():
    return a_user(roles=(Role.MODERATOR,)).id


def edited(attribute, moderator, **parts):
    """The attribute after a moderator wrote it anew with these parts changed."""
    names = ("label", "unit", "unit_family", "min", "max", "decimals", "filterable", "axis", "searchable")
    now = {name: getattr(attribute, name) for name in names if getattr(attribute, name) is not None}
    now |= {"code": attribute.code, "type": attribute.type.value, "aliases": tuple(attribute.aliases)}
    now["options"] = tuple(
        OptionDraft(code=one.code, label=one.label, retired=one.retired) for one in attribute.options
    )
    return services.edit_attribute(
        actor_id=moderator,
        current_code=attribute.code,
        version=attributes.with_code(attribute.code).version,
        **now | parts,
    )


def stated(*specs, category=None, **parts):
    """A product that states these facts."""
    return a_product(category=category, specs=list(specs), **parts)


def draft(attribute: str, value, unit: str = "") -> SpecificationDraft:
    return SpecificationDraft(attribute, value, unit)


# What an attribute makes of a value


@pytest.mark.parametrize("written", ["1.5 kg", "1500 g", "1,500 g", 1500, "1500"])
def test_an_amount_is_the_same_number_in_every_unit(written):
    assert an_attribute().specify(written).norm == 1500


def test_facts_of_one_attribute_are_equal_when_they_say_the_same():
    weight = an_attribute()

    assert weight.specify("1.5 kg") == weight.specify("1500 g")
    assert len({weight.specify("1.5 kg"), weight.specify("1500 g"), weight.specify("2 kg")}) == 2
    assert weight.specify("1.5 kg") != ProductSpecification("Weight", "number", 1500, "g")


def test_a_unit_may_come_apart_from_its_number():
    assert an_attribute().specify(1.5, "kg").text == "1.5 kg"


def test_a_search_finds_an_amount_in_both_units():
    assert an_attribute().specify("1.5 kg").words == "1.5 kg 1500 g"


def test_an_attribute_that_is_not_searchable_gives_no_words():
    assert an_attribute(searchable=False).specify("1.5 kg").words == ""


@pytest.mark.parametrize("value", ["heavy", True, [1], "5 cm", "1.5 kg 3"])
def test_what_is_no_amount_is_of_the_wrong_type(value):
    with pytest.raises(InvalidType):
        an_attribute().specify(value)


@pytest.mark.parametrize(("value", "sentence"), [("5 g", "at least 10 g"), ("3 kg", "at most 2000 g")])
def test_an_amount_out_of_its_bounds_is_refused(value, sentence):
    with pytest.raises(OutOfRange, match=sentence):
        an_attribute(min=10, max=2000).specify(value)


def test_more_decimals_than_there_are_are_out_of_range():
    with pytest.raises(OutOfRange, match="1 decimals"):
        an_attribute(decimals=1).specify("1.25 g")


def test_a_number_without_units_takes_none():
    pages = an_attribute("pages", type="number")

    assert pages.specify("1,200").norm == 1200
    with pytest.raises(InvalidType):
        pages.specify("12 g")


def test_an_option_is_found_by_its_code_or_its_label():
    colour = an_attribute("colour", options=["Dark blue", "Red"])

    assert colour.specify("dark-blue") == colour.specify("Dark Blue")
    assert colour.specify("red").text == "Red"
    with pytest.raises(InvalidOption, match="Dark blue, Red"):
        colour.specify("green")


def test_several_options_are_kept_in_their_order_each_once():
    fact = an_attribute("colours", type="multi_enum", options=["Red", "Blue"]).specify(
        ["blue", "red", "blue"]
    )

    assert (fact.value, fact.text) == (("red", "blue"), "Red, Blue")


def test_several_options_may_come_as_one_text():
    colours = an_attribute("colours", type="multi_enum", options=["Red", "Blue"])

    assert colours.specify("Blue, Red").value == ("red", "blue")
    for nothing in ([], 5, [["red"]]):
        with pytest.raises((InvalidType, InvalidOption)):
            colours.specify(nothing)


@pytest.mark.parametrize(
    ("kind", "value", "text"), [("boolean", "no", "No"), ("date", "2024-05-31", "2024-05-31")]
)
def test_other_types_take_what_people_write(kind, value, text):
    assert an_attribute("fact", type=kind).specify(value).text == text


@pytest.mark.parametrize(
    ("kind", "value"), [("boolean", "perhaps"), ("date", "31 May"), ("text", ""), ("text", 5)]
)
def test_other_types_refuse_what_they_are_not(kind, value):
    with pytest.raises(InvalidType):
        an_attribute("fact", type=kind).specify(value)


def test_dates_can_be_compared():
    made = an_attribute("made", type="date")

    assert made.specify("2024-05-31").norm + 1 == made.specify("2024-06-01").norm


# What lists filter by


def test_the_tokens_of_a_product_are_those_of_its_filterable_facts():
    home = a_category("Home")
    an_attribute("colours", type="multi_enum", options=["Red", "Blue"])
    an_attribute("waterproof", type="boolean", filterable=True)
    an_attribute("weight", filterable=True)
    an_attribute("height", unit_family="length", type="number")
    asking(home, "colours", "waterproof", "weight", "height")

    product = stated(
        draft("colours", ["red", "blue"]),
        draft("waterproof", True),
        draft("weight", "1.5 kg"),
        draft("height", "9 cm"),
        ProductSpecification("Made in", "text", "Graz"),
        category=home,
    )

    assert spec_tokens(product) == ["colours:red", "colours:blue", "waterproof:yes", "weight:1000~2000"]
    assert spec_numbers(product.specs) == {"weight": 1500.0, "height": 90.0} == product.num


@pytest.mark.parametrize(
    ("norm", "bucket"),
    [(1500, "1000~2000"), (2000, "2000~5000"), (0.003, "0.002~0.005"), (0, "0~0"), (-3, "-5~-2"), (1, "1~2")],
)
def test_numbers_lie_in_steps_of_one_two_five(norm, bucket):
    assert bucket_of(norm) == bucket


# Stating facts


def test_a_product_states_what_its_category_asks():
    home = a_category("Home")
    an_attribute()
    asking(home, "weight")

    product = products.get(stated(draft("weight", "1.5 kg"), category=home).pk)

    assert (product.specs[0].attribute, product.specs[0].text) == ("weight", "1.5 kg")
    assert product.num == {"weight": 1500}
    assert product.specs_text == "1.5 kg 1500 g"


def test_the_unit_that_was_written_is_kept_though_the_amount_is_equal():
    home = a_category("Home")
    an_attribute()
    asking(home, "weight")
    shop = a_shop()
    product = stated(draft("weight", "1.5 kg"), category=home, shop=shop)

    services.edit_product(
        shop_id=shop.id,
        product_id=product.pk,
        version=product.version,
        title="Mug",
        category_id=home.pk,
        variants=[a_variant(id=product.variants[0].id)],
        specs=[draft("weight", "1500 g")],
    )

    assert products.get(product.pk).specs[0].text == "1500 g"


@pytest.mark.parametrize(
    ("fact", "error", "field"),
    [
        (draft("size", 5), UnknownAttribute, "specs.0.attribute"),
        (draft("colour", "red"), AttributeNotInCategory, "specs.0.attribute"),
        (draft("weight", "heavy"), InvalidType, "specs.0.value"),
        (draft("weight", "9 kg"), OutOfRange, "specs.0.value"),
    ],
)
def test_a_fact_that_is_wrong_is_refused_at_its_field(fact, error, field):
    home = a_category("Home")
    an_attribute(max=5000)
    an_attribute("colour", options=["Red"])
    asking(home, "weight")

    with pytest.raises(error) as raised:
        stated(fact, category=home)

    assert list(raised.value.errors) == [field]


def test_every_fact_that_is_wrong_is_named():
    home = a_category("Home")
    an_attribute()
    an_attribute("colour", options=["Red"])
    asking(home, "weight", "colour")

    with pytest.raises(InvalidOption) as raised:
        stated(draft("colour", "green"), draft("weight", "heavy"), category=home)

    assert set(raised.value.errors) == {"specs.0.value", "specs.1.value"}


def test_a_fact_is_stated_once():
    home = a_category("Home")
    an_attribute()
    asking(home, "weight")

    with pytest.raises(Invalid, match="stated already"):
        stated(draft("weight", "1 g"), draft("weight", "2 g"), category=home)


def test_what_was_stated_before_stays_though_the_category_asks_no_more():
    home, garden = a_category("Home"), a_category("Garden")
    an_attribute()
    asking(home, "weight")
    shop = a_shop()
    product = stated(draft("weight", "1 kg"), category=home, shop=shop)

    moved = services.edit_product(
        shop_id=shop.id,
        product_id=product.pk,
        version=product.version,
        title="Mug",
        category_id=garden.pk,
        variants=[a_variant(id=product.variants[0].id)],
        specs=product.specs,
    )

    assert moved.specs[0].text == "1 kg"


def test_a_retired_option_cannot_be_chosen_and_stays_where_it_was(moderator):
    home = a_category("Home")
    colour = an_attribute("colour", options=["Red", "Blue"])
    asking(home, "colour")
    shop = a_shop()
    product = stated(draft("colour", "red"), category=home, shop=shop)
    options = (OptionDraft(code="red", label="Red", retired=True), OptionDraft(code="blue", label="Blue"))
    edited(colour, moderator, options=options)

    with pytest.raises(InvalidOption, match="not offered any more"):
        stated(draft("colour", "red"), category=home)
    services.edit_product(
        shop_id=shop.id,
        product_id=product.pk,
        version=product.version,
        title="Red mug",
        category_id=home.pk,
        variants=[a_variant(id=product.variants[0].id)],
        specs=[draft("colour", "red")],
    )


def test_facts_that_were_stored_before_there_were_attributes_can_be_read():
    product = a_product()
    old = [{"name": "weight", "type": "number", "value": 450, "unit": "g"}]
    Product._get_collection().update_one({"_id": product.pk}, {"$set": {"specs": old}, "$unset": {"num": ""}})

    found = products.get(product.pk)

    assert (found.specs[0].text, found.num) == ("450 g", {})


# What a category asks


def test_a_category_asks_what_those_above_it_ask_and_the_nearest_counts():
    home = a_category("Home")
    mugs = a_category("Mugs", below=home)
    an_attribute()
    an_attribute("colour", options=["Red"])
    asking(home, AttributeRule("weight", required=True), "colour")
    asking(mugs, AttributeRule("weight"))

    rules = services.rules_of(mugs.pk)

    assert [(rule.attribute.code, rule.required, rule.category_id) for rule in rules] == [
        ("weight", False, mugs.pk),
        ("colour", False, home.pk),
    ]


def test_a_listing_misses_the_required_facts_that_it_does_not_state():
    home = a_category("Home")
    an_attribute()
    an_attribute("colour", options=["Red"])
    asking(home, AttributeRule("weight", required=True), AttributeRule("colour", required=True))
    product = stated(draft("weight", "1 kg"), category=home)

    missing = services.missing_specs(product, services.rules_of(home.pk))

    assert [rule.attribute.code for rule in missing] == ["colour"]


def test_a_rule_names_an_attribute_that_there_is():
    with pytest.raises(UnknownAttribute) as raised:
        asking(a_category("Home"), "weight")

    assert raised.value.field == "rules.0.attribute"


@pytest.mark.parametrize("rule", [AttributeRule("weight", filter=True), AttributeRule("weight", axis=True)])
def test_a_rule_asks_no_more_than_its_attribute_can(rule):
    an_attribute()

    with pytest.raises(Invalid, match="Weight"):
        asking(a_category("Home"), rule)


def test_a_category_asks_for_an_attribute_once():
    an_attribute()

    with pytest.raises(Invalid, match="asked for already"):
        asking(a_category("Home"), "weight", "weight")


def test_rules_that_somebody_else_changed_are_not_overwritten():
    home = a_category("Home")
    an_attribute()
    asking(home, "weight")

    with pytest.raises(VersionConflict):
        asking(home)


# Defining attributes


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"type": "colour"}, "type"),
        ({"unit_family": "beauty"}, "unit_family"),
        ({"type": "text", "unit": "g"}, "unit"),
        ({"type": "text", "filterable": True}, "filterable"),
        ({"type": "number", "axis": True}, "axis"),
        ({"type": "enum"}, "options"),
        ({"type": "number", "options": ["A"]}, "options"),
        ({"type": "enum", "options": ["A", "a"]}, "options.1.code"),
        ({"type": "number", "min": 5, "max": 4}, "max"),
        ({"type": "boolean", "min": 5}, "min"),
    ],
)
def test_an_attribute_that_makes_no_sense_is_refused_at_its_field(parts, field):
    with pytest.raises(Invalid) as raised:
        an_attribute("fact", **parts)

    assert list(raised.value.errors) == [field]


@pytest.mark.parametrize(
    "parts",
    [{"code": "weight"}, pytest.param({"code": "mass", "aliases": ("Weight",)}, marks=pytest.mark.real)],
)
def test_a_name_is_one_attributes(parts):
    an_attribute()

    with pytest.raises(AttributeNameTaken):
        an_attribute(**parts)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"code": "mass"}, "code"),
        ({"type": "text", "unit_family": "", "unit": ""}, "type"),
        ({"unit_family": "length", "unit": "cm"}, "unit_family"),
    ],
)
def test_code_type_and_units_stay_once_an_attribute_is_used(moderator, change, field):
    weight = an_attribute()
    edited(weight, moderator, label="Mass")
    asking(a_category("Home"), "weight")

    with pytest.raises(AttributeInUse) as raised:
        edited(attributes.with_code("weight"), moderator, **change)

    assert raised.value.field == field


def test_the_code_of_an_attribute_that_nobody_uses_can_change(moderator):
    assert edited(an_attribute(), moderator, code="mass").code == "mass"


def test_an_option_that_a_product_has_is_not_removed(moderator):
    home = a_category("Home")
    colour = an_attribute("colour", options=["Red", "Blue"])
    asking(home, "colour")
    stated(draft("colour", "red"), category=home)

    with pytest.raises(AttributeInUse, match="Retire it"):
        edited(colour, moderator, options=(OptionDraft(code="blue", label="Blue"),))
    left = edited(colour, moderator, options=(OptionDraft(code="red", label="Red"),))
    assert [option.code for option in left.options] == ["red"]


def test_an_attribute_in_use_is_not_removed(moderator):
    home = a_category("Home")
    an_attribute()
    asked = asking(home, "weight")

    with pytest.raises(AttributeInUse, match="Home"):
        services.remove_attribute(actor_id=moderator, code="weight")
    stated(draft("weight", "1 g"), category=home)
    asking(asked)
    with pytest.raises(AttributeInUse, match="Products"):
        services.remove_attribute(actor_id=moderator, code="weight")


def test_an_attribute_that_nobody_uses_can_go(moderator):
    an_attribute()

    services.remove_attribute(actor_id=moderator, code="weight")

    with pytest.raises(AttributeNotFound):
        attributes.with_code("weight")


def test_an_attribute_that_somebody_else_changed_is_not_overwritten(moderator):
    weight = an_attribute()
    edited(weight, moderator, label="Mass")

    with pytest.raises(VersionConflict):
        services.edit_attribute(
            actor_id=moderator, current_code="weight", version=0, code="weight", label="W", type="number"
        )


def test_only_moderators_define_attributes():
    buyer = a_user().id

    with pytest.raises(NotYourRole):
        services.create_attribute(actor_id=buyer, code="weight", label="Weight", type="number")
    an_attribute()
    with pytest.raises(NotYourRole):
        services.remove_attribute(actor_id=buyer, code="weight")
    with pytest.raises(NotYourRole):
        services.set_rules(actor_id=buyer, category_id=a_category("Home").pk, version=0, rules=[])


def test_products_follow_a_change_of_their_attribute(moderator, monkeypatch):
    monkeypatch.setattr(services.refiling, "CHUNK", 1)
    home = a_category("Home")
    colour = an_attribute("colour", options=["Red"])
    asking(home, "colour")
    both = [stated(draft("colour", "red"), category=home) for _ in range(2)]
    changed = edited(colour, moderator, label="Hue", options=(OptionDraft(code="red", label="Crimson"),))

    services.follow_attribute(changed.pk)

    for product in both:
        found = products.get(product.pk)
        assert (found.specs[0].name, found.specs[0].text, found.specs_text) == ("Hue", "Crimson", "Crimson")


def test_a_fact_that_its_attribute_takes_no_more_stays_as_it_was(moderator):
    home = a_category("Home")
    weight = an_attribute()
    asking(home, "weight")
    product = stated(draft("weight", "5 kg"), category=home)
    changed = edited(weight, moderator, max=100.0, label="Mass")

    services.follow_attribute(changed.pk)

    assert products.get(product.pk).specs[0].text == "5 kg"


def test_a_category_keeps_its_rules_when_it_moves():
    home, garden = a_category("Home"), a_category("Garden")
    an_attribute()
    asking(home, "weight")

    services.move_category(category_id=home.pk, parent_id=garden.pk)

    assert [rule.attribute.code for rule in services.rules_of(home.pk)] == ["weight"]
    assert categories.get(home.pk).path == ["Garden", "Home"]
