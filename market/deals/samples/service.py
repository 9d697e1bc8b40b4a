"""Samples of a deal's legs, and those that a laboratory decides on. Every method is one unit of work's worth."""

from collections.abc import Sequence
from uuid import UUID

from market.deals import acting, transition
from market.deals import queries as deals
from market.deals.acting import Asking, as_reader
from market.deals.held import Held
from market.deals.matters import Matters
from market.deals.samples import filing, moving, queries, seen, umpiring
from market.deals.samples.sample import Filed, HeldSample, filed, sample
from market.deals.samples.structs import (
    Receiving,
    ResultDraft,
    Sample,
    SampleDraft,
    SamplePage,
    Sending,
    UmpireDraft,
    UmpireSamplePage,
)
from market.deals.structs import Reason
from market.matches.current import Current
from specs.kit import idempotency, paging, versions
from specs.kit.errors import NotFound
from specs.kit.idempotency import Answer
from specs.kit.tenancy import Role, Work
from specs.kit.wire import encode


class Samples(Matters[HeldSample, Sample]):
    """One per API process. Acts raise NotFound, VersionMismatch, SampleRefused."""

    def __init__(self, current: Current) -> None:
        super().__init__("sample", queries, sample)
        self._current = current
        self._catalogue = current.catalogue

    async def request(self, work: Work, asking: Asking, deal: UUID, draft: SampleDraft) -> Answer:
        """201 with the sample. Raises NotFound, TransitionRefused, Invalid."""
        return await self.create(work, asking, deal, moving.request, draft, self._catalogue)

    async def send(self, work: Work, asking: Asking, deal: UUID, which: UUID, how: Sending) -> Answer:
        """It leaves."""
        return await self.change(work, asking, deal, which, moving.send, how)

    async def receive(self, work: Work, asking: Asking, deal: UUID, which: UUID, how: Receiving) -> Answer:
        """It arrived."""
        return await self.change(work, asking, deal, which, moving.receive, how)

    async def cancel(self, work: Work, asking: Asking, deal: UUID, which: UUID, why: Reason) -> Answer:
        """It will not be measured."""
        return await self.change(work, asking, deal, which, moving.cancel, why)

    async def file(self, work: Work, asking: Asking, deal: UUID, which: UUID, draft: ResultDraft) -> Answer:
        """One side's result. Raises Invalid too."""

        async def filed(work: Work, held: Held, before: HeldSample) -> HeldSample:
            # by the freight tables of now, where it comes to judging
            await self._current.refresh(work.connection)
            return await filing.file(work, held, before, draft, self._current)

        return await self.change(work, asking, deal, which, filed)

    async def umpire(self, work: Work, asking: Asking, deal: UUID, which: UUID, draft: UmpireDraft) -> Answer:
        """Who should decide. Raises OwnDeal, Invalid too."""
        return await self.change(work, asking, deal, which, umpiring.umpire, draft)

    async def page(self, work: Work, asking: Asking, deal: UUID, limit: int, cursor: str | None = None) -> SamplePage:
        """As far as they concern the caller, the newest first. Raises NotFound, InvalidCursor."""
        items, more = await self.listed(work, asking, deal, limit, cursor)
        return SamplePage(items=items, next_cursor=more)

    async def shown(self, work: Work, asking: Asking, deal: Held, found: Sequence[HeldSample]) -> tuple[Sample, ...]:
        """With the results that the reader may open."""
        known = await _around(work, deal, found)
        return tuple(seen.sample(deal, one, known, asking.language, self._catalogue) for one in found)

    async def decide(self, work: Work, asking: Asking, which: UUID, draft: ResultDraft) -> Answer:
        """The umpire's result. Raises NotFound, VersionMismatch, SampleRefused, Invalid."""
        first = await idempotency.claim(work, asking.once)
        if first is not None:
            return first
        row = await _asked(work, which)
        await work.as_role(Role.ENGINE)
        deal = await transition.lock_as_system(work, row.deal_id)
        await work.as_role(Role.TENANT)
        before = await _asked(work, which)
        await work.as_role(Role.ENGINE)
        versions.check(before.version, asking.if_match)
        await self._current.refresh(work.connection)
        after = await filing.decide(work, deal, before, draft, self._current)
        return await acting.kept(work, asking, await _umpire_answer(work, deal, after))

    async def asked(self, work: Work, which: UUID) -> Answer:
        """One that the caller's laboratory decides on. Raises NotFound."""
        held = await _asked(work, which)
        await work.as_role(Role.ENGINE)
        return await _umpire_answer(work, await transition.of(work, held.deal_id), held)

    async def asked_page(
        self, work: Work, limit: int, cursor: str | None = None, *, waiting: bool | None = None
    ) -> UmpireSamplePage:
        """Those that the caller's laboratory decides on, the newest first; only those that (do not) wait for it.

        Raises InvalidCursor.
        """
        place = paging.place(work.secret, ("umpire_sample", work.owner), limit, cursor, UUID)
        rows, more = place.cut(await queries.asked_page(work, place.after, place.most, waiting=waiting))
        own = {row["id"]: await queries.own_result(work, row["id"]) for row in rows}
        await work.as_role(Role.ENGINE)
        items = []
        for held in map(sample, rows):
            result = own[held.id]
            deal = await transition.of(work, held.deal_id)
            items.append(await seen.for_umpire(work, deal, held, None if result is None else filed(result)))
        return UmpireSamplePage(items=tuple(items), next_cursor=more)


async def _asked(work: Work, which: UUID) -> HeldSample:
    row = await queries.asked(work, which)
    if row is None:
        raise NotFound
    return sample(row)


async def _around(work: Work, deal: Held, shown: Sequence[HeldSample]) -> seen.Around:
    """Results under the reader's own policies, which keep them sealed; goes on as role engine."""
    await as_reader(work, deal)
    results: dict[UUID, list[Filed]] = {}
    for row in await queries.results(work, deal.buyer, [one.id for one in shown]):
        results.setdefault(row["sample_id"], []).append(filed(row))
    await work.as_role(Role.ENGINE)
    umpires = tuple({one.umpire for one in shown if one.umpire is not None})
    every = [sample(row) for row in await queries.of_deal(work, deal)]
    return seen.around(results, await deals.names(work, umpires), every)


async def _umpire_answer(work: Work, deal: Held, held: HeldSample) -> Answer:
    await work.as_role(Role.TENANT)
    own = await queries.own_result(work, held.id)
    await work.as_role(Role.ENGINE)
    shown = await seen.for_umpire(work, deal, held, None if own is None else filed(own))
    return Answer(id=held.id, rev=held.version, version=held.version, body=encode(shown))
