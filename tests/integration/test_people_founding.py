"""What the operator does for people, by links that only they can make."""

from uuid import uuid4

import pytest

from market.app import Application
from market.parties.structs import UserDraft
from market.people import founding
from market.people.errors import HasLogin
from market.people.founding import Forget
from specs.kit.errors import Invalid, NotFound
from tests.support.market import Market
from tests.support.people import PASSWORD, Browser, browsing, human

FRESH = "ninety quiet harbours"
NOTHING = Forget()


async def pressed(browser: Browser, path: str, password: str = "") -> int:
    await browser.see(path)
    return (await browser.send(path, {"/password": password})).status_code


async def test_the_first_person_of_an_organisation_is_invited_by_the_operator(market: Market, api: Application) -> None:
    party = await market.organisation(name="Test Yard")
    draft = UserDraft(email="First@people.test", name="First Person")
    handed = await founding.invite(market.database, party.id, draft)
    async with browsing(api) as browser:
        assert await pressed(browser, handed.path, FRESH) == 303
        assert "First Person" in (await browser.see("/console")).text
    with pytest.raises(HasLogin):
        await founding.invite(market.database, party.id, draft)


async def test_nobody_is_invited_to_an_organisation_that_is_not_there(market: Market) -> None:
    with pytest.raises(NotFound):
        await founding.invite(market.database, uuid4(), UserDraft(email="a@people.test", name="A"))


async def test_an_invitation_needs_an_address(market: Market) -> None:
    party = await market.organisation()
    with pytest.raises(Invalid):
        await founding.invite(market.database, party.id, UserDraft(email="nobody", name="A"))


async def test_one_who_lost_everything_is_let_in_and_chooses_anew(market: Market, api: Application) -> None:
    someone = await human(market, await market.organisation())
    async with market.superuser() as connection:
        await connection.execute(
            "update person set totp_secret = '\\x00', totp_confirmed_at = now() where id = $1", someone.id
        )
    async with browsing(api) as browser, browsing(api) as other:
        forget = Forget(password=True, second_factor=True)
        handed = await founding.let_in(market.database, someone.email.upper(), None, forget)
        assert await pressed(browser, handed.path) == 303
        assert (await browser.see("/console")).status_code == 200
        assert (await other.sign_in(someone)).status_code == 403
        # without a former password none is asked for
        assert (await browser.send("/console/profile/password", {"/password": FRESH})).status_code == 303
        assert (await other.sign_in(someone, FRESH)).status_code == 303


async def test_a_link_alone_forgets_nothing(market: Market, api: Application) -> None:
    someone = await human(market, await market.organisation())
    handed = await founding.let_in(market.database, someone.email, None, NOTHING)
    async with browsing(api) as browser, browsing(api) as other:
        assert await pressed(browser, handed.path) == 303
        assert (await other.sign_in(someone, PASSWORD)).status_code == 303


async def test_whom_nobody_knows_is_not_let_in(market: Market) -> None:
    party = await market.organisation()
    for organisation in (None, party.id):
        with pytest.raises(NotFound):
            await founding.let_in(market.database, "stranger@people.test", organisation, NOTHING)
