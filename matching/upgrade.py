"""Lots that nearly fit, each with its cheapest path of processors' steps (design section 3, Upgrade).

Each lot's path costs least by itself (`upgrading.searching`). Offers that several lots want go to the lot with the
least cost per tonne first, and the others search again in what is left of the capacities: each round settles one lot,
so n lots take at most n² searches. The shares are greedy, not the optimum over all lots.
"""

from collections.abc import Sequence
from heapq import heapify, heappop, heappush

import msgspec

from matching.engine import evaluate
from matching.evaluation import ENGINE, Evaluation
from matching.freight import rated
from matching.listings import Lot, Spec
from matching.ranking import is_near_miss
from matching.reference import Catalogue
from matching.units import close
from matching.upgrading.answer import Upgraded, Upgrades
from matching.upgrading.judging import curable
from matching.upgrading.labels import Ground
from matching.upgrading.offer import UpgradeOffer
from matching.upgrading.searching import Supplied, Way, cheapest, ground
from matching.upgrading.telling import shown


class Found(msgspec.Struct, frozen=True):
    """A lot with its way, if it has or needs one."""

    id: str
    lot: Lot
    before: Evaluation
    ground: Ground | None = None
    way: Way | None = None


def upgrade(
    spec: Spec, lots: Sequence[tuple[str, Lot]], offers: Sequence[UpgradeOffer], catalogue: Catalogue
) -> Upgrades:
    """Every lot with its path; raises `UpgradeRefusedError` where there are too many paths to search."""
    found, left = ways(spec, lots, offers, catalogue)
    return Upgrades(
        items=tuple(_shown(spec, one) for one in found),
        unused={id_: round(tonnes, 6) for id_, tonnes in sorted(left.items())},
        engine=ENGINE,
        catalogue=catalogue.version,
        freight=rated([*(lot.location for _, lot in lots), *(offer.location for offer in offers)], catalogue),
    )


def ways(
    spec: Spec, lots: Sequence[tuple[str, Lot]], offers: Sequence[UpgradeOffer], catalogue: Catalogue
) -> tuple[list[Found], dict[str, float]]:
    """Every lot by id with its way, and what is left of each capacity."""
    supply = Supplied.of(offers)
    left = supply.left

    def searched(one: Found) -> Found:
        base = ground(one.lot, one.before.limits, supply, catalogue)
        return msgspec.structs.replace(one, ground=base, way=cheapest(spec, base, one.before))

    near = [Found(id_, lot, evaluate(spec, lot, catalogue)) for id_, lot in lots]
    done = {one.id: one for one in near}
    waiting = [(w.delivered, one.id, one) for raw in near if curable(raw.before) and (w := (one := searched(raw)).way)]
    heapify(waiting)
    while waiting:
        _, id_, one = heappop(waiting)
        if _room(one, left):
            _use(one, left)
            done[id_] = one
        elif (again := searched(one)).way is not None:
            heappush(waiting, (again.way.delivered, id_, again))
    return [done[id_] for id_ in sorted(done)], left


def _needs(one: Found) -> list[tuple[str, float]]:
    """Tonnes that enter each offer of the way."""
    needs: list[tuple[str, float]] = []
    if one.way is not None and one.ground is not None:
        tonnes = one.way.label.tonnes_in
        for number in one.way.label.path:
            offer = one.ground.offers[number]
            needs.append((offer.id, tonnes))
            tonnes *= offer.yield_
    return needs


def _room(one: Found, left: dict[str, float]) -> bool:
    return all(tonnes <= left[id_] or close(tonnes, left[id_]) for id_, tonnes in _needs(one))


def _use(one: Found, left: dict[str, float]) -> None:
    for id_, tonnes in _needs(one):
        rest = left[id_] - tonnes
        left[id_] = 0.0 if close(tonnes, left[id_]) else rest


def _shown(spec: Spec, one: Found) -> Upgraded:
    path = shown(spec, one.way, one.ground) if one.way is not None and one.ground is not None else None
    before = one.before
    if path is not None and before.near_miss is not None:
        near = msgspec.structs.replace(before.near_miss, cost_per_tonne=path.cost_per_tonne)
        before = msgspec.structs.replace(before, near_miss=near)
    if path is None:
        status, code = ("no_path", "upgrade_no_path") if is_near_miss(before) else ("conforms", "upgrade_conforms")
        return Upgraded(lot=one.id, status=status, code=code, params={}, evaluation=before, path=None)
    priced = path.cost_per_tonne is not None
    return Upgraded(
        lot=one.id,
        status="upgraded",
        code="upgrade_path" if priced else "upgrade_path_unpriced",
        params={
            "tonnes": path.tonnes,
            "treatment": path.treatment_cost,
            "delivered": path.delivered_cost,
            "extra": path.cost_per_tonne,
        },
        evaluation=before,
        path=path,
    )
