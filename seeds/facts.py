"""What a scene's products are compared by: attributes, and the rules of categories that ask for them."""

from __future__ import annotations

from collections.abc import Mapping

from bson import ObjectId

from marketplace.catalog import repositories as catalogue
from marketplace.catalog import services as catalog
from marketplace.catalog.values import AttributeRule, OptionDraft
from marketplace.catalog.values.units import FAMILIES

from . import scene


def define(told: scene.Scene, categories: Mapping[str, ObjectId]) -> None:
    """Make the attributes that are missing, and let categories without rules ask for them."""
    known = catalogue.attributes.with_codes(one.code for one in told.attributes)
    for attribute in told.attributes:
        if attribute.code not in known:
            catalog.create_attribute(
                code=attribute.code,
                label=attribute.label,
                type=attribute.type,
                unit=attribute.unit or "",
                unit_family=_family(attribute.unit),
                options=tuple(OptionDraft(label=_as_label(choice)) for choice in attribute.choices),
                filterable=attribute.type != "text",
            )
    for slug, rules in _rules(told).items():
        category = catalogue.categories.get(categories[slug])
        if not category.attribute_rules:
            catalog.set_rules(category_id=category.pk, version=category.version, rules=rules)


def _as_label(choice: str) -> str:
    return choice[:1].upper() + choice[1:]


def _family(unit: str | None) -> str:
    found = (family for family, units in FAMILIES.items() if unit in [one.symbol for one in units])
    return next(found, "")


def _rules(told: scene.Scene) -> dict[str, list[AttributeRule]]:
    """What each category asks: what its products state, at the nearest category above all that state it.

    Where every product below such a category states it, and they are more than two, it is required.
    """
    parents = {category.slug: category.parent for category in told.categories}
    stating: dict[str, dict[str, list[str]]] = {}
    filed: dict[str, int] = {}
    for product in told.products:
        line = _line(product.category, parents)
        for slug in line:
            filed[slug] = filed.get(slug, 0) + 1
        for spec in product.specifications:
            stating.setdefault(line[0], {}).setdefault(spec.attribute, []).append(product.category)
    rules: dict[str, list[AttributeRule]] = {}
    for attribute in told.attributes:
        for by_attribute in stating.values():
            at = by_attribute.get(attribute.code, [])
            if at:
                lines = [_line(slug, parents) for slug in at]
                nearest = [slug for slug in lines[0] if all(slug in line for line in lines)][-1]
                required = len(at) == filed[nearest] > 2
                rule = AttributeRule(attribute.code, required=required, filter=attribute.type != "text")
                rules.setdefault(nearest, []).append(rule)
    return rules


def _line(slug: str, parents: Mapping[str, str | None]) -> list[str]:
    """The category with all above it, from the first level down."""
    line = [slug]
    while (above := parents[line[0]]) is not None:
        line.insert(0, above)
    return line
