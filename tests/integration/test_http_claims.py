"""Claims through the wire: made in time, answered, settled, or decided by a coordinator while the deal is disputed."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest
import pytest_asyncio

from market.app import Application
from market.http.examples import CLAIM, CLAIM_ANSWER, REASON, RESOLUTION
from market.parties.structs import Jurisdiction
from tests.support.api import client
from tests.support.claims import about, disputed, faults, made, resolution
from tests.support.deals import Scene, scene
from tests.support.deliveries import accepted, acts, contracted, oversee, received, remaining, settled, stock, told
from tests.support.market import Market


@pytest_asyncio.fixture
async def met(market: Market, api: Application) -> AsyncIterator[Scene]:
    async with scene(market, api, overseen=False) as found:
        yield found


async def test_a_claim_is_answered_by_the_other_side_and_settled_by_the_one_who_made_it(met: Scene) -> None:
    deal = await contracted(met)
    portion = await settled(met, deal)

    claim = await made(met, deal, portion)
    opened = (await met.yard.get(f"/v1/{claim}")).json()
    answered = await met.post(met.yard, f"{claim}/answer", CLAIM_ANSWER)
    over = await met.post(met.mill, f"{claim}/settle")

    assert (opened["state"], opened["by"], opened["turn"], opened["allowed"]) == (
        "open", "buyer", "seller", ["answer"],
    )  # fmt: skip
    assert (opened["amount"], opened["currency"]) == (50000, "JPY")
    assert (answered["state"], answered["turn"], answered["answers"][0]["text"]) == ("answered", "buyer", "Granted.")
    assert (over["state"], over["turn"], over["allowed"]) == ("settled", "nobody", [])
    assert over["closed_at"] is not None
    assert (await told(met.yard))[:2] == ["claim_settle", "claim_made"]
    assert (await told(met.mill))[0] == "claim_answer"
    assert (await acts(met.yard, deal))[-3:] == ["claim", "claim_answer", "claim_settle"]


async def test_a_recycler_may_claim_too(met: Scene) -> None:
    deal = await contracted(met)
    portion = await accepted(met, deal)

    claim = await met.post(met.yard, f"deals/{deal}/claims", about(portion, kind="payment", remedy="payment"), 201)

    assert (claim["by"], claim["turn"]) == ("seller", "buyer")


@pytest.mark.parametrize(("days", "status"), [(14, 201), (15, 409)])
async def test_a_claim_is_possible_through_the_last_day_of_the_contract(
    met: Scene, market: Market, days: int, status: int
) -> None:
    deal = await contracted(met)
    portion = await received(met, deal)
    async with market.superuser() as connection:
        await connection.execute(
            """update delivery set received_on = received_on - $2::int, dispatched_on = dispatched_on - $2::int
               where deal_id = $1""",
            UUID(deal),
            days,
        )

    answer = await met.mill.post(f"/v1/deals/{deal}/claims", json=about(portion))

    assert answer.status_code == status
    assert answer.json().get("code") == (None if status == 201 else "claim_too_late")


async def test_a_claim_is_about_a_portion_of_the_deal_that_was_received(met: Scene) -> None:
    deal = await contracted(met)
    await received(met, deal, 20)
    sent = await met.post(met.yard, f"deals/{deal}/deliveries", {"tonnes": 20}, 201)

    strange = await met.mill.post(f"/v1/deals/{deal}/claims", json=CLAIM)
    early = await met.mill.post(f"/v1/deals/{deal}/claims", json=CLAIM | {"delivery_id": sent["id"]})
    none = await met.mill.post(f"/v1/deals/{deal}/claims", json=CLAIM | {"delivery_id": None})

    assert [faults(answer) for answer in (strange, early, none)] == [
        [("/delivery_id", "no_such_delivery")],
        [("/delivery_id", "not_received")],
        [("/delivery_id", "delivery_missing")],
    ]


async def test_an_open_claim_stands_in_the_way_of_completion_until_it_is_withdrawn(met: Scene) -> None:
    deal = await contracted(met)
    claim = await made(met, deal, await settled(met, deal, 100))

    refused = await met.mill.post(f"/v1/deals/{deal}/complete")
    await met.post(met.mill, f"{claim}/withdraw")
    over = await met.post(met.mill, f"deals/{deal}/complete")

    assert refused.json()["params"]["claims"] == [claim.rpartition("/")[2]]
    assert over["status"] == "completed"


async def test_nobody_acts_for_the_other_side(met: Scene) -> None:
    deal = await contracted(met)
    claim = await made(met, deal, await received(met, deal))

    answers = [
        await met.mill.post(f"/v1/{claim}/answer", json=CLAIM_ANSWER),
        await met.yard.post(f"/v1/{claim}/withdraw"),
        await met.yard.post(f"/v1/{claim}/settle"),
        await met.yard.post(f"/v1/{claim}/escalate"),
    ]

    assert [(a.status_code, a.json()["code"]) for a in answers] == [(409, "claim_refused")] * 4


async def test_where_nobody_oversees_the_deal_nobody_can_decide(met: Scene) -> None:
    deal = await contracted(met)
    claim = await made(met, deal, await received(met, deal))
    await met.post(met.yard, f"{claim}/answer", CLAIM_ANSWER)

    refused = await met.mill.post(f"/v1/{claim}/escalate")

    assert (refused.status_code, refused.json()["code"]) == (409, "no_arbiter")


async def test_unanswered_a_claim_goes_to_the_coordinator_after_seven_days(met: Scene, market: Market) -> None:
    deal = await contracted(met)
    claim = await made(met, deal, await received(met, deal))
    await oversee(market, met)

    early = await met.mill.post(f"/v1/{claim}/escalate")
    async with market.superuser() as connection:
        await connection.execute(
            "update claim set created_at = created_at - interval '7 days' where deal_id = $1", UUID(deal)
        )
    late = await met.post(met.mill, f"{claim}/escalate")

    assert early.json()["code"] == "claim_refused"
    assert late["state"] == "escalated"


async def test_while_it_is_disputed_it_is_the_coordinators_turn_and_nothing_leaves(met: Scene, market: Market) -> None:
    deal, _, claim = await disputed(met, market)

    shown = (await met.coordinator.get(f"/v1/deals/{deal}")).json()
    leaves = await met.yard.post(f"/v1/deals/{deal}/deliveries", json={"tonnes": 10})

    assert (shown["status"], shown["turn"], shown["allowed"]) == ("disputed", "coordinator", ["resolve"])
    assert leaves.json()["code"] == "transition_refused"
    assert (await met.coordinator.get(f"/v1/{claim}")).json()["state"] == "escalated"
    assert (await told(met.coordinator))[0] == "deal_disputed"
    assert (await told(met.yard))[0] == "claim_escalate"


async def test_a_coordinator_decides_and_the_deal_goes_on(met: Scene, market: Market) -> None:
    deal, _, claim = await disputed(met, market)

    after = await met.post(met.coordinator, f"deals/{deal}/resolve", resolution(claim))

    decided = (await met.mill.get(f"/v1/{claim}")).json()
    assert (after["status"], after["turn"]) == ("delivering", "both")
    assert (decided["state"], decided["ruling"]["finding"], decided["ruling"]["amount"]) == (
        "decided", "partly_upheld", 25000,
    )  # fmt: skip
    assert (await told(met.mill))[:2] == ["deal_resolved", "claim_decide"]
    assert (await told(met.yard))[:2] == ["deal_resolved", "claim_decide"]
    assert await settled(met, deal, 60)


@pytest.mark.parametrize("outcome", ["completed", "withdrawn"])
async def test_a_coordinator_ends_the_deal_and_what_was_not_delivered_is_free(
    met: Scene, market: Market, outcome: str
) -> None:
    before = await remaining(met)
    deal, _, claim = await disputed(met, market)

    after = await met.post(met.coordinator, f"deals/{deal}/resolve", resolution(claim, outcome=outcome))

    assert (after["status"], after["turn"], after["allowed"]) == (outcome, "nobody", [])
    assert await stock(market, deal) == {"delivered": (40_000, 40_000), "released": (60_000, 60_000)}
    assert await remaining(met) == (before[0] - 40, before[1] - 40)


async def test_a_deal_is_not_ended_while_a_truck_is_on_its_way(met: Scene, market: Market) -> None:
    deal = await contracted(met)
    claim = await made(met, deal, await settled(met, deal))
    moving = await received(met, deal, 30)
    await met.post(met.yard, f"{claim}/answer", CLAIM_ANSWER)
    await oversee(market, met)
    await met.post(met.mill, f"{claim}/escalate")

    refused = await met.coordinator.post(f"/v1/deals/{deal}/resolve", json=resolution(claim, outcome="withdrawn"))
    await met.post(met.mill, f"{moving}/reject", REASON)
    over = await met.post(met.coordinator, f"deals/{deal}/resolve", resolution(claim, outcome="withdrawn"))

    assert refused.json()["params"]["deliveries"] == [moving.rpartition("/")[2]]
    assert over["status"] == "withdrawn"


async def test_every_escalated_claim_needs_its_ruling(met: Scene, market: Market) -> None:
    deal, portion, claim = await disputed(met, market)
    other = await made(met, deal, portion)
    await met.post(met.yard, f"{other}/answer", CLAIM_ANSWER)
    await met.post(met.yard, f"{other}/escalate")

    one = await met.coordinator.post(f"/v1/deals/{deal}/resolve", json=resolution(claim))
    strange = await met.coordinator.post(f"/v1/deals/{deal}/resolve", json=RESOLUTION)

    assert [(e["pointer"], e["code"]) for e in one.json()["errors"]] == [("/rulings", "rulings_missing")]
    assert [e["code"] for e in strange.json()["errors"]] == ["no_such_claim", "rulings_missing"]


async def test_neither_party_nor_another_coordinator_decides(met: Scene, market: Market, api: Application) -> None:
    deal, _, claim = await disputed(met, market)
    elsewhere = Jurisdiction(prefectures=("JP-01",))
    stranger = await market.organisation("coordinator", "Elsewhere", prefecture=None, jurisdiction=elsewhere)

    by_party = await met.mill.post(f"/v1/deals/{deal}/resolve", json=resolution(claim))
    async with client(api, stranger) as caller:
        by_stranger = await caller.post(f"/v1/deals/{deal}/resolve", json=resolution(claim))

    assert (by_party.status_code, by_party.json()["code"]) == (403, "wrong_kind")
    assert by_stranger.status_code == 404
