"""Signing in to the console and out of it, over HTTP."""

import asyncio
from datetime import timedelta

import pytest

from market.app import Application
from market.people.founding import link_for
from market.people.structs import LinkPurpose
from tests.support.api import serving
from tests.support.market import Market
from tests.support.people import PASSWORD, browsing, human, link_path


async def test_a_password_opens_the_console_and_signing_out_shuts_it(market: Market, api: Application) -> None:
    someone = await human(market, await market.organisation("coordinator", "Test Ministry"))
    async with browsing(api) as browser:
        asked = await browser.see("/console")
        assert (asked.status_code, asked.headers["location"]) == (303, "/console/sign-in?next=%2Fconsole")
        admitted = await browser.sign_in(someone)
        assert (admitted.status_code, admitted.headers["location"]) == (303, "/console")
        home = await browser.see("/console")
        assert home.status_code == 200
        assert "Test Ministry" in home.text
        left = await browser.send("/console/sign-out")
        assert (left.status_code, left.headers["location"]) == (303, "/console/sign-in")
        assert (await browser.see("/console")).status_code == 303


async def test_a_stream_without_a_session_is_told_not_to_come_back(api: Application) -> None:
    async with browsing(api) as stranger:
        answer = await stranger.client.get("/console/live", headers={"accept": "text/event-stream"})
        assert (answer.status_code, answer.content) == (204, b"")


async def test_an_ended_session_is_over_for_a_copy_of_its_cookie(market: Market, api: Application) -> None:
    someone = await human(market, await market.organisation())
    async with browsing(api) as browser, browsing(api) as thief:
        await browser.sign_in(someone)
        copied = browser.client.cookies["capillary"]
        await browser.send("/console/sign-out")
        answer = await thief.client.get("/console", headers={"cookie": f"capillary={copied}"})
        assert answer.status_code == 303


async def test_a_session_opens_the_api_and_changes_need_the_token_of_a_page(market: Market, api: Application) -> None:
    someone = await human(market, await market.organisation("recycler", "Test Yard"))
    draft = {"email": "new@people.test", "name": "New"}
    async with browsing(api) as browser:
        await browser.sign_in(someone)
        read = await browser.client.get("/v1/users")
        assert [user["email"] for user in read.json()["items"]] == [someone.email]
        bare = await browser.client.post("/v1/users", json=draft)
        assert (bare.status_code, bare.json()["code"]) == (403, "csrf")
        foreign = await browser.client.post(
            "/v1/users", json=draft, headers={"x-csrf-token": browser.csrf, "sec-fetch-site": "cross-site"}
        )
        assert foreign.status_code == 403
        ours = await browser.client.post(
            "/v1/users", json=draft, headers={"x-csrf-token": browser.csrf, "sec-fetch-site": "same-origin"}
        )
        assert ours.status_code == 201


async def test_a_link_signs_in_by_its_button_and_only_once(market: Market, api: Application) -> None:
    someone = await human(market, await market.organisation("coordinator", "Test Ministry"))
    path = await link_path(market, someone, LinkPurpose.SIGN_IN)
    async with browsing(api) as browser, browsing(api) as late:
        assert (await browser.see(path)).status_code == 200
        assert "Test Person" in (await browser.see(path)).text
        await late.see(path)
        assert (await browser.send(path)).headers["location"] == "/console"
        assert (await browser.see("/console")).status_code == 200
        assert (await late.send(path)).status_code == 404
        assert (await late.see(path)).status_code == 404
        assert (await late.see("/console")).status_code == 303


async def test_of_twenty_who_press_the_button_at_once_one_is_signed_in(market: Market, api: Application) -> None:
    someone = await human(market, await market.organisation())
    path = await link_path(market, someone, LinkPurpose.SIGN_IN)
    async with browsing(api) as browser:
        await browser.see(path)
        answers = await asyncio.gather(*(browser.send(path) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [303] + [404] * 19


async def test_a_link_expires(market: Market, api: Application) -> None:
    someone = await human(market, await market.organisation())
    path = await link_path(market, someone, LinkPurpose.SIGN_IN, timedelta(microseconds=1))
    async with browsing(api) as browser:
        assert (await browser.see(path)).status_code == 404


async def test_the_operators_link_makes_a_person_of_whoever_it_names(market: Market, api: Application) -> None:
    party = await market.organisation("coordinator", "Test Ministry")
    async with market.database.work(party.id) as work:
        path = await link_for(work, "Coordinator@Ministry.example", "Test Coordinator")
    async with browsing(api) as browser:
        await browser.see(path)
        await browser.send(path)
        assert "Test Coordinator" in (await browser.see("/console")).text


@pytest.mark.parametrize("unknown", [True, False])
async def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(
    market: Market, api: Application, unknown: bool
) -> None:
    someone = await human(market, await market.organisation())
    email = "nobody@people.test" if unknown else someone.email
    async with browsing(api) as browser:
        await browser.see("/console/sign-in")
        answer = await browser.send("/console/sign-in", {"email": email, "password": "not this password"})
        assert answer.status_code == 403
        assert 'data-problem="wrong_credentials"' in answer.text
        assert "capillary" not in browser.client.cookies


async def test_a_form_without_the_token_is_refused_before_anyone_signs_in(market: Market, api: Application) -> None:
    someone = await human(market, await market.organisation())
    async with browsing(api) as browser:
        answer = await browser.send("/console/sign-in", {"email": someone.email, "password": PASSWORD})
        assert answer.status_code == 403
        assert 'data-problem="csrf"' in answer.text


async def test_a_planted_token_of_a_session_is_not_the_one_that_a_sign_in_gives(
    market: Market, api: Application
) -> None:
    someone = await human(market, await market.organisation())
    planted = "A" * 43
    async with browsing(api) as browser:
        browser.client.cookies.set("capillary", planted, domain="capillary.test")
        await browser.see("/console/sign-in")
        answer = await browser.send("/console/sign-in", {"email": someone.email, "password": PASSWORD})
        assert answer.status_code == 303
        assert planted not in answer.headers["set-cookie"]


async def test_cookies_are_hidden_from_scripts_and_kept_on_this_site(market: Market, api: Application) -> None:
    someone = await human(market, await market.organisation())
    async with browsing(api) as browser, browsing(api, scheme="https") as safe:
        plain = (await browser.sign_in(someone)).headers["set-cookie"]
        secure = (await safe.sign_in(someone)).headers["set-cookie"]
    assert plain.startswith("capillary=")
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= {part.strip() for part in plain.split(";")}
    assert secure.startswith("__Host-capillary=")
    assert "Secure" in {part.strip() for part in secure.split(";")}


async def test_cookies_may_be_marked_secure_behind_a_proxy_that_says_nothing(market: Market) -> None:
    async with serving(market, cookies_secure="ALWAYS") as api, browsing(api) as browser:
        page = await browser.see("/console/sign-in")
    assert page.headers["set-cookie"].startswith("__Host-capillary-visitor=")


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example", "/\\evil.example", "/v1/users"])
async def test_signing_in_leads_to_no_other_site(market: Market, api: Application, wanted: str) -> None:
    someone = await human(market, await market.organisation())
    async with browsing(api) as browser:
        await browser.see("/console/sign-in")
        fields = {"email": someone.email, "password": PASSWORD, "next": wanted}
        assert (await browser.send("/console/sign-in", fields)).headers["location"] == "/console"


async def test_whoever_writes_when_the_session_ends_stays_on_the_page(market: Market, api: Application) -> None:
    someone = await human(market, await market.organisation("recycler"))
    async with browsing(api) as browser:
        await browser.sign_in(someone)
        browser.client.cookies.delete("capillary")
        answer = await browser.send("/console/lots", {"/title": "Busheling"}, **{"hx-request": "true"})
    assert (answer.status_code, answer.headers["hx-retarget"]) == (401, "#problem")
    assert "hx-redirect" not in answer.headers
    assert 'href="/console/sign-in" target="_blank"' in answer.text


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_without_scripts_what_was_typed_is_given_back(market: Market, api: Application, language: str) -> None:
    someone = await human(market, await market.organisation("recycler"))
    async with browsing(api, **{"accept-language": language}) as browser:
        await browser.sign_in(someone)
        refused = await browser.send("/console/lots", {"/title": "<b>Busheling", "/quantity/tonnes:number": "many"})
        browser.client.cookies.delete("capillary")
        ended = await browser.send("/console/lots", {"/title": "<b>Busheling"})
    assert (refused.status_code, ended.status_code) == (400, 401)
    assert 'value="&lt;b&gt;Busheling"' in refused.text
    assert "<li>&lt;b&gt;Busheling</li>" in ended.text


async def test_no_password_is_given_back(market: Market, api: Application) -> None:
    someone = await human(market, await market.organisation())
    path = await link_path(market, someone, LinkPurpose.RESET)
    async with browsing(api) as browser:
        await browser.see(path)
        answer = await browser.send(path, {"/password": "tiny-one"})
    assert answer.status_code >= 400
    assert "tiny-one" not in answer.text


@pytest.mark.parametrize(("language", "title"), [("en", "Not found"), ("ja", "見つかりません")])
@pytest.mark.parametrize("path", ["/console/nowhere", "/console/deals/nowhere", "/console/jobs/1/2/3"])
async def test_a_mistyped_address_is_a_page(api: Application, path: str, language: str, title: str) -> None:
    async with browsing(api, **{"accept-language": language}) as browser:
        answer = await browser.see(path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert f"<h1>{title}</h1>" in answer.text


async def test_after_five_failures_even_the_right_password_waits(market: Market, api: Application) -> None:
    someone = await human(market, await market.organisation())
    async with browsing(api) as guesser, browsing(api) as owner:
        await guesser.see("/console/sign-in")
        wrong = {"email": someone.email, "password": "not this password"}
        told = [(await guesser.send("/console/sign-in", wrong)).status_code for _ in range(6)]
        assert told == [403] * 5 + [429]
        refused = await owner.sign_in(someone)
        assert refused.status_code == 429
        assert 1 <= int(refused.headers["retry-after"]) <= 30


async def test_an_address_that_nobody_has_is_locked_like_any_other(api: Application) -> None:
    async with browsing(api) as guesser:
        await guesser.see("/console/sign-in")
        wrong = {"email": "nobody-at-all@people.test", "password": "not this password"}
        told = [(await guesser.send("/console/sign-in", wrong)).status_code for _ in range(6)]
    assert told == [403] * 5 + [429]


async def test_twenty_guesses_at_once_are_five(market: Market, api: Application) -> None:
    someone = await human(market, await market.organisation())
    wrong = {"email": someone.email, "password": "not this password"}
    async with browsing(api) as guesser:
        await guesser.see("/console/sign-in")
        answers = await asyncio.gather(*(guesser.send("/console/sign-in", wrong) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [403] * 5 + [429] * 15


async def test_a_success_forgets_the_failures_before_it(market: Market, api: Application) -> None:
    someone = await human(market, await market.organisation())
    wrong = {"email": someone.email, "password": "not this password"}
    async with browsing(api) as browser:
        for _ in range(2):
            await browser.see("/console/sign-in")
            for _ in range(4):
                assert (await browser.send("/console/sign-in", wrong)).status_code == 403
            assert (await browser.sign_in(someone)).status_code == 303
            await browser.send("/console/sign-out")


async def test_a_key_wins_over_a_session_and_a_wrong_key_is_not_saved_by_one(market: Market, api: Application) -> None:
    someone = await human(market, await market.organisation(name="Test Yard"))
    other = await market.organisation(name="Another Yard")
    async with browsing(api) as browser:
        await browser.sign_in(someone)
        key = {"authorization": f"Bearer {other.api_key}"}
        assert (await browser.client.get("/v1/users", headers=key)).json()["items"] == []
        # and a program with a key needs no token of a page
        draft = {"email": "by-key@people.test", "name": "By Key"}
        assert (await browser.client.post("/v1/users", json=draft, headers=key)).status_code == 201
        wrong = {"authorization": f"Bearer {other.api_key[:-3]}AAA"}
        assert (await browser.client.get("/v1/users", headers=wrong)).status_code == 401


async def test_coming_and_going_are_in_the_audit_trail(market: Market, api: Application) -> None:
    someone = await human(market, await market.organisation())
    async with browsing(api) as browser:
        await browser.sign_in(someone)
        await browser.send("/console/sign-out")
    async with market.superuser() as connection:
        rows = await connection.fetch(
            """select action, actor from audit_event where tenant_id = $1 and object_kind = 'session' order by at""",
            someone.tenant,
        )
    assert [tuple(row) for row in rows] == [("sign_in", someone.user), ("sign_out", someone.user)]


async def test_signing_in_again_at_a_browser_ends_the_session_before(market: Market, api: Application) -> None:
    party = await market.organisation()
    one, two = await human(market, party), await human(market, party)
    async with browsing(api) as browser:
        await browser.sign_in(one)
        former = browser.client.cookies["capillary"]
        # the page was loaded while the first was signed in
        fields = {"email": two.email, "password": PASSWORD}
        assert (await browser.send("/console/sign-in", fields)).status_code == 303
        stolen = await browser.client.get("/console", headers={"cookie": f"capillary={former}"})
        assert stolen.status_code == 303


async def test_a_crowd_of_failures_from_one_place_waits_whatever_addresses_it_tries(api: Application) -> None:
    async with browsing(api) as crowd, browsing(api) as elsewhere:
        for browser in (crowd, elsewhere):
            await browser.see("/console/sign-in")
        told = []
        for number in range(31):
            wrong = {"email": f"crowd-{number}@people.test", "password": "not this password"}
            told.append((await crowd.send("/console/sign-in", wrong)).status_code)
        assert told == [403] * 30 + [429]
        wrong = {"email": "crowd-99@people.test", "password": "not this password"}
        assert (await elsewhere.send("/console/sign-in", wrong)).status_code == 403
