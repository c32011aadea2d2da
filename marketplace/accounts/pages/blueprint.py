"""The blueprint that the pages of accounts hang on."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("accounts_pages", __name__)
