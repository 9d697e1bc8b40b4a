"""Live events: each party's own, without loss, whoever wrote, and no longer than the session."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from uuid import uuid4

import pytest

from market.alerts import service as notices
from market.alerts.codes import Code
from market.app import Application
from market.console import live
from market.live.errors import TooManyStreams
from market.live.structs import Mark, Watched
from market.live.watch import PER_SESSION, Watch
from market.matches.current import Current
from market.parties.structs import NewOrganisation, OrganisationKind
from market.people import tokens
from market.people.structs import Session, Visitor
from specs.catalogue.loader import catalogue
from specs.kit.tenancy import Work
from tests.support.console import signed_in
from tests.support.deals import scene
from tests.support.market import Market
from tests.support.people import human

SOON = 0.05


@pytest.fixture
async def watch(market: Market) -> AsyncIterator[Watch]:
    found = Watch(market.database, Current(catalogue()), every=SOON)
    yield found
    found.close()


async def tell(work: Work, party: NewOrganisation) -> None:
    await notices.tell(work, party.id, Code.ORGANISATION_VERIFIED, {}, "organisation", party.id)


@asynccontextmanager
async def session(api: Application, market: Market, party: NewOrganisation) -> AsyncIterator[Session]:
    async with signed_in(api, market, party) as browser:
        token = browser.http.cookies["capillary"]
        assert tokens.well_formed(token)
        found = await api.litestar.state.parts.people.sessions.find(token)
        assert found is not None
        yield found


@asynccontextmanager
async def page(
    api: Application, watch: Watch, who: Session, seen: str | None = None
) -> AsyncIterator[AsyncIterator[dict[str, str]]]:
    """The events of an open page, read as a browser does."""
    watched = Watched(who.principal.tenant, who.principal.kind is OrganisationKind.COORDINATOR)
    follower = watch.follow(watched, who.id)
    async with aclosing(
        live.told(watch, follower, api.litestar.state.parts.people, who, "en", seen)  # type: ignore[type-var]
    ) as stream:
        yield _events(stream)


async def _events(stream: AsyncIterator[str]) -> AsyncIterator[dict[str, str]]:
    async for chunk in stream:
        fields = {
            name: value.strip() for name, _, value in (line.partition(":") for line in chunk.splitlines()) if name
        }
        if "event" in fields:
            yield fields


async def first(events: AsyncIterator[dict[str, str]]) -> dict[str, str]:
    return await asyncio.wait_for(anext(events), 10)


async def test_an_open_page_is_told_of_a_notice_that_another_connection_wrote(
    market: Market, api: Application, watch: Watch
) -> None:
    party, other = await market.organisation(), await market.organisation()
    async with session(api, market, party) as who, page(api, watch, who) as events:
        hello = await first(events)
        async with market.work(other.id) as work:
            await tell(work, other)
        async with market.work(party.id) as work:
            await tell(work, party)
        told = await first(events)
    assert hello["event"] == "hello"
    assert (told["event"], told["data"]) == ("notices", "Unread notices: 1.")


async def test_whoever_comes_back_is_told_of_what_it_missed_by_whichever_process(
    market: Market, api: Application, watch: Watch
) -> None:
    party = await market.organisation()
    async with session(api, market, party) as who:
        async with page(api, watch, who) as events:
            seen = (await first(events))["id"]
        async with market.work(party.id) as work:
            await tell(work, party)
        second = Watch(market.database, Current(catalogue()), every=SOON)
        async with page(api, second, who, seen) as events:
            told = await first(events)
    assert told["event"] == "notices"


async def test_who_missed_nothing_is_told_nothing(market: Market, api: Application, watch: Watch) -> None:
    party = await market.organisation()
    async with session(api, market, party) as who:
        async with page(api, watch, who) as events:
            seen = (await first(events))["id"]
        async with page(api, watch, who, seen) as events:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(anext(events), 10 * SOON)


async def test_a_notice_with_an_older_id_that_is_committed_late_is_told(
    market: Market, api: Application, watch: Watch
) -> None:
    party = await market.organisation()
    async with session(api, market, party) as who, page(api, watch, who) as events:
        await first(events)
        async with market.work(party.id) as slow:
            await tell(slow, party)
            async with market.work(party.id) as quick:
                await tell(quick, party)
            between = await first(events)
        after = await first(events)
    assert (between["data"], after["data"]) == ("Unread notices: 1.", "Unread notices: 2.")


async def test_a_coordinator_is_told_of_its_own_queue_only(market: Market, api: Application, watch: Watch) -> None:
    async with scene(market, api) as met, scene(market, api) as elsewhere:
        theirs = await elsewhere.open()
        async with session(api, market, met.parties[1]) as who, page(api, watch, who) as events:
            await first(events)
            await elsewhere.post(elsewhere.yard, f"deals/{theirs['id']}/take-up")
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(anext(events), 10 * SOON)
    async with scene(market, api) as met:
        ours = await met.open()
        async with session(api, market, met.parties[1]) as who, page(api, watch, who) as events:
            await first(events)
            await met.post(met.yard, f"deals/{ours['id']}/take-up")
            told = [await first(events), await first(events)]
    assert {one["event"] for one in told} == {"notices", "queue"}
    assert "The review queue has changed. Waiting: 1." in [one["data"] for one in told]


async def test_a_stream_ends_with_its_session(
    market: Market, api: Application, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "CHECKED", SOON)
    party = await market.organisation()
    async with session(api, market, party) as who, page(api, watch, who) as events:
        await first(events)
        await api.litestar.state.parts.people.sessions.end(who)
        assert (await first(events))["event"] == "over"
        with pytest.raises(StopAsyncIteration):
            await first(events)


@pytest.mark.parametrize(
    "change",
    [
        "update app_user set disabled_at = now() where id = $1",
        "update app_user set person_id = null where id = $1",
        """update organisation set verified_at = null, verified_by = null
           where id = (select tenant_id from app_user where id = $1)""",
        """update person set totp_secret = '\\x00', totp_confirmed_at = now()
           where id = (select person_id from app_user where id = $1)""",
    ],
)
async def test_a_stream_ends_with_the_right_to_it(
    market: Market, api: Application, watch: Watch, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    monkeypatch.setattr(live, "CHECKED", SOON)
    party = await market.organisation()
    async with session(api, market, party) as who, page(api, watch, who) as events:
        await first(events)
        async with market.superuser() as connection:
            await connection.execute(change, who.principal.user)
        assert (await first(events))["event"] == "over"


async def test_a_stream_tells_nothing_of_an_organisation_that_its_reader_has_left(
    market: Market, api: Application, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "CHECKED", SOON)
    party, other = await market.organisation(), await market.organisation()
    async with session(api, market, party) as who, page(api, watch, who) as events:
        await first(events)
        await human(market, other, email=who.email)
        await api.litestar.state.parts.people.profile.switch(who, other.id, Visitor(address="switching"))
        assert (await first(events))["event"] == "over"
        async with market.work(party.id) as work:
            await tell(work, party)
        with pytest.raises(StopAsyncIteration):
            await first(events)


async def test_a_stream_goes_on_where_a_right_was_gained(
    market: Market, api: Application, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "CHECKED", SOON)
    party = await market.organisation(verified=False)
    async with session(api, market, party) as who, page(api, watch, who) as events:
        await first(events)
        async with market.superuser() as connection:
            await connection.execute("update organisation set verified_at = now() where id = $1", party.id)
        await asyncio.sleep(4 * SOON)
        async with market.work(party.id) as work:
            await tell(work, party)
        assert (await first(events))["event"] == "notices"


async def test_a_stream_ends_when_the_server_stops(market: Market, api: Application, watch: Watch) -> None:
    party = await market.organisation()
    async with session(api, market, party) as who, page(api, watch, who) as events:
        await first(events)
        watch.close()
        with pytest.raises(StopAsyncIteration):
            await first(events)


async def test_a_session_holds_so_many_pages_and_no_more(watch: Watch) -> None:
    who, tenant = uuid4(), Watched(uuid4(), coordinates=False)
    followers = [watch.follow(tenant, who) for _ in range(PER_SESSION)]
    with pytest.raises(TooManyStreams):
        watch.follow(tenant, who)
    watch.leave(followers[0])
    watch.follow(tenant, who)


def test_a_client_cut_off_between_two_events_is_told_of_the_second_again() -> None:
    before, after = Mark(notices="1", deals="1", queue="1"), Mark(notices="2", deals="1", queue="2")
    (topic, seen), *rest = after.since(before.id)
    assert topic == "notices"
    assert [name for name, _ in after.since(seen)] == [name for name, _ in rest] == ["queue"]


@pytest.mark.parametrize("seen", ["", "x", "1-2", "1-2-3", "1-2-3-4-5"])
def test_an_id_that_nobody_gave_is_told_everything(seen: str) -> None:
    mark = Mark(notices="1", deals="2", queue="3", matches="4")
    assert [topic for topic, _ in mark.since(seen)] == ["notices", "deals", "queue", "matches"]
