"""Two tabs of one kind tell by their titles which is which."""

import re

from market.app import Application
from tests.support.api import published
from tests.support.console import Browser, signed_in
from tests.support.deals import scene
from tests.support.market import SPEC, Market


async def titles(browser: Browser, *paths: str) -> list[str]:
    found = [re.search(r"<title>(.+?)</title>", await browser.page(path)) for path in paths]
    return [one[1] for one in found if one is not None]


async def test_two_editors_and_two_comparisons_have_titles_of_their_own(market: Market, api: Application) -> None:
    async with scene(market, api) as met:
        other = await published(met.mill, "specs", SPEC | {"title": "Rails for the ladle"})
        async with signed_in(api, market, met.parties[0]) as browser:
            edits = await titles(browser, *(f"/console/specs/{spec}/edit" for spec in (met.spec, other)))
            compared = await titles(browser, *(f"/console/compare?spec={spec}" for spec in (met.spec, other)))
    assert edits[1].endswith(" · Rails for the ladle · Capillary")
    assert len(edits) == 2
    assert len(set(edits)) == len(set(compared)) == 2
    assert len(compared) == 2
