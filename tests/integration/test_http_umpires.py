"""Results that differ by more than the splitting limit: who decides, what it sees, and what comes of it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from market.app import Application
from market.http.examples import RESULT, UMPIRE
from market.parties.structs import NewOrganisation
from tests.support.api import client
from tests.support.deals import TERMS, Scene, agreed, negotiating, newest, scene
from tests.support.market import Market
from tests.support.samples import CLEAN, disputed, get, named, received, requested, result, umpired


@pytest_asyncio.fixture
async def met(market: Market, api: Application) -> AsyncIterator[Scene]:
    async with scene(market, api, overseen=False, lots=[{"assays": CLEAN}]) as found:
        yield found


@pytest_asyncio.fixture(scope="module")
async def organisation(market: Market) -> NewOrganisation:
    return await market.organisation("laboratory", "Umpire Laboratory")


@pytest_asyncio.fixture(scope="module")
async def laboratory(api: Application, organisation: NewOrganisation) -> AsyncIterator[httpx.AsyncClient]:
    async with client(api, organisation) as signed_in:
        yield signed_in


async def test_outside_of_the_limit_nothing_is_settled_and_both_see_both_results(met: Scene) -> None:
    _, sample = await disputed(met)
    for caller in (met.mill, met.yard):
        seen = await get(caller, sample)
        assert (seen["state"], seen["turn"], seen["provisional"]) == ("to_umpire", "both", True)
        assert [one["laboratory"] for one in seen["results"]] == ["Mill Laboratory", "Yard Laboratory"]
        assert seen["settlement"][0]["how"] is None
        assert seen["settlement"][0]["difference"] == 0.1
    # 2 % of each value: twice the root of 0.0062² + 0.0042²
    assert seen["settlement"][0]["limit"] == pytest.approx(0.014977, abs=1e-6)
    assert (await get(met.yard, f"lots/{met.lots[0]}"))["rev"] == 1


async def test_a_laboratory_is_asked_once_both_sides_propose_the_same(
    met: Scene, market: Market, organisation: NewOrganisation
) -> None:
    _, sample = await disputed(met)
    other = await market.organisation("laboratory", "Other Laboratory")
    first = await met.post(met.yard, f"{sample}/umpire", named(organisation))
    second = await met.post(met.mill, f"{sample}/umpire", named(other))
    third = await met.post(met.mill, f"{sample}/umpire", named(organisation))
    assert [one["state"] for one in (first, second, third)] == ["to_umpire", "to_umpire", "with_umpire"]
    assert (third["turn"], third["umpire"]["name"]) == ("umpire", "Umpire Laboratory")


async def test_verified_organisations_find_verified_laboratories_by_name(
    met: Scene, market: Market, api: Application, organisation: NewOrganisation
) -> None:
    await market.organisation("laboratory", "Hidden Laboratory", verified=False)
    found = (await get(met.mill, "laboratories"))["items"]
    assert {"id": str(organisation.id), "name": "Umpire Laboratory", "prefecture": "JP-14"} in found
    assert {one["name"] for one in found}.isdisjoint({"Hidden Laboratory", "Deal Yard 0"})
    async with client(api, await market.organisation("recycler", "Unverified Yard", verified=False)) as stranger:
        assert (await get(stranger, "laboratories"))["items"] == []


async def test_only_a_verified_laboratory_decides(met: Scene, market: Market) -> None:
    _, sample = await disputed(met)
    for stranger in (
        await market.organisation("recycler", "No Laboratory"),
        await market.organisation("laboratory", "Unverified Laboratory", verified=False),
    ):
        refused = await met.mill.post(f"/v1/{sample}/umpire", json=named(stranger))
        assert refused.status_code == 422
        assert [one["code"] for one in refused.json()["errors"]] == ["no_such_laboratory"]


async def test_the_umpire_sees_what_to_measure_and_neither_results_nor_names(
    met: Scene, laboratory: httpx.AsyncClient, organisation: NewOrganisation
) -> None:
    deal, sample, own = await umpired(met, organisation)

    seen = await get(laboratory, own)

    assert (seen["state"], seen["allowed"], seen["seal"]) == ("with_umpire", ["decide"], "CAP-1")
    assert [one["analyte"] for one in seen["analytes"]] == ["Cu"]
    assert (seen["buyer"], seen["seller"], seen["result"]) == (None, None, None)
    text = (await laboratory.get(f"/v1/{own}")).text + (await laboratory.get("/v1/samples")).text
    for hidden in ("0.31", "0.21", "Mill", "Yard", deal):
        assert hidden not in text
    for path in (sample, f"deals/{deal}", f"deals/{deal}/samples"):
        assert (await laboratory.get(f"/v1/{path}")).status_code == 404
    assert "umpire_asked" in (await laboratory.get("/v1/notices")).text


async def test_the_umpire_is_told_names_that_both_sides_opened_by_themselves(
    met: Scene, laboratory: httpx.AsyncClient, organisation: NewOrganisation
) -> None:
    deal = await negotiating(met)
    for caller in (met.mill, met.yard):
        await met.post(caller, f"deals/{deal}/names")
    await met.post(met.yard, f"deals/{deal}/offers", TERMS)
    await met.post(met.mill, f"deals/{deal}/offers/{(await newest(met.mill, deal))['id']}/accept")
    sample = await received(met, deal)
    for caller, found in ((met.mill, 0.31), (met.yard, 0.21)):
        await met.post(caller, f"{sample}/results", result(found))
    for caller in (met.mill, met.yard):
        await met.post(caller, f"{sample}/umpire", named(organisation))

    seen = await get(laboratory, f"samples/{sample.rpartition('/')[2]}")

    assert (seen["buyer"]["name"], seen["seller"]["name"]) == ("Deal Mill", "Deal Yard 0")


async def test_a_laboratory_sees_no_sample_but_its_own(
    met: Scene, market: Market, api: Application, organisation: NewOrganisation
) -> None:
    _, _, own = await umpired(met, organisation)
    async with client(api, await market.organisation("laboratory", "Rival Laboratory")) as rival:
        assert (await rival.get(f"/v1/{own}")).status_code == 404
        assert (await rival.post(f"/v1/{own}/results", json=result(0.3))).status_code == 404
        assert (await get(rival, "samples"))["items"] == []


async def test_the_umpire_settles_and_who_was_farther_away_pays(
    met: Scene, laboratory: httpx.AsyncClient, organisation: NewOrganisation
) -> None:
    _, sample, own = await umpired(met, organisation)

    decided = await met.post(laboratory, f"{own}/results", result(0.23, "Umpire Laboratory"))

    assert (decided["state"], decided["turn"]) == ("settled", "nobody")
    settled = await get(met.mill, sample)
    (one,) = settled["settlement"]
    assert (one["how"], one["payer"], one["assay"]["value"]) == ("umpire_mean", "buyer", 0.22)
    assert "umpire_owed" in (await met.mill.get("/v1/notices")).text
    assert "umpire_owed" not in (await met.yard.get("/v1/notices")).text
    assert [found["side"] for found in settled["results"]] == ["buyer", "seller", "umpire"]
    lot = await get(met.yard, f"lots/{met.lots[0]}")
    assert (lot["rev"], lot["assays"][-1]["value"]) == (settled["lot_rev"], 0.22)
    deal = sample.split("/")[1]
    assert (await get(met.mill, f"deals/{deal}/events"))["items"][0]["by"] == "umpire"


async def test_the_umpire_measures_only_what_is_in_dispute(
    met: Scene, laboratory: httpx.AsyncClient, organisation: NewOrganisation
) -> None:
    sample = await received(met, await agreed(met), analytes=[{"analyte": "Cu"}, {"analyte": "Ni"}])
    nickel = {"analyte": "Ni", "value": 0.04, "unit": "%"}
    for caller, found in ((met.mill, 0.31), (met.yard, 0.21)):
        document = result(found)
        await met.post(caller, f"{sample}/results", document | {"assays": [*document["assays"], nickel]})
    for caller in (met.mill, met.yard):
        await met.post(caller, f"{sample}/umpire", named(organisation))
    own = f"samples/{sample.rpartition('/')[2]}"

    assert [one["analyte"] for one in (await get(laboratory, own))["analytes"]] == ["Cu"]
    refused = await laboratory.post(f"/v1/{own}/results", json=RESULT)
    assert "not_wanted" in [one["code"] for one in refused.json()["errors"]]
    await met.post(laboratory, f"{own}/results", result(0.23))
    settled = await get(met.mill, sample)
    assert [one["how"] for one in settled["settlement"]] == ["umpire_mean", "mean"]


async def test_an_umpire_that_decides_twice_at_once_settles_once(
    met: Scene, laboratory: httpx.AsyncClient, organisation: NewOrganisation
) -> None:
    _, _, own = await umpired(met, organisation)
    answers = await asyncio.gather(
        *(laboratory.post(f"/v1/{own}/results", json=result(found)) for found in (0.23, 0.24))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert (await get(met.yard, f"lots/{met.lots[0]}"))["rev"] == 2


async def test_a_coordinator_names_the_umpire_and_sees_no_sealed_result(
    market: Market, api: Application, organisation: NewOrganisation
) -> None:
    async with scene(market, api, lots=[{"assays": CLEAN}]) as met:
        sample = await received(met, await approved(met))
        await met.post(met.yard, f"{sample}/results", result(0.2134567))
        assert "0.2134567" not in (await met.coordinator.get(f"/v1/{sample}")).text
        assert "0.2134567" not in (await met.coordinator.get(f"/v1/deals/{sample.split('/')[1]}/events")).text
        early = await met.coordinator.post(f"/v1/{sample}/umpire", json=named(organisation))
        await met.post(met.mill, f"{sample}/results", result(0.31))

        seen = await get(met.coordinator, sample)
        after = await met.post(met.coordinator, f"{sample}/umpire", named(organisation))

        assert early.status_code == 409
        assert (seen["allowed"], len(seen["results"])) == (["name_umpire"], 2)
        assert (after["state"], after["umpire"]["name"]) == ("with_umpire", "Umpire Laboratory")
        assert "sample_to_umpire" in (await met.coordinator.get("/v1/notices")).text


async def approved(met: Scene) -> str:
    """A deal that a coordinator let through, agreed."""
    deal = (await met.open())["id"]
    await met.post(met.yard, f"deals/{deal}/take-up")
    await met.post(met.coordinator, f"deals/{deal}/review", {"act": "approve"})
    await met.post(met.yard, f"deals/{deal}/offers", TERMS)
    offer = await newest(met.mill, deal)
    struck: dict[str, Any] = await met.post(met.mill, f"deals/{deal}/offers/{offer['id']}/accept")
    assert struck["status"] == "agreed", struck
    return str(deal)


async def test_the_example_of_an_umpires_result_is_accepted(
    met: Scene, laboratory: httpx.AsyncClient, organisation: NewOrganisation
) -> None:
    sample = await received(met, await agreed(met), analytes=[{"analyte": "Cu"}, {"analyte": "Ni"}])
    for caller, cu, ni in ((met.mill, 0.31, 0.20), (met.yard, 0.21, 0.06)):
        assays = [{"analyte": "Cu", "value": cu, "unit": "%"}, {"analyte": "Ni", "value": ni, "unit": "%"}]
        await met.post(caller, f"{sample}/results", {"laboratory": "Own Laboratory", "assays": assays})
    for caller in (met.mill, met.yard):
        await met.post(caller, f"{sample}/umpire", named(organisation))

    decided = await met.post(laboratory, f"samples/{sample.rpartition('/')[2]}/results", RESULT)

    assert (decided["state"], decided["result"]["laboratory"]) == ("settled", RESULT["laboratory"])
    copper, nickel = (await get(met.mill, sample))["settlement"]
    assert (copper["assay"]["value"], copper["payer"]) == (0.2205, "buyer")
    # outside of both, below 0.05 %: the nearer one is final
    assert (nickel["how"], nickel["assay"]["value"], nickel["payer"]) == ("nearer", 0.06, "buyer")


async def test_the_example_of_an_umpire_has_the_right_form(met: Scene) -> None:
    _, sample = await disputed(met)
    refused = await met.mill.post(f"/v1/{sample}/umpire", json=UMPIRE)
    assert [one["code"] for one in refused.json()["errors"]] == ["no_such_laboratory"]


async def test_nobody_asks_an_umpire_where_there_is_nothing_to_decide(
    met: Scene, organisation: NewOrganisation
) -> None:
    sample = await requested(met, await agreed(met))
    refused = await met.mill.post(f"/v1/{sample}/umpire", json=named(organisation))
    assert (refused.status_code, refused.json()["code"]) == (409, "sample_refused")
