"""Health: whether this process lives, whether it can serve, and, for operators, how everything does.

Three addresses answer with `application/health+json` (draft-inadarei-api-health-check-06). They open no
session, are kept by no cache and say nothing of where the servers are:

- `/health/live` asks nothing of anybody: the process answers.
- `/health/ready` is for load balancers: 503 while this process should get no visitors.
- `/health` is for operators: every check. See `routes` for who may read it.

A check is a function in `checks`; `probes` runs it apart from the request, bounded, and once a second.
"""

from .routes import init_app

__all__ = ["init_app"]
