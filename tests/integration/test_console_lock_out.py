"""What others type at the door keeps nobody out of a browser where they were let in before."""

import pytest

from market.app import Application
from tests.support.market import Market
from tests.support.people import Browser, Human, browsing, human

WRONG = "not this password"


async def guessed(browser: Browser, someone: Human, times: int) -> list[int]:
    await browser.see("/console/sign-in")
    fields = {"email": someone.email, "password": WRONG}
    return [(await browser.send("/console/sign-in", fields)).status_code for _ in range(times)]


@pytest.fixture
async def someone(market: Market) -> Human:
    return await human(market, await market.organisation())


async def test_a_strangers_failures_keep_nobody_out_where_they_were_let_in(someone: Human, api: Application) -> None:
    async with browsing(api) as own, browsing(api) as stranger:
        await own.sign_in(someone)
        await own.send("/console/sign-out")
        assert await guessed(stranger, someone, 6) == [403] * 5 + [429]
        assert (await own.sign_in(someone)).status_code == 303


async def test_neither_do_those_of_others_at_the_same_place(someone: Human, api: Application) -> None:
    async with browsing(api, address="192.0.2.7") as own, browsing(api, address="192.0.2.7") as crowd:
        await own.sign_in(someone)
        await own.send("/console/sign-out")
        await crowd.see("/console/sign-in")
        for number in range(31):
            fields = {"email": f"another-{number}@people.test", "password": WRONG}
            last = await crowd.send("/console/sign-in", fields)
        assert last.status_code == 429
        assert (await own.sign_in(someone)).status_code == 303


async def test_signed_in_one_proves_the_password_whatever_a_stranger_typed(someone: Human, api: Application) -> None:
    async with browsing(api) as own, browsing(api) as stranger:
        await own.sign_in(someone)
        await guessed(stranger, someone, 6)
        wrong = {"former": WRONG, "/password": "another nine gondolas"}
        assert (await own.send("/console/profile/password", wrong)).status_code == 403


async def test_at_a_known_browser_five_guesses_are_free_too(someone: Human, api: Application) -> None:
    async with browsing(api) as own:
        await own.sign_in(someone)
        await own.send("/console/sign-out")
        assert await guessed(own, someone, 6) == [403] * 5 + [429]


@pytest.mark.parametrize("kept", ["", "a.b", "é", "another's", "changed"])
async def test_no_other_mark_makes_a_browser_known(market: Market, api: Application, someone: Human, kept: str) -> None:
    other = await human(market, await market.organisation())
    async with browsing(api) as neighbour, browsing(api) as stranger:
        await neighbour.sign_in(other if kept == "another's" else someone)
        mark = neighbour.client.cookies["capillary-browser"]
        mark = {"another's": mark, "changed": f"x{mark}"}.get(kept, kept)
        await guessed(stranger, someone, 5)
        cookie = f"capillary-visitor={stranger.client.cookies['capillary-visitor']}; capillary-browser={mark}"
        fields = {"_csrf": stranger.csrf, "email": someone.email, "password": WRONG}
        sent = {"cookie": cookie.encode("latin-1")}
        answer = await stranger.client.post("/console/sign-in", data=fields, headers=sent)  # type: ignore[arg-type]
    assert answer.status_code == 429


async def test_of_an_ipv6_address_the_half_that_its_owner_chooses_does_not_count(api: Application) -> None:
    told = []
    for number in range(31):
        async with browsing(api, address=f"2001:db8::{number:x}") as browser:
            await browser.see("/console/sign-in")
            fields = {"email": f"six-{number}@people.test", "password": WRONG}
            told.append((await browser.send("/console/sign-in", fields)).status_code)
    assert told == [403] * 30 + [429]


async def test_an_ipv4_address_counts_alone_on_a_socket_of_both_kinds(api: Application) -> None:
    told = []
    for number in range(31):
        async with browsing(api, address=f"::ffff:198.51.100.{number}") as browser:
            await browser.see("/console/sign-in")
            fields = {"email": f"mapped-{number}@people.test", "password": WRONG}
            told.append((await browser.send("/console/sign-in", fields)).status_code)
    assert told == [403] * 31
