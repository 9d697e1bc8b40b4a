"""The second factor: set up, asked for, required, given up."""

import asyncio
import re
import time
from datetime import UTC, datetime, timedelta

import httpx
import pyotp

from market.app import Application
from tests.support.api import serving
from tests.support.market import Market
from tests.support.people import PASSWORD, Browser, browsing, human

SETUP = "/console/sign-in/second-factor"
CODE = "/console/sign-in/code"
# seconds that a busy machine may take to look at a code
AHEAD = 5.0


async def offered(browser: Browser) -> pyotp.TOTP:
    """The app, as the page sets it up."""
    page = await browser.see(SETUP)
    typed = re.search(r"<code>([A-Z2-7 ]+)</code>", page.text)
    assert typed is not None
    return pyotp.TOTP(typed[1].replace(" ", ""))


async def enrolled(browser: Browser) -> tuple[pyotp.TOTP, list[str]]:
    """Set it up with an app; the app and the recovery codes. The code of the step before is used up."""
    app = await offered(browser)
    left = app.interval - time.time() % app.interval
    if left < AHEAD:
        # or it would be the code of the step before that, by the time that it is looked at
        await asyncio.sleep(left)
    done = await browser.send(SETUP, {"former": PASSWORD, "code": app.at(datetime.now(UTC) - timedelta(seconds=30))})
    assert done.status_code == 200, done.text
    return app, re.findall(r"<code>([0-9a-z-]+)</code>", done.text)


async def test_once_set_up_the_password_alone_opens_nothing(market: Market, api: Application) -> None:
    someone = await human(market, await market.organisation())
    async with browsing(api) as first, browsing(api) as second:
        await first.sign_in(someone)
        app, _ = await enrolled(first)
        assert (await first.see("/console")).status_code == 200
        await second.sign_in(someone)
        half = await second.see("/console")
        assert (half.status_code, half.headers["location"]) == (303, f"{CODE}?next=%2Fconsole")
        assert (await second.client.get("/v1/users")).status_code == 401
        await second.see(CODE)
        passed = await second.send(CODE, {"code": app.now(), "next": "/console/profile"})
        assert passed.headers["location"] == "/console/profile"
        assert (await second.see("/console")).status_code == 200
        assert (await second.client.get("/v1/users")).status_code == 200


async def test_passing_changes_the_token_so_that_a_copy_from_before_is_worth_nothing(
    market: Market, api: Application
) -> None:
    someone = await human(market, await market.organisation())
    async with browsing(api) as first, browsing(api) as second, browsing(api) as thief:
        await first.sign_in(someone)
        app, _ = await enrolled(first)
        await second.sign_in(someone)
        copied = second.client.cookies["capillary"]
        await second.see(CODE)
        await second.send(CODE, {"code": app.now()})
        stolen = await thief.client.get("/console/profile", headers={"cookie": f"capillary={copied}"})
        assert stolen.headers["location"].startswith("/console/sign-in?")


async def test_a_code_passes_once(market: Market, api: Application) -> None:
    someone = await human(market, await market.organisation())
    async with browsing(api) as browser, browsing(api) as second, browsing(api) as third:
        await browser.sign_in(someone)
        app, _ = await enrolled(browser)
        code = app.now()
        answers = []
        for other in (second, third):
            await other.sign_in(someone)
            await other.see(CODE)
            answers.append(await other.send(CODE, {"code": code}))
    assert [answer.status_code for answer in answers] == [303, 403]


async def test_of_two_who_type_one_code_at_once_one_passes(market: Market, api: Application) -> None:
    someone = await human(market, await market.organisation())
    async with browsing(api) as browser, browsing(api) as second, browsing(api) as third:
        await browser.sign_in(someone)
        app, _ = await enrolled(browser)
        for other in (second, third):
            await other.sign_in(someone)
            await other.see(CODE)
        code = app.now()
        answers = await asyncio.gather(*(other.send(CODE, {"code": code}) for other in (second, third)))
    assert sorted(answer.status_code for answer in answers) == [303, 403]


async def test_a_recovery_code_passes_once(market: Market, api: Application) -> None:
    someone = await human(market, await market.organisation())
    async with browsing(api) as browser:
        await browser.sign_in(someone)
        _, recovery = await enrolled(browser)
        assert len(recovery) == 8
        answers: list[httpx.Response] = []
        for _ in range(2):
            await browser.send("/console/sign-out")
            await browser.sign_in(someone)
            await browser.see(CODE)
            answers.append(await browser.send(CODE, {"code": recovery[0].upper()}))
    assert [answer.status_code for answer in answers] == [303, 403]


async def test_guesses_of_a_code_run_out(market: Market, api: Application) -> None:
    someone = await human(market, await market.organisation())
    async with browsing(api) as browser:
        await browser.sign_in(someone)
        await enrolled(browser)
        await browser.send("/console/sign-out")
        await browser.sign_in(someone)
        await browser.see(CODE)
        told = [(await browser.send(CODE, {"code": "abcdefghjkmn"})).status_code for _ in range(6)]
    assert told == [403] * 5 + [429]


async def test_other_browsers_must_show_a_code_from_the_moment_it_is_set_up(market: Market, api: Application) -> None:
    someone = await human(market, await market.organisation())
    async with browsing(api) as first, browsing(api) as second:
        await first.sign_in(someone)
        await second.sign_in(someone)
        await enrolled(first)
        async with market.superuser() as connection:
            found = await connection.fetchval("select count(*) from console_session where person_id = $1", someone.id)
        assert found == 2
        # what this process remembers of a session passes within five seconds
        await asyncio.sleep(5.1)
        assert (await second.see("/console")).headers["location"].startswith(CODE)


async def test_giving_it_up_asks_for_the_password(market: Market, api: Application) -> None:
    someone = await human(market, await market.organisation())
    async with browsing(api) as browser:
        await browser.sign_in(someone)
        await enrolled(browser)
        await browser.see("/console/profile")
        refused = await browser.send("/console/profile/second-factor/drop", {"former": "not this password"})
        assert refused.status_code == 403
        done = await browser.send("/console/profile/second-factor/drop", {"former": PASSWORD})
        assert done.status_code == 303
        await browser.send("/console/sign-out")
        await browser.sign_in(someone)
        assert (await browser.see("/console")).status_code == 200


async def test_an_installation_may_require_it_of_coordinators(market: Market) -> None:
    ministry = await human(market, await market.organisation("coordinator"))
    yard = await human(market, await market.organisation("recycler"))
    async with serving(market, require_totp="COORDINATOR") as api, browsing(api) as desk, browsing(api) as seller:
        await seller.sign_in(yard)
        assert (await seller.see("/console")).status_code == 200
        await desk.sign_in(ministry)
        asked = await desk.see("/console")
        assert asked.headers["location"].startswith(SETUP)
        assert (await desk.client.get("/v1/users")).status_code == 401
        await enrolled(desk)
        assert (await desk.see("/console")).status_code == 200


async def test_the_shared_secret_is_stored_sealed(market: Market, api: Application) -> None:
    someone = await human(market, await market.organisation())
    async with browsing(api) as browser:
        await browser.sign_in(someone)
        app, recovery = await enrolled(browser)
    async with market.superuser() as connection:
        row = await connection.fetchrow("select totp_secret, recovery from person where id = $1", someone.id)
    assert app.byte_secret() not in row["totp_secret"]
    assert not [code for code in recovery if code.encode() in b"".join(row["recovery"])]
