"""Samples through the wire: on their way, measured under seal, settled within the limit, and part of the lot then."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest_asyncio

from market.app import Application
from market.http.examples import OFFER, REASON, RECEIVING, RESULT, SAMPLE, SENDING
from tests.support.deals import Scene, agreed, scene
from tests.support.market import Market
from tests.support.samples import CLEAN, REQUEST, get, measurable, received, requested, result, sending


@pytest_asyncio.fixture
async def met(market: Market, api: Application) -> AsyncIterator[Scene]:
    async with scene(market, api, overseen=False, lots=[{"assays": CLEAN}]) as found:
        yield found


async def told(caller: Any) -> list[str]:
    return [notice["code"] for notice in (await get(caller, "notices"))["items"]]


async def test_with_the_first_sample_the_deal_is_sampling_and_the_seller_has_the_turn(met: Scene) -> None:
    deal = await agreed(met)

    made = await met.post(met.mill, f"deals/{deal}/samples", REQUEST, 201)
    sample = await get(met.yard, f"deals/{deal}/samples/{made['id']}")

    assert (made["turn"], made["allowed"]) == ("seller", ["cancel"])
    assert (sample["state"], sample["turn"], sample["no"]) == ("requested", "seller", 1)
    assert sample["allowed"] == ["send", "cancel"]
    # the spec's limit on copper is as received; nothing was said of splitting in the contract
    assert sample["analytes"] == [
        {"analyte": "Cu", "unit": "%", "basis": "as_received", "conditions": None, "splitting_limit": None}
    ]
    assert (await get(met.mill, f"deals/{deal}"))["status"] == "sampling"
    assert (await told(met.yard))[0] == "sample_requested"


async def test_only_the_buyer_of_an_agreed_deal_asks_for_samples(met: Scene) -> None:
    deal = await met.open()
    early = await met.mill.post(f"/v1/deals/{deal['id']}/samples", json=REQUEST)
    assert (early.status_code, early.json()["code"]) == (409, "transition_refused")


async def test_a_seller_does_not_ask_for_a_sample_of_its_own_lot(met: Scene) -> None:
    deal = await agreed(met)
    refused = await met.yard.post(f"/v1/deals/{deal}/samples", json=REQUEST)
    assert (refused.status_code, refused.json()["code"]) == (409, "transition_refused")


async def test_a_request_names_every_analyte_and_unit_that_does_not_fit(met: Scene) -> None:
    deal = await agreed(met)
    analytes = [{"analyte": "Cuu"}, {"analyte": "Ni", "unit": "mm"}, {"analyte": "Ni"}]
    refused = await met.mill.post(f"/v1/deals/{deal}/samples", json=REQUEST | {"analytes": analytes})
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json()["errors"]] == [
        "/analytes/2", "/analytes/0/analyte", "/analytes/1/unit",
    ]  # fmt: skip


async def test_an_act_out_of_turn_names_state_turn_and_what_is_allowed(met: Scene) -> None:
    sample = await requested(met, await agreed(met))
    refused = await met.mill.post(f"/v1/{sample}/receive", json={"seal_intact": True})
    assert refused.status_code == 409
    assert refused.json()["code"] == "sample_refused"
    assert refused.json()["params"] == {
        "act": "receive", "state": "requested", "turn": "seller", "allowed": ["cancel"],
    }  # fmt: skip


async def test_a_sample_is_not_sampled_tomorrow(met: Scene) -> None:
    sample = await requested(met, await agreed(met))
    refused = await met.yard.post(f"/v1/{sample}/send", json=sending() | {"sampled_on": "2999-01-01"})
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/sampled_on"]


async def test_a_result_is_sealed_until_the_other_side_has_filed(met: Scene) -> None:
    deal, sample = await measurable(met)
    canary = result(0.2034567, "Canary Laboratory")

    await met.post(met.yard, f"{sample}/results", canary)

    for path in (sample, f"deals/{deal}/samples", f"deals/{deal}/events", f"deals/{deal}", "notices"):
        answer = (await met.mill.get(f"/v1/{path}")).text
        assert "0.2034567" not in answer
        assert "Canary" not in answer
    seen = await get(met.mill, sample)
    assert (seen["filed"], seen["results"], seen["turn"]) == (["seller"], [], "buyer")
    assert "sample_filed" in await told(met.mill)
    own = await get(met.yard, sample)
    assert [one["laboratory"] for one in own["results"]] == ["Canary Laboratory"]


async def test_the_database_itself_keeps_a_result_sealed(met: Scene, market: Market) -> None:
    deal, sample = await measurable(met)
    await met.post(met.yard, f"{sample}/results", result(0.21))
    mill, yard = met.parties[0].id, met.parties[2].id
    found = {}
    for tenant in (mill, yard):
        async with market.work(tenant) as work:
            found[tenant] = await work.connection.fetchval("select count(*) from sample_result")
    assert found == {mill: 0, yard: 1}

    await met.post(met.mill, f"{sample}/results", result(0.21))
    async with market.work(mill) as work:
        assert await work.connection.fetchval("select count(*) from sample_result") == 2
    assert deal


async def test_once_opened_the_digest_proves_that_nothing_was_changed_meanwhile(met: Scene) -> None:
    deal, sample = await measurable(met)
    await met.post(met.yard, f"{sample}/results", result(0.21, method="OES"))
    events = (await get(met.mill, f"deals/{deal}/events"))["items"]
    committed = next(event["what"]["what"]["digest"] for event in events if event["act"] == "sample_file")
    await met.post(met.mill, f"{sample}/results", result(0.21))

    opened = next(one for one in (await get(met.mill, sample))["results"] if one["side"] == "seller")

    document = {"assays": opened["assays"], "laboratory": opened["laboratory"], "measured_on": opened["measured_on"]}
    told = bytes.fromhex(opened["salt"]) + msgspec.json.encode(document, order="sorted")
    assert hashlib.sha256(told).hexdigest() == opened["digest"] == committed


async def test_within_the_limit_the_mean_becomes_part_of_the_lot(met: Scene) -> None:
    deal, sample = await measurable(met)
    before = await get(met.yard, f"lots/{met.lots[0]}")
    await met.post(met.yard, f"{sample}/results", result(0.210, "Yard Laboratory", uncertainty=0.004))
    settled = await met.post(met.mill, f"{sample}/results", result(0.216, "Mill Laboratory"))

    assert (settled["state"], settled["turn"], settled["provisional"]) == ("settled", "nobody", False)
    (one,) = settled["settlement"]
    assert (one["how"], one["payer"], one["difference"], one["limit_from"]) == ("mean", None, 0.006, "catalogue")
    after = await get(met.yard, f"lots/{met.lots[0]}")
    assert after["rev"] == settled["lot_rev"] == before["rev"] + 1
    gained = after["assays"][-1]
    assert {name: gained[name] for name in ("analyte", "value", "statistic", "laboratory", "sample", "basis")} == {
        "analyte": "Cu", "value": 0.213, "statistic": "mean", "basis": "as_received",
        "laboratory": "Mill Laboratory / Yard Laboratory", "sample": "CAP-1",
    }  # fmt: skip
    assert gained["sampled_on"] == sending()["sampled_on"]
    assert after["assays"][:-1] == before["assays"]
    revisions = await get(met.yard, f"lots/{met.lots[0]}/revisions")
    assert len(revisions["items"]) == after["rev"]
    # the deal stays with the revision that it was opened on
    assert (await get(met.mill, f"deals/{deal}"))["legs"][0]["lots"][0]["rev"] == before["rev"]


async def test_the_event_of_the_lot_and_its_assay_row_follow_in_the_same_transaction(
    met: Scene, market: Market
) -> None:
    _, sample = await measurable(met)
    for caller in (met.yard, met.mill):
        last = await met.post(caller, f"{sample}/results", result(0.21))
    async with market.superuser() as connection:
        lot, rev = met.lots[0], last["lot_rev"]
        row = await connection.fetchrow("select * from assay where lot_id = $1 and rev_added = $2", lot, rev)
        told = await connection.fetchval("select count(*) from outbox where object_id = $1 and rev = $2", lot, rev)
        noted = await connection.fetchrow("select * from audit_event where object_id = $1 and rev = $2", lot, rev)
    assert (row["analyte"], row["position"]) == ("Cu", len(CLEAN))
    assert told == 1
    # in the trail of the lot's owner, without saying which person of the other side filed last
    assert (noted["action"], noted["tenant_id"], noted["actor"]) == ("settle", met.parties[2].id, None)


async def test_results_in_other_units_are_compared_in_that_of_the_spec(met: Scene) -> None:
    _, sample = await measurable(met)
    await met.post(met.yard, f"{sample}/results", result(2130, unit="ppm"))
    settled = await met.post(met.mill, f"{sample}/results", result(0.215))
    assert (settled["settlement"][0]["difference"], settled["settlement"][0]["assay"]["value"]) == (0.002, 0.214)


async def test_a_dry_result_needs_its_moisture(met: Scene) -> None:
    _, sample = await measurable(met)
    dry = result(0.25, basis="dry")
    refused = await met.yard.post(f"/v1/{sample}/results", json=dry)
    assert refused.status_code == 422
    assert [(one["pointer"], one["code"]) for one in refused.json()["errors"]] == [("/assays/0", "not_comparable")]

    wet = dry | {"assays": [*dry["assays"], {"analyte": "moisture", "value": 20.0, "unit": "%"}]}
    await met.post(met.yard, f"{sample}/results", wet)
    settled = await met.post(met.mill, f"{sample}/results", result(0.2))
    assert settled["settlement"][0]["difference"] == 0


async def test_every_wanted_analyte_is_filed_once_and_no_other(met: Scene) -> None:
    _, sample = await measurable(met)
    document = result(0.21)
    document["assays"] = [
        {"analyte": "Ni", "value": 0.1, "unit": "%"},
        {"analyte": "Cr", "value": 0.1, "unit": "%"},
        {"analyte": "Cr", "value": 0.2, "unit": "%"},
    ]
    refused = await met.yard.post(f"/v1/{sample}/results", json=document)
    assert [one["code"] for one in refused.json()["errors"]] == [
        "not_wanted", "not_wanted", "duplicate", "result_missing",
    ]  # fmt: skip


async def test_a_side_files_once(met: Scene) -> None:
    _, sample = await measurable(met)
    await met.post(met.yard, f"{sample}/results", result(0.21))
    again = await met.yard.post(f"/v1/{sample}/results", json=result(0.22))
    assert (again.status_code, again.json()["params"]["allowed"]) == (409, [])


async def test_a_result_under_a_key_is_filed_once_and_answered_twice(met: Scene) -> None:
    _, sample = await measurable(met)
    key = {"idempotency-key": "once"}
    answers = [await met.yard.post(f"/v1/{sample}/results", json=result(0.21), headers=key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].content == answers[1].content


async def test_both_sides_file_at_once_and_it_is_settled_exactly_once(met: Scene) -> None:
    deal = await agreed(met)
    before = (await get(met.yard, f"lots/{met.lots[0]}"))["rev"]
    for turn in range(8):
        sample = await received(met, deal, seal=f"CAP-{turn}")
        answers = await asyncio.gather(
            met.mill.post(f"/v1/{sample}/results", json=result(0.212)),
            met.yard.post(f"/v1/{sample}/results", json=result(0.210)),
        )
        assert [answer.status_code for answer in answers] == [200, 200]
        assert sorted(answer.json()["state"] for answer in answers) == ["received", "settled"]
        assert (await get(met.yard, f"lots/{met.lots[0]}"))["rev"] == before + turn + 1


async def test_it_is_provisional_while_another_sample_of_the_lot_is_open(met: Scene) -> None:
    deal, sample = await measurable(met)
    other = await requested(met, deal)
    for caller in (met.yard, met.mill):
        settled = await met.post(caller, f"{sample}/results", result(0.21))
    assert (settled["state"], settled["provisional"]) == ("settled", True)

    await met.post(met.mill, f"{other}/cancel", REASON)
    assert (await get(met.mill, sample))["provisional"] is False


async def test_a_sample_is_called_off_until_someone_has_filed(met: Scene) -> None:
    deal, sample = await measurable(met)
    other = await requested(met, deal)
    await met.post(met.yard, f"{sample}/results", result(0.21))

    refused = await met.mill.post(f"/v1/{sample}/cancel", json=REASON)
    cancelled = await met.post(met.yard, f"{other}/cancel", REASON)

    assert (refused.status_code, refused.json()["code"]) == (409, "sample_refused")
    assert (cancelled["state"], cancelled["reason"]) == ("cancelled", REASON["reason"])


async def test_a_change_on_an_older_version_is_refused(met: Scene) -> None:
    sample = await requested(met, await agreed(met))
    refused = await met.yard.post(f"/v1/{sample}/send", json=sending(), headers={"if-match": '"7"'})
    assert refused.status_code == 412


async def test_a_rival_cannot_tell_a_sample_from_what_does_not_exist(market: Market, api: Application) -> None:
    async with scene(market, api, yards=2, overseen=False, lots=[{"assays": CLEAN}, {}]) as met:
        sample = await requested(met, await agreed(met))
        for method, path in (("GET", sample), ("POST", f"{sample}/send"), ("GET", sample.rpartition("/")[0])):
            body = sending() if method == "POST" else None
            seen = await met.yards[1].request(method, f"/v1/{path}", json=body)
            assert seen.status_code == 404


async def test_the_examples_are_accepted(met: Scene) -> None:
    deal = await agreed(met, **{k: v for k, v in OFFER.items() if k != "relaxations"})
    sample = await requested(met, deal, **SAMPLE)
    await met.post(met.yard, f"{sample}/send", SENDING)
    await met.post(met.mill, f"{sample}/receive", RECEIVING)
    await met.post(met.mill, f"{sample}/results", RESULT)
    settled = await met.post(met.yard, f"{sample}/results", RESULT)
    assert [(one["how"], one["assay"]["value"]) for one in settled["settlement"]] == [("mean", 0.231), ("mean", 0.05)]
    assert settled["settlement"][1]["assay"]["operator"] == "<"
