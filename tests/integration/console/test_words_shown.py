"""Every page that links lead to, as each kind of organisation sees it: it speaks to people, in their language."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
import pytest

from market.app import Application
from market.demo.parties import organisation_id
from market.parties.structs import NewOrganisation, OrganisationKind
from tests.support.console import signed_in
from tests.support.crawled import Met, crawl
from tests.support.market import Market

FILES = sorted((Path(__file__).parents[3] / "market" / "demo").glob("*.json"))
PARTIES = {
    "ministry": OrganisationKind.COORDINATOR,
    "bay-steel": OrganisationKind.MANUFACTURER,
    "cathode": OrganisationKind.MANUFACTURER,
    "resin": OrganisationKind.MANUFACTURER,
    "kawasaki-metal": OrganisationKind.RECYCLER,
    "iyo-battery": OrganisationKind.RECYCLER,
    "low-copper-sorting": OrganisationKind.PROCESSOR,
    "laboratory": OrganisationKind.LABORATORY,
}
MOST_BYTES = 200_000


def _typed(found: object) -> Iterator[str]:
    """Every text of a document that holds two words or a letter of Japanese: nobody's code."""
    if isinstance(found, str) and (" " in found or not found.isascii()):
        yield found
    elif isinstance(found, Mapping):
        for inner in found.values():
            yield from _typed(inner)
    elif isinstance(found, list):
        for inner in found:
            yield from _typed(inner)


# what the people of the demo wrote, the longest first
THEIRS = sorted({text for file in FILES for text in _typed(msgspec.json.decode(file.read_bytes()))}, key=len)[::-1]


async def met(market: Market, api: Application, code: str, language: str) -> list[Met]:
    party = NewOrganisation(
        id=organisation_id(code), kind=PARTIES[code], name=code, verified=True, api_key="none is needed"
    )
    async with signed_in(api, market, party, language) as browser:
        return [page async for page in crawl(browser)]


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("code", PARTIES)
async def test_every_page_speaks_to_people(market: Market, demo: Application, code: str, language: str) -> None:
    pages = await met(market, demo, code, language)
    shaped = [(p.path, p.headings, p.language, bool(p.title.strip(" ·\n"))) for p in pages]
    assert [one for one in shaped if one[1:] != (1, language, True)] == []
    assert [(p.path, p.size) for p in pages if p.size > MOST_BYTES] == []
    slips = [f"{p.path}: {slip}" for p in pages for slip in p.slips(THEIRS)]
    assert slips == [], "\n".join(["", *slips])
