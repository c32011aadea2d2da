"""What moderators look after: orders that are late, and what failed; and trying that again."""

from __future__ import annotations

from bson import ObjectId
from bson.errors import InvalidId

from ...accounts import services as accounts
from ...shared import connections, outbox
from ...shared.outbox import FailedDelivery
from ...shared.transactions import transactional
from ..errors import DeliveryNotFound


def failed_deliveries(limit: int = 50) -> list[FailedDelivery]:
    """What was told and not delivered, whatever was tried, the oldest first."""
    return outbox.failures(connections.database(), limit)


def retry_delivery(*, operator_id: ObjectId, delivery_id: str) -> None:
    """Have something delivered again that failed; raises DeliveryNotFound for everything else."""
    _audit_retry(operator_id, delivery_id)
    if not outbox.retry(connections.database(), delivery_id):
        raise DeliveryNotFound("This was delivered meanwhile, or there is nothing like it.")


@transactional
def _audit_retry(operator_id: ObjectId, delivery_id: str) -> None:
    accounts.require_moderator(operator_id)
    kind, _, rest = delivery_id.partition(":")
    try:
        about = ObjectId(rest.partition("#")[0])
    except InvalidId:
        raise DeliveryNotFound("This was delivered meanwhile, or there is nothing like it.") from None
    accounts.audit(
        actor_id=operator_id, action="outbox.retry", subject=(f"{kind}s", about), detail={"id": delivery_id}
    )
