"""People who sign in, and browsers: httpx with a cookie jar that fills in the token of the page it is on."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec

from market.app import Application
from market.parties.structs import NewOrganisation, UserRole
from market.people import links, queries
from market.people.founding import link_for
from market.people.passwords import Passwords
from market.people.structs import LinkPurpose
from tests.support.market import Market

PASSWORD = "seven blue gondolas"
_CSRF = re.compile(r'name="csrf-token" content="([^"]+)"')


class Human(msgspec.Struct, frozen=True):
    """A person with a password, and for whom they act."""

    id: UUID
    user: UUID
    email: str
    tenant: UUID


async def human(
    market: Market,
    party: NewOrganisation,
    name: str = "Test Person",
    *,
    role: UserRole = UserRole.ADMIN,
    email: str | None = None,
) -> Human:
    """Of that organisation; with `email` of somebody known, one more membership of theirs."""
    email = email or f"{uuid4().hex}@people.test"
    async with market.database.work(party.id) as work:
        token = (await link_for(work, email, name, role)).rpartition("/")[2]
    link = await links.look(market.database, token)
    kept = await Passwords().hashed(PASSWORD)
    async with market.database.work(party.id) as work:
        await links.use(work, link)
        person, _ = await links.settled(work, link)
        await queries.keep_hash(work, person, kept)
    return Human(person, link.user, email, party.id)


async def link_path(market: Market, someone: Human, purpose: LinkPurpose, lifetime: timedelta | None = None) -> str:
    """Where the button of a fresh link is."""
    async with market.database.work(someone.tenant) as work:
        return "/console/link/" + await links.make(work, someone.user, purpose, lifetime)


class Browser:
    """One browser with its cookies; `see` loads a page and `send` posts a form from the page it is on."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.csrf = ""

    async def see(self, path: str, **headers: str) -> httpx.Response:
        page = await self.client.get(path, headers=headers)
        found = _CSRF.search(page.text)
        if found is not None:
            self.csrf = found[1]
        return page

    async def send(self, path: str, fields: dict[str, Any] | None = None, **headers: str) -> httpx.Response:
        return await self.client.post(path, data={"_csrf": self.csrf, **(fields or {})}, headers=headers)

    async def sign_in(self, someone: Human, password: str = PASSWORD) -> httpx.Response:
        await self.see("/console/sign-in")
        answer = await self.send("/console/sign-in", {"email": someone.email, "password": password})
        if answer.status_code == 303:
            await self.see("/console")
        return answer


@asynccontextmanager
async def browsing(
    api: Application, *, scheme: str = "http", address: str | None = None, **headers: str
) -> AsyncIterator[Browser]:
    """A browser at a network address of its own, so that no test is slowed by another's failures."""
    address = address or str(uuid4())
    transport = httpx.ASGITransport(api, raise_app_exceptions=False, client=(address, 1))
    sent = {"host": "capillary.test", **headers}
    async with httpx.AsyncClient(transport=transport, base_url=f"{scheme}://capillary.test", headers=sent) as client:
        yield Browser(client)
