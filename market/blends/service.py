"""Blends of posted documents, and of the lots that one's own spec may see: at once where they are small, else as jobs.

The solve itself runs outside of any transaction, in a solver process. What is stored of a job is what was posted:
with the id of a spec, the lots of others are gathered when it runs, and never lie in the caller's own rows.
"""

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

import msgspec

from market.blends.structs import MOST_LOTS, MOST_OFFERS, BlendRequest, Envelope, Market
from market.matches import queries, reading
from market.matches.current import Current
from market.matches.errors import TooManyLots
from market.parties import organisations
from market.parties.structs import Principal
from market.runs import inquiries, posted
from market.runs.inquiries import Gathered, Inquiry
from market.runs.posted import Documents, Opened
from market.runs.structs import Claimed, Order, Prepared
from market.solving.pool import Pool
from market.steps.faults import faults_of_offers
from market.steps.reckoned import open_beside
from matching.blend import Wish
from matching.fault import Fault, fault
from matching.upgrading.offer import UpgradeOffer
from specs.kit.errors import Invalid
from specs.kit.idempotency import Answer
from specs.kit.json_text import decoded
from specs.kit.tenancy import Work
from specs.lot.structs import FiledLot

KIND: Final = "blend"
# the solve of lots that others own
ACROSS: Final = "blend_across"
# lots × (limits + offers) up to which a blend is answered at once: about a second on a busy machine, mostly for
# shadow prices, or for the ways through processors
AT_ONCE: Final = 1_000

_ENVELOPE: Final = msgspec.json.Decoder(Envelope)
_REQUEST: Final = msgspec.json.Decoder(BlendRequest)


class Asked(posted.Asked[Envelope], frozen=True):
    """A posted document; with the id of a spec, its `offers` are read here."""

    offers: tuple[UpgradeOffer, ...] = ()

    @property
    def question(self) -> "Question":
        """Of one's own spec."""
        return Question(self.outline.wish, self.offers, self.outline.open_offers, self.language)


class Question(msgspec.Struct, frozen=True):
    """How the lots of others are to be blended, which offers count, and in which language it is told."""

    wish: Wish
    offers: tuple[UpgradeOffer, ...]
    open_offers: bool
    language: str


class Blends:
    """One per API process."""

    def __init__(self, pool: Pool, current: Current) -> None:
        self._pool = pool
        self._current = current
        self._documents = Documents(pool, current.editions)

    async def answer(self, opened: Opened, principal: Principal, asked: Asked) -> Answer:
        """200 with the blend, or 202 with a job.

        Raises Invalid, SolveFailed, NotFound, NotOpen, TooManyLots, TooManyJobs.
        """
        faults = (*_faults(asked.outline), *faults_of_offers(asked.offers, self._current.catalogue))
        if faults:
            raise Invalid(faults=faults)
        envelope = asked.outline
        if envelope.spec_id is None:
            small = len(envelope.lots) * (_limits(envelope.spec) + len(envelope.offers)) <= AT_ONCE
            return await self._documents.answer(opened, KIND, asked, small=small)
        return await self._across(opened, principal, asked, envelope.spec_id)

    async def _across(self, opened: Opened, principal: Principal, asked: Asked, spec: UUID) -> Answer:
        async def gather(work: Work) -> Gathered:
            market = await gathered(work, principal, self._current, spec, asked.question)
            return Gathered(ACROSS, market, small=size_of(market) <= AT_ONCE)

        async def conclude(work: Work, result: bytes) -> bytes:
            return await _opened(work, self._current, result)

        order = Order(KIND, asked.body, asked.language)
        return await inquiries.answer(self._pool, opened, Inquiry(order, gather, conclude, asked.once))


async def gathered(work: Work, principal: Principal, current: Current, spec: UUID, question: Question) -> Market:
    """The caller's own spec, the lots that it may be matched with, and what counts of processors' offers.

    Goes on as role engine, or counterparty where open offers count.

    Raises NotFound, NotOpen, TooManyLots.
    """
    near = await reading.own_spec(work, principal, current, spec)
    lots = current.in_time(near)
    if len(lots) > MOST_LOTS:
        raise TooManyLots({"limit": MOST_LOTS, "lots": len(lots)})
    filed = [(lot.id, lot.rev, lot.content) for lot in lots if isinstance(lot.content, FiledLot)]
    tariffs = await current.editions.in_force(work.connection)
    own, material = question.offers, near.content.material
    offers = await open_beside(work, material, own, most=MOST_OFFERS) if question.open_offers else ()
    return Market(
        spec=near.content,
        spec_rev=near.rev,
        spec_at=current.said(near.content),
        lots=tuple(filed),
        lots_at=tuple(current.said(lot) for _, _, lot in filed),
        wish=question.wish,
        language=question.language,
        tariffs=tariffs,
        offers=own,
        open_offers=offers,
    )


def size_of(market: Market) -> int:
    """Lots × (limits + offers), which decides whether a question is answered at once."""
    return len(market.lots) * (max(1, len(market.spec.limits)) + len(market.offers) + len(market.open_offers))


async def open_lots(work: Work, current: Current, lots: Iterable[str]) -> None:
    """What a blend shows may be read by who was shown it, as with a match; as the engine."""
    taken = [current.find(lot) for lot in lots]
    await queries.serve(work.connection, work.owner, "lot", [lot for lot in taken if lot is not None])


async def prepare(work: Work, current: Current, job: Claimed) -> Prepared:
    """A stored document for the solver processes; with a spec's id, the lots as they are now."""
    envelope = _ENVELOPE.decode(job.input)
    if envelope.spec_id is None:
        return await posted.prepare(work, current, job)
    principal = await organisations.oneself(work, job.id)
    question = Asked(envelope, job.input, job.language, offers=decoded(_REQUEST, job.input).offers).question
    market = await gathered(work, principal, current, envelope.spec_id, question)
    return Prepared(ACROSS, msgspec.msgpack.encode(market))


async def conclude(work: Work, current: Current, job: Claimed, result: bytes) -> bytes:
    """The result as it is, with grants on the lots that it shows."""
    by_id = _ENVELOPE.decode(job.input).spec_id is not None
    return await _opened(work, current, result) if by_id else result


async def _opened(work: Work, current: Current, result: bytes) -> bytes:
    taken = {take.lot for take in msgspec.json.decode(result, type=_Taking).takes}
    await open_lots(work, current, sorted(taken))
    return result


class _Take(msgspec.Struct, frozen=True):
    lot: str


class _Taking(msgspec.Struct, frozen=True):
    takes: tuple[_Take, ...]


class _Limits(msgspec.Struct, frozen=True):
    limits: tuple[msgspec.Raw, ...] = ()


def _limits(spec: Any) -> int:
    """How many, at least 1; a spec of another shape is refused where it is read."""
    try:
        return max(1, len(msgspec.json.decode(spec, type=_Limits).limits))
    except msgspec.DecodeError:
        return 1


def _faults(envelope: Envelope) -> list[Fault]:
    by_id = envelope.spec_id is not None
    if envelope.posted == by_id:
        return [fault("/spec_id" if by_id else "/spec", "spec_or_spec_id")]
    if not by_id:
        return [fault("/open_offers", "open_offers_without_spec_id")] if envelope.open_offers else []
    return [fault("/lots", "lots_with_spec_id")] if envelope.lots else []
