"""Settings on screen: keys that are shown once, and a coordinator's review policy."""

import re

import pytest

from market.app import Application
from market.parties.structs import UserRole
from tests.support.api import client
from tests.support.desk import LANGUAGES, XSS, ministry, page, signed_in, version
from tests.support.market import Market

POLICY = "/console/settings/review-policy"
KEYS = "/console/settings/keys"
WAIVING = {
    "/days:number": "5",
    "/price_band_percent:number": "12.5",
    "/rules/0/review:boolean": "false",
    "/rules/0/when/families:list": "steel",
    "/rules/0/when/max_tonnes:number": "1,000",
    "/rules/0/when/max_value/amount:number": "5000000",
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["manufacturer", "laboratory", "coordinator"])
async def test_everyone_has_settings(market: Market, api: Application, kind: str, language: str) -> None:
    async with signed_in(market, api, await market.organisation(kind), language) as person:
        shown = await page(person, "/console/settings")
        assert (POLICY in shown) is (kind == "coordinator")


async def test_a_key_is_shown_once_and_works_until_it_is_revoked(market: Market, api: Application) -> None:
    yard = await market.organisation("recycler")
    async with signed_in(market, api, yard) as admin:
        made = await admin.send(KEYS, {"/name": f"import {XSS}", "/scopes:list": "listings:read"})
        assert made.status_code == 200
        assert "<script>alert(1)" not in made.text
        [secret] = re.findall(r'id="secret" readonly value="([^"]+)"', made.text)
        listed = await page(admin, KEYS)
        assert secret not in listed
        assert "<script>alert(1)" not in listed
        async with client(api) as program:
            program.headers["authorization"] = f"Bearer {secret}"
            assert (await program.get("/v1/lots")).status_code == 200
            assert (await program.get("/v1/deals")).status_code == 403
            [key] = re.findall(rf'action="({KEYS}/[^"]+/revoke)"', listed)[:1]
            assert (await admin.send(key)).status_code == 303
            assert (await program.get("/v1/lots")).status_code == 401


async def test_a_member_makes_a_key_of_their_own(market: Market, api: Application) -> None:
    async with signed_in(market, api, await market.organisation("recycler"), role=UserRole.MEMBER) as member:
        [user] = re.findall('name="/user_id" value="([^"]+)"', await page(member, KEYS))
        assert (await member.send(KEYS, {"/name": "mine", "/user_id": user})).status_code == 200
        assert (await member.send(KEYS, {"/name": "everyone's"})).status_code == 403


async def test_a_viewer_makes_no_keys(market: Market, api: Application) -> None:
    async with signed_in(market, api, await market.organisation("recycler"), role=UserRole.VIEWER) as viewer:
        assert (await viewer.see(KEYS)).status_code == 403
        assert (await viewer.send(KEYS, {"/name": "mine"})).status_code == 403


async def test_a_form_of_another_site_makes_no_key(market: Market, api: Application) -> None:
    async with signed_in(market, api, await market.organisation("recycler")) as admin:
        assert (await admin.send(KEYS, {"/name": "stolen", "_csrf": "guessed"})).status_code == 403
        assert "stolen" not in await page(admin, KEYS)


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "en",
            "No review</strong>: the family is iron and steel and at most 1,000\u00a0t and worth at most ¥5,000,000",
        ),
        ("ja", "<strong>審査しない</strong>：材料群が 鉄鋼、かつ1,000\u00a0t 以下、かつ金額 ¥5,000,000 以下"),
    ],
)
async def test_a_policy_is_saved_and_told_in_words(market: Market, api: Application, language: str, told: str) -> None:
    async with signed_in(market, api, await ministry(market), language) as desk:
        form = {**WAIVING, "_version": version(await page(desk, POLICY))}
        assert (await desk.send(POLICY, form)).status_code == 303
        assert told in re.sub("[ \\n]+", " ", await page(desk, POLICY))


async def test_the_form_holds_every_band_so_that_saving_it_resets_none(market: Market, api: Application) -> None:
    party = await ministry(market)
    bands = {
        "price_band_percent": 7.5,
        "tonnes_band_percent": 30.0,
        "schedule_band_percent": 15.0,
        "first_offer": "any",
    }
    async with client(api, party) as program, signed_in(market, api, party) as desk:
        await program.put("/v1/review-policy", json=bands, headers={"if-match": "*"})
        shown = await page(desk, POLICY)
        fields = dict(re.findall(r'name="(/(?:days|[a-z]+_band_percent):number)"[^>]*value="([^"]+)"', shown))
        [first] = re.findall(r'name="/first_offer".*?<option value="([a-z_]+)" selected', shown, re.DOTALL)

        await desk.send(POLICY, {**fields, "/first_offer": first, "_version": version(shown)})

        kept = (await program.get("/v1/review-policy")).json()
        assert kept["version"] == 2
        assert {name: kept[name] for name in bands} == bands


async def test_a_preview_saves_nothing(market: Market, api: Application) -> None:
    async with signed_in(market, api, await ministry(market)) as desk:
        form = {**WAIVING, "_version": version(await page(desk, POLICY)), "_preview": "true"}
        answer = await desk.send(POLICY, form)
        assert "nothing is saved yet" in answer.text
        assert "iron and steel and" not in await page(desk, POLICY)


async def test_who_saves_a_policy_second_is_told_of_the_first(market: Market, api: Application) -> None:
    party = await ministry(market)
    async with signed_in(market, api, party) as one, signed_in(market, api, party) as other:
        seen = version(await page(one, POLICY))
        await page(other, POLICY)
        assert (await one.send(POLICY, {**WAIVING, "_version": seen})).status_code == 303
        answer = await other.send(POLICY, {**WAIVING, "/days:number": "9", "_version": seen})
        assert answer.status_code == 412
        assert "now version 1" in answer.text


async def test_a_rule_that_no_deal_reaches_is_refused(market: Market, api: Application) -> None:
    async with signed_in(market, api, await ministry(market)) as desk:
        rules = {"/rules/0/review:boolean": "true", "/rules/1/review:boolean": "false"}
        form = {**rules, "/days:number": "5", "_version": version(await page(desk, POLICY))}
        assert (await desk.send(POLICY, form)).status_code == 422


@pytest.mark.parametrize("path", [POLICY, "/console/settings/freight"])
async def test_policies_are_coordinators(market: Market, api: Application, path: str) -> None:
    async with signed_in(market, api, await market.organisation("manufacturer")) as mill:
        assert (await mill.see(path)).status_code == 403


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_coordinator_reads_what_prices_hauls(market: Market, api: Application, language: str) -> None:
    async with signed_in(market, api, await ministry(market), language) as desk:
        assert 'href="/console/settings/freight/shipped"' in await page(desk, "/console/settings/freight")
        assert "¥33,080" in await page(desk, "/console/settings/freight/shipped")
