"""The console as a browser sees it: signed in by a link, forms with their token, pages as text."""

import html
import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import httpx

from market.app import Application
from market.parties.structs import NewOrganisation
from market.people.founding import link_for
from specs.kit.tenancy import Database
from tests.support.market import Market

_TOKEN = re.compile(r'name="csrf-token" content="([^"]*)"')
Fields = Iterable[tuple[str, str]]


class Browser:
    """One person at one browser."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    async def page(self, path: str) -> str:
        """The text of a page that is there."""
        answer = await self.http.get(path)
        assert answer.status_code == 200, (answer.status_code, answer.text[:2000])
        return answer.text

    async def send(
        self, path: str, fields: Fields = (), *, htmx: bool = False, token: str | None = None
    ) -> httpx.Response:
        """A form of ours, posted with its token."""
        if token is None:
            token = await self.token()
        data: dict[str, list[str]] = {"_csrf": [token]}
        for name, value in fields:
            data.setdefault(name, []).append(value)
        return await self.http.post(path, data=data, headers={"hx-request": "true"} if htmx else {})

    async def bring(
        self, path: str, files: Iterable[tuple[str, bytes]], fields: Fields = (), *, token: str | None = None
    ) -> httpx.Response:
        """A form with files, as a browser without scripts sends it."""
        data = {"_csrf": await self.token() if token is None else token, **dict(fields)}
        parts = [("/files", (name, content, "application/octet-stream")) for name, content in files]
        return await self.http.post(path, data=data, files=parts)

    async def token(self) -> str:
        """Of this person's forms."""
        found = _TOKEN.search((await self.http.get("/console")).text)
        assert found is not None
        return html.unescape(found.group(1))


@asynccontextmanager
async def signed_in(
    api: Application, market: Market, party: NewOrganisation, language: str = "en", name: str = "Aki Tanaka"
) -> AsyncIterator[Browser]:
    """A person of `party`, who chose a language."""
    database: Database = market.database
    email = f"{name.split(maxsplit=1)[0].lower()}@{party.id}.example"
    async with database.work(party.id) as work:
        path = await link_for(work, email, name)
    transport = httpx.ASGITransport(api, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://capillary.test") as http:
        http.headers["origin"] = "http://capillary.test"
        http.cookies.set("capillary_language", language, domain="capillary.test", path="/console")
        found = _TOKEN.search((await http.get(path)).text)
        assert found is not None
        answer = await http.post(path, data={"_csrf": html.unescape(found.group(1))})
        assert answer.status_code == 303, answer.text
        yield Browser(http)
