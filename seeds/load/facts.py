"""The facts that a load's products state, and the attributes that they are stated by."""

from __future__ import annotations

from dataclasses import dataclass, field

from marketplace.catalog.documents import Attribute
from marketplace.catalog.values import AttributeDraft, AttributeRule, OptionDraft, ProductSpecification
from marketplace.shared.documents import stored

from ..plan import Plan, identifier
from ..store import Stored
from . import words


@dataclass(frozen=True, slots=True)
class Kinds:
    """The attributes of a load; their codes carry its seed, so that loads stand beside each other.

    A fact is made once and kept, since a million products state the same few thousand.
    """

    material: Attribute
    weight: Attribute
    colour: Attribute
    handmade: Attribute
    made_before: dict[tuple[str, str | int | bool], tuple[ProductSpecification, Stored]] = field(
        default_factory=dict
    )

    @classmethod
    def made(cls, plan: Plan) -> Kinds:
        """The attributes, in use from the start."""

        def attribute(
            number: int, name: str, kind: str, options: tuple[str, ...] = (), **more: str
        ) -> Attribute:
            drafts = tuple(OptionDraft(label=label.capitalize()) for label in options)
            code, label = f"load_{plan.seed}_{name}".replace("-", "m"), name.capitalize()
            one = Attribute(id=identifier(plan.key("load", "attribute"), number))
            one.define(
                AttributeDraft(code=code, label=label, type=kind, options=drafts, filterable=True, **more)
            )
            one.note_use([one.specify(option.code) for option in one.options])
            one.validate()
            return one

        return cls(
            attribute(0, "material", "enum", words.MATERIALS),
            attribute(1, "weight", "number", unit_family="mass", unit="g"),
            attribute(2, "colour", "enum", words.COLOURS),
            attribute(3, "handmade", "boolean"),
        )

    @property
    def all(self) -> tuple[Attribute, ...]:
        """Each of them."""
        return self.material, self.weight, self.colour, self.handmade

    @property
    def rules(self) -> list[AttributeRule]:
        """What every branch of the tree asks: all of them, as filters; the material before publishing."""
        return [AttributeRule(one.code, required=one is self.material, filter=True) for one in self.all]

    def stated(self, material: str, weight: int, colour: str, handmade: bool) -> Stored:
        """The parts of a product that follow from its facts."""
        facts = [
            self._fact(attribute, value)
            for attribute, value in zip(self.all, (material, weight, colour, handmade), strict=True)
        ]
        return {
            "specs": [document for _, document in facts],
            "specs_text": " ".join(filter(None, (fact.words for fact, _ in facts))),
            "num": {self.weight.code: facts[1][0].norm},
            "f": [token for fact, _ in facts for token in fact.tokens],
        }

    def _fact(self, attribute: Attribute, value: str | int | bool) -> tuple[ProductSpecification, Stored]:
        key = attribute.code, value
        if key not in self.made_before:
            fact = attribute.specify(value)
            self.made_before[key] = fact, stored(fact)
        return self.made_before[key]
