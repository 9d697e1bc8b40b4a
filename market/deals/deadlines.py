"""Deadlines that pass by themselves: late reviews are escalated, offers lapse, deals that nobody answers end."""

from collections.abc import Awaitable, Callable
from typing import Final
from uuid import UUID

from market.alerts import service as notices
from market.alerts.codes import Code
from market.deals import completion, proposal, queries, reminding, transition
from market.deals.held import Held
from market.deals.machine import Act
from market.deals.offers import queries as offers
from market.deals.offers import service as exchange
from market.deals.review import requirement
from market.deals.samples import lapsing
from market.deals.samples import queries as sample_rows
from market.deals.samples.machine import State
from market.deals.samples.sample import sample
from specs.kit import clock
from specs.kit.tenancy import Work

# deals of one transaction, whose locks others wait for
MOST: Final = 100


async def escalate(work: Work) -> int:
    """Every review that is late, once for each deadline, or that nobody oversees any more; as the engine. How many."""
    return await _each(work, await queries.late_reviews(work, MOST), _escalated)


async def expire(work: Work) -> int:
    """Every deal whose time is over while it waited for a side; as the engine. How many."""
    return await _each(work, await queries.expired(work, MOST), _expired)


async def samples(work: Work) -> int:
    """Every sample whose time for results is over, and who has a last day to file; as the engine. How many ended."""
    today = clock.today(work.at)
    for row in await sample_rows.results_due(work, today):
        deal = await transition.of(work, row["deal_id"])
        await lapsing.warn(work, deal, sample(row))
    found = await sample_rows.results_late(work, today, MOST)
    for row in found:
        deal = await transition.lock_as_system(work, row["deal_id"])
        # read again: what was filed just before the lock counts
        held = sample(await sample_rows.read(work, deal, row["id"]))
        if held.state is State.RECEIVED:
            await lapsing.lapse(work, deal, held)
    return len(found)


async def remind(work: Work) -> int:
    """Every deal of which a day of its schedule has passed, or the time to receive a portion; as the engine."""
    return await _each(work, await queries.due(work, MOST), reminding.remind)


async def lapse(work: Work) -> int:
    """Every offer whose last day has passed, so that either side may offer again; as the engine. How many."""
    found = await offers.lapsed(work, MOST)
    for row in found:
        await exchange.lapse(work, await transition.lock_as_system(work, row["deal_id"]), row["leg_id"])
    return len(found)


async def _each(work: Work, deals: list[UUID], passed: Callable[[Work, Held], Awaitable[None]]) -> int:
    """In the order of their ids, as events are appended to several chains."""
    for deal in deals:
        await passed(work, await transition.lock_as_system(work, deal))
    return len(deals)


async def _escalated(work: Work, deal: Held) -> None:
    await transition.take(work, deal, Act.ESCALATE, deal, {"deadline": deal.deadline})
    assert deal.deadline is not None  # noqa: S101 - in review
    told = {"material": deal.material, "until": clock.last_day(deal.deadline).isoformat()}
    overseers = await requirement.overseeing(work, deal)
    if not overseers:
        # its jurisdiction has changed: the sides may withdraw, and are not left to wait for nobody
        for party in deal.parties:
            await notices.tell(work, party, Code.REVIEW_UNOVERSEEN, {"material": deal.material}, "deal", deal.id)
    for coordinator in overseers:
        await notices.tell(work, coordinator, Code.REVIEW_OVERDUE, dict(told), "deal", deal.id)


async def _expired(work: Work, deal: Held) -> None:
    if deal.status.struck:
        await completion.end(work, deal)
    await proposal.expire(work, deal)
    for party in deal.parties:
        await notices.tell(work, party, Code.DEAL_EXPIRED, {"material": deal.material}, "deal", deal.id)
