"""No yard delivers that neither holds what its place asks for nor has declared why nothing is due there."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio

from market.app import Application
from market.http.examples import DISPATCH, PERMIT_CHECK
from specs.kit import clock
from tests.support.deals import TERMS, Scene, agreed, negotiating, newest, scene
from tests.support.deliveries import contracted, planned
from tests.support.market import Market
from tests.support.yards import CHIBA, INDOORS, YARD

YESTERDAY = clock.today(datetime.now(UTC)) - timedelta(days=1)


@pytest_asyncio.fixture
async def met(market: Market, api: Application) -> AsyncIterator[Scene]:
    async with scene(market, api, lots=[CHIBA]) as found:
        yield found


@pytest_asyncio.fixture
async def alone(market: Market, api: Application) -> AsyncIterator[Scene]:
    """Whom nobody oversees."""
    async with scene(market, api, lots=[CHIBA], overseen=False) as found:
        yield found


async def declare(caller: httpx.AsyncClient, permit: dict[str, Any], **changes: Any) -> str:
    """The path of what was declared."""
    made = await caller.post("/v1/permits", json=permit | changes)
    assert made.status_code == 201, made.text
    return str(made.headers["location"])


async def matches(met: Scene, *, near: bool = False) -> list[dict[str, Any]]:
    """What the yard is shown of its lot and the scene's spec."""
    answer = await met.yard.get(f"/v1/lots/{met.lots[0]}/matches?near_misses={str(near).lower()}")
    return [item for item in answer.json()["items"] if item["spec"]["id"] == met.spec]


def flags(item: dict[str, Any]) -> list[str]:
    return [flag["code"] for flag in item["evaluation"]["flags"] if "exemption" in flag["code"]]


async def test_a_match_and_a_deal_say_ahead_that_the_yard_may_not_deliver(met: Scene) -> None:
    assert await matches(met) == []
    (near,) = await matches(met, near=True)
    refused = await met.mill.post("/v1/deals", json={"spec_id": met.spec, "lot_id": met.lots[0]})
    await declare(met.yard, YARD)

    assert [b["code"] for b in near["evaluation"]["blockers"]] == ["permit_not_valid"]
    assert "holds no valid permit that the yard's place asks for" in near["evaluation"]["blockers"][0]["reason"]
    assert (refused.status_code, refused.json()["params"]) == (409, {"codes": ["permit_not_valid"]})
    assert len(await matches(met)) == 1


async def test_a_declared_exemption_opens_the_match_and_is_flagged_until_it_is_confirmed(met: Scene) -> None:
    exempt = await declare(met.yard, INDOORS)
    (declared,) = await matches(met)
    checked = await met.coordinator.post(f"{exempt}/check", json=PERMIT_CHECK | {"attestation": "authority"})
    (confirmed,) = await matches(met)

    assert flags(declared) == ["exemption_unchecked"]
    assert checked.status_code == 200, checked.text
    assert checked.json()["statement"] == INDOORS["statement"]
    assert checked.json()["check"]["attestation"] == "authority"
    assert flags(confirmed) == []


async def test_an_exemption_that_nobody_checked_speaks_for_a_closer_look_and_one_that_was_refused_opens_nothing(
    met: Scene,
) -> None:
    exempt = await declare(met.yard, INDOORS)
    await met.look()
    deal = await met.open()
    await met.post(met.yard, f"deals/{deal['id']}/take-up")
    seen = (await met.coordinator.get(f"/v1/deals/{deal['id']}")).json()
    await met.coordinator.post(f"{exempt}/check", json=PERMIT_CHECK | {"outcome": "refused"})

    risks = {reason["code"]: reason["params"] for reason in seen["risk"]["reasons"]}
    assert risks["permit_unproven"] == {"permits": ["local_yard"]}
    assert "yard_rules_unknown" not in risks
    assert await matches(met) == []


async def test_an_exemption_without_a_reason_a_place_and_an_end_is_refused(met: Scene) -> None:
    refused = await met.yard.post("/v1/permits", json={"kind": "YARD_INDOORS"})

    assert refused.status_code == 422
    assert [e["pointer"] for e in refused.json()["errors"]] == ["/prefecture", "/statement", "/valid_until"]


async def test_an_exemption_and_its_check_are_events_that_its_holder_reads_in_the_chain(
    met: Scene, market: Market
) -> None:
    exempt = await declare(met.yard, INDOORS)
    await met.coordinator.post(f"{exempt}/check", json=PERMIT_CHECK)
    await met.yard.post(f"{exempt}/withdraw")

    async with market.superuser() as connection:
        rows = await connection.fetch(
            """select e.action, p.payload #>> '{after,statement}' as statement from chain_event e
               join chain_payload p using (chain, seq) where e.chain::text = $1 order by seq""",
            exempt.rsplit("/", 1)[1],
        )
    assert [tuple(row) for row in rows] == [
        (f"permit.{act}", INDOORS["statement"]) for act in ("create", "check", "withdraw")
    ]


async def test_a_contract_is_not_signed_and_nothing_leaves_once_the_exemption_is_gone(alone: Scene) -> None:
    exempt = await declare(alone.yard, INDOORS)
    await alone.look()
    deal = await agreed(alone)
    await alone.yard.post(f"{exempt}/withdraw")
    unsigned = await alone.yard.post(f"/v1/deals/{deal}/contract", headers={"accept-language": "en"})
    exempt = await declare(alone.yard, INDOORS)
    for party in (alone.mill, alone.yard):
        await alone.post(party, f"deals/{deal}/contract")
    path = await planned(alone, deal)
    await alone.yard.post(f"{exempt}/withdraw")
    kept = await alone.yard.post(f"/v1/{path}/dispatch", json=DISPATCH)
    japanese = await alone.yard.post(f"/v1/{path}/dispatch", json=DISPATCH, headers={"accept-language": "ja"})
    await declare(alone.yard, YARD)
    gone = await alone.post(alone.yard, f"{path}/dispatch", DISPATCH)

    for refused in (unsigned, kept):
        assert (refused.status_code, refused.json()["code"]) == (409, "permit_missing")
        assert refused.json()["params"] == {"permits": ["owner:CHIBA_PREF_YARD"]}
        assert "the owner of the lot holds no valid Chiba Prefecture outdoor" in refused.json()["detail"]
    assert "千葉県特定再生資源屋外保管業許可" in japanese.json()["detail"]
    assert gone["state"] == "dispatched"


async def test_used_appliances_leave_only_after_they_were_notified(market: Market, api: Application) -> None:
    used = {"source": "appliance", "origin": "post_consumer"}
    async with scene(market, api, lots=[used], overseen=False) as met:
        before = await matches(met)
        notified = await declare(met.yard, {"kind": "YUUGAI_TODOKEDE", "prefecture": "JP-14", "number": "14-7"})
        await met.look()
        deal = await contracted(met)
        path = await planned(met, deal)
        await met.yard.post(f"{notified}/withdraw")
        refused = await met.yard.post(f"/v1/{path}/dispatch", json=DISPATCH)

    assert before == []
    assert refused.json()["params"] == {"permits": ["owner:YUUGAI_TODOKEDE"]}


async def test_to_state_no_legal_status_opens_no_yard(market: Market, api: Application) -> None:
    async with scene(market, api, lots=[CHIBA | {"legal_status": None}], overseen=False) as met:
        (near,) = await matches(met, near=True)
        await declare(met.yard, YARD)
        after = await matches(met)

    assert [b["code"] for b in near["evaluation"]["blockers"]] == ["permit_not_valid"]
    assert len(after) == 1


async def test_a_yards_permit_asks_for_the_thin_rows_also_of_lots_that_state_no_legal_status(
    market: Market, api: Application
) -> None:
    async with scene(market, api, lots=[CHIBA | {"legal_status": None}], overseen=False) as met:
        async with market.superuser() as above:
            await above.execute("update outbox set done_at = now()")
        await declare(met.yard, YARD)
        async with market.superuser() as above:
            rows = await above.fetch("select topic, object_id::text as id from outbox where done_at is null")

    assert ("lot.changed", met.lots[0]) in [tuple(row) for row in rows]


async def test_an_offer_shows_both_sides_the_permit_that_has_gone_since(alone: Scene) -> None:
    held = await declare(alone.yard, YARD)
    await alone.look()
    deal = await negotiating(alone)
    await alone.post(alone.yard, f"deals/{deal}/offers", TERMS)
    before = await newest(alone.mill, deal)
    await alone.yard.post(f"{held}/withdraw")
    await alone.post(alone.mill, f"deals/{deal}/offers", TERMS)

    assert before["judged"]["evaluations"][0]["blockers"] == []
    for party in (alone.mill, alone.yard):
        (evaluation,) = (await newest(party, deal))["judged"]["evaluations"]
        assert [(b["gate"], b["code"]) for b in evaluation["blockers"]] == [("permit", "permit_not_valid")]
        assert evaluation["score"] == 0


async def test_steps_that_are_promised_open_no_yard(alone: Scene) -> None:
    held = await declare(alone.yard, YARD)
    await alone.look()
    deal = await negotiating(alone)
    await alone.yard.post(f"{held}/withdraw")
    promise = {"step": "SHREDDER_MAGNET", "yield": 0.9}
    await alone.post(alone.yard, f"deals/{deal}/offers", TERMS | {"tonnes": 50, "steps": [promise]})

    (projection,) = (await newest(alone.mill, deal))["judged"]["projections"]
    assert [b["gate"] for b in projection["blockers"]] == ["permit"]


async def test_nothing_leaves_before_the_last_signature(alone: Scene, market: Market) -> None:
    await declare(alone.yard, YARD)
    await alone.look()
    deal = await contracted(alone)
    path = await planned(alone, deal)
    async with market.superuser() as connection:
        await connection.execute(
            "update deal set created_at = created_at - interval '9 days' where id::text = $1", deal
        )
    refused = await alone.yard.post(f"/v1/{path}/dispatch", json=DISPATCH | {"dispatched_on": str(YESTERDAY)})

    assert refused.status_code == 422
    assert [(e["pointer"], e["code"]) for e in refused.json()["errors"]] == [("/dispatched_on", "day_out_of_range")]


async def signed_before(market: Market, deal: str, days: int) -> None:
    """Both signatures were given so many days ago."""
    async with market.superuser() as connection:
        await connection.execute(
            """update chain_event set at = at - make_interval(days => $2)
               where chain::text = $1 and action = 'deal.contract'""",
            *(deal, days),
        )


@pytest.mark.parametrize(("until", "status"), [(YESTERDAY, 409), (None, 200)], ids=["ended", "holds"])
async def test_an_earlier_day_saves_no_permit_that_has_ended_since(
    alone: Scene, market: Market, until: date | None, status: int
) -> None:
    held = await declare(alone.yard, YARD)
    await alone.look()
    deal = await contracted(alone)
    path = await planned(alone, deal)
    await signed_before(market, deal, 9)
    change = {"valid_until": until and until.isoformat()}
    assert (await alone.yard.patch(held, json=change, headers={"if-match": "*"})).status_code == 200

    sent = await alone.yard.post(f"/v1/{path}/dispatch", json=DISPATCH | {"dispatched_on": str(YESTERDAY)})

    assert sent.status_code == status, sent.text
    assert sent.json().get("params") == ({"permits": ["owner:CHIBA_PREF_YARD"]} if until else None)


async def test_a_permit_that_began_after_the_stated_day_lets_nothing_out(alone: Scene, market: Market) -> None:
    exempt = await declare(alone.yard, INDOORS)
    await alone.look()
    deal = await contracted(alone)
    path = await planned(alone, deal)
    await signed_before(market, deal, 9)
    await alone.yard.post(f"{exempt}/withdraw")
    await declare(alone.yard, YARD, valid_from=str(YESTERDAY + timedelta(days=1)))

    early = await alone.yard.post(f"/v1/{path}/dispatch", json=DISPATCH | {"dispatched_on": str(YESTERDAY)})
    today = await alone.yard.post(f"/v1/{path}/dispatch", json=DISPATCH)

    assert (early.status_code, today.status_code) == (409, 200)
