"""Two firms whose lists of matches are open in browsers, in a year that nobody else's listings are of."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from market.app import Application
from market.parties.structs import NewOrganisation
from tests.support.market import Market
from tests.support.matched import in_year, publish_lot, publish_spec
from tests.support.served import ServerProcess
from tests.support.streams import OpenPage, opened, reader


class Place:
    """A mill and a yard in a year of their own, at a real server."""

    def __init__(self, market: Market, api: Application, server: ServerProcess, year: int) -> None:
        self.market = market
        self.api = api
        self.server = server
        self.days = in_year(year)
        self.mill: NewOrganisation
        self.yard: NewOrganisation

    async def spec(self, **changes: object) -> str:
        return str(await publish_spec(self.market, self.mill, **self.days["spec"] | changes))

    async def lot(self, percent: float = 0.2, **changes: object) -> str:
        return str(await publish_lot(self.market, self.yard, percent, **self.days["lot"] | changes))

    @asynccontextmanager
    async def page(self, party: NewOrganisation, path: str, language: str = "en") -> AsyncIterator[OpenPage]:
        async with reader(self.api, self.market, party, self.server.address, language) as http:
            yield await opened(http, path)
