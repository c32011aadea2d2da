"""The shard key that each collection would take, and why: what most of its queries name, spread evenly."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ShardKey:
    """A shard key as the server takes it, and the reason for it."""

    key: str
    reason: str


def _by(key: str, reason: str) -> ShardKey:
    return ShardKey(key, reason)


#: By collection. Only an index that begins with the shard key can be unique.
SHARD_KEYS: dict[str, ShardKey] = {
    "users": _by("_id: hashed", "looked up one by one; the unique e-mail moves to a lookup collection"),
    "mailed_links": _by("_id: hashed", "short-lived, and found by token, address or user"),
    "notifications": _by("user_id, key", "a person's lie together, and are unique in it"),
    "limits": _by("_id: hashed", "one counter at a time, and only while Redis is away"),
    "idempotency": _by("_id: hashed", "one row for each request, found by its digest alone"),
    "shops": _by("none", "hundreds of small documents, read everywhere: stays on one shard"),
    "attributes": _by("none", "a few hundred documents that every listing form reads: stays on one shard"),
    "locks": _by("none", "a handful of documents"),
    "api_tokens": _by("none", "a few for each shop, found by their hash: stays on one shard"),
    "audit_log": _by("_id: hashed", "written evenly; read by moderators alone, from all shards"),
    "categories": _by("none", "a small tree that every page reads: stays on one shard"),
    "products": _by("shop_id, _id", "a shop's listings lie together; public lists ask all shards"),
    "stock": _by("_id: hashed", "each variant is held by itself, and hot ones should not be neighbours"),
    "stock_movements": _by("variant_id: hashed", "a movement is unique in its variant"),
    "review_rights": _by("author_id, product_id", "asked for as a pair; a line's id is in what tells of it"),
    "reviews": _by(
        "product_id, _id", "a product's lie together; the unique author moves to a lookup collection"
    ),
    "review_votes": _by("review_id, user_id", "unique as a pair, and counted with the review"),
    "figures": _by("none", "a handful of documents"),
    "media": _by("_id: hashed", "a picture is fetched by its name"),
    "media.files": _by("_id: hashed", "a file is fetched by its name"),
    "media.chunks": _by("files_id, n", "the pieces of a file lie together, and are unique in it"),
    "search_terms": _by("none", "a dictionary that every search reads: stays on one shard"),
    "search_state": _by("none", "one document"),
    "synonym_sets": _by("none", "two thousand small documents at most"),
    "uploads": _by("_id: hashed", "claimed one by one; the sweep asks all shards once a minute"),
    "carts": _by("_id: hashed", "one cart at a time; the unique owner and token move to a lookup collection"),
    "purchases": _by("_id: hashed", "read by its id; written with its orders in one transaction"),
    "orders": _by("shop_id, _id", "a shop's work list is the busiest query; buyers' lists ask all shards"),
    "payments": _by("_id: hashed", "found by id or by the provider's reference"),
    "refunds": _by("order_id: hashed", "listed by order; the few that failed are asked of all shards"),
    "payment_events": _by("provider, event_id", "unique as a pair, and only ever found as one"),
    "sandbox_charges": _by("_id: hashed", "one charge at a time; the sandbox is for trying things out"),
    "transfers": _by("_id: hashed", "found one by one; operators list the few that are owed"),
    "conversations": _by("_id: hashed", "one at a time; inboxes ask all shards, the unique subject moves"),
    "messages": _by("conversation_id, seq", "a conversation's messages lie together, in their order"),
    "blocks": _by("buyer_id, shop_id", "asked for as a pair; unique in it"),
    "reported_subjects": _by("_id: hashed", "one at a time; moderators' list asks all shards, the key moves"),
    "reports": _by("about_id, round", "what is said about one thing lies together, and is unique in it"),
    "outbox": _by("stream, sequence", "a stream is delivered in order by one worker"),
    "outbox_streams": _by("_id: hashed", "one document for each stream"),
    "timers": _by("none", "a handful of documents"),
    "workers": _by("none", "a handful of documents"),
}
