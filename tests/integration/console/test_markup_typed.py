"""Markup in whatever people may write, and every page of those who see it: it is a text everywhere.

The fields are the OpenAPI document's own. So a new one is written into too, and one that no page shows fails until it
is said here why.
"""

import html

import httpx

from market.app import Application
from market.demo.parties import organisation_id
from market.parties.structs import NewOrganisation, OrganisationKind
from tests.support.console import signed_in
from tests.support.crawled import crawl
from tests.support.free_text import fill, free_fields, hostile
from tests.support.market import Market

READERS = {
    "ministry": OrganisationKind.COORDINATOR,
    "bay-steel": OrganisationKind.MANUFACTURER,
    "cathode": OrganisationKind.MANUFACTURER,
    "kawasaki-metal": OrganisationKind.RECYCLER,
    "iyo-battery": OrganisationKind.RECYCLER,
    "low-copper-sorting": OrganisationKind.PROCESSOR,
    "laboratory": OrganisationKind.LABORATORY,
}
# what is not written into, and why
SPARED = {
    "email": "the database keeps addresses only, without brackets",
    "id": "elsewhere it is what a row is found by; test_console_sitings.py posts markup in a customer's",
    "manifest_number": "refused unless it is eleven digits",
    "lot": "as the id of a posted lot, which no page of the console takes",
    "spec": "as the id of a posted spec, which no page of the console takes",
    "owner": "as the owner of a posted lot, which no page of the console takes",
}
# what no page of the demo shows, and which test posts markup in it instead
ELSEWHERE = {
    **dict.fromkeys(("answers", "questions", "reason", "vehicle", "weighbridge_ticket"), "test_deals.py"),
    **dict.fromkeys(("authority", "statement"), "test_console_permits.py"),
    **dict.fromkeys(("excludes", "src"), "test_freight_tables.py"),
    "measures": "none: it is written for a hazard in a delivery, and drawn as the other fields of handling",
}


async def pages(market: Market, api: Application) -> dict[str, str]:
    """What every reader is shown, by reader and path."""
    read: dict[str, str] = {}

    async def keep(answer: httpx.Response) -> None:
        await answer.aread()
        read[f"{code} {answer.request.url.raw_path.decode()}"] = answer.text

    for code, kind in READERS.items():
        party = NewOrganisation(id=organisation_id(code), kind=kind, name=code, verified=True, api_key="none")
        async with signed_in(api, market, party) as browser:
            browser.http.event_hooks["response"].append(keep)
            async for _ in crawl(browser):
                pass
    return read


async def test_what_people_write_is_text_on_every_page(market: Market, demo: Application) -> None:
    fields = free_fields() - SPARED.keys()
    async with market.superuser() as connection:
        await fill(connection, fields)
    read = await pages(market, demo)
    raw = [at for at, text in read.items() if "<script>alert(" in text or "<img src=x" in text]
    assert raw == []
    shown = "\n".join(html.unescape(text) for text in read.values())
    assert {field for field in fields if hostile(field) not in shown} == ELSEWHERE.keys()
