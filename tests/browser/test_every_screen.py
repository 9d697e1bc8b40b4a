"""Every page that the router has, opened by everyone who may: accessible, as wide as its screen, without a fault."""

import asyncio
from datetime import timedelta

import pytest

from market.demo.load import organisation_id
from market.parties.structs import OrganisationKind as Kind
from market.runs import service as runs
from market.runs.structs import Order
from specs.kit import clock
from tests.browser.conftest import PERSONAS, Console, Opens
from tests.support.browser import DESKTOP, PHONE
from tests.support.walking import Walk, pages

# no pages: parts of one that are seen on it, what is fetched beside it, and a stream
PARTS = {
    "/console/live",
    "/console/notices/badge",
    "/console/reviews/badges",
    "/console/reviews/waiting",
    "/console/specs/{id:uuid}/tally",
    "/console/lots/{id:uuid}/tally",
    "/console/static/{digest:str}/{name:str}",
}
# before one is signed in, or wholly so: tests/browser/test_people.py goes there
DOORS = {"/console/sign-in", "/console/link/{token:str}", "/console/sign-in/code"}
NOWHERE = "/console/{rest:path}"
# what the demo has nothing of for anyone: tests/browser/test_deliveries.py makes it
MADE = {
    "/console/deals/{id:uuid}/deliveries/{inner:uuid}/receive",
    "/console/settings/freight/{id:uuid}",
    "/console/settings/freight/{id:uuid}/edit",
    "/console/settings/freight/{id:uuid}/revisions/{rev:int}",
}
ELSEWHERE = PARTS | DOORS | MADE | {NOWHERE}
# what the demo has nothing of for someone: pages that begin so; another opens them
NOTHING_OF = {
    "coordinator": (),
    "manufacturer": ("/console/permits/{",),
    "recycler": ("/console/compare",),
    "processor": (
        "/console/compare",
        *(f"/console/{noun}/{{" for noun in ("deals", "lots", "permits", "specs", "tenders")),
    ),
    "laboratory": ("/console/compare", "/console/deals/{"),
}


def opened(persona: str) -> set[str]:
    """The pages that somebody is to have seen in the end."""
    nothing = NOTHING_OF[persona]
    allowed = {one.path for one in pages() if Kind(persona) in one.kinds} - ELSEWHERE
    return {path for path in allowed if not path.startswith(nothing)}


async def tender(console: Console) -> None:
    """One that the manufacturer asks for: the demo's is another's."""
    tab = await console.tab("manufacturer", "en", DESKTOP)
    await tab.visit("/console/specs")
    spec = await tab.page.locator("tbody th a").first.get_attribute("href")
    await tab.visit(f"{spec}/tender")
    await tab.page.fill("[name='/deadline']", (clock.today(clock.now()) + timedelta(days=20)).isoformat())
    await tab.page.locator("main form button.main").click()
    await tab.page.wait_for_url("**/console/tenders/*")
    await tab.page.context.close()


async def walked(console: Console, persona: str, width: int, first: str) -> Walk:
    """Someone's whole way; a job of theirs waits, since nobody works here."""
    async with console.market.database.work(organisation_id(PERSONAS[persona])) as work:
        job = await runs.ask(work, Order("echo", b"", "en"))
    tab = await console.tab(persona, first, width)
    wanted = opened(persona)
    walk = Walk(tab, [one for one in pages() if one.path in wanted], first)
    await walk.follow("/console", f"/console/jobs/{job.id}")
    await walk.fill(job.id)
    await tab.page.context.close()
    walk.faults += tab.faults
    return walk


@pytest.mark.parametrize("persona", PERSONAS)
async def test_every_page_is_accessible_to_whoever_may_open_it(console: Console, persona: str) -> None:
    if persona == "manufacturer":
        await tender(console)
    # the second way has the other language on each page
    walks = await asyncio.gather(walked(console, persona, DESKTOP, "ja"), walked(console, persona, PHONE, "en"))
    assert [fault for walk in walks for fault in walk.faults] == []
    assert [set(walk.seen) for walk in walks] == [opened(persona)] * len(walks)


def test_no_page_is_left_out() -> None:
    assert {one.path for one in pages()} == ELSEWHERE.union(*map(opened, PERSONAS))


async def test_an_address_that_nobody_made_is_a_page_too(browser_page: Opens) -> None:
    tab = await browser_page("recycler", "ja", PHONE)
    await tab.visit("/console/nowhere", 404)
