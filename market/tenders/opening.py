"""The common opening, under the tender's row lock: whoever bid is done by then, and nobody bids after."""

from typing import Final

from market.alerts.codes import Code
from market.tenders import bid_queries, queries, sealing, transition
from market.tenders.held import Held, held
from market.tenders.structs import Act, Status
from specs.kit.tenancy import Work

# tenders of one transaction, whose locks bidders wait for
MOST: Final = 100


async def open_tender(work: Work, tender: Held) -> Held:
    """Opened by its buyer; as the engine, locked. Raises TenderRefused before the deadline."""
    tender.check(Act.OPEN, work.at)
    return await _opened(work, tender)


async def open_due(work: Work) -> int:
    """Every tender whose last day has passed, in the order of ids; as the engine. How many."""
    due = await queries.due(work, MOST)
    for tender in due:
        await _opened(work, held(await queries.lock(work, tender), None))
    return len(due)


async def _opened(work: Work, tender: Held) -> Held:
    # until it is opened not even the engine reads a bid, so the digest comes with a second statement
    after = await transition.save(work, tender, status=Status.OPENED, opened_at=work.at)
    standing = sorted([row["digest"] for row in await bid_queries.opened(work, after)])
    closed = await bid_queries.closed(work, after)
    after = await transition.save(work, after, digest=sealing.digest_of_all(tender.id, standing, closed))
    assert after.digest is not None  # noqa: S101 - just set
    everyone = (tender.buyer, *tender.invited)
    lists = {"bids": standing, "closed_bids": closed}
    told = {"digest": after.digest.hex()} | {name: [one.hex() for one in found] for name, found in lists.items()}
    await transition.note(work, after, "open", everyone, told)
    await transition.tell(work, after, Code.TENDER_OPENED, everyone)
    return after
