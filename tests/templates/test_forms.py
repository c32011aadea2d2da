from __future__ import annotations

import pytest

from marketplace.shared.forms import Form

#: These add routes of their own.
pytestmark = pytest.mark.own_app

EMPTY = Form()


def a_form(values=None, errors=None):
    form = Form(values)
    form.errors = errors or {}
    return form


def test_a_field_is_named_by_its_label(render):
    page = render('{{ field(form, "title", "Title", required=True) }}', form=EMPTY)

    assert page.one("label")["for"] == page.one("input")["id"]
    assert page.text == "Title"


def test_a_field_that_may_stay_empty_says_so(render):
    page = render('{{ field(form, "title", "Title") }}', form=EMPTY)

    assert page.text == "Title optional"


def test_a_mistake_is_tied_to_its_field_after_the_hint(render):
    form = a_form({"title": "Mu"}, {"title": ["Use 3 letters or more."]})

    page = render('{{ field(form, "title", "Title", hint="Short.") }}', form=form)

    assert page.one("input")["aria-invalid"] == "true"
    assert page.one("input")["aria-describedby"] == "field-title-hint field-title-error"
    assert [part["id"] for part in page.all("p")] == ["field-title-hint", "field-title-error"]


def test_a_field_without_mistakes_is_not_marked(render):
    page = render('{{ field(form, "title", "Title") }}', form=EMPTY)

    assert not {"aria-invalid", "aria-describedby"} & set(page.one("input"))


@pytest.mark.parametrize("values", [{"ship_to.city": "Oslo"}, {"ship_to": {"city": "Oslo"}}])
def test_a_nested_value_is_found_under_its_dotted_name(render, values):
    page = render('{{ field(form, "ship_to.city", "City") }}', form=a_form(values))

    assert page.one("input")["value"] == "Oslo"
    assert page.one("input")["id"] == "field-ship_to-city"


def test_a_nested_mistake_is_found_as_marshmallow_reports_it(render):
    form = a_form(errors={"ship_to": {"city": ["Write a city."]}})

    page = render('{{ field(form, "ship_to.city", "City") }}', form=form)

    assert "Write a city." in page.text


def test_what_was_typed_comes_before_the_default(render):
    page = render('{{ field(form, "title", "Title", value="Cup") }}', form=a_form({"title": ""}))

    assert page.one("input")["value"] == ""


def test_a_password_is_never_shown_again(render):
    page = render('{{ field(form, "p", "Password", type="password") }}', form=a_form({"p": "secret"}))

    assert "secret" not in page.html


def test_what_was_typed_is_escaped(render):
    page = render('{{ field(form, "a", "A", type="textarea") }}', form=a_form({"a": "</textarea><script>"}))

    assert not page.all("script")


def test_further_attributes_go_on_the_control(render):
    page = render('{{ field(form, "title", "Title", maxlength=140) }}', form=EMPTY)

    assert page.one("input")["maxlength"] == "140"


def test_a_drop_down_keeps_what_was_chosen(render):
    page = render(
        '{{ select(form, "size", "Size", [("1", "S"), ("More", [("2", "M")])]) }}', form=a_form({"size": "2"})
    )

    assert [option["value"] for option in page.all("option") if "selected" in option] == ["2"]


def test_a_box_is_ticked_when_it_was(render):
    page = render('{{ checkbox(form, "gift", "Wrap it") }}', form=a_form({"gift": "1"}))

    assert "checked" in page.one("input")


def test_a_box_that_was_unticked_does_not_come_back_ticked(render):
    page = render('{{ checkbox(form, "gift", "Wrap it", checked=True) }}', form=a_form({"gift": ""}))

    assert "checked" not in page.one("input")


def test_one_of_a_few_starts_with_its_default(render):
    page = render('{{ radios(form, "pay", "Pay by", [("a", "A"), ("b", "B")], value="b") }}', form=EMPTY)

    assert ["checked" in choice for choice in page.all("input")] == [False, True]


def test_a_list_of_mistakes_leads_to_the_fields_by_name(render):
    form = a_form(errors={"nick_name": ["Write it."], "ship_to": {"city": ["Write a city."]}})

    page = render("{{ error_summary(form) }}", form=form)

    assert [link["href"] for link in page.all("a")] == ["#field-nick_name", "#field-ship_to-city"]
    assert "Nick name: Write it." in page.text


def test_a_list_of_mistakes_uses_the_words_of_the_labels(render):
    form = a_form(errors={"ship_to.line1": ["Write it."], "sku": ["Write it."]})

    page = render('{{ error_summary(form, labels={"sku": "Article number"}) }}', form=form)

    assert page.text.endswith("Street and number: Write it. Article number: Write it.")


def test_a_mistake_in_one_of_several_rows_names_the_row(render):
    form = a_form(errors={"specs.1.value": ["Write it."], "variants.0.sku": ["Write it."]})

    page = render("{{ error_summary(form) }}", form=form)

    assert page.text.endswith("Value (fact 2): Write it. SKU (variant 1): Write it.")


def test_a_mistake_of_the_whole_form_has_no_link(render):
    page = render("{{ error_summary(form) }}", form=a_form(errors={"": ["Too late."]}))

    assert not page.all("a")
    assert "Too late." in page.text


def test_a_form_without_mistakes_lists_none(render):
    assert not render("{{ error_summary(form) }}", form=EMPTY).elements


def test_a_form_that_posts_carries_the_token(app, render, monkeypatch):
    monkeypatch.setitem(app.jinja_env.globals, "csrf_token", lambda: "a-token")

    page = render('{% call post_form("/cart") %}{% endcall %}')

    assert page.one("input") == {"type": "hidden", "name": "csrf_token", "value": "a-token"}


def test_a_visitor_without_a_session_has_no_token_to_send(render):
    page = render('{% call post_form("/cart") %}{% endcall %}')

    assert not page.all("input")


def test_a_field_that_is_on_the_page_twice_has_ids_of_its_own(render):
    page = render('{{ field(form, "reason", "Why", hint="Read by all.", key="reason-kiln") }}', form=EMPTY)

    assert page.one("label")["for"] == page.one("input")["id"] == "field-reason-kiln"
    assert page.one("input")["name"] == "reason"
    assert page.one("input")["aria-describedby"] == page.all("p")[0]["id"] == "field-reason-kiln-hint"
