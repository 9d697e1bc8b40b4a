"""Blends proposed for one's own spec: the best and a few different good ones, stored until the next proposal."""

from uuid import UUID

import msgspec

from market.blends import queries
from market.blends.service import AT_ONCE, Question, gathered, open_lots, size_of
from market.blends.structs import (
    BlendState,
    KeptBlend,
    Market,
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
from market.runs import service as runs
from market.runs.posted import Opened
from market.runs.structs import Claimed, Order, Prepared
from market.solving.pool import Pool
from market.steps.faults import faults_of_offers
from specs.kit import idempotency, ids
from specs.kit.errors import Invalid
from specs.kit.idempotency import Answer, Idempotency
from specs.kit.tenancy import Role, Work
from specs.kit.wire import encode

KIND = "blend_proposal"


class Asked(msgspec.Struct, frozen=True):
    """What is to be proposed, and in which language."""

    proposal: Proposal
    language: str
    once: Idempotency | None = None


class Proposing:
    """One per API process."""

    def __init__(self, pool: Pool, current: Current) -> None:
        self._pool = pool
        self._current = current

    async def propose(self, opened: Opened, principal: Principal, asked: Asked) -> Answer:
        """200 with what was stored, or 202 with a job.

        Raises Invalid, SolveFailed, NotFound, NotOpen, TooManyLots, TooManyJobs.
        """
        faults = tuple(faults_of_offers(asked.proposal.request.offers, self._current.catalogue))
        if faults:
            raise Invalid(faults=faults)
        async with opened() as work:
            first = await idempotency.stored(work, asked.once)
            if first is not None:
                return first
            market = await _market(work, principal, self._current, asked.proposal, asked.language)
        small = size_of(market) <= AT_ONCE
        result = await self._pool.soon(KIND, msgspec.msgpack.encode(market)) if small else None
        if result is not None:
            return await self._stored(opened, asked, result)
        async with opened() as work:
            return await runs.ask(work, Order(KIND, encode(asked.proposal), asked.language), asked.once)

    async def _stored(self, opened: Opened, asked: Asked, result: bytes) -> Answer:
        async with opened() as work:
            first = await idempotency.claim(work, asked.once)
            if first is not None:
                return first
            found = msgspec.json.decode(result, type=Proposals)
            blends, body = _filed(work, asked.proposal, found)
            answer = Answer(id=asked.proposal.spec_id, rev=1, version=1, body=body)
            await idempotency.keep(work, asked.once, answer)
            await work.as_role(Role.ENGINE)
            await _store(work, self._current, asked.proposal, found, blends)
        return answer


async def prepare(work: Work, current: Current, job: Claimed) -> Prepared:
    """The lots as they are when the job runs."""
    proposal = msgspec.json.decode(job.input, type=Proposal)
    principal = await organisations.oneself(work, job.id)
    return Prepared(KIND, msgspec.msgpack.encode(await _market(work, principal, current, proposal, job.language)))


async def conclude(work: Work, current: Current, job: Claimed, result: bytes) -> bytes:
    """Store what was found; the result of the job is the answer that would have been given at once."""
    proposal, found = msgspec.json.decode(job.input, type=Proposal), msgspec.json.decode(result, type=Proposals)
    blends, body = _filed(work, proposal, found)
    await _store(work, current, proposal, found, blends)
    return body


async def _market(work: Work, principal: Principal, current: Current, proposal: Proposal, language: str) -> Market:
    asked = proposal.request
    question = Question(asked.wish, asked.offers, asked.open_offers, language)
    market = await gathered(work, principal, current, proposal.spec_id, question)
    return msgspec.structs.replace(market, most=asked.most)


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


async def _store(
    work: Work, current: Current, proposal: Proposal, found: Proposals, blends: list[queries.NewBlend]
) -> None:
    await queries.store(work, proposal.spec_id, found.spec_rev, blends)
    await open_lots(work, current, sorted({lot for blend in blends for lot, _, _ in blend.shares}))
