"""What happens after a change: told in its transaction, done by a worker.

    outbox.tell("order.shipped", about=order)      # in the transaction of the change

    @outbox.delivers("order.shipped")              # in the context, called by `flask worker`
    def tell_the_buyer(told: Delivery) -> None: ...

    @outbox.timer("expire-unpaid", every=30)
    def expire_unpaid() -> None: ...

`tell` writes a row beside the change, so that both are there or neither. The rows about one aggregate are
a *stream*: numbered without gaps, delivered in that order, by one worker at a time; different streams are
delivered side by side. A row is delivered at least once: handlers may be called again after a crash.

The head of a stream is one small document. Its `due_at` says when somebody has to look after the stream:
absent while nothing waits, long ago when something was told, and in the future while a worker holds the
stream (then it is the end of the lease) or until it is tried again. All of it is on the server's clock. A
claim has a larger `token` than the one before, and every mark on a row is made conditional on it: who
slept through the end of the lease marks nothing.
"""

from .claims import ClaimLost
from .forgetting import forget, forget_idle, forget_payload
from .registry import Delivery, GiveUp, delivers, timer
from .rows import retry
from .standing import FailedDelivery, Standing, failures, standing
from .telling import silent, tell

__all__ = [
    "ClaimLost",
    "Delivery",
    "FailedDelivery",
    "GiveUp",
    "Standing",
    "delivers",
    "failures",
    "forget",
    "forget_idle",
    "forget_payload",
    "retry",
    "silent",
    "standing",
    "tell",
    "timer",
]
