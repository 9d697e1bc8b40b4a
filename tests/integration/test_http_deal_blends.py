"""A blend from contract to completion: two recyclers, neither of whom learns anything of the other's leg."""

from collections.abc import AsyncIterator

import httpx
import pytest_asyncio

from market.app import Application
from market.http.examples import CLAIM, CONTRACT_TERMS, DISPATCH, REASON, RECEIPT
from tests.support.api import published
from tests.support.deals import TERMS, Scene, scene
from tests.support.deliveries import acts, planned, settled, stock, told
from tests.support.market import LOT, Market

LEAN = [{"analyte": "Cu", "value": 0.2, "unit": "%", "uncertainty": 0.005}]
SPEC = {
    "grades": [],
    "limits": [{"analytes": ["Cu"], "max": 0.25, "unit": "%"}],
    "quantity": {"tonnes": 200, "max_suppliers": 2},
}
LOTS = {"grade": None, "quantity": {"tonnes": 100}, "assays": LEAN}


@pytest_asyncio.fixture
async def met(market: Market, api: Application) -> AsyncIterator[Scene]:
    async with scene(market, api, yards=2, overseen=False, spec=SPEC, lots=[LOTS, LOTS]) as found:
        yield found


async def blended(met: Scene, tonnes: float = 100) -> str:
    """The id of a contracted deal on a blend of two lots, so many tonnes of each leg."""
    proposed = await met.mill.post(f"/v1/specs/{met.spec}/blends", json={})
    blend = next(one for one in proposed.json()["items"] if len(one["blend"]["takes"]) == 2)
    deal = str((await met.post(met.mill, "deals", {"blend_id": blend["id"]}, 201))["id"])
    for yard in met.yards:
        await met.post(yard, f"deals/{deal}/take-up")
    for yard in met.yards:
        await met.post(yard, f"deals/{deal}/offers", TERMS | {"tonnes": tonnes, "contract": CONTRACT_TERMS})
        offer = (await yard.get(f"/v1/deals/{deal}/offers")).json()["items"][0]
        await met.post(met.mill, f"deals/{deal}/offers/{offer['id']}/accept")
    for party in (met.mill, *met.yards):
        await met.post(party, f"deals/{deal}/contract")
    return deal


async def test_each_recycler_sees_its_own_leg_of_the_contract_and_of_the_signatures(met: Scene) -> None:
    deal = await blended(met)

    whole = (await met.mill.get(f"/v1/deals/{deal}/contract")).json()
    own = [(await yard.get(f"/v1/deals/{deal}/contract")).json()["legs"] for yard in met.yards]

    assert len(whole["legs"]) == 2
    assert sorted(leg["leg_id"] for legs in own for leg in legs) == sorted(leg["leg_id"] for leg in whole["legs"])
    # each knows of its own signature, of the buyer's, and that all have signed
    for yard in met.yards:
        assert (await acts(yard, deal))[-2:] in (["contract", "contract"], ["accept", "contract"])


async def test_portions_and_claims_of_one_leg_are_nothing_to_the_other_recycler(met: Scene, market: Market) -> None:
    deal = await blended(met)
    first, second = met.yards
    seen, notices = await acts(second, deal), await told(second)
    path = await settled(met, deal, 40, 0)
    delivery = path.rpartition("/")[2]
    claim = await met.post(met.mill, f"deals/{deal}/claims", CLAIM | {"delivery_id": delivery}, 201)

    for noun, one in (("deliveries", delivery), ("claims", claim["id"])):
        listed = f"/v1/deals/{deal}/{noun}"
        assert len((await first.get(listed)).json()["items"]) == 1
        assert (await second.get(listed)).json()["items"] == []
        strange = await second.get(f"{listed}/{one}")
        nothing = await second.get(f"{listed}/0199f3a2-7c1e-7d3a-9b52-0c4e1f6a8b01")
        assert (strange.status_code, strange.content) == (404, nothing.content)
    acted = await second.post(f"/v1/{path}/call-off", json=REASON)
    claimed = await second.post(f"/v1/deals/{deal}/claims", json=CLAIM | {"delivery_id": delivery})
    assert (acted.status_code, [e["code"] for e in claimed.json()["errors"]]) == (404, ["no_such_delivery"])
    # that the deal moved on is no secret: its status says it too
    assert sorted(await acts(second, deal)) == sorted([*seen, "deliver"])
    assert await told(second) == notices
    assert await stock(market, deal) == {"committed": (160_000, 160_000), "delivered": (40_000, 40_000)}


async def test_one_leg_delivers_while_the_other_has_not_begun(met: Scene, market: Market) -> None:
    deal = await blended(met)
    await settled(met, deal, 100, 0)

    late = await planned(met, deal, 30, 1)
    refused = await met.yards[0].post(f"/v1/deals/{deal}/complete")
    over = await met.post(met.mill, f"deals/{deal}/complete")

    assert refused.json()["code"] == "not_finished"
    assert over["status"] == "completed"
    assert await stock(market, deal) == {"delivered": (100_000, 100_000), "released": (100_000, 100_000)}
    assert (await met.yards[1].get(f"/v1/{late}")).json()["state"] == "called_off"


async def test_a_blend_is_called_off_only_by_all(met: Scene, market: Market) -> None:
    deal = await blended(met)

    statuses = [(await met.post(p, f"deals/{deal}/cancel", REASON))["status"] for p in (met.mill, *met.yards)]

    assert statuses == ["contracted", "contracted", "withdrawn"]
    assert await stock(market, deal) == {"released": (200_000, 200_000)}


async def test_of_a_leg_with_two_lots_each_portion_is_of_one_and_books_no_more_than_its_own(
    market: Market, api: Application
) -> None:
    async with scene(market, api, overseen=False, spec=SPEC, lots=[LOTS]) as met:
        second = await published(met.yard, "lots", LOT | LOTS | {"available": met.days})
        await met.look()
        deal = await blended(met, 200)
        bare = await met.yard.post(f"/v1/deals/{deal}/deliveries", json={"tonnes": 100})
        made = await met.post(met.yard, f"deals/{deal}/deliveries", {"tonnes": 100, "lot_id": second}, 201)
        path = f"deals/{deal}/deliveries/{made['id']}"
        await met.post(met.yard, f"{path}/dispatch", DISPATCH | {"tonnes": 100.5})
        await met.post(met.mill, f"{path}/receive", RECEIPT | {"tonnes": 100.5})
        taken = await met.post(met.mill, f"{path}/accept", {})

        assert [(e["pointer"], e["code"]) for e in bare.json()["errors"]] == [("/lot_id", "lot_missing")]
        assert taken["accepted_tonnes"] == 100.5
        # the half tonne beyond is nothing of the other lot's
        assert await stock(market, deal) == {"committed": (100_000, 100_000), "delivered": (100_000, 100_000)}


async def test_a_portion_of_a_blend_is_held_against_what_its_own_lot_was_taken_for(
    market: Market, api: Application
) -> None:
    rich = LOTS | {"assays": [LEAN[0] | {"value": 0.27}]}
    async with scene(market, api, yards=2, overseen=False, spec=SPEC, lots=[rich, LOTS]) as met:
        deal = await blended(met)
        found = []
        for yard, copper in ((0, 0.27), (0, 0.4), (1, 0.2), (1, 0.24)):
            path = await planned(met, deal, 20, yard)
            await met.post(met.yards[yard], f"{path}/dispatch", DISPATCH | {"tonnes": 20})
            assays = [{"analyte": "Cu", "value": copper, "unit": "%", "uncertainty": 0.005}]
            found.append(await met.post(met.mill, f"{path}/receive", RECEIPT | {"tonnes": 20, "assays": assays}))

        told = [(one["evaluation"]["verdict"] == "out_of_specification", one["blend_holds"]) for one in found]
        # richer than the spec and just what was promised; far richer; lean as promised; and too rich for the other lot
        assert told == [(False, True), (True, False), (False, True), (False, False)]
        assert {one["judged_by"] for one in found} == {"own_lot"}


async def proposed(met: Scene) -> str:
    """The id of a deal on a blend of two lots that nobody but the mill has taken up."""
    found = (await met.mill.post(f"/v1/specs/{met.spec}/blends", json={})).json()["items"]
    blend = next(one for one in found if len(one["blend"]["takes"]) == 2)
    return str((await met.post(met.mill, "deals", {"blend_id": blend["id"]}, 201))["id"])


async def shown(caller: httpx.AsyncClient, deal: str) -> tuple[object, ...]:
    """All that a recycler can tell of a deal: itself, its tag, its place in the list, and its trail."""
    whole = await caller.get(f"/v1/deals/{deal}")
    listed = [one for one in (await caller.get("/v1/deals")).json()["items"] if one["id"] == deal]
    return whole.headers["etag"], whole.json(), listed, (await caller.get(f"/v1/deals/{deal}/events")).json()


async def test_a_recycler_cannot_tell_whether_another_took_the_blend_up_or_makes_offers(met: Scene) -> None:
    deal = await proposed(met)
    first, second = met.yards
    before = await shown(second, deal)
    await met.post(first, f"deals/{deal}/take-up")
    after = await shown(second, deal)
    await met.post(second, f"deals/{deal}/take-up")
    began = await shown(second, deal)
    await met.post(first, f"deals/{deal}/offers", TERMS)

    assert after == before
    assert await shown(second, deal) == began
    tag = str(began[0])
    stale = await second.post(f"/v1/deals/{deal}/offers", json=TERMS, headers={"If-Match": str(before[0])})
    fresh = await second.post(f"/v1/deals/{deal}/offers", json=TERMS, headers={"If-Match": tag})
    assert (stale.status_code, fresh.status_code) == (412, 200)
    assert fresh.headers["etag"] != tag


async def test_the_turn_in_a_legs_event_is_that_of_the_leg(met: Scene) -> None:
    deal = await proposed(met)
    for yard in met.yards:
        await met.post(yard, f"deals/{deal}/take-up")
    await met.post(met.yards[0], f"deals/{deal}/offers", TERMS)

    trail = (await met.yards[0].get(f"/v1/deals/{deal}/events")).json()["items"]

    assert (trail[0]["act"], trail[0]["what"]["turn"]) == ("offer", "buyer")


async def test_why_a_recycler_steps_back_is_told_to_the_buyer_and_that_it_ended_to_all(met: Scene) -> None:
    deal = await proposed(met)
    first, second = met.yards
    await met.post(first, f"deals/{deal}/decline", REASON)

    trails = [(await p.get(f"/v1/deals/{deal}/events")).json()["items"][0] for p in (met.mill, first, second)]

    assert [one["act"] for one in trails] == ["decline"] * 3
    assert [one["what"].get("what") for one in trails] == [REASON, REASON, None]
    assert trails[2]["what"] == {"from": "proposed", "to": "rejected"}
    assert "deal_declined" in await told(second)


async def test_every_recycler_reads_in_its_trail_that_the_blend_was_agreed(met: Scene) -> None:
    deal = await blended(met)

    for yard in met.yards:
        trail = (await yard.get(f"/v1/deals/{deal}/events")).json()["items"]
        assert [one["act"] for one in trail if one["what"].get("to") == "agreed"][-1] == "accept"


async def test_a_recycler_does_not_learn_what_another_has_left(met: Scene) -> None:
    deal = await proposed(met)
    first, second = met.yards
    for yard in met.yards:
        await met.post(yard, f"deals/{deal}/take-up")
    for yard in met.yards:
        leg = (await yard.get(f"/v1/deals/{deal}")).json()["legs"][0]["id"]
        await met.post(met.mill, f"deals/{deal}/offers", TERMS | {"leg_id": leg})
    await met.post(first, f"lots/{met.lots[0]}/withdraw")
    offers = [(await yard.get(f"/v1/deals/{deal}/offers")).json()["items"][0]["id"] for yard in met.yards]
    await met.post(first, f"deals/{deal}/offers/{offers[0]}/accept")

    refused = await second.post(f"/v1/deals/{deal}/offers/{offers[1]}/accept")

    assert (refused.status_code, refused.json()["code"], refused.json()["params"]) == (409, "blend_outdated", {})


async def test_a_recycler_reads_why_its_leg_voided_the_approval_whoever_accepts_last(
    market: Market, api: Application
) -> None:
    limits = [{"analytes": ["Cu"], "max": 0.25, "unit": "%", "negotiable": True}]
    async with scene(market, api, yards=2, spec=SPEC | {"limits": limits}, lots=[LOTS, LOTS]) as met:
        deal = await proposed(met)
        for yard in met.yards:
            await met.post(yard, f"deals/{deal}/take-up")
        await met.post(met.coordinator, f"deals/{deal}/review", {"act": "approve"})
        for yard, more in zip(met.yards, ({"relaxations": [{"limit": 0, "relax_to": 0.26}]}, {}), strict=True):
            leg = (await yard.get(f"/v1/deals/{deal}")).json()["legs"][0]["id"]
            await met.post(met.mill, f"deals/{deal}/offers", TERMS | {"leg_id": leg} | more)
            offer = (await yard.get(f"/v1/deals/{deal}/offers")).json()["items"][0]["id"]
            await met.post(yard, f"deals/{deal}/offers/{offer}/accept")

        read = [(await yard.get(f"/v1/deals/{deal}/reviews")).json()["items"][0] for yard in met.yards]

        assert [one["act"] for one in read] == ["void", "void"]
        assert [[why["code"] for why in one["voided"]] for one in read] == [["limit_relaxed_further"], []]


async def test_a_blend_is_not_agreed_in_tonnes_that_miss_the_spec_together(market: Market, api: Application) -> None:
    limits = [{"analytes": ["Cu"], "max": 0.25, "unit": "%", "negotiable": True}]
    rich = LOTS | {"assays": [LEAN[0] | {"value": 0.28}]}
    spec = SPEC | {"limits": limits, "quantity": {"tonnes": 200}}
    async with scene(market, api, yards=2, overseen=False, spec=spec, lots=[LOTS, rich]) as met:
        deal = await proposed(met)
        lean, fat = met.yards
        for yard in met.yards:
            await met.post(yard, f"deals/{deal}/take-up")
        most = {yard: (await yard.get(f"/v1/deals/{deal}")).json()["legs"][0]["tonnes"] for yard in met.yards}

        async def offered(yard: httpx.AsyncClient, **terms: object) -> str:
            await met.post(yard, f"deals/{deal}/offers", TERMS | terms)
            return str((await yard.get(f"/v1/deals/{deal}/offers")).json()["items"][0]["id"])

        little, much = await offered(lean, tonnes=20), await offered(fat, tonnes=most[fat])
        await met.post(met.mill, f"deals/{deal}/offers/{little}/accept")
        refused = await met.mill.post(f"/v1/deals/{deal}/offers/{much}/accept")
        await met.post(met.mill, f"deals/{deal}/offers/{little}/retract")
        enough = await offered(lean, tonnes=most[lean])
        await met.post(met.mill, f"deals/{deal}/offers/{enough}/accept")
        agreed = await met.post(met.mill, f"deals/{deal}/offers/{much}/accept")

        assert (refused.status_code, refused.json()["code"]) == (409, "blend_broken")
        assert agreed["status"] == "agreed"


async def test_a_lot_that_fails_by_itself_makes_no_risk_of_a_blend_that_holds(market: Market, api: Application) -> None:
    # of 0.3 % copper alone the spec takes nothing; with as much of 0.15 % both hold it for certain
    lots = [LOTS | {"assays": [LEAN[0] | {"value": copper}]} for copper in (0.3, 0.15)]
    async with scene(market, api, yards=2, spec=SPEC, lots=lots) as met:
        proposed = (await met.mill.post(f"/v1/specs/{met.spec}/blends", json={})).json()["items"]
        blend = next(one for one in proposed if len(one["blend"]["takes"]) == 2)
        deal = (await met.post(met.mill, "deals", {"blend_id": blend["id"]}, 201))["id"]
        for yard in met.yards:
            await met.post(yard, f"deals/{deal}/take-up")
        risk = (await met.coordinator.get(f"/v1/deals/{deal}")).json()["risk"]

    assert blend["blend"]["joint_probability"] > 0.99
    assert "low_probability" not in [one["code"] for one in risk["reasons"]]
    assert "first_deal" in [one["code"] for one in risk["reasons"]]
