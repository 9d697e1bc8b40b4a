"""Blends proposed for one's own spec: the best and a few different good ones, stored until the next proposal."""

from uuid import UUID

import msgspec

from market.blends import queries
from market.blends.service import AT_ONCE, Question, gathered, open_lots, size_of
from market.blends.structs import (
    BlendState,
    KeptBlend,
    Proposal,
    ProposalAnswer,
    ProposalRequest,
    Proposals,
    Proposed,
    StoredBlend,
)
from market.matches.current import Current
from market.parties import organisations
from market.parties.structs import Principal
from market.runs import inquiries
from market.runs.inquiries import Asked, Gathered, Inquiry
from market.runs.posted import Opened
from market.runs.structs import Claimed, Order, Prepared
from market.solving.pool import Pool
from market.steps.faults import faults_of_offers
from specs.kit import ids
from specs.kit.errors import Invalid
from specs.kit.idempotency import Answer
from specs.kit.tenancy import Work
from specs.kit.wire import encode

KIND = "blend_proposal"


class Proposing:
    """One per API process."""

    def __init__(self, pool: Pool, current: Current) -> None:
        self._pool = pool
        self._current = current

    async def propose(self, opened: Opened, principal: Principal, asked: Asked[Proposal]) -> Answer:
        """200 with what was stored, or 202 with a job.

        Raises Invalid, SolveFailed, NotFound, NotOpen, TooManyLots, TooManyJobs.
        """
        proposal = asked.subject
        faults = tuple(faults_of_offers(proposal.request.offers, self._current.catalogue))
        if faults:
            raise Invalid(faults=faults)

        async def gather(work: Work) -> Gathered:
            return await _gathered(work, principal, self._current, proposal, asked.language)

        async def conclude(work: Work, result: bytes) -> bytes:
            return await _stored(work, self._current, proposal, result)

        order = Order(KIND, encode(proposal), asked.language)
        return await inquiries.answer(self._pool, opened, Inquiry(order, gather, conclude, asked.once))


async def prepare(work: Work, current: Current, job: Claimed) -> Prepared:
    """The lots as they are when the job runs."""
    proposal = msgspec.json.decode(job.input, type=Proposal)
    principal = await organisations.oneself(work, job.id)
    return (await _gathered(work, principal, current, proposal, job.language)).prepared


async def conclude(work: Work, current: Current, job: Claimed, result: bytes) -> bytes:
    """Store what was found; the result of the job is the answer that would have been given at once."""
    return await _stored(work, current, msgspec.json.decode(job.input, type=Proposal), result)


async def _gathered(work: Work, principal: Principal, current: Current, proposal: Proposal, language: str) -> Gathered:
    asked = proposal.request
    question = Question(asked.wish, asked.offers, asked.open_offers, language)
    market = await gathered(work, principal, current, proposal.spec_id, question)
    return Gathered(KIND, msgspec.structs.replace(market, most=asked.most), small=size_of(market) <= AT_ONCE)


async def _stored(work: Work, current: Current, proposal: Proposal, result: bytes) -> bytes:
    """As it is answered; the lots that it takes may be read by who was shown them."""
    found = msgspec.json.decode(result, type=Proposals)
    blends, body = _filed(work, proposal, found)
    await queries.store(work, proposal.spec_id, found.spec_rev, blends)
    await open_lots(work, current, sorted({lot for blend in blends for lot, _, _ in blend.shares}))
    return body


def _filed(work: Work, proposal: Proposal, found: Proposals) -> tuple[list[queries.NewBlend], bytes]:
    """What is stored, and the answer. An answer without takes is no blend: it is told, and not stored."""
    good = [one for one in found.blends if one.shares]
    blends = [_new(ids.new_id(), place, proposal.request, one) for place, one in enumerate(good, 1)]
    items = tuple(
        StoredBlend(
            id=blend.id,
            spec_id=proposal.spec_id,
            spec_rev=found.spec_rev,
            place=blend.place,
            state=BlendState.CURRENT,
            created_at=work.at,
            blend=one.blend,
        )
        for blend, one in zip(blends, good, strict=True)
    )
    unmet = None if good else next((one.blend for one in found.blends), None)
    return blends, encode(ProposalAnswer(items=items, unmet=unmet))


def _new(blend: UUID, place: int, request: ProposalRequest, one: Proposed) -> queries.NewBlend:
    return queries.NewBlend(blend, place, encode(KeptBlend(request, one.blend, one.marks)).decode(), one.shares)
