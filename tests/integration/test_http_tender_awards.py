"""What comes of opened bids: they are compared, split and awarded, all together or not at all."""

from collections.abc import AsyncIterator
from uuid import UUID

import msgspec
import pytest
import pytest_asyncio

from market.app import Application
from market.http.examples import AWARD, BID, REASON, TENDER
from tests.support.deals import Scene, scene
from tests.support.jobs import ask, running, until
from tests.support.market import Market
from tests.support.tenders import bid, codes, drafted, invited, opened, tomorrow

COPPER = {"limits": [{"analytes": ["Cu"], "max": 0.25, "unit": "%", "negotiable": True}]}


@pytest_asyncio.fixture
async def met(market: Market, api: Application) -> AsyncIterator[Scene]:
    async with scene(market, api, yards=3, spec=COPPER, overseen=False) as found:
        yield found


@pytest_asyncio.fixture
async def overseen(market: Market, api: Application) -> AsyncIterator[Scene]:
    async with scene(market, api, yards=2) as found:
        yield found


async def test_opened_bids_are_compared_by_what_they_cost_at_the_gate(met: Scene, market: Market) -> None:
    tender = await invited(met)
    dear = await bid(met, tender, 0, price={"amount": 44000, "incoterm": "DAP"})
    cheap = await bid(met, tender, 1, price={"amount": 41000, "incoterm": "EXW"})
    shut = await met.mill.get(f"/v1/tenders/{tender}/bids")
    assert (shut.status_code, shut.json()["code"]) == (409, "bids_sealed")
    await opened(met, market, tender)

    found = (await met.mill.get(f"/v1/tenders/{tender}/bids")).json()["items"]

    by_id = {one["id"]: one for one in found}
    assert by_id[dear["id"]]["delivered_price"]["amount"] == 44000
    freight = by_id[cheap["id"]]["delivered_price"]["amount"] - 41000
    assert 0 < freight < 10_000
    assert [one["place"] for one in found] == [1, 2]
    assert found[0]["delivered_price"]["amount"] < found[1]["delivered_price"]["amount"]
    for one in found:
        assert one["verdict"] == "conditionally_acceptable"
        assert 0.9 < one["conformance_probability"] < 1
        assert one["co2_kg_per_t"] > 0
        assert one["lead_days"] > 300
        assert one["lot"]["location"]["prefecture"] is None or one["lot"]["location"]["prefecture"] == "JP-14"


async def test_the_best_split_takes_the_cheapest_bids_first(met: Scene, market: Market) -> None:
    tender = await invited(met, tonnes=150)
    placed = [await bid(met, tender, yard, price={"amount": 50000 - 5000 * yard}) for yard in range(3)]
    await opened(met, market, tender)

    found = await met.post(met.mill, f"tenders/{tender}/split")

    shares = {one["bid_id"]: one["tonnes"] for one in found["awards"]}
    assert found["blend"]["tonnes"] == pytest.approx(150)
    assert shares[placed[2]["id"]] == pytest.approx(100)
    assert shares[placed[1]["id"]] == pytest.approx(50)
    assert placed[0]["id"] not in shares


async def test_a_worker_splits_the_bids_as_they_stand_when_it_runs(met: Scene, market: Market) -> None:
    tender = await invited(met, tonnes=100)
    cheap = await bid(met, tender, 0, price={"amount": 40000})
    await bid(met, tender, 1, price={"amount": 50000})
    await opened(met, market, tender)

    job = await ask(market, met.parties[0], "tender_split", f'{{"tender_id":"{tender}"}}'.encode())
    async with running(market, kinds="market.solving.kinds"):
        done = await until(market, met.parties[0], job)

    assert done.result is not None, done.trouble
    awards = {one["bid_id"]: one["tonnes"] for one in msgspec.json.decode(done.result)["awards"]}
    # of one lot alone the copper is not certain enough, so the dear one has the rest
    assert 50 < awards[cheap["id"]] < 100
    assert sum(awards.values()) == pytest.approx(100)


async def test_awards_open_agreed_deals_and_what_is_left_goes_to_others_later(met: Scene, market: Market) -> None:
    tender = await invited(met, tonnes=150, contract={"claim_days": 21})
    one, two, three = [await bid(met, tender, yard, min_tonnes=20) for yard in range(3)]
    await opened(met, market, tender)

    body = {"awards": [{"bid_id": one["id"], "tonnes": 60}, {"bid_id": two["id"], "tonnes": 40}]}
    first = await met.post(met.mill, f"tenders/{tender}/award", body)

    assert (first["status"], first["remaining_tonnes"]) == ("awarded", 50)
    deals = {award["bid_id"]: award["deal_id"] for award in first["awards"]}
    deal = (await met.yard.get(f"/v1/deals/{deals[one['id']]}")).json()
    assert (deal["status"], deal["origin"], deal["tonnes"]) == ("agreed", "tender", 60)
    offers = (await met.yard.get(f"/v1/deals/{deal['id']}/offers")).json()["items"]
    assert [(offer["side"], offer["state"]) for offer in offers] == [("seller", "accepted")]
    assert offers[0]["terms"]["price"]["amount"] == 43000
    assert offers[0]["terms"]["contract"]["claim_days"] == 21
    assert offers[0]["terms"]["schedule"] == [{"month": met.days["from"][:7], "tonnes": 60}]
    assert (await met.yards[1].get(f"/v1/deals/{deal['id']}")).status_code == 404
    assert [await codes(yard) for yard in met.yards] == [
        ["tender_won", "tender_opened", "tender_invited"],
        ["tender_won", "tender_opened", "tender_invited"],
        ["tender_lost", "tender_opened", "tender_invited"],
    ]

    more = {"awards": [{"bid_id": three["id"], "tonnes": 51}]}
    over = await met.post(met.mill, f"tenders/{tender}/award", more, 422)
    assert [error["code"] for error in over["errors"]] == ["more_than_tender"]
    more["awards"][0]["tonnes"] = 50
    second = await met.post(met.mill, f"tenders/{tender}/award", more)
    assert (second["remaining_tonnes"], second["allowed"]) == (0, ["compare"])
    own = (await met.yards[2].get(f"/v1/tenders/{tender}/bids")).json()["items"][0]
    assert (own["state"], own["awarded_tonnes"]) == ("awarded", 50)


async def test_an_award_goes_to_review_where_a_coordinator_oversees_it_and_is_agreed_by_its_approval(
    overseen: Scene, market: Market
) -> None:
    met = overseen
    tender = await invited(met)
    placed = await bid(met, tender)
    await opened(met, market, tender)

    awarded = await met.post(met.mill, f"tenders/{tender}/award", {"awards": [{"bid_id": placed["id"]}]})

    deal = awarded["awards"][0]["deal_id"]
    shown = (await met.yard.get(f"/v1/deals/{deal}")).json()
    assert (shown["status"], shown["turn"], shown["buyer"]) == ("in_review", "coordinator", None)
    approved = await met.post(met.coordinator, f"deals/{deal}/review", {"act": "approve"})
    assert approved["status"] == "agreed"
    assert (await met.mill.get(f"/v1/lots/{met.lots[0]}")).json()["tonnes"] == 20


async def test_awards_are_made_together_or_not_at_all(met: Scene, market: Market) -> None:
    tender = await invited(met)
    one, two = await bid(met, tender, 0), await bid(met, tender, 1)
    await opened(met, market, tender)
    await met.post(met.yards[1], f"lots/{met.lots[1]}/withdraw")

    body = {"awards": [{"bid_id": one["id"]}, {"bid_id": two["id"]}]}
    refused = await met.post(met.mill, f"tenders/{tender}/award", body, 409)

    assert refused["code"] == "stock_taken"
    assert (await met.mill.get("/v1/deals")).json()["items"] == []
    assert (await met.mill.get(f"/v1/tenders/{tender}")).json()["status"] == "opened"


async def test_an_award_within_the_bid_and_of_a_standing_one(met: Scene, market: Market) -> None:
    tender = await invited(met)
    placed = await bid(met, tender, min_tonnes=50)
    await opened(met, market, tender)

    awards = [{"bid_id": placed["id"], "tonnes": 49}, {"bid_id": str(UUID(int=1))}, {"bid_id": placed["id"]}]
    refused = await met.post(met.mill, f"tenders/{tender}/award", {"awards": awards}, 422)

    assert [(error["pointer"], error["code"]) for error in refused["errors"]] == [
        ("/awards/0/tonnes", "outside_of_bid"),
        ("/awards/1/bid_id", "no_such_bid"),
        ("/awards/2/bid_id", "duplicate"),
    ]


async def test_an_awarded_tender_is_not_cancelled(met: Scene, market: Market) -> None:
    tender = await invited(met)
    placed = await bid(met, tender)
    await opened(met, market, tender)
    await met.post(met.mill, f"tenders/{tender}/award", {"awards": [{"bid_id": placed["id"]}]})

    refused = await met.post(met.mill, f"tenders/{tender}/cancel", REASON, 409)

    assert refused["params"]["allowed"] == ["compare", "split", "award"]


async def test_the_examples_of_the_document_are_accepted(met: Scene, market: Market) -> None:
    tender = await invited(met, **TENDER | {"spec_id": met.spec, "deadline": tomorrow()})
    placed = await bid(met, tender, **BID | {"lot_id": met.lots[0], "deliver_from": met.days["from"]})
    await opened(met, market, tender)
    award = {"awards": [AWARD["awards"][0] | {"bid_id": placed["id"]}]}

    assert (await met.post(met.mill, f"tenders/{tender}/award", award))["status"] == "awarded"


async def test_bids_and_awards_keep_the_least_lot_and_the_number_of_recyclers(market: Market, api: Application) -> None:
    wanted = COPPER | {"quantity": {"tonnes": 3000, "min_lot_tonnes": 30, "max_suppliers": 1}}
    async with scene(market, api, yards=2, spec=wanted, overseen=False) as met:
        tender = await invited(met, tonnes=150)
        small = await met.yards[0].post(f"/v1/tenders/{tender}/bids", json=drafted(met, tonnes=25))
        one, two = [await bid(met, tender, yard, tonnes=60, min_tonnes=10) for yard in range(2)]
        await opened(met, market, tender)

        less = {"awards": [{"bid_id": one["id"], "tonnes": 29}]}
        both = {"awards": [{"bid_id": bidding["id"]} for bidding in (one, two)]}
        refused = [await met.mill.post(f"/v1/tenders/{tender}/award", json=draft) for draft in (less, both)]

        assert [(e["pointer"], e["code"]) for e in small.json()["errors"]] == [("/tonnes", "less_than_least")]
        assert [e["pointer"] for e in refused[0].json()["errors"]] == ["/awards/0/tonnes"]
        assert refused[1].json()["code"] == "too_many_suppliers"
        await met.post(met.mill, f"tenders/{tender}/award", {"awards": [{"bid_id": one["id"]}]})
