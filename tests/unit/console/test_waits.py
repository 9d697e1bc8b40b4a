"""Why a reader of a deal has nothing to do: one sentence for every status, turn and side."""

from itertools import product
from typing import Any

import pytest

from market.console.deals.waits import why
from market.console.text import texts
from market.deals.machine import Actor, Status, Turn, allowed
from market.deals.structs import Deal

READERS = (Actor.BUYER, Actor.SELLER, Actor.COORDINATOR)


def _deal(status: Status, turn: Turn, side: Actor, **more: Any) -> Deal:
    empty = dict.fromkeys(Deal.__struct_fields__)
    said = {"status": status, "turn": turn, "side": side, "taken_up": False, "signed": False, "cancelling": False}
    return Deal(**(empty | said | {"allowed": allowed(status, turn, side)} | more))


@pytest.mark.parametrize("side", READERS)
def test_whoever_only_reads_is_told_so_until_the_deal_is_over(side: Actor) -> None:
    for status, turn in product(Status, Turn):
        found = why(_deal(status, turn, side), may_act=False)
        assert found is not None
        assert found.code == ("over" if status.over else "reads")


@pytest.mark.parametrize(("status", "turn", "side"), list(product(Status, Turn, READERS)))
def test_whoever_can_do_nothing_at_all_reads_why(status: Status, turn: Turn, side: Actor) -> None:
    if not allowed(status, turn, side):
        assert why(_deal(status, turn, side), may_act=True) is not None


@pytest.mark.parametrize("side", READERS)
def test_in_ones_own_turn_nothing_is_waited_for(side: Actor) -> None:
    turn = Turn(side.value)
    status = Status.IN_REVIEW if side is Actor.COORDINATOR else Status.NEGOTIATING
    assert why(_deal(status, turn, side), may_act=True) is None


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"status": Status.PROPOSED, "turn": Turn.BOTH, "taken_up": True}, "taken_up"),
        ({"status": Status.AGREED, "turn": Turn.BOTH, "signed": True}, "signed"),
        ({"status": Status.CONTRACTED, "turn": Turn.NOBODY, "cancelling": True}, "cancelling"),
        ({"status": Status.NEGOTIATING, "turn": Turn.SELLER}, "turn"),
        ({"status": Status.IN_REVIEW, "turn": Turn.COORDINATOR}, "turn"),
    ],
)
def test_a_side_that_has_done_its_part_is_told_what_it_waits_for(more: dict[str, Any], code: str) -> None:
    asked = {"status": Status.PROPOSED, "turn": Turn.BOTH, "side": Actor.BUYER} | more
    found = why(_deal(**asked), may_act=True)
    assert found is not None
    assert found.code == code


def test_every_reason_is_written() -> None:
    cases = product(Status, Turn, READERS, (True, False), (True, False))
    found = [why(_deal(s, t, a, taken_up=done, signed=done), may_act=may) for s, t, a, done, may in cases]
    codes = {f"deals.why_{one.code}" for one in found if one is not None}
    assert codes <= texts("en").keys()
