"""How a person signs in is changed only by one who shows anew that it is they: an open session is no proof."""

import re

import httpx
import pytest

from market.app import Application
from market.people.structs import LinkPurpose
from tests.integration.test_console_second_factor import SETUP, enrolled, offered
from tests.support.desk import LANGUAGES
from tests.support.market import Market
from tests.support.people import PASSWORD, Browser, Human, browsing, human, link_path

PASSWORDS = "/console/profile/password"
DROP = "/console/profile/second-factor/drop"
FRESH = "ninety quiet harbours"
WRONG = "not this password"
_FIELD = re.compile(r"<input[^>]*>")
_NAME = re.compile(r' name="([^"]*)"')


def refused(answer: httpx.Response, code: str, field: str = "") -> bool:
    """Refused by that name, on the form's page; the field that is at fault is marked."""
    marked = [tag for tag in _FIELD.findall(answer.text) if 'aria-invalid="true"' in tag]
    named = [name for tag in marked for name in _NAME.findall(tag)]
    told = f'data-problem="{code}"' in answer.text
    return answer.status_code == 403 and told and named == ([field] if field else [])


async def without_password(market: Market) -> Human:
    """A person as the operator lets them in who lost it."""
    someone = await human(market, await market.organisation())
    async with market.superuser() as connection:
        await connection.execute("update person set password_hash = null where id = $1", someone.id)
    return someone


async def by_link(market: Market, someone: Human, browser: Browser, minutes: int = 0) -> None:
    """Signed in by a link that was used so long ago."""
    path = await link_path(market, someone, LinkPurpose.SIGN_IN)
    await browser.see(path)
    assert (await browser.send(path)).status_code == 303
    async with market.superuser() as connection:
        await connection.execute(
            """update console_session set created_at = created_at - $2 * interval '1 minute',
               expires_at = expires_at - $2 * interval '1 minute' where person_id = $1""",
            *(someone.id, minutes),
        )


@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_open_session_sets_up_no_second_factor_without_the_password(
    market: Market, api: Application, language: str
) -> None:
    someone = await human(market, await market.organisation())
    async with browsing(api) as browser:
        browser.client.cookies.set("capillary_language", language, domain="capillary.test", path="/console")
        await browser.sign_in(someone)
        app = await offered(browser)
        for former in ("", WRONG):
            sent = {"former": former, "code": app.now(), "_from": SETUP}
            assert refused(await browser.send(SETUP, sent), "wrong_password", "former")
        assert app.secret in (await browser.see(SETUP)).text.replace(" ", "")


async def test_a_code_is_no_stand_in_for_a_password(market: Market, api: Application) -> None:
    someone = await human(market, await market.organisation())
    async with browsing(api) as browser:
        await browser.sign_in(someone)
        app, _ = await enrolled(browser)
        for path in (PASSWORDS, DROP):
            sent = {"code": app.now(), "/password": FRESH, "_from": "/console/profile"}
            assert refused(await browser.send(path, sent), "wrong_password", "former")


async def test_a_link_that_was_just_used_sets_up_what_is_not_there(market: Market, api: Application) -> None:
    someone = await without_password(market)
    async with browsing(api) as browser:
        await by_link(market, someone, browser, minutes=9)
        await enrolled(browser)
        await browser.see("/console/profile")
        assert (await browser.send(PASSWORDS, {"/password": FRESH})).status_code == 303


async def test_a_link_of_long_ago_sets_up_nothing(market: Market, api: Application) -> None:
    someone = await without_password(market)
    async with browsing(api) as browser:
        await by_link(market, someone, browser, minutes=11)
        app = await offered(browser)
        assert refused(await browser.send(SETUP, {"code": app.now()}), "not_just_opened")
        await browser.see("/console/profile")
        assert refused(await browser.send(PASSWORDS, {"/password": FRESH}), "not_just_opened")
        async with market.superuser() as connection:
            row = await connection.fetchrow(
                "select password_hash, totp_confirmed_at from person where id = $1", someone.id
            )
        assert tuple(row) == (None, None)


async def test_without_a_password_the_second_factor_is_given_up_for_its_code(market: Market, api: Application) -> None:
    someone = await without_password(market)
    async with browsing(api) as browser:
        await by_link(market, someone, browser)
        _, recovery = await enrolled(browser)
        await browser.see("/console/profile")
        for sent in ({}, {"code": "abcdefghjkmn"}, {"former": PASSWORD}):
            assert refused(await browser.send(DROP, {**sent, "_from": "/console/profile"}), "wrong_code", "code")
        assert (await browser.send(DROP, {"code": recovery[0]})).status_code == 303
        assert "/console/sign-in/second-factor" in (await browser.see("/console/profile")).text


async def test_after_the_link_a_first_password_is_set_for_a_code(market: Market, api: Application) -> None:
    someone = await without_password(market)
    async with browsing(api) as browser:
        await by_link(market, someone, browser)
        _, recovery = await enrolled(browser)
    async with browsing(api) as browser:
        await by_link(market, someone, browser, minutes=11)
        await browser.see("/console/sign-in/code")
        assert (await browser.send("/console/sign-in/code", {"code": recovery[0]})).status_code == 303
        await browser.see("/console/profile")
        wrong = {"/password": FRESH, "code": recovery[0], "_from": "/console/profile"}
        assert refused(await browser.send(PASSWORDS, wrong), "wrong_code", "code")
        assert (await browser.send(PASSWORDS, {"/password": FRESH, "code": recovery[1]})).status_code == 303


async def test_guesses_of_the_present_password_run_out(market: Market, api: Application) -> None:
    someone = await human(market, await market.organisation())
    async with browsing(api) as browser:
        await browser.sign_in(someone)
        app = await offered(browser)
        sent = {"former": WRONG, "code": app.now()}
        told = [(await browser.send(SETUP, sent)).status_code for _ in range(6)]
    assert told == [403] * 5 + [429]
