from __future__ import annotations

from marketplace.shared.errors import Conflict, Invalid, MarketplaceError


class LastCakeGone(Conflict):
    """The last cake is gone."""


class HTTP2Missing(Conflict):
    """A name with an abbreviation."""


def test_the_code_derives_from_the_class_name():
    assert LastCakeGone.code == "last_cake_gone"
    assert HTTP2Missing.code == "http2_missing"


def test_an_error_is_a_sentence_with_facts():
    error = LastCakeGone("The last cake is gone.", shelf=3)

    assert str(error) == "The last cake is gone."
    assert error.details == {"shelf": 3}


def test_an_error_about_a_field_is_filed_under_it():
    assert LastCakeGone("Gone.", field="cake").errors == {"cake": ["Gone."]}


def test_an_error_about_no_field_has_no_messages_by_field():
    assert LastCakeGone("Gone.").errors == {}
    assert Invalid("Wrong.").errors == {}


def test_an_invalid_input_may_have_several_wrong_fields():
    errors = {"name": ["Too long."], "city": ["Missing."]}

    assert Invalid("Please mend it.", errors=errors).errors == errors


def test_every_kind_of_error_is_ours_to_catch():
    assert issubclass(LastCakeGone, MarketplaceError)
