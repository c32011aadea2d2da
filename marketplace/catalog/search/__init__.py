"""The search engine behind its port. `engine` is the one in use; another one takes its place here.

A query goes its way in three steps: `understanding` makes words, synonyms and named categories of a text,
`repositories.hits` finds and scores products, and `correcting` mends what found next to nothing.
"""

from .building import follow, rebuild
from .mongo import MongoSearch
from .port import SearchPort

#: The engine that the catalog searches with.
engine: SearchPort = MongoSearch()

__all__ = ["MongoSearch", "SearchPort", "engine", "follow", "rebuild"]
