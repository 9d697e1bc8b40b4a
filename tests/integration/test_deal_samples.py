"""What samples mean to their deal: the match judged again, who may leave alone, and that a contract waits."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import msgspec
import pytest
import pytest_asyncio

from market.app import Application
from market.deals import transition
from market.deals.errors import SampleOpen
from market.deals.held import Held
from market.deals.samples.guards import may_leave_alone, refuse_open
from specs.kit.tenancy import Role, Work
from tests.support.deals import TERMS, Scene, agreed, scene
from tests.support.market import Market
from tests.support.samples import CLEAN, get, measurable, received, requested, result


@pytest_asyncio.fixture
async def met(market: Market, api: Application) -> AsyncIterator[Scene]:
    async with scene(market, api, overseen=False, lots=[{"assays": CLEAN}]) as found:
        yield found


async def held(work: Work, deal: str, caller: UUID | None) -> Held:
    """The deal as this party would act on it."""
    found = await transition.lock_as_system(work, UUID(deal))
    return msgspec.structs.replace(found, caller=caller, actor=found.actor_of(caller))


async def free(market: Market, deal: str, caller: UUID | None) -> bool:
    async with market.work(None, Role.ENGINE) as work:
        return await may_leave_alone(work, await held(work, deal, caller))


async def waits(market: Market, deal: str) -> bool:
    async with market.work(None, Role.ENGINE) as work:
        try:
            await refuse_open(work, await held(work, deal, None))
        except SampleOpen:
            return True
    return False


async def settle(met: Scene, sample: str, cu: float) -> None:
    for caller in (met.mill, met.yard):
        await met.post(caller, f"{sample}/results", result(cu))


async def test_what_no_longer_meets_what_was_agreed_is_told_to_both(met: Scene) -> None:
    _, sample = await measurable(met)
    await settle(met, sample, 0.40)

    for caller in (met.mill, met.yard):
        judged = (await get(caller, sample))["judged"]
        assert (judged["before"], judged["after"]) == ("in_specification", "out_of_specification")
        assert judged["fails"] is True
        # of copper nothing counts but what was settled, though the lot had reported 0.20 %
        assert judged["evaluation"]["limits"][0]["measured"] == 0.4
        assert "sample_failed" in (await caller.get("/v1/notices")).text


async def test_either_side_may_leave_a_sample_that_failed_and_nobody_else(met: Scene, market: Market) -> None:
    deal, sample = await measurable(met)
    mill, overseer, yard = (party.id for party in met.parties)
    assert not await free(market, deal, mill)

    await settle(met, sample, 0.40)

    assert [await free(market, deal, caller) for caller in (mill, yard, overseer, None)] == [True, True, False, False]


async def test_nobody_leaves_alone_what_still_holds(met: Scene, market: Market) -> None:
    deal, sample = await measurable(met)
    await settle(met, sample, 0.21)
    assert not await free(market, deal, met.parties[0].id)


async def test_nobody_leaves_while_another_sample_may_turn_the_verdict(met: Scene, market: Market) -> None:
    deal, sample = await measurable(met)
    other = await received(met, deal, seal="CAP-2")
    await settle(met, sample, 0.27)
    assert (await get(met.mill, sample))["judged"]["fails"]
    assert not await free(market, deal, met.parties[0].id)

    # together 0.22 %, give or take what lies between them
    await settle(met, other, 0.17)

    assert not (await get(met.mill, other))["judged"]["fails"]
    assert not await free(market, deal, met.parties[0].id)


async def test_a_contract_waits_for_every_sample(met: Scene, market: Market) -> None:
    deal = await agreed(met)
    assert not await waits(market, deal)
    sample = await received(met, deal)
    other = await requested(met, deal)
    assert await waits(market, deal)
    await settle(met, sample, 0.21)
    assert await waits(market, deal)
    await met.post(met.yard, f"{other}/cancel", {"reason": "One is enough."})
    assert not await waits(market, deal)


async def test_no_contract_is_signed_while_a_sample_is_open(met: Scene) -> None:
    deal, sample = await measurable(met)

    refused = await met.mill.post(f"/v1/deals/{deal}/contract")
    await settle(met, sample, 0.21)
    signed = await met.mill.post(f"/v1/deals/{deal}/contract")

    assert (refused.status_code, refused.json()["code"]) == (409, "sample_open")
    assert signed.status_code == 200, signed.text


async def test_a_side_that_a_failed_sample_set_free_leaves_alone_and_the_stock_is_free(met: Scene) -> None:
    deal, sample = await measurable(met)
    await settle(met, sample, 0.40)

    left = await met.post(met.yard, f"deals/{deal}/cancel", {"reason": "The copper is too high."})

    assert left["status"] == "withdrawn"
    seen = await get(met.mill, sample)
    assert (seen["turn"], seen["allowed"]) == ("nobody", [])
    lot = await get(met.yard, f"lots/{met.lots[0]}")
    assert lot["remaining_tonnes"] == lot["quantity"]["tonnes"]


async def test_the_splitting_limit_of_the_contract_counts(met: Scene) -> None:
    contract = {"splitting": [{"analyte": "Cu", "limit": 60, "unit": "ppm"}]}
    sample = await received(met, await agreed(met, contract=contract))
    await met.post(met.mill, f"{sample}/results", result(0.210))
    disputed = await met.post(met.yard, f"{sample}/results", result(0.217))
    (one,) = disputed["settlement"]
    assert (one["limit"], one["limit_from"], one["difference"], one["how"]) == (0.006, "contract", 0.007, None)


async def test_the_agreed_limit_counts_and_not_the_one_that_gave_way(met: Scene) -> None:
    deal = await agreed(met, relaxations=[{"limit": 0, "relax_to": 0.33}])
    sample = await received(met, deal)
    await settle(met, sample, 0.30)
    judged = (await get(met.mill, sample))["judged"]
    assert (judged["after"], judged["evaluation"]["limits"][0]["max"]) == ("in_specification", 0.33)


@pytest.mark.parametrize("reader", ["mill", "yard"])
async def test_the_trail_tells_the_two_sides_what_happened(met: Scene, reader: str) -> None:
    deal, sample = await measurable(met)
    await settle(met, sample, 0.21)
    events = (await get(getattr(met, reader), f"deals/{deal}/events"))["items"]
    acts = [(event["by"], event["act"]) for event in reversed(events) if "sample" in event["act"]]
    assert acts == [
        ("buyer", "request_sample"),
        ("seller", "sample_send"),
        ("buyer", "sample_receive"),
        ("buyer", "sample_file"),
        ("seller", "sample_file"),
    ]


async def test_of_a_deal_with_several_recyclers_each_sees_its_own_samples(market: Market, api: Application) -> None:
    async with scene(market, api, yards=2, overseen=False, lots=[{"assays": CLEAN}, {"assays": CLEAN}]) as met:
        sample = await requested(met, await agreed(met))
        listed = await met.yards[1].get(f"/v1/{sample.rpartition('/')[0]}")
        assert listed.status_code == 404
        async with market.work(met.parties[3].id) as work:
            assert await work.connection.fetchval("select count(*) from sample") == 0


@pytest.mark.parametrize(("found", "holds"), [(0.26, True), (0.40, False)])
async def test_of_a_blend_the_whole_counts_and_not_the_lot_alone(
    market: Market, api: Application, found: float, holds: bool
) -> None:
    wanted = {"quantity": {"tonnes": 180}, "limits": [{"analytes": ["Cu"], "max": 0.25, "unit": "%"}]}
    async with scene(market, api, yards=2, overseen=False, spec=wanted, lots=[{"assays": CLEAN[:1]}] * 2) as met:
        deal, legs = await blended(met)
        sample = await received(met, deal, leg_id=legs[0]["id"])
        await settle(met, sample, found)

        judged = (await get(met.mill, sample))["judged"]

        assert (judged["after"], judged["blend_holds"]) == ("out_of_specification", holds)
        assert judged["fails"] is not holds
        assert await free(market, deal, met.parties[0].id) is not holds
        # the other recycler reads nothing of it, and may not leave over it
        assert (await get(met.yards[1], f"deals/{deal}/samples"))["items"] == []
        assert (await met.yards[1].get(f"/v1/{sample}")).status_code == 404
        # but that the deal moved on, which its status says too
        trail = (await get(met.yards[1], f"deals/{deal}/events"))["items"]
        assert [one["what"] for one in trail if "sample" in str(one)] == [{"from": "agreed", "to": "sampling"}]
        assert not await free(market, deal, met.parties[3].id)


async def blended(met: Scene) -> tuple[str, list[dict[str, Any]]]:
    """A deal on a blend that all agreed on, and its legs in the order of the yards."""
    blend = (await met.mill.post(f"/v1/specs/{met.spec}/blends", json={})).json()["items"][0]
    deal = str((await met.post(met.mill, "deals", {"blend_id": blend["id"]}, 201))["id"])
    legs = []
    for yard in met.yards:
        await met.post(yard, f"deals/{deal}/take-up")
    for yard in met.yards:
        (leg,) = (await get(yard, f"deals/{deal}"))["legs"]
        legs.append(leg)
        await met.post(yard, f"deals/{deal}/offers", TERMS | {"tonnes": leg["tonnes"]})
    for offer in (await get(met.mill, f"deals/{deal}/offers"))["items"]:
        struck = await met.post(met.mill, f"deals/{deal}/offers/{offer['id']}/accept")
    assert struck["status"] == "agreed", struck
    return deal, legs
