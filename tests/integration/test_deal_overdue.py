"""What never comes or is never taken: both sides are told, either may claim, a coordinator ends it, stock is free."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio

from market.app import Application
from market.deals.contract.structs import ContractTerms
from market.http.examples import CLAIM_ANSWER, REASON
from specs.kit import clock
from tests.support.deals import Scene, scene
from tests.support.deliveries import (
    acts,
    contracted,
    dispatched,
    overdue,
    oversee,
    planned,
    received,
    remaining,
    reminded,
    settled,
    stock,
    told,
    waiting,
)
from tests.support.market import Market

MISSING = {"kind": "non_delivery", "severity": "major", "text": "Nothing came.", "remedy": "other"}
REFUSED = MISSING | {"kind": "non_acceptance", "text": "The gate stays shut."}


@pytest_asyncio.fixture
async def met(market: Market, api: Application) -> AsyncIterator[Scene]:
    async with scene(market, api, overseen=False) as found:
        yield found


async def disputed(met: Scene, market: Market, deal: str, by: httpx.AsyncClient, **draft: Any) -> str:
    """The id of a claim that a coordinator has to decide."""
    await oversee(market, met)
    claim = await met.post(by, f"deals/{deal}/claims", MISSING | draft, 201)
    other = met.yard if by is met.mill else met.mill
    await met.post(other, f"deals/{deal}/claims/{claim['id']}/answer", CLAIM_ANSWER | {"amount": None})
    await met.post(by, f"deals/{deal}/claims/{claim['id']}/escalate")
    return str(claim["id"])


def word(outcome: str, *claims: str, **fates: str) -> dict[str, Any]:
    """A resolution that upholds these claims."""
    rulings = [{"claim_id": claim, "finding": "upheld", "text": "So it is."} for claim in claims]
    portions = [{"delivery_id": one, "fate": fate, "text": "By the papers."} for one, fate in fates.items()]
    return {"outcome": outcome, "reason": "It is over.", "rulings": rulings, "portions": portions}


def ident(path: str) -> str:
    return path.rpartition("/")[2]


async def test_both_sides_and_who_oversees_are_told_once_of_what_is_overdue(met: Scene, market: Market) -> None:
    deal = await contracted(met)
    await oversee(market, met)
    quiet = (await met.mill.get(f"/v1/deals/{deal}")).json()
    await overdue(market, deal)

    ran = [await reminded(market), await reminded(market)]

    shown = (await met.mill.get(f"/v1/deals/{deal}")).json()
    assert ran == [1, 0]
    assert [(await told(caller))[0] for caller in (met.mill, met.yard, met.coordinator)] == ["delivery_overdue"] * 3
    assert (await acts(met.yard, deal))[-1] == "remind"
    assert (quiet["overdue_since"], shown["deadline"]) == (None, None)
    assert shown["overdue_since"] is not None


async def test_a_coordinator_finds_the_deals_that_are_stuck(met: Scene, market: Market) -> None:
    deal = await contracted(met)
    await oversee(market, met)
    before = (await met.coordinator.get("/v1/deals?overdue=true")).json()["items"]
    await overdue(market, deal)
    await reminded(market)

    stuck = (await met.coordinator.get("/v1/deals?overdue=true")).json()["items"]

    assert (before, [one["id"] for one in stuck]) == ([], [deal])


async def test_a_portion_that_is_sent_ends_the_delay(met: Scene, market: Market) -> None:
    deal = await contracted(met)
    await overdue(market, deal)
    await reminded(market)

    await dispatched(met, deal, 100)

    assert (await met.mill.get(f"/v1/deals/{deal}")).json()["overdue_since"] is None


@pytest.mark.parametrize(("side", "draft"), [("mill", MISSING), ("yard", REFUSED)])
async def test_a_claim_of_what_does_not_come_waits_for_the_grace(
    met: Scene, market: Market, side: str, draft: dict[str, Any]
) -> None:
    deal = await contracted(met)
    caller = getattr(met, side)

    early = await caller.post(f"/v1/deals/{deal}/claims", json=draft)
    await overdue(market, deal)
    claim = await met.post(caller, f"deals/{deal}/claims", draft, 201)

    assert early.json()["code"] == "claim_too_early"
    # the window's last day, and its grace
    possible = clock.end_of(date.fromisoformat(met.days["until"]) + timedelta(days=ContractTerms().grace_days))
    assert early.json()["params"] == {"next": possible.isoformat()}
    assert (claim["delivery_id"], claim["kind"], claim["state"]) == (None, draft["kind"], "open")


async def test_each_kind_is_claimed_by_its_own_side(met: Scene, market: Market) -> None:
    deal = await contracted(met)
    await overdue(market, deal)

    refused = [
        await met.yard.post(f"/v1/deals/{deal}/claims", json=MISSING),
        await met.mill.post(f"/v1/deals/{deal}/claims", json=REFUSED),
    ]

    assert [e["code"] for answer in refused for e in answer.json()["errors"]] == ["kind_of_other_side"] * 2


@pytest.mark.parametrize("outcome", ["withdrawn", "completed"])
async def test_a_coordinator_ends_a_deal_of_which_nothing_came_and_all_is_free(
    met: Scene, market: Market, outcome: str
) -> None:
    before = await remaining(met)
    deal = await contracted(met)
    await overdue(market, deal)
    claim = await disputed(met, market, deal, met.mill)

    after = await met.post(met.coordinator, f"deals/{deal}/resolve", word(outcome, claim))

    assert (after["status"], after["overdue_since"], after["deadline"]) == (outcome, None, None)
    assert await stock(market, deal) == {"released": (100_000, 100_000)}
    assert await remaining(met) == before


async def test_a_portion_that_never_arrived_is_lost_by_the_coordinators_word(met: Scene, market: Market) -> None:
    before = await remaining(met)
    deal = await contracted(met)
    await settled(met, deal, 40)
    gone = await dispatched(met, deal, 30)
    await planned(met, deal, 20)
    await waiting(market, deal)
    await reminded(market)
    assert (await told(met.mill))[0] == "receipt_overdue"
    claim = await disputed(met, market, deal, met.mill, delivery_id=ident(gone))

    refused = await met.coordinator.post(f"/v1/deals/{deal}/resolve", json=word("completed", claim))
    over = await met.post(met.coordinator, f"deals/{deal}/resolve", word("completed", claim, **{ident(gone): "lost"}))

    assert refused.json()["params"]["deliveries"] == [ident(gone)]
    assert over["status"] == "completed"
    assert (await met.yard.get(f"/v1/{gone}")).json()["state"] == "lost"
    assert await stock(market, deal) == {"delivered": (40_000, 40_000), "released": (60_000, 60_000)}
    assert await remaining(met) == (before[0] - 40, before[1] - 40)
    assert "delivery_rule_lost" in await told(met.yard)


@pytest.mark.parametrize("arrived", [False, True])
async def test_a_portion_that_the_buyer_does_not_decide_is_accepted_by_the_coordinators_word(
    met: Scene, market: Market, arrived: bool
) -> None:
    deal = await contracted(met)
    path = await (received if arrived else dispatched)(met, deal, 40)
    await waiting(market, deal)
    claim = await disputed(met, market, deal, met.yard, **REFUSED | {"delivery_id": ident(path)})

    over = await met.post(
        met.coordinator, f"deals/{deal}/resolve", word("completed", claim, **{ident(path): "accepted"})
    )

    found = (await met.mill.get(f"/v1/{path}")).json()
    assert over["status"] == "completed"
    assert (found["state"], found["accepted_tonnes"], found["settlement"]["amount"]["net"]) == ("accepted", 40, 1760000)
    assert await stock(market, deal) == {"delivered": (40_000, 40_000), "released": (60_000, 60_000)}


async def test_a_fate_fits_where_the_portion_stands(met: Scene, market: Market) -> None:
    deal = await contracted(met)
    sent, arrived, planned_only = (
        await dispatched(met, deal, 20), await received(met, deal, 20), await planned(met, deal, 10),
    )  # fmt: skip
    await waiting(market, deal)
    claim = await disputed(met, market, deal, met.mill, delivery_id=ident(sent))
    fates = {ident(sent): "rejected", ident(arrived): "lost", ident(planned_only): "lost"}

    refused = await met.coordinator.post(f"/v1/deals/{deal}/resolve", json=word("completed", claim, **fates))

    assert [(e["pointer"], e["code"]) for e in refused.json()["errors"]] == [
        ("/portions/0/fate", "other_fate"),
        ("/portions/1/fate", "other_fate"),
        ("/portions/2/delivery_id", "not_undecided"),
    ]


async def test_an_open_claim_that_nobody_escalated_does_not_keep_the_coordinator_from_an_end(
    met: Scene, market: Market
) -> None:
    deal = await contracted(met)
    await overdue(market, deal)
    other = (await met.post(met.yard, f"deals/{deal}/claims", REFUSED, 201))["id"]
    claim = await disputed(met, market, deal, met.mill)

    refused = await met.coordinator.post(f"/v1/deals/{deal}/resolve", json=word("withdrawn", claim))
    over = await met.post(met.coordinator, f"deals/{deal}/resolve", word("withdrawn", claim, other))

    assert refused.json()["params"]["claims"] == [other]
    assert over["status"] == "withdrawn"


async def test_where_nobody_could_decide_one_side_alone_leaves_what_is_overdue(met: Scene, market: Market) -> None:
    deal = await contracted(met)

    await overdue(market, deal)

    over = await met.post(met.mill, f"deals/{deal}/cancel", REASON)

    assert over["status"] == "withdrawn"
    assert await stock(market, deal) == {"released": (100_000, 100_000)}


async def test_where_someone_could_decide_both_sides_have_to_ask(met: Scene, market: Market) -> None:
    deal = await contracted(met)
    await oversee(market, met)
    await overdue(market, deal)

    asked = await met.post(met.mill, f"deals/{deal}/cancel", REASON)

    assert asked["status"] == "contracted"


async def test_where_nobody_could_decide_a_recycler_completes_what_the_buyer_does_not_take(
    met: Scene, market: Market
) -> None:
    deal = await contracted(met)
    await settled(met, deal, 40)

    early = await met.yard.post(f"/v1/deals/{deal}/complete")
    await overdue(market, deal)
    over = await met.post(met.yard, f"deals/{deal}/complete")

    assert early.json()["code"] == "not_finished"
    assert over["status"] == "completed"
    assert await stock(market, deal) == {"delivered": (40_000, 40_000), "released": (60_000, 60_000)}
