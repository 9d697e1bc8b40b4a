"""A person's own page, acting for another organisation, and the people of one's organisation."""

import asyncio

import pytest

from market.app import Application
from market.parties.structs import UserRole
from tests.support.market import Market
from tests.support.page_forms import PageForm
from tests.support.people import PASSWORD, Browser, browsing, human

FRESH = "ninety quiet harbours"
XSS = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


async def csrf_of(browser: Browser) -> dict[str, str]:
    """The header of a page's own requests."""
    await browser.see("/console")
    return {"x-csrf-token": browser.csrf}


async def test_a_new_password_signs_every_other_browser_out(market: Market, api: Application) -> None:
    someone = await human(market, await market.organisation())
    async with browsing(api) as here, browsing(api) as elsewhere:
        await elsewhere.sign_in(someone)
        await here.sign_in(someone)
        wrong = {"former": "not this password", "/password": FRESH}
        assert (await here.send("/console/profile/password", wrong)).status_code == 403
        weak = {"former": PASSWORD, "/password": "short"}
        assert (await here.send("/console/profile/password", weak)).status_code == 422
        right = {"former": PASSWORD, "/password": FRESH}
        assert (await here.send("/console/profile/password", right)).status_code == 303
        assert (await here.see("/console")).status_code == 200
        assert (await elsewhere.see("/console")).status_code == 303
        assert (await elsewhere.sign_in(someone)).status_code == 403


async def test_a_browser_elsewhere_can_be_signed_out(market: Market, api: Application) -> None:
    someone = await human(market, await market.organisation())
    headers = {"user-agent": "Lost telephone <b>1</b>"}
    async with browsing(api) as here, browsing(api, **headers) as lost, browsing(api) as third:
        for browser in (lost, third, here):
            await browser.sign_in(someone)
        page = (await here.see("/console/profile")).text
        assert "Lost telephone &lt;b&gt;1&lt;/b&gt;" in page
        seat = page.partition("Lost telephone")[2].partition("/console/profile/sessions/")[2][:36]
        assert (await here.send(f"/console/profile/sessions/{seat}/end")).status_code == 303
        assert (await lost.see("/console")).status_code == 303
        assert (await third.see("/console")).status_code == 200
        await here.send("/console/profile/sessions/end-others")
        assert (await third.see("/console")).status_code == 303
        assert (await here.see("/console")).status_code == 200


async def test_a_browser_is_signed_out_twice_by_two_clicks(market: Market, api: Application) -> None:
    someone = await human(market, await market.organisation())
    async with browsing(api) as here, browsing(api) as lost:
        await lost.sign_in(someone)
        await here.sign_in(someone)
        page = (await here.see("/console/profile")).text
        seat = page.partition("/console/profile/sessions/")[2][:36]
        action = f"/console/profile/sessions/{seat}/end"
        sent = dict(PageForm(page, action).sends())
        assert [(await here.send(action, sent)).status_code for _ in range(2)] == [303, 303]


async def test_nobody_ends_anothers_session(market: Market, api: Application) -> None:
    party = await market.organisation()
    one, two = await human(market, party), await human(market, party)
    async with browsing(api) as browser, browsing(api) as other:
        await browser.sign_in(one)
        await other.sign_in(two)
        async with market.superuser() as connection:
            seat = await connection.fetchval("select id from console_session where person_id = $1", two.id)
        assert (await browser.send(f"/console/profile/sessions/{seat}/end")).status_code == 404
        assert (await other.see("/console")).status_code == 200


async def test_one_with_two_memberships_acts_for_one_at_a_time(market: Market, api: Application) -> None:
    mill = await market.organisation("manufacturer", "A Test Mill")
    yard = await market.organisation("recycler", "B Test Yard")
    someone = await human(market, mill)
    await human(market, yard, email=someone.email, role=UserRole.VIEWER)
    async with browsing(api) as browser:
        await browser.sign_in(someone)
        stale = await csrf_of(browser)
        own = await browser.client.get("/v1/users")
        assert len(own.json()["items"]) == 1
        before = browser.client.cookies["capillary"]
        switched = await browser.send(f"/console/profile/organisation/{yard.id}")
        assert switched.headers["location"] == "/console"
        assert browser.client.cookies["capillary"] != before
        assert "B Test Yard" in (await browser.see("/console")).text
        # a page left open from before changes nothing for the other organisation
        draft = {"email": "x@people.test", "name": "X"}
        assert (await browser.client.post("/v1/users", json=draft, headers=stale)).json()["code"] == "csrf"
        # and the role is the one that they have here
        viewer = await browser.client.post("/v1/users", json=draft, headers=await csrf_of(browser))
        assert viewer.json()["code"] == "missing_scope"


async def test_nobody_acts_for_an_organisation_that_is_not_theirs(market: Market, api: Application) -> None:
    someone, rival = await human(market, await market.organisation()), await market.organisation("recycler", "Rival")
    async with browsing(api) as browser:
        await browser.sign_in(someone)
        assert (await browser.send(f"/console/profile/organisation/{rival.id}")).status_code == 403
        assert "Rival" not in (await browser.see("/console")).text


@pytest.mark.parametrize(
    "change",
    ["update app_user set disabled_at = now() where id = $1", "update app_user set person_id = null where id = $1"],
)
async def test_an_ended_membership_shuts_the_console_within_seconds(
    market: Market, api: Application, change: str
) -> None:
    someone = await human(market, await market.organisation())
    async with browsing(api) as browser:
        await browser.sign_in(someone)
        async with market.superuser() as connection:
            await connection.execute(change, someone.user)
        await asyncio.sleep(5.1)
        assert (await browser.see("/console")).status_code == 303
        assert (await browser.client.get("/v1/users")).status_code == 401
        assert (await browser.sign_in(someone)).status_code == 403


@pytest.mark.parametrize("column", ["expires_at = now()", "last_seen_at = now() - interval '12 hours 1 second'"])
async def test_a_session_ends_by_itself(market: Market, api: Application, column: str) -> None:
    someone = await human(market, await market.organisation())
    async with browsing(api) as browser:
        await browser.sign_in(someone)
        async with market.superuser() as connection:
            await connection.execute(f"update console_session set {column} where person_id = $1", someone.id)
        await asyncio.sleep(5.1)
        assert (await browser.see("/console")).status_code == 303


async def test_the_language_is_kept_with_the_login(market: Market, api: Application) -> None:
    someone = await human(market, await market.organisation())
    async with browsing(api) as here, browsing(api, **{"accept-language": "en"}) as elsewhere:
        await here.sign_in(someone)
        await here.send("/console/language", {"language": "ja", "next": "/console/profile"})
        assert '<html lang="ja">' in (await here.see("/console/profile")).text
        await elsewhere.sign_in(someone)
        assert '<html lang="ja">' in (await elsewhere.see("/console/profile")).text


async def test_an_administrator_adds_a_colleague_and_hands_over_a_link(market: Market, api: Application) -> None:
    someone = await human(market, await market.organisation(name="Test Yard"))
    async with browsing(api) as browser, browsing(api) as newcomer:
        await browser.sign_in(someone)
        await browser.see("/console/people")
        fields = {"/name": "New Colleague", "/email": "colleague@people.test", "/role": "viewer"}
        assert (await browser.send("/console/people", fields)).headers["location"] == "/console/people"
        page = (await browser.see("/console/people")).text
        action = page.partition("/invitation")[0].rpartition('"')[2] + "/invitation"
        handed = (await browser.send(action)).text
        path = handed.partition("http://capillary.test")[2].partition('"')[0]
        await newcomer.see(path)
        assert (await newcomer.send(path, {"/password": FRESH})).status_code == 303
        assert "Test Yard" in (await newcomer.see("/console/people")).text
        assert (await newcomer.send("/console/people", fields)).status_code == 403


async def test_names_are_text_wherever_they_are_shown(market: Market, api: Application) -> None:
    someone = await human(market, await market.organisation(name=XSS), name=XSS)
    async with browsing(api) as browser:
        await browser.sign_in(someone)
        for path in ("/console", "/console/profile", "/console/people"):
            page = (await browser.see(path)).text
            assert "&lt;script&gt;" in page, path
            assert "<script>alert" not in page
            assert "<img src=x" not in page


@pytest.mark.parametrize("path", ["/console/sign-in", "/console/profile", "/console/people", "/console/nothing"])
async def test_no_page_can_be_framed_or_run_foreign_script(market: Market, api: Application, path: str) -> None:
    someone = await human(market, await market.organisation())
    async with browsing(api) as browser:
        if path != "/console/sign-in":
            await browser.sign_in(someone)
        headers = (await browser.see(path)).headers
    assert headers["x-frame-options"] == "DENY"
    parts = (part.strip().partition(" ") for part in headers["content-security-policy"].split(";"))
    policy = {name: told for name, _, told in parts}
    assert policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["default-src"] == "'none'"
    assert headers["cache-control"] == "no-store"
