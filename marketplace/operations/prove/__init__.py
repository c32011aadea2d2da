"""Proofs that anybody can run: `flask prove oversell`, and what else the marketplace promises.

Each is an experiment on a scratch database of the configured server: a small world of sample data, a gunicorn
with two worker processes in front of it, and people who do over HTTP what the promise says cannot go wrong.
Then it is counted, in the database itself and with arithmetic of its own. A trial needs nothing of the code
but its HTTP interface and its collections, so that it judges whatever is behind them.
"""

from .browser import Answer, Browser, Buyer, Refused
from .proofs import PROOFS, Outcome, Proof
from .site import Site, serving
from .trial import Trial, scratch

__all__ = [
    "PROOFS",
    "Answer",
    "Browser",
    "Buyer",
    "Outcome",
    "Proof",
    "Refused",
    "Site",
    "Trial",
    "scratch",
    "serving",
]
