"""Invitations and resets: who makes them, who may use them, and whom they must not let in."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from market.app import Application
from market.parties.structs import NewOrganisation, UserRole
from market.people.structs import LinkPurpose
from tests.support.api import client
from tests.support.market import Market
from tests.support.people import PASSWORD, Browser, Human, browsing, human, link_path

FRESH = "ninety quiet harbours"


async def added(caller: httpx.AsyncClient, email: str, **fields: Any) -> str:
    """A user of the caller's organisation who has no login."""
    made = await caller.post("/v1/users", json={"email": email, "name": "New Colleague", **fields})
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


async def invited(api: Application, party: NewOrganisation, email: str) -> str:
    """The path of an invitation."""
    async with client(api, party) as key:
        made = await key.post(f"/v1/users/{await added(key, email)}/invitation")
    assert made.status_code == 200, made.text
    return str(made.json()["path"])


async def pressed(browser: Browser, path: str, password: str = "") -> httpx.Response:
    """The link's page, and its button."""
    assert (await browser.see(path)).status_code == 200
    return await browser.send(path, {"/password": password})


async def test_an_invitation_lets_a_newcomer_choose_a_password(market: Market, api: Application) -> None:
    party = await market.organisation("recycler", "Test Yard")
    path = await invited(api, party, "newcomer@people.test")
    async with browsing(api) as browser:
        weak = await pressed(browser, path, "short")
        assert (weak.status_code, "password_short" in weak.text or "12" in weak.text) == (422, True)
        assert (await pressed(browser, path, FRESH)).headers["location"] == "/console"
        assert "Test Yard" in (await browser.see("/console")).text
        await browser.send("/console/sign-out")
        again = await browser.sign_in(Human(party.id, party.id, "newcomer@people.test", party.id), FRESH)
        assert again.status_code == 303


async def test_of_twenty_who_accept_at_once_one_becomes_the_person(market: Market, api: Application) -> None:
    path = await invited(api, await market.organisation(), "raced@people.test")
    async with browsing(api) as browser:
        await browser.see(path)
        fields = {"/password": FRESH}
        answers = await asyncio.gather(*(browser.send(path, fields) for _ in range(20)))
    told = sorted(answer.status_code for answer in answers)
    assert told[0] == 303
    # the rest met a spent link, or a login that somebody has now
    assert set(told[1:]) <= {403, 404, 429}
    async with market.superuser() as connection:
        assert await connection.fetchval("select count(*) from person where email = 'raced@people.test'") == 1


async def test_whoever_invites_a_known_address_does_not_come_into_its_login(market: Market, api: Application) -> None:
    victim = await human(market, await market.organisation("manufacturer", "Test Mill"))
    attacker = await market.organisation("recycler", "Curious Yard")
    path = await invited(api, attacker, victim.email)
    async with browsing(api) as browser:
        refused = await pressed(browser, path, FRESH)
        assert refused.status_code == 403
        assert "capillary" not in browser.client.cookies
    async with browsing(api) as owner:
        assert (await owner.sign_in(victim)).status_code == 303


async def test_one_with_a_login_joins_by_its_password_or_by_being_signed_in(market: Market, api: Application) -> None:
    someone = await human(market, await market.organisation("manufacturer", "Test Mill"))
    paths = [await invited(api, await market.organisation(name=f"Yard {n}"), someone.email) for n in (1, 2)]
    async with browsing(api) as browser:
        assert (await pressed(browser, paths[0], PASSWORD)).status_code == 303
        assert "Yard 1" in (await browser.see("/console")).text
        assert (await pressed(browser, paths[1])).status_code == 303
        profile = (await browser.see("/console/profile")).text
    assert all(name in profile for name in ("Test Mill", "Yard 1", "Yard 2"))


async def test_a_reset_ends_every_session_and_the_former_password(market: Market, api: Application) -> None:
    someone = await human(market, await market.organisation())
    path = await link_path(market, someone, LinkPurpose.RESET)
    async with browsing(api) as before, browsing(api) as browser:
        await before.sign_in(someone)
        assert (await pressed(browser, path, FRESH)).status_code == 303
        assert (await browser.see("/console")).status_code == 200
        assert (await before.see("/console")).status_code == 303
        assert (await before.sign_in(someone)).status_code == 403
        assert (await before.sign_in(someone, FRESH)).status_code == 303


async def test_a_reset_does_not_pass_the_second_factor(market: Market, api: Application) -> None:
    someone = await human(market, await market.organisation())
    path = await link_path(market, someone, LinkPurpose.RESET)
    async with market.superuser() as connection:
        await connection.execute(
            "update person set totp_secret = '\\x00', totp_confirmed_at = now() where id = $1", someone.id
        )
    async with browsing(api) as browser:
        await pressed(browser, path, FRESH)
        assert (await browser.see("/console")).headers["location"].startswith("/console/sign-in/code")


async def test_a_login_of_two_organisations_is_neither_ones_to_reset(market: Market, api: Application) -> None:
    mill, yard = await market.organisation("manufacturer"), await market.organisation("recycler")
    someone = await human(market, mill)
    early = await link_path(market, someone, LinkPurpose.RESET)
    await human(market, yard, email=someone.email)
    async with client(api, mill) as key:
        refused = await key.post(f"/v1/users/{someone.user}/reset")
        assert (refused.status_code, refused.json()["code"]) == (409, "login_shared")
    async with browsing(api) as browser:
        # nor by a link from before they joined the second
        assert (await pressed(browser, early, FRESH)).status_code == 404
        assert (await browser.sign_in(someone)).status_code == 303


async def test_only_administrators_hand_out_links(market: Market, api: Application) -> None:
    party = await market.organisation()
    member = await human(market, party, role=UserRole.MEMBER)
    async with client(api, party) as key:
        user = await added(key, "one-more@people.test")
    async with browsing(api) as browser:
        await browser.sign_in(member)
        await browser.see("/console/people")
        assert (await browser.send(f"/console/people/{user}/invitation")).status_code == 403


@pytest.mark.parametrize(("purpose", "code"), [("invitation", "has_login"), ("reset", None)])
async def test_links_fit_whether_there_is_a_login(
    market: Market, api: Application, purpose: str, code: str | None
) -> None:
    party = await market.organisation()
    someone = await human(market, party)
    async with client(api, party) as key:
        known = await key.post(f"/v1/users/{someone.user}/{purpose}")
        assert known.json().get("code") == code
        unknown = await key.post(f"/v1/users/{await added(key, f'{purpose}-nobody@people.test')}/{purpose}")
        assert unknown.json().get("code") == ("has_no_login" if purpose == "reset" else None)


async def test_another_organisations_people_get_no_link_from_here(market: Market, api: Application) -> None:
    someone = await human(market, await market.organisation())
    async with client(api, await market.organisation()) as rival:
        for purpose in ("invitation", "reset"):
            assert (await rival.post(f"/v1/users/{someone.user}/{purpose}")).status_code == 404


async def test_a_newer_link_voids_the_one_before(market: Market, api: Application) -> None:
    someone = await human(market, await market.organisation())
    first = await link_path(market, someone, LinkPurpose.RESET)
    await link_path(market, someone, LinkPurpose.RESET)
    async with browsing(api) as browser:
        assert (await browser.see(first)).status_code == 404


async def test_a_retried_request_is_given_the_same_link_which_nobody_stored(market: Market, api: Application) -> None:
    party = await market.organisation()
    async with client(api, party) as key:
        user = await added(key, "retried@people.test")
        headers = {"idempotency-key": "once"}
        paths = [(await key.post(f"/v1/users/{user}/invitation", headers=headers)).json()["path"] for _ in range(2)]
    assert paths[0] == paths[1]
    token = paths[0].rpartition("/")[2]
    async with market.superuser() as connection:
        stored = await connection.fetch("select body from idempotency where tenant_id = $1", party.id)
    assert stored
    assert not [row for row in stored if token.encode() in row["body"]]
    async with browsing(api) as browser:
        assert (await browser.see(paths[0])).status_code == 200


async def test_a_link_of_one_whose_membership_ended_opens_nothing(market: Market, api: Application) -> None:
    someone = await human(market, await market.organisation())
    path = await link_path(market, someone, LinkPurpose.RESET, timedelta(hours=1))
    async with market.superuser() as connection:
        await connection.execute("update app_user set disabled_at = now() where id = $1", someone.user)
    async with browsing(api) as browser:
        assert (await browser.see(path)).status_code == 404
