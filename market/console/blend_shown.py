"""A blend as people read it: lots by what is known of them, limits as bars with what is left, prices in words."""

from collections.abc import Mapping
from uuid import UUID

import msgspec

from market.blends.structs import BlendSeen, SeenTake, StoredBlend
from matching.blending.answer import BlendLimit, ShadowPrice
from matching.values import Limit, Verdict
from specs.lot.seen import LotSeen


class Drawn(Limit, frozen=True, kw_only=True, omit_defaults=False):
    """A limit of a blend in the words of a bar; its mean is what would be measured."""

    measured: float | None
    uncertainty: float | None
    low: float | None = None
    high: float | None = None
    guarded: float
    slack: float
    probability: float
    verdict: Verdict
    reason: str
    shadow_price: ShadowPrice | None


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What is taken of a lot; `lot` is None where it is no longer open."""

    take: SeenTake
    lot: LotSeen | None


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A blend, stored or not; `dealable` where a deal can be opened on it."""

    blend: BlendSeen
    takes: tuple[Taken, ...]
    limits: tuple[Drawn, ...]
    stored: StoredBlend | None = None

    @property
    def dealable(self) -> bool:
        """Stored, still to be had, and without a processor in between, who is no party."""
        return (
            self.stored is not None
            and self.stored.state != "impossible"
            and not any(one.take.steps for one in self.takes)
        )


def of_stored(stored: StoredBlend, lots: Mapping[UUID, LotSeen]) -> Shown:
    """As it stands now."""
    return msgspec.structs.replace(of_blend(stored.blend, lots), stored=stored)


def of_blend(blend: BlendSeen, lots: Mapping[UUID, LotSeen]) -> Shown:
    """`lots` are those of its takes that are open."""
    return Shown(
        blend=blend,
        takes=tuple(Taken(take=take, lot=lots.get(take.lot)) for take in blend.takes),
        limits=drawn(blend.limits),
    )


def drawn(limits: tuple[BlendLimit, ...]) -> tuple[Drawn, ...]:
    """For `limit_bar`; the numbers stand beside it, so that its own text is short."""
    return tuple(
        Drawn(
            **{name: getattr(limit, name) for name in Limit.__struct_fields__},
            measured=limit.mean,
            uncertainty=limit.uncertainty,
            guarded=limit.guarded,
            slack=limit.slack,
            probability=limit.probability,
            verdict=limit.verdict,
            reason="+".join(limit.analytes),
            shadow_price=limit.shadow_price,
        )
        for limit in limits
    )
