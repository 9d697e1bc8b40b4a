"""Organisations on screen: seen and vouched for by coordinators."""

import re

import pytest

from market.app import Application
from market.parties.structs import Jurisdiction
from tests.support.api import client, published
from tests.support.desk import LANGUAGES, XSS, ministry, page, signed_in
from tests.support.market import LOT, Market
from tests.support.permits import COLLECTS_HERE


@pytest.mark.parametrize(("language", "told"), [("en", "verified · "), ("ja", "確認済み · ")])
async def test_a_coordinator_verifies_an_organisation(
    market: Market, api: Application, language: str, told: str
) -> None:
    newcomer = await market.organisation("recycler", f"Newcomer {language}", verified=False)
    async with signed_in(market, api, await ministry(market), language) as desk:
        assert f"Newcomer {language}" in await page(desk, "/console/organisations?kind=recycler&standing=unverified")
        path = f"/console/organisations/{newcomer.id}"
        assert told not in await page(desk, path)
        assert (await desk.send(f"{path}/verify")).headers["location"] == path
        assert told in await page(desk, path)
        assert (await desk.send(f"{path}/unverify")).status_code == 303
        assert told not in await page(desk, path)


@pytest.mark.parametrize(("language", "sure"), [("en", "Yes, take it back"), ("ja", "はい、取り消します")])
async def test_a_verification_is_taken_back_by_a_second_step_that_says_what_it_does(
    market: Market, api: Application, language: str, sure: str
) -> None:
    yard = await market.organisation("recycler")
    async with signed_in(market, api, await ministry(market), language) as desk:
        shown = await page(desk, f"/console/organisations/{yard.id}")
    (folded,) = re.findall(r"<details class=\"act\">.+?</details>", shown, re.DOTALL)
    assert f'action="/console/organisations/{yard.id}/unverify"' in folded
    assert f'<button class="danger">{sure}</button>' in folded


async def test_a_list_shows_one_kind(market: Market, api: Application) -> None:
    await market.organisation("manufacturer", "A mill among yards")
    async with signed_in(market, api, await ministry(market)) as desk:
        assert "A mill among yards" in await page(desk, "/console/organisations?kind=manufacturer")
        assert "A mill among yards" not in await page(desk, "/console/organisations?kind=recycler")


async def test_an_organisation_is_shown_with_what_it_holds(market: Market, api: Application) -> None:
    yard = await market.organisation("recycler", f"Holder {XSS}")
    async with signed_in(market, api, yard) as holder, signed_in(market, api, await ministry(market)) as desk:
        made = await holder.send(
            "/console/permits",
            {
                "/kind": "SANPAI_UNPAN",
                "/number": COLLECTS_HERE,
                "/materials:list": "steel",
                "/valid_until": "2030-03-31",
            },
        )
        assert made.status_code == 303, made.text
        shown = await page(desk, f"/console/organisations/{yard.id}")
        assert COLLECTS_HERE in shown
        assert "<script>alert(1)" not in shown
        assert "<script>alert(1)" not in await page(desk, "/console/organisations")


async def test_an_organisation_elsewhere_is_not_there(market: Market, api: Application) -> None:
    elsewhere = await market.organisation("recycler", "Far away", prefecture="JP-47")
    here = await market.organisation("coordinator", "Kanagawa", jurisdiction=Jurisdiction(prefectures=("JP-14",)))
    async with signed_in(market, api, here) as desk:
        assert (await desk.see(f"/console/organisations/{elsewhere.id}")).status_code == 404
        assert (await desk.send(f"/console/organisations/{elsewhere.id}/verify")).status_code == 404
        assert "Far away" not in await page(desk, "/console/organisations")


@pytest.mark.parametrize("kind", ["manufacturer", "recycler", "processor", "laboratory"])
async def test_only_coordinators_see_organisations(market: Market, api: Application, kind: str) -> None:
    party = await market.organisation(kind)
    async with signed_in(market, api, party) as other:
        assert (await other.see("/console/organisations")).status_code == 403
        assert (await other.send(f"/console/organisations/{party.id}/verify")).status_code == 403


async def test_whoever_nobody_verified_is_told_why_nothing_is_matched(market: Market, api: Application) -> None:
    newcomer = await market.organisation("recycler", verified=False)
    async with client(api, newcomer) as caller:
        lot = await published(caller, "lots", LOT)
    paths = (
        "/console",
        f"/console/lots/{lot}/matches",
        f"/console/lots/{lot}/matches?near=1",
        f"/console/lots/{lot}/advice",
    )
    async with signed_in(market, api, newcomer) as yard, signed_in(market, api, await ministry(market)) as desk:
        before = [await page(yard, path) for path in paths]
        await desk.send(f"/console/organisations/{newcomer.id}/verify")
    # a session that is open already may remember for a few seconds what its organisation was
    async with signed_in(market, api, newcomer) as yard:
        after = [await page(yard, path) for path in paths]
    banner, reason = "Your organisation is not verified yet.", "Nothing is matched until a coordinator has"
    assert [banner in shown for shown in before] == [True] * 4
    assert [reason in shown for shown in before] == [False, True, True, True]
    assert [banner in shown or reason in shown for shown in after] == [False] * 4


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_coordinator_does_not_vouch_for_itself(market: Market, api: Application, language: str) -> None:
    party = await ministry(market)
    async with signed_in(market, api, party, language) as desk:
        await page(desk, f"/console/organisations/{party.id}")
        assert (await desk.send(f"/console/organisations/{party.id}/verify")).status_code == 403


async def test_a_form_of_another_site_verifies_nobody(market: Market, api: Application) -> None:
    newcomer = await market.organisation("recycler", verified=False)
    async with signed_in(market, api, await ministry(market)) as desk:
        path = f"/console/organisations/{newcomer.id}"
        assert (await desk.send(f"{path}/verify", {"_csrf": "guessed"})).status_code == 403
        assert f"{path}/verify" in await page(desk, path)
