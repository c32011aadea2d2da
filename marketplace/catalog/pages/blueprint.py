"""The blueprint that the pages of the catalog hang on."""

from flask import Blueprint

blueprint = Blueprint("catalog_pages", __name__)
