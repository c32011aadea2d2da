"""What an API token may be allowed to do, scope by scope."""

from __future__ import annotations

#: Each scope, and what it lets a program do in the shop of its token.
SCOPES: dict[str, str] = {
    "read:products": "See listings, also drafts.",
    "write:products": "Write, publish and archive listings.",
    "read:stock": "See how many pieces there are.",
    "write:stock": "Count stock.",
    "read:orders": "See orders, with names and addresses of buyers.",
    "write:orders": "Take orders on: pack, ship, deliver.",
    "read:messages": "Read messages.",
    "write:messages": "Answer messages.",
    "read:reviews": "See reviews.",
    "write:reviews": "Answer reviews.",
    "read:shop": "See the shop's profile and state.",
    "write:shop": "Change the shop's profile and send it in for review.",
}
