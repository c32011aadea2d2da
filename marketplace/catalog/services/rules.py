"""What a category asks of its products, and the facts that a product states for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bson import ObjectId

from ...accounts import services as accounts
from ...shared.errors import Invalid, VersionConflict
from ...shared.transactions import transactional
from ..documents import Attribute, Category, Product
from ..errors import AttributeNotInCategory, InvalidOption, UnknownAttribute
from ..repositories import attributes, categories
from ..values import AttributeRule, ProductSpecification, SpecificationDraft


@dataclass(frozen=True, slots=True)
class EffectiveRule:
    """What a category asks, by itself or through one above it (`category_id` says which)."""

    attribute: Attribute
    required: bool
    filter: bool
    axis: bool
    category_id: ObjectId


def rules_of(category_id: ObjectId) -> list[EffectiveRule]:
    """What the category asks of its products, in three queries; raises CategoryNotFound.

    The rules of the first level come first; of two that ask for one attribute the nearer one counts.
    """
    return rules_for(categories.get(category_id))


def rules_for(category: Category) -> list[EffectiveRule]:
    """As `rules_of`, for a loaded category."""
    return rules_along([*categories.in_line(category.ancestors), category])


def rules_along(line: Sequence[Category]) -> list[EffectiveRule]:
    """As `rules_of`, for a category that comes with all above it, in one query."""
    nearest = {
        rule.attribute: (rule, category.pk) for category in line for rule in category.attribute_rules or ()
    }
    known = attributes.with_codes(nearest)
    return [
        EffectiveRule(known[code], rule.required, rule.filter, rule.axis, category_id)
        for code, (rule, category_id) in nearest.items()
        if code in known
    ]


def missing_specs(product: Product, category_rules: Sequence[EffectiveRule]) -> list[EffectiveRule]:
    """Those of the rules that stand in the way of publishing: the required facts that are not stated.

    `SpecRequired` is the error for them.
    """
    stated = {spec.attribute for spec in product.specs}
    return [rule for rule in category_rules if rule.required and rule.attribute.code not in stated]


@transactional
def set_rules(
    *, actor_id: ObjectId | None = None, category_id: ObjectId, version: int, rules: Sequence[AttributeRule]
) -> Category:
    """Let a category ask for this, on top of what those above it ask.

    `actor_id` is the moderator who decides it; without one it is sample data. Raises NotYourRole,
    VersionConflict, UnknownAttribute, and Invalid for a rule that its attribute cannot keep.
    """
    if actor_id is not None:
        accounts.require_moderator(actor_id)
    category = categories.get(category_id)
    if category.version != version:
        raise VersionConflict("Someone else changed this category since you opened it. Load it again.")
    known = attributes.with_codes(rule.attribute for rule in rules)
    for index, rule in enumerate(rules):
        _check_rule(rule, known.get(rule.attribute), f"rules.{index}")
    before = [rule.attribute for rule in category.attribute_rules]
    category.ask(rules)
    categories.save(category)
    for attribute in known.values():
        if attribute.note_use():
            attributes.save(attribute)
    if actor_id is not None:
        detail = {"before": before, "after": [rule.attribute for rule in rules]}
        subject = ("categories", category.pk)
        accounts.audit(actor_id=actor_id, action="category.rules", subject=subject, detail=detail)
    return category


def specified(
    category: Category,
    written: Sequence[ProductSpecification | SpecificationDraft],
    before: Sequence[ProductSpecification] = (),
) -> list[ProductSpecification]:
    """The facts as the attributes of the category make them; free ones stay as they are.

    What the product stated `before` may stay though the category does not ask for it, as may a retired
    option. Raises UnknownAttribute, AttributeNotInCategory, InvalidOption, InvalidType and OutOfRange: the
    error of the first fact that is wrong, with the messages of all.
    """
    if not any(one.attribute for one in written):
        return [one for one in written if isinstance(one, ProductSpecification)]
    asked = {rule.attribute.code: rule.attribute for rule in rules_for(category)}
    known = asked | attributes.with_codes(
        one.attribute for one in written if one.attribute and one.attribute not in asked
    )
    kept = {spec.attribute: spec for spec in before if spec.attribute}
    facts: list[ProductSpecification] = []
    wrong: dict[str, list[str]] = {}
    first: Invalid | None = None
    for index, one in enumerate(written):
        try:
            facts.append(_fact(one, known, asked, kept))
        except Invalid as error:
            first = first or error
            wrong.setdefault(_place(one, index, error), []).append(str(error))
    if first is not None:
        raise type(first)(str(first), errors=wrong)
    _note_use(facts, known)
    return facts


def _fact(
    written: ProductSpecification | SpecificationDraft,
    known: dict[str, Attribute],
    asked: dict[str, Attribute],
    kept: dict[str, ProductSpecification],
) -> ProductSpecification:
    if not written.attribute:
        if isinstance(written, ProductSpecification):
            return written
        raise UnknownAttribute("Name an attribute.")
    attribute = known.get(written.attribute)
    if attribute is None:
        raise UnknownAttribute(f"There is no attribute {written.attribute[:40]}.")
    if attribute.code not in asked and attribute.code not in kept:
        raise AttributeNotInCategory(f"“{attribute.label}” is not asked for in this category.")
    fact = attribute.specify(written.value, written.unit)
    retired = _retired(attribute, fact) - _retired(attribute, kept.get(attribute.code))
    if retired:
        raise InvalidOption(f"“{attribute.option(min(retired)).label}” is not offered any more.")
    return fact


def _retired(attribute: Attribute, spec: ProductSpecification | None) -> set[str]:
    """The options of the fact that are offered no more."""
    if spec is None:
        return set()
    chosen: Any = spec.value if isinstance(spec.value, tuple) else (spec.value,)
    return {option.code for option in attribute.options if option.retired and option.code in chosen}


def _place(written: ProductSpecification | SpecificationDraft, index: int, error: Invalid) -> str:
    """The field at which a fact is wrong: where its form has it, or its place in the request."""
    if isinstance(written, SpecificationDraft) and written.at:
        return written.at
    names_it = isinstance(error, (UnknownAttribute, AttributeNotInCategory))
    return f"specs.{index}.{'attribute' if names_it else 'value'}"


def _note_use(facts: Sequence[ProductSpecification], known: dict[str, Attribute]) -> None:
    for code in {fact.attribute for fact in facts if fact.attribute}:
        if known[code].note_use(facts):
            attributes.save(known[code])


def _check_rule(rule: AttributeRule, attribute: Attribute | None, at: str) -> None:
    if attribute is None:
        raise UnknownAttribute("There is no attribute with this code.", field=f"{at}.attribute")
    if rule.filter and not attribute.filterable:
        raise Invalid(f"Lists are not filtered by “{attribute.label}”.", field=f"{at}.filter")
    if rule.axis and not attribute.axis:
        raise Invalid(f"“{attribute.label}” tells no variants apart.", field=f"{at}.axis")
