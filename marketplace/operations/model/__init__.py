"""The data model as a document for people, made from the code: `flask docs model`.

`reading` finds what the documents say of themselves, `diagrams` draws it, `writing` puts the page together.
"""

from .writing import page

__all__ = ["page"]
