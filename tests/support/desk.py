"""Somebody signed in to the console, in a language."""

import html
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from market.app import Application
from market.parties.structs import Jurisdiction, NewOrganisation, UserRole
from tests.support.market import Market
from tests.support.people import Browser, browsing, human

LANGUAGES = ("en", "ja")
XSS = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
_VERSION = re.compile(r'name="_version" value="(\d*)"')


@asynccontextmanager
async def signed_in(
    market: Market, api: Application, party: NewOrganisation, language: str = "en", role: UserRole = UserRole.ADMIN
) -> AsyncIterator[Browser]:
    """A person of that organisation at a browser of their own."""
    someone = await human(market, party, role=role)
    async with browsing(api) as browser:
        browser.client.cookies.set("capillary_language", language, domain="capillary.test", path="/console")
        await browser.sign_in(someone)
        yield browser


async def ministry(market: Market) -> NewOrganisation:
    """A coordinator of everything."""
    return await market.organisation("coordinator", "Test Ministry", jurisdiction=Jurisdiction(everything=True))


async def page(browser: Browser, path: str) -> str:
    """The text of a page that is there."""
    answer = await browser.see(path)
    assert answer.status_code == 200, (path, answer.status_code, answer.text[:2000])
    return answer.text


def version(text: str) -> str:
    """What the page's form was made of."""
    found = _VERSION.search(text)
    assert found is not None
    return html.unescape(found[1])
