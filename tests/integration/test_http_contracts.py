"""Contracts through the wire: signed by every side, called off, and completed."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from market.app import Application
from market.http.examples import CONTRACT_TERMS, REASON
from tests.support.deals import TERMS, Scene, agreed, negotiating, scene
from tests.support.deliveries import contracted, dispatched, planned, received, remaining, settled, stock, told
from tests.support.market import Market

DEFAULTS = {"tax": "standard", "grace_days": 14, "receipt_days": 14, "result_days": 30}


@pytest_asyncio.fixture
async def met(market: Market, api: Application) -> AsyncIterator[Scene]:
    async with scene(market, api, overseen=False) as found:
        yield found


async def test_the_contract_says_what_was_agreed_and_what_it_comes_to(met: Scene) -> None:
    deal = await agreed(met, contract=CONTRACT_TERMS, price=TERMS["price"] | {"amount": 44000.555}, tonnes=33.333)

    for reader in (met.mill, met.yard):
        contract = (await reader.get(f"/v1/deals/{deal}/contract")).json()
        leg = contract["legs"][0]
        assert (contract["status"], contract["buyer_signed"], leg["signed"]) == ("agreed", False, False)
        assert leg["terms"] == CONTRACT_TERMS | DEFAULTS | {
            "deductions": [CONTRACT_TERMS["deductions"][0] | {"basis": None}]
        }
        # 44,000.555 × 33.333 = 1,466,670.49…, rounded once
        assert leg["amount"] == {"net": 1466670, "tax": 146667, "gross": 1613337, "currency": "JPY"}


async def test_the_contract_says_which_steps_were_promised_and_what_the_accepted_offer_said_beside(met: Scene) -> None:
    steps = [{"step": "HAND_PICKING", "yield": 0.98, "removal": [{"analyte": "Cu", "fraction": 0.3}], "keeps": ["Cr"]}]
    deal = await agreed(met, steps=steps, message="Picked by hand before each truck.")

    [leg] = (await met.mill.get(f"/v1/deals/{deal}/contract")).json()["legs"]

    assert (leg["steps"], leg["message"]) == (steps, "Picked by hand before each truck.")


async def test_a_contract_that_nobody_asked_for_has_its_defaults(met: Scene) -> None:
    deal = await agreed(met)

    terms = (await met.mill.get(f"/v1/deals/{deal}/contract")).json()["legs"][0]["terms"]

    assert (
        terms
        == {
            "claim_days": 30,
            "weight_tolerance_percent": 0.5,
            "moisture_above_percent": None,
            "deductions": [],
            "splitting": [],
        }
        | DEFAULTS
    )


async def test_before_it_is_agreed_there_is_no_contract(met: Scene) -> None:
    deal = await negotiating(met)

    assert (await met.mill.get(f"/v1/deals/{deal}/contract")).status_code == 404


async def test_it_is_contracted_when_both_have_signed(met: Scene) -> None:
    deal = await agreed(met)

    one = await met.post(met.mill, f"deals/{deal}/contract")
    both = await met.post(met.yard, f"deals/{deal}/contract")

    assert (one["status"], one["turn"], one["signed"]) == ("agreed", "seller", True)
    assert (both["status"], both["turn"]) == ("contracted", "seller")
    assert (await told(met.yard))[0] == "contract_signed"
    assert (await told(met.mill))[0] == "deal_contracted"


async def test_nobody_signs_twice(met: Scene) -> None:
    deal = await agreed(met)
    await met.post(met.mill, f"deals/{deal}/contract")

    again = await met.mill.post(f"/v1/deals/{deal}/contract")

    assert (again.status_code, again.json()["code"]) == (409, "transition_refused")


@pytest.mark.parametrize("signed", [False, True])
async def test_called_off_by_both_it_gives_its_tonnes_back(met: Scene, market: Market, signed: bool) -> None:
    before = await remaining(met)
    deal = await (contracted if signed else agreed)(met)
    path = await planned(met, deal) if signed else None

    one = await met.post(met.yard, f"deals/{deal}/cancel", REASON)
    held = await remaining(met)
    both = await met.post(met.mill, f"deals/{deal}/cancel", REASON)

    assert (one["status"], one["cancelling"]) == ("contracted" if signed else "agreed", True)
    assert held == (before[0] - 100, before[1] - 100)
    assert (both["status"], both["turn"]) == ("withdrawn", "nobody")
    assert await remaining(met) == before
    assert await stock(market, deal) == {"released": (100_000, 100_000)}
    if path:
        assert (await met.mill.get(f"/v1/{path}")).json()["state"] == "called_off"
    assert (await told(met.yard))[0] == "deal_called_off"


async def test_one_side_asks_once_and_cannot_leave_alone(met: Scene) -> None:
    deal = await agreed(met)
    await met.post(met.yard, f"deals/{deal}/cancel", REASON)

    again = await met.yard.post(f"/v1/deals/{deal}/cancel", json=REASON)

    assert (again.status_code, again.json()["code"]) == (409, "transition_refused")


async def test_a_lot_that_was_sold_out_is_offered_again_when_the_deal_is_called_off(met: Scene, market: Market) -> None:
    deal = await agreed(met, tonnes=120)
    async with market.superuser() as connection:
        await connection.execute("update lot set status = 'complete' where id = $1", met.lots[0])
    for caller in (met.yard, met.mill):
        await met.post(caller, f"deals/{deal}/cancel", REASON)

    lot = (await met.yard.get(f"/v1/lots/{met.lots[0]}")).json()

    assert (lot["status"], lot["remaining_tonnes"]) == ("active", 120)


async def test_once_something_moves_it_can_no_longer_be_called_off(met: Scene) -> None:
    deal = await contracted(met)
    await dispatched(met, deal)

    refused = await met.mill.post(f"/v1/deals/{deal}/cancel", json=REASON)

    assert (refused.status_code, refused.json()["code"]) == (409, "transition_refused")


async def test_completed_by_the_buyer_what_did_not_come_is_free_again(met: Scene, market: Market) -> None:
    before = await remaining(met)
    deal = await contracted(met)
    await settled(met, deal)
    await planned(met, deal)

    over = await met.post(met.mill, f"deals/{deal}/complete")

    assert (over["status"], over["turn"]) == ("completed", "nobody")
    assert await stock(market, deal) == {"delivered": (40_000, 40_000), "released": (60_000, 60_000)}
    assert await remaining(met) == (before[0] - 40, before[1] - 40)
    assert (await told(met.yard))[0] == "deal_completed"


async def test_a_portion_that_is_not_settled_stands_in_the_way_and_is_named(met: Scene) -> None:
    deal = await contracted(met)
    path = await received(met, deal)

    refused = (await met.mill.post(f"/v1/deals/{deal}/complete")).json()

    assert (refused["code"], refused["params"]) == (
        "not_finished",
        {"deliveries": [path.rpartition("/")[2]], "claims": []},
    )


async def test_a_recycler_completes_only_what_is_delivered_and_past_the_time_for_claims(
    met: Scene, market: Market
) -> None:
    deal = await contracted(met)
    await settled(met, deal, 60)
    owes = await met.yard.post(f"/v1/deals/{deal}/complete")
    await settled(met, deal, 40)
    early = await met.yard.post(f"/v1/deals/{deal}/complete")
    async with market.superuser() as connection:
        await connection.execute(
            """update delivery set received_on = received_on - 15, dispatched_on = dispatched_on - 15
               where deal_id = $1""",
            deal,
        )

    late = await met.post(met.yard, f"deals/{deal}/complete")

    assert [owes.json()["code"], early.json()["code"]] == ["not_finished", "not_finished"]
    assert late["status"] == "completed"


FAULTS: list[tuple[dict[str, Any], str, str]] = [
    ({"claim_days": 0}, "/claim_days", "days_out_of_range"),
    ({"weight_tolerance_percent": 10.1}, "/weight_tolerance_percent", "percent_out_of_range"),
    ({"moisture_above_percent": -1}, "/moisture_above_percent", "percent_out_of_range"),
    (
        {"deductions": [CONTRACT_TERMS["deductions"][0] | {"analyte": "Copper"}]},
        "/deductions/0/analyte",
        "unknown_code_nearest",
    ),
    ({"deductions": [CONTRACT_TERMS["deductions"][0] | {"per": 0}]}, "/deductions/0/per", "not_positive"),
    (
        {"deductions": [CONTRACT_TERMS["deductions"][0] | {"unit": "mm"}]},
        "/deductions/0/unit",
        "unit_of_other_dimension",
    ),
    ({"deductions": CONTRACT_TERMS["deductions"] * 2}, "/deductions/1", "duplicate"),
    ({"splitting": [{"analyte": "Cu", "limit": 0, "unit": "%"}]}, "/splitting/0/limit", "not_positive"),
]


@pytest.mark.parametrize(("changes", "pointer", "code"), FAULTS)
async def test_a_contract_with_a_fault_is_refused_by_its_pointer(
    met: Scene, changes: dict[str, Any], pointer: str, code: str
) -> None:
    deal = await negotiating(met)

    refused = await met.yard.post(f"/v1/deals/{deal}/offers", json=TERMS | {"contract": CONTRACT_TERMS | changes})

    assert refused.status_code == 422, refused.text
    assert (f"/contract{pointer}", code) in [(e["pointer"], e["code"]) for e in refused.json()["errors"]]
