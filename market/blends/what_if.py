"""A blend of the market's lots for one's own spec with other limits, tonnes or confidence: a what-if, nothing stored.

As coarse as any blend across parties (decision 7): the owner could change the spec itself and ask again. What it shows
is opened to its reader, as by a proposal.
"""

from typing import Final
from uuid import UUID

import msgspec

from market.blends.service import ACROSS, AT_ONCE, Question, gathered, open_lots, size_of
from market.blends.structs import BlendSeen
from market.matches.current import Current
from market.parties.structs import Principal
from market.runs.posted import Opened
from market.solving.pool import Pool
from matching.blend import Wish
from matching.faults import spec_faults
from matching.listings import Spec
from matching.values import Limit
from specs.kit.errors import Invalid
from specs.kit.tenancy import Role

# twice what is answered at once elsewhere: nobody waits for a job while moving a slider
_MOST: Final = 2 * AT_ONCE


class Altered(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in the place of the spec's own; `limits` are as many as it has."""

    limits: tuple[Limit, ...]
    tonnes: float
    confidence: float


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Of which spec, how altered, and how it is to be blended."""

    spec_id: UUID
    altered: Altered
    wish: Wish
    language: str


class WhatIf:
    """One per API process."""

    def __init__(self, pool: Pool, current: Current) -> None:
        self._pool = pool
        self._current = current

    async def answer(self, opened: Opened, principal: Principal, asked: Asked) -> BlendSeen | None:
        """None where it is more than is answered at once.

        Raises Invalid, SolveFailed, NotFound, NotOpen, TooManyLots.
        """
        async with opened() as work:
            question = Question(asked.wish, (), open_offers=False, language=asked.language)
            market = await gathered(work, principal, self._current, asked.spec_id, question)
        market = msgspec.structs.replace(market, spec=self._altered(market.spec, asked.altered))
        small = size_of(market) <= _MOST
        body = await self._pool.soon(ACROSS, msgspec.msgpack.encode(market)) if small else None
        if body is None:
            return None
        found = msgspec.json.decode(body, type=BlendSeen)
        async with opened() as work:
            await work.as_role(Role.ENGINE)
            await open_lots(work, self._current, sorted({str(take.lot) for take in found.takes}))
        return found

    def _altered(self, spec: Spec, altered: Altered) -> Spec:
        quantity = msgspec.structs.replace(spec.quantity, tonnes=altered.tonnes, schedule=())
        changed = msgspec.structs.replace(spec, limits=altered.limits, quantity=quantity, confidence=altered.confidence)
        faults = spec_faults(changed, self._current.catalogue)
        if faults:
            raise Invalid(faults=faults)
        return changed
