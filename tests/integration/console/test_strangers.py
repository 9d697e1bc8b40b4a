"""Every address of the console that names something, asked by those whom it does not concern: it is not there.

The addresses are the router's own; what stands in their holes is what owners of the demo meet on their pages. So a
new screen is asked too, and one whose things no owner meets fails.
"""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from uuid import uuid4

import msgspec

from market.app import Application
from market.console.screen import Screen, screen
from market.console.screens import SCREENS
from market.demo.parties import organisation_id
from market.parties.structs import Jurisdiction, NewOrganisation, OrganisationKind
from tests.support.console import Browser, signed_in
from tests.support.crawled import crawl
from tests.support.market import Market

OWNERS = {
    "ministry": OrganisationKind.COORDINATOR,
    "bay-steel": OrganisationKind.MANUFACTURER,
    "kawasaki-metal": OrganisationKind.RECYCLER,
    "low-copper-sorting": OrganisationKind.PROCESSOR,
    "laboratory": OrganisationKind.LABORATORY,
}
_HOLE = re.compile(r"\{(\w+):(uuid|int)\}")
_ID = re.compile(r"(?<=/)[0-9a-f]{8}-[0-9a-f-]{27}(?=[/?]|$)")
# what no page of an owner names while there is but one of it, or that the demo has no page for
_STORED = {
    "/console/profile/sessions/": "console_session",
    "/console/profile/organisation/": "organisation",
    "/console/documents/": "document",
}
# the demo has none: ids are made up, and the same services are asked for real ones as every caller in the matrix
_NONE = {"/console/jobs/", "/console/sitings/", "/console/settings/freight/"}


class Address(msgspec.Struct, frozen=True):
    """A page or an act that names something, as the router has it."""

    method: str
    path: str
    declared: Screen

    def filled(self, seen: dict[str, str]) -> str:
        """With what owners met in its first hole; what lies deeper, where nobody met one, is made up."""
        path = self.path
        for hole in _HOLE.finditer(self.path):
            before = path[: path.index(hole[0])]
            value = seen.get(before, "1" if hole[2] == "int" else str(uuid4()))
            path = path.replace(hole[0], value, 1)
        return path


def _addresses() -> tuple[Address, ...]:
    found = [
        Address(method, f"/console{path}", declared)
        for module in SCREENS
        for handler in module.handlers
        if (declared := screen(handler)) is not None
        for method in handler.http_methods & {"GET", "POST"}
        for path in handler.paths
        if _HOLE.search(path)
    ]
    return tuple(sorted(found, key=lambda one: (one.path, one.method)))


ADDRESSES = _addresses()


def _heads() -> set[str]:
    """What stands before the first hole of each address."""
    return {address.path[: address.path.index("{")] for address in ADDRESSES}


def _things(link: str) -> Iterator[tuple[str, str]]:
    """What an address names: how it begins up to there, and the id."""
    for found in _ID.finditer(link):
        yield link[: found.start()], found[0]


@asynccontextmanager
async def owner(market: Market, api: Application, code: str) -> AsyncIterator[Browser]:
    party = NewOrganisation(
        id=organisation_id(code), kind=OWNERS[code], name=code, verified=True, api_key="none is needed"
    )
    async with signed_in(api, market, party) as browser:
        yield browser


@asynccontextmanager
async def stranger(market: Market, api: Application, kind: OrganisationKind) -> AsyncIterator[Browser]:
    """Verified, of that kind, and party to nothing; a coordinator oversees what is not there."""
    nowhere = Jurisdiction(prefectures=("JP-47",)) if kind is OrganisationKind.COORDINATOR else None
    party = await market.organisation(kind.value, f"Stranger {kind.value}", jurisdiction=nowhere)
    async with signed_in(api, market, party, name=f"{kind.value.title()} Stranger") as browser:
        yield browser


async def _met(market: Market, api: Application) -> dict[str, str]:
    """By what stands before an id, one that an owner met there."""
    seen: dict[str, str] = {}
    for code in OWNERS:
        async with owner(market, api, code) as browser:
            async for page in crawl(browser, most_alike=2):
                seen |= {head: id_ for link in page.actions for head, id_ in _things(link)}
    async with market.superuser() as connection:
        for head, table in _STORED.items():
            seen[head] = str(await connection.fetchval(f"select id from {table} limit 1"))
    return seen


async def _done(market: Market) -> set[tuple[str, str]]:
    """What was ever done, besides coming and going."""
    async with market.superuser() as connection:
        rows = await connection.fetch(
            """select action, object_kind, count(*) from audit_event
               where object_kind not in ('session', 'sign_in_link') group by 1, 2"""
        )
    return {tuple(row) for row in rows}


def _refusals(address: Address, kind: OrganisationKind) -> tuple[int, ...]:
    """What may be told. Of a form that says nothing it may be told before anyone looks for what it is about."""
    if kind not in address.declared.kinds or address.path.startswith("/console/profile/organisation/"):
        return (403,)
    return (404,) if address.method == "GET" else (404, 400, 422)


async def test_nothing_of_others_is_there_and_nothing_of_theirs_is_done(market: Market, demo: Application) -> None:
    seen = await _met(market, demo)
    assert {head for head in _heads() if head not in seen} == _NONE
    slips = []
    async with AsyncExitStack() as open_:
        strangers = {kind: await open_.enter_async_context(stranger(market, demo, kind)) for kind in OrganisationKind}
        tokens = {kind: await browser.token() for kind, browser in strangers.items()}
        before = await _done(market)
        for address in ADDRESSES:
            path = address.filled(seen)
            for kind, browser in strangers.items():
                asked = browser.http.get(path) if address.method == "GET" else browser.send(path, token=tokens[kind])
                answer = await asked
                if answer.status_code not in _refusals(address, kind):
                    slips.append(f"{address.method} {path} as {kind}: {answer.status_code}")
        assert slips == [], "\n".join(["", *slips])
        assert await _done(market) == before
