"""Tenders through the wire: invited, bid for, opened and cancelled."""

import hashlib
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from uuid import UUID

import pytest_asyncio

from market.app import Application
from market.http.examples import REASON
from tests.support.deals import Scene, scene
from tests.support.market import Market
from tests.support.tenders import (
    bid,
    codes,
    digest_by_hand,
    drafted,
    invited,
    open_due,
    opened,
    pass_deadline,
    tomorrow,
)

COPPER = {"limits": [{"analytes": ["Cu"], "max": 0.25, "unit": "%", "negotiable": True}]}


@pytest_asyncio.fixture
async def met(market: Market, api: Application) -> AsyncIterator[Scene]:
    async with scene(market, api, yards=3, spec=COPPER, overseen=False) as found:
        yield found


@pytest_asyncio.fixture
async def overseen(market: Market, api: Application) -> AsyncIterator[Scene]:
    async with scene(market, api, yards=2) as found:
        yield found


async def test_recyclers_of_matching_lots_are_invited_and_the_buyer_learns_only_how_many(met: Scene) -> None:
    made = await met.post(met.mill, "tenders", {"spec_id": met.spec, "deadline": tomorrow(), "tonnes": 200}, 201)

    assert (made["status"], made["side"], made["invited"]) == ("open", "buyer", 3)
    assert made["allowed"] == ["cancel"]
    assert (made["tonnes"], made["remaining_tonnes"]) == (200, 200)
    assert (made["digest"], made["bid_digests"]) == (None, None)
    for yard in met.yards:
        assert await codes(yard) == ["tender_invited"]


async def test_named_lots_invite_their_owners_only(met: Scene) -> None:
    tender = await invited(met, lot_ids=[met.lots[1]])

    assert (await met.yards[1].get(f"/v1/tenders/{tender}")).status_code == 200
    for other in (met.yards[0], met.yards[2]):
        assert (await other.get(f"/v1/tenders/{tender}")).status_code == 404
        assert (await other.get("/v1/tenders")).json()["items"] == []


async def test_who_is_invited_reads_what_is_wanted_but_not_by_whom(met: Scene) -> None:
    tender = await invited(met, message="January, please.")

    answer = await met.yard.get(f"/v1/tenders/{tender}")

    seen = answer.json()
    assert (seen["side"], seen["allowed"]) == ("seller", ["bid", "withdraw_bid"])
    assert (seen["invited"], seen["remaining_tonnes"], seen["awards"]) == (None, None, None)
    assert seen["wanted"]["message"] == "January, please."
    assert seen["spec"]["material"] == "carbon_steel_scrap"
    assert "Deal Mill" not in answer.text
    assert str(met.parties[0].id) not in answer.text


async def test_what_is_wrong_with_a_tender_is_told_at_once(met: Scene) -> None:
    draft = {"spec_id": met.spec, "deadline": "2020-01-01", "tonnes": 9000, "lot_ids": [str(UUID(int=7))]}

    problem = await met.post(met.mill, "tenders", draft, 422)

    found = {(error["pointer"], error["code"]) for error in problem["errors"]}
    assert found == {
        ("/deadline", "deadline_out_of_range"),
        ("/tonnes", "more_than_left"),
        ("/lot_ids/0", "lot_not_shown"),
    }


async def test_what_is_wrong_with_a_bid_is_told_at_once(met: Scene) -> None:
    tender = await invited(met, incoterm="DAP")
    draft = drafted(met, tonnes=500, min_tonnes=501, deliver_from="2020-01-01", price={"currency": "USD"})

    problem = await met.post(met.yard, f"tenders/{tender}/bids", draft, 422)

    assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [
        ("/tonnes", "more_than_left"),
        ("/price/currency", "not_as_wanted"),
        ("/price/incoterm", "not_as_wanted"),
        ("/min_tonnes", "not_within_bid"),
        ("/deliver_from", "day_outside_window"),
    ]


async def test_of_a_lot_the_newest_bid_counts(met: Scene, market: Market) -> None:
    tender = await invited(met)
    older = await bid(met, tender)
    newer = await bid(met, tender, price={"amount": 42000})

    own = (await met.yard.get(f"/v1/tenders/{tender}/bids")).json()["items"]
    assert [(one["no"], one["state"]) for one in own] == [(2, "standing"), (1, "superseded")]
    found = await opened(met, market, tender)
    assert (found["bid_digests"], found["closed_bid_digests"]) == ([newer["digest"]], [older["digest"]])


async def test_a_bid_that_was_withdrawn_is_not_opened(met: Scene, market: Market) -> None:
    tender = await invited(met)
    first, second = await bid(met, tender), await bid(met, tender, 1)
    back = await met.post(met.yard, f"tenders/{tender}/bids/{first['id']}/withdraw")

    assert back["state"] == "withdrawn"
    again = await met.post(met.yard, f"tenders/{tender}/bids/{first['id']}/withdraw", status=409)
    assert again["code"] == "bid_not_standing"
    found = await opened(met, market, tender)
    assert (found["bid_digests"], found["closed_bid_digests"]) == ([second["digest"]], [first["digest"]])


async def test_before_the_deadline_nobody_opens_and_after_it_nobody_bids(met: Scene, market: Market) -> None:
    tender = await invited(met)
    early = await met.post(met.mill, f"tenders/{tender}/open", status=409)
    assert early["code"] == "tender_refused"
    assert early["params"] == {"act": "open", "status": "open", "allowed": ["cancel"]}

    await pass_deadline(market, tender)

    late = await met.post(met.yard, f"tenders/{tender}/bids", drafted(met), 409)
    assert late["params"] == {"act": "bid", "status": "open", "allowed": []}


async def test_a_worker_opens_at_the_first_instant_after_the_last_day_and_once(met: Scene, market: Market) -> None:
    tender = await invited(met)
    placed = await bid(met, tender)
    deadline = datetime.fromisoformat((await met.mill.get(f"/v1/tenders/{tender}")).json()["deadline"])
    assert deadline.hour == 15

    await open_due(market, deadline - timedelta(microseconds=1))
    assert (await met.mill.get(f"/v1/tenders/{tender}")).json()["status"] == "open"
    assert await open_due(market, deadline) >= 1
    assert await open_due(market, deadline) == 0

    found = (await met.mill.get(f"/v1/tenders/{tender}")).json()
    assert (found["status"], found["bid_digests"]) == ("opened", [placed["digest"]])
    assert await codes(met.mill) == ["tender_opened"]


async def test_the_digest_of_a_tender_covers_the_bids_that_were_taken_back(met: Scene, market: Market) -> None:
    tender = await invited(met)
    older = await bid(met, tender)
    await bid(met, tender, price={"amount": 42000})

    found = await opened(met, market, tender)

    assert digest_by_hand(found) == found["digest"]
    assert digest_by_hand(found | {"closed_bid_digests": []}) != found["digest"]
    seen = (await met.yard.get(f"/v1/tenders/{tender}")).json()
    assert older["digest"] in seen["closed_bid_digests"]


async def test_each_bidder_finds_its_bid_in_the_digest_with_its_own_salt(met: Scene, market: Market) -> None:
    tender = await invited(met)
    placed = [await bid(met, tender, yard) for yard in range(3)]
    await opened(met, market, tender)

    for yard, own in zip(met.yards, placed, strict=True):
        found = (await yard.get(f"/v1/tenders/{tender}")).json()
        recomputed = hashlib.sha256(bytes.fromhex(own["salt"]) + own["sealed"].encode()).hexdigest()
        assert recomputed == own["digest"]
        assert recomputed in found["bid_digests"]
        assert digest_by_hand(found) == found["digest"]


async def test_cancelled_all_who_were_invited_are_told_and_the_bids_stay_shut(met: Scene, market: Market) -> None:
    tender = await invited(met)
    await bid(met, tender)

    over = await met.post(met.mill, f"tenders/{tender}/cancel", REASON)

    assert (over["status"], over["reason"], over["allowed"]) == ("cancelled", REASON["reason"], [])
    for yard in met.yards:
        assert await codes(yard) == ["tender_cancelled", "tender_invited"]
    assert (await met.mill.get(f"/v1/tenders/{tender}/bids")).json()["code"] == "bids_sealed"
    await pass_deadline(market, tender)
    assert (await met.post(met.mill, f"tenders/{tender}/open", status=409))["code"] == "tender_refused"


async def test_the_same_bid_sent_twice_with_one_key_is_one_bid(met: Scene) -> None:
    tender = await invited(met)
    path, headers = f"/v1/tenders/{tender}/bids", {"idempotency-key": "once"}

    answers = [await met.yard.post(path, json=drafted(met), headers=headers) for _ in range(2)]

    assert answers[0].content == answers[1].content
    assert len((await met.yard.get(path)).json()["items"]) == 1
