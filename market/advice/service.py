"""Advice on one's own spec, of the lots that it may be matched with: at once where they are few, else as a job."""

from typing import Final

import msgspec

from market.advice.structs import MOST_OFFERS, Question, Subject
from market.blends.service import AT_ONCE
from market.matches import queries, reading
from market.matches.current import Current
from market.matches.errors import TooManyLots
from market.parties import organisations
from market.parties.structs import Principal
from market.runs import inquiries
from market.runs.inquiries import Asked, Gathered, Inquiry
from market.runs.posted import Opened
from market.runs.structs import Claimed, Order, Prepared
from market.solving.pool import Pool
from market.steps.faults import faults_of_offers
from market.steps.reckoned import open_beside
from matching.whereabouts import FIRMS
from specs.kit.errors import Invalid
from specs.kit.idempotency import Answer
from specs.kit.tenancy import Work
from specs.kit.wire import encode
from specs.lot.structs import FiledLot

KIND: Final = "advice"
MOST_LOTS: Final = 2_000


class Advising:
    """One per API process."""

    def __init__(self, pool: Pool, current: Current) -> None:
        self._pool = pool
        self._current = current

    async def answer(self, opened: Opened, principal: Principal, asked: Asked[Subject]) -> Answer:
        """200 with the advice, or 202 with a job.

        Raises Invalid, SolveFailed, NotFound, NotOpen, TooManyLots, TooManyJobs.
        """
        faults = tuple(faults_of_offers(asked.subject.request.offers, self._current.catalogue))
        if faults:
            raise Invalid(faults=faults)

        async def gather(work: Work) -> Gathered:
            return await _gathered(work, principal, self._current, asked.subject, asked.language)

        order = Order(KIND, encode(asked.subject), asked.language)
        return await inquiries.answer(self._pool, opened, Inquiry(order, gather, once=asked.once))


async def _gathered(work: Work, principal: Principal, current: Current, subject: Subject, language: str) -> Gathered:
    """Near misses too, and so lots outside of the window. Goes on as role engine.

    Raises NotFound, NotOpen, TooManyLots.
    """
    near = await reading.own_spec(work, principal, current, subject.spec_id)
    found = current.of_material(near)
    if len(found) > MOST_LOTS:
        raise TooManyLots({"limit": MOST_LOTS, "lots": len(found)})
    lots = tuple((lot.id, lot.content) for lot in found if isinstance(lot.content, FiledLot))
    here = {lot.location.prefecture for _, lot in lots}
    firms = await queries.firms(work.connection, "lot", near.content.material, here)
    places = frozenset(prefecture for prefecture, count in firms.items() if count >= FIRMS)
    request, material = subject.request, near.content.material
    tariffs = await current.editions.in_force(work.connection)
    offers = await open_beside(work, material, request.offers, most=MOST_OFFERS) if request.open_offers else ()
    question = Question(
        spec=near.content,
        spec_at=current.said(near.content),
        lots=lots,
        lots_at=tuple(current.said(lot) for _, lot in lots),
        offers=subject.request.offers,
        open_offers=offers,
        places=places,
        language=language,
        tariffs=tariffs,
    )
    return Gathered(KIND, question, small=question.size <= AT_ONCE)


async def prepare(work: Work, current: Current, job: Claimed) -> Prepared:
    """The lots as they are when the job runs."""
    subject = msgspec.json.decode(job.input, type=Subject)
    principal = await organisations.oneself(work, job.id)
    return (await _gathered(work, principal, current, subject, job.language)).prepared
