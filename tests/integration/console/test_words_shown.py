"""Every page that links lead to, as each kind of organisation sees it: it speaks to people, in their language."""

from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio

from market.adapters.file_store import FileStore
from market.adapters.stripper import ChildStripper
from market.app import Application
from market.demo.load import load
from market.demo.parties import organisation_id
from market.documents.contents import Contents, Limits
from market.insight import stock
from market.parties.structs import NewOrganisation, OrganisationKind
from specs.kit.tenancy import Role
from tests.support.api import serving
from tests.support.console import signed_in
from tests.support.crawled import Met, crawl
from tests.support.market import Market
from tests.support.matched import Jobs

MEGABYTES = 10_000_000
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


@pytest_asyncio.fixture(scope="module")
async def demo(market: Market, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Application]:
    """The demo market with its documents, matched and taken stock of."""
    folder: Path = tmp_path_factory.mktemp("demo")
    contents = Contents(FileStore(folder / "documents"), Limits(MEGABYTES, MEGABYTES), ChildStripper())
    async with market.owner() as owner:
        await load(market.database, owner, folder / "keys.json", contents=contents)
    jobs = Jobs(market)
    assessor = jobs.tools.assessor
    assert await assessor.run(lambda: market.database.work(None, role=Role.ENGINE))
    async with market.database.work(None, role=Role.ENGINE) as work:
        await stock.take(work, assessor.catalogue)
    async with serving(market, documents=str(folder / "documents")) as application:
        yield application


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
