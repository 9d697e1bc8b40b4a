"""Permits on screen: declared by their holder, checked by a coordinator."""

import pytest

from market.app import Application
from tests.support.desk import LANGUAGES, XSS, ministry, page, signed_in, version
from tests.support.market import Market
from tests.support.permits import COLLECTS_HERE

DECLARED = {"/kind": "SANPAI_UNPAN", "/number": COLLECTS_HERE, "/materials:list": "steel", "/valid_until": "2030-03-31"}


async def declared(market: Market, api: Application, **more: str) -> tuple[str, str]:
    """Path and page of a permit of a new yard."""
    async with signed_in(market, api, await market.organisation("recycler", f"Yard {XSS}")) as holder:
        answer = await holder.send("/console/permits", {**DECLARED, **more})
        assert answer.status_code == 303, answer.text
        path = answer.headers["location"]
        return path, await page(holder, path)


@pytest.mark.parametrize(("language", "until"), [("en", "31 Mar 2030"), ("ja", "令和12年3月31日")])
async def test_a_holder_declares_a_permit_and_finds_it_in_the_list(
    market: Market, api: Application, language: str, until: str
) -> None:
    async with signed_in(market, api, await market.organisation("recycler"), language) as holder:
        await page(holder, "/console/permits/new")
        answer = await holder.send("/console/permits", DECLARED)
        assert answer.status_code == 303, answer.text
        listed = await page(holder, "/console/permits")
        assert (COLLECTS_HERE in listed, until in listed) == (True, True)


async def test_what_is_wrong_with_a_permit_is_said_of_its_field(market: Market, api: Application) -> None:
    async with signed_in(market, api, await market.organisation("recycler")) as holder:
        answer = await holder.send("/console/permits", {**DECLARED, "/number": "12345678901"}, **{"hx-request": "true"})
        assert answer.status_code == 422
        assert 'data-pointer="/number"' in answer.text
        assert answer.headers["hx-retarget"] == "#problem"


async def test_a_coordinator_confirms_with_an_attestation_and_the_holder_reads_it(
    market: Market, api: Application
) -> None:
    yard = await market.organisation("recycler", "Yard of the check")
    async with signed_in(market, api, yard) as holder, signed_in(market, api, await ministry(market)) as desk:
        path = (await holder.send("/console/permits", DECLARED)).headers["location"]
        assert "Yard of the check" in await page(desk, "/console/permits")
        form = {
            "/outcome": "confirmed",
            "/attestation": "register",
            "/note": XSS,
            "_version": version(await page(desk, path)),
        }
        assert (await desk.send(f"{path}/check", form)).status_code == 303
        read = await page(holder, path)
        assert "the public register agrees" in read
        assert "<script>alert(1)" not in read


async def test_whoever_checks_an_older_version_is_told_which_there_is_now(market: Market, api: Application) -> None:
    yard = await market.organisation("recycler")
    async with signed_in(market, api, yard) as holder, signed_in(market, api, await ministry(market)) as desk:
        path = (await holder.send("/console/permits", DECLARED)).headers["location"]
        seen = version(await page(desk, path))
        changed = {**DECLARED, "/valid_until": "2029-03-31", "_version": seen}
        await page(holder, path)
        assert (await holder.send(path, changed)).status_code == 303
        form = {"/outcome": "confirmed", "/attestation": "document", "/note": "seen it", "_version": seen}
        answer = await desk.send(f"{path}/check", form)
        assert answer.status_code == 412
        assert ("version 1" in answer.text, "version 2" in answer.text, "seen it" in answer.text) == (True, True, True)


async def test_a_field_left_blank_is_emptied(market: Market, api: Application) -> None:
    async with signed_in(market, api, await market.organisation("recycler")) as holder:
        path = (await holder.send("/console/permits", {**DECLARED, "/authority": "Office 9"})).headers["location"]
        form = {**DECLARED, "/authority": "", "_version": version(await page(holder, path))}
        assert (await holder.send(path, form)).status_code == 303
        assert "Office 9" not in await page(holder, path)


async def test_what_a_holder_wrote_is_shown_as_text(market: Market, api: Application) -> None:
    path, shown = await declared(
        market,
        api,
        **{"/kind": "YARD_INDOORS", "/number": "", "/prefecture": "JP-12", "/statement": XSS, "/authority": XSS},
    )
    async with signed_in(market, api, await ministry(market), "ja") as desk:
        for text in (shown, await page(desk, path), await page(desk, "/console/permits")):
            assert "<script>alert(1)" not in text
            assert "<img src=x" not in text


async def test_another_firms_permit_is_not_there(market: Market, api: Application) -> None:
    path, _ = await declared(market, api)
    async with signed_in(market, api, await market.organisation("recycler")) as other:
        assert (await other.see(path)).status_code == 404


async def test_a_withdrawn_permit_stays_in_the_list(market: Market, api: Application) -> None:
    async with signed_in(market, api, await market.organisation("recycler")) as holder:
        path = (await holder.send("/console/permits", DECLARED)).headers["location"]
        form = {"_version": version(await page(holder, path))}
        assert (await holder.send(f"{path}/withdraw", form)).status_code == 303
        assert COLLECTS_HERE in await page(holder, "/console/permits")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_laboratory_has_no_permits(market: Market, api: Application, language: str) -> None:
    async with signed_in(market, api, await market.organisation("laboratory"), language) as laboratory:
        assert (await laboratory.see("/console/permits")).status_code == 403


async def test_a_holder_checks_nothing(market: Market, api: Application) -> None:
    path, _ = await declared(market, api)
    async with signed_in(market, api, await market.organisation("recycler")) as other:
        answer = await other.send(f"{path}/check", {"/outcome": "confirmed", "/attestation": "document"})
        assert answer.status_code == 403


async def test_a_form_of_another_site_declares_nothing(market: Market, api: Application) -> None:
    async with signed_in(market, api, await market.organisation("recycler")) as holder:
        answer = await holder.send("/console/permits", {**DECLARED, "_csrf": "guessed"})
        assert answer.status_code == 403
        assert COLLECTS_HERE not in await page(holder, "/console/permits")
