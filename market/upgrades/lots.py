"""What one's own lot could become, by processors' offers, of the specs that it misses: at once, else as a job."""

from typing import Final
from uuid import UUID

import msgspec

from market.matches import queries, reading
from market.matches.current import Current
from market.matches.errors import TooManyListings
from market.parties import organisations
from market.parties.structs import Principal
from market.runs import inquiries
from market.runs.inquiries import Asked, Gathered, Inquiry
from market.runs.posted import Opened
from market.runs.structs import Claimed, Order, Prepared
from market.solving.pool import Pool
from market.steps.across import coarse_offer
from market.steps.faults import faults_of_offers
from market.upgrades.lot_structs import MOST_OFFERS, MOST_SPECS, LotQuestion, LotSubject, LotUpgradesRequest
from market.upgrades.service import AT_ONCE
from matching.listings import Spec
from matching.upgrading.offer import UpgradeOffer
from specs.kit.errors import Invalid
from specs.kit.idempotency import Answer
from specs.kit.tenancy import Work
from specs.kit.wire import encode
from specs.lot.structs import FiledLot
from specs.offer.service import open_for

KIND: Final = "lot_upgrades"


class LotUpgrading:
    """One per API process."""

    def __init__(self, pool: Pool, current: Current) -> None:
        self._pool = pool
        self._current = current

    async def answer(self, opened: Opened, principal: Principal, asked: Asked[LotSubject]) -> Answer:
        """200 with what the lot could become, or 202 with a job.

        Raises Invalid, SolveFailed, NotFound, NotOpen, TooManyListings, TooManyJobs.
        """
        faults = tuple(faults_of_offers(asked.subject.request.offers, self._current.catalogue))
        if faults:
            raise Invalid(faults=faults)

        async def gather(work: Work) -> Gathered:
            return await _gathered(work, principal, self._current, asked.subject, asked.language)

        async def conclude(work: Work, result: bytes) -> bytes:
            return await _opened(work, self._current, result)

        order = Order(KIND, encode(asked.subject), asked.language)
        return await inquiries.answer(self._pool, opened, Inquiry(order, gather, conclude, asked.once))


async def _gathered(work: Work, principal: Principal, current: Current, subject: LotSubject, language: str) -> Gathered:
    """Specs of every season: those of another are missed. Goes on under another role.

    Raises NotFound, NotOpen, TooManyListings.
    """
    near = await reading.own_lot(work, principal, current, subject.lot_id)
    if not isinstance(near.content, FiledLot):
        raise TypeError(f"not a filed lot: {near.id}")
    found = current.specs_of_material(near)
    if len(found) > MOST_SPECS:
        raise TooManyListings({"kind": "spec", "limit": MOST_SPECS})
    there = {spec.content.delivery.location.prefecture for spec in found}
    firms = await queries.firms(work.connection, "spec", near.content.material, there)
    specs = tuple((one.id, one.content, firms[_prefecture(one.content)]) for one in found)
    tariffs = await current.editions.in_force(work.connection)
    question = LotQuestion(
        lot=near.content,
        lot_at=current.said(near.content),
        specs=specs,
        offers=await _offers(work, near.content.material, subject.request),
        language=language,
        tariffs=tariffs,
    )
    return Gathered(KIND, question, small=question.size <= AT_ONCE)


def _prefecture(spec: Spec) -> str:
    return spec.delivery.location.prefecture


async def _offers(
    work: Work, material: str, request: LotUpgradesRequest
) -> tuple[tuple[UpgradeOffer, int | None], ...]:
    """The seller's own, then those that are open to all, which are made coarse. Goes on as role counterparty."""
    own = tuple((offer, None) for offer in request.offers)
    if not request.open_offers:
        return own
    named = {offer.id for offer in request.offers}
    found = await open_for(work, (material,), MOST_OFFERS - len(own))
    return (*own, *((coarse_offer(one.offer), one.firms) for one in found if one.offer.id not in named))


async def prepare(work: Work, current: Current, job: Claimed) -> Prepared:
    """The specs and offers as they are when the job runs."""
    subject = msgspec.json.decode(job.input, type=LotSubject)
    principal = await organisations.oneself(work, job.id)
    return (await _gathered(work, principal, current, subject, job.language)).prepared


async def conclude(work: Work, current: Current, _job: Claimed, result: bytes) -> bytes:
    """The result as it is, with grants on the specs that it shows."""
    return await _opened(work, current, result)


class _Spec(msgspec.Struct, frozen=True):
    id: UUID


class _Item(msgspec.Struct, frozen=True):
    spec: _Spec


class _Shown(msgspec.Struct, frozen=True):
    items: tuple[_Item, ...]


async def _opened(work: Work, current: Current, result: bytes) -> bytes:
    """The result; what it shows may be read again by who was shown it, as with a match."""
    shown = [current.find(str(item.spec.id)) for item in msgspec.json.decode(result, type=_Shown).items]
    await queries.serve(work.connection, work.owner, "spec", [spec for spec in shown if spec is not None])
    return result
