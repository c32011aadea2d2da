"""Any run of stock's operations, each of them perhaps sent twice, beside a model in plain numbers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from bson import ObjectId
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from marketplace.catalog.errors import BelowCommitted, HoldMismatch, InsufficientStock
from marketplace.catalog.services import stock
from marketplace.shared.clock import now

refs = st.sampled_from(["a", "b", "c", "d"])
quantities = st.integers(1, 6)
times = st.integers(1, 3)


class Shelf(RuleBasedStateMachine):
    """One variant: what it should hold after each operation, however often that was sent."""

    def __init__(self):
        super().__init__()
        self.variant = ObjectId()
        stock.add_all([stock.new_stock(self.variant, ObjectId(), ObjectId(), 10)])
        self.on_hand, self.allocated = 10, 0
        self.holds: dict[str, int] = {}
        self.expired: set[str] = set()
        self.done: set[tuple[str, str]] = set()

    @property
    def available(self):
        return self.on_hand - self.allocated - sum(self.holds.values())

    @rule(ref=refs, quantity=quantities, again=times)
    def hold(self, ref, quantity, again):
        for _ in range(again):
            self._hold(ref, quantity)

    def _hold(self, ref, quantity):
        try:
            stock.hold(self.variant, ref=ref, quantity=quantity, until=now() + timedelta(minutes=20))
        except HoldMismatch:
            assert self.holds[ref] != quantity
        except InsufficientStock:
            self._free_expired()
            assert self.available < quantity
        else:
            if ref not in self.holds and self.available < quantity:
                self._free_expired()
            assert ref in self.holds or self.available >= quantity
            self.holds[ref] = quantity
            self.expired.discard(ref)

    @rule(ref=refs, again=times)
    def renew(self, ref, again):
        for _ in range(again):
            assert stock.renew(self.variant, ref, now() + timedelta(minutes=20)) == (ref in self.holds)
        self.expired.discard(ref)

    @rule(ref=refs)
    def let_its_time_run_out(self, ref):
        if stock.renew(self.variant, ref, now() - timedelta(minutes=1)):
            self.expired.add(ref)

    @rule(again=times)
    def expire(self, again):
        for at in range(again):
            assert stock.expire(now()) == (0 if at else len(self.expired))
        self._free_expired()

    @rule(ref=refs, again=times)
    def release(self, ref, again):
        for at in range(again):
            assert stock.release(self.variant, ref) == (at == 0 and ref in self.holds)
        self._forget(ref)

    @rule(ref=refs, again=times)
    def commit(self, ref, again):
        for at in range(again):
            assert stock.commit(self.variant, ref) == (at == 0 and ref in self.holds)
        self.allocated += self._forget(ref)

    @rule(ref=refs, quantity=quantities, again=times)
    def ship(self, ref, quantity, again):
        if self._cold("ship", ref, quantity, again, possible=self.allocated >= quantity):
            self.on_hand -= quantity
            self.allocated -= quantity

    @rule(ref=refs, quantity=quantities, again=times)
    def unallocate(self, ref, quantity, again):
        if self._cold("unallocate", ref, quantity, again, possible=self.allocated >= quantity):
            self.allocated -= quantity

    @rule(ref=refs, quantity=quantities, again=times)
    def restock(self, ref, quantity, again):
        if self._cold("restock", ref, quantity, again, possible=True):
            self.on_hand += quantity

    @rule(on_hand=st.integers(0, 20), ref=refs, again=times)
    def count(self, on_hand, ref, again):
        for _ in range(again):
            try:
                stock.set_on_hand(self.variant, on_hand, "stocktake", ref=ref)
            except BelowCommitted:
                self._free_expired()
                assert on_hand < self.allocated + sum(self.holds.values())
                continue
            if ("count", ref) not in self.done:
                self.done.add(("count", ref))
                if on_hand != self.on_hand:
                    self._free_expired()
                self.on_hand = on_hand

    def _cold(self, name, ref, quantity, again, *, possible):
        """Send it so often; whether it happened, which is once for each reference."""
        happened = possible and (name, ref) not in self.done
        for at in range(again):
            try:
                did = getattr(stock, name)(self.variant, ref=ref, quantity=quantity)
            except InsufficientStock:
                assert not possible
                assert (name, ref) not in self.done
            else:
                assert did == (happened and at == 0)
        if happened:
            self.done.add((name, ref))
        return happened

    def _forget(self, ref):
        self.expired.discard(ref)
        return self.holds.pop(ref, 0)

    def _free_expired(self):
        for ref in list(self.expired):
            self._forget(ref)

    @invariant()
    def the_stock_is_that_of_the_model(self):
        found = stock.stocks.find(self.variant)
        assert {one.ref: one.quantity for one in found.holds} == self.holds
        assert (found.on_hand, found.allocated) == (self.on_hand, self.allocated)
        assert found.available == self.available >= 0
        assert stock.verify() == []


@pytest.mark.real  # mongomock renews the wrong one of several holds
@pytest.mark.usefixtures("app")
def test_stock_adds_up_after_any_operations_however_often_each_is_sent():
    run_state_machine_as_test(
        Shelf,
        settings=settings(
            max_examples=25,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
