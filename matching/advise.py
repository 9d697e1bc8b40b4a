"""What a buyer who is short of supply could give way on (すり合わせ): ranked changes, each solved again.

Singles and pairs of levers (`advising.levers`): a limit, the ceiling, an end of the window, the place, a processor's
path. Each is set as mildly as unlocks what it can (`advising.settling`), and where a smaller move already brings a
lot in, that is advice of its own. Ranked by what is negotiable, then by tonnes, fewer changes, lower cost. At most
`PAIRS` pairs are opened, those whose levers unlock most by themselves first; the answer depends on no time limit.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations

import msgspec

from matching.advising.answer import Advice, Advised, AdvisedChange
from matching.advising.discretion import Discretion
from matching.advising.levers import Lever, PlaceLever, levers
from matching.advising.settling import LEAST_TONNES, Settled, first, settled, wanted, widest
from matching.advising.supplying import Supplier, Supply, whole
from matching.blending.candidates import haul
from matching.evaluation import ENGINE
from matching.freight import rated
from matching.listings import Lot, Spec
from matching.reference import Catalogue
from matching.upgrade import Found, ways
from matching.upgrading.offer import UpgradeOffer
from matching.values import Currency

PAIRS = 36
# single changes that are also tried together with each path of steps
WITH_STEPS = 6
SHOWN = 30


class Upgrading(msgspec.Struct, frozen=True):
    """Lots that one path of offers brings into a spec, and what they cost delivered in all."""

    offers: tuple[str, ...]
    steps: tuple[str, ...]
    tonnes: float
    cost: float | None
    lots: int


def advise(
    spec: Spec,
    lots: Sequence[tuple[str, Lot]],
    offers: Sequence[UpgradeOffer],
    catalogue: Catalogue,
    discretion: Discretion | None = None,
) -> Advised:
    """Ranked advice, with `discretion` where the lots are another's.

    Raises `UpgradeRefusedError` where the offers make too many paths.
    """
    supplier = Supplier(spec, lots, catalogue)
    base = supplier.most(spec)
    short = base.tonnes < wanted(spec) - LEAST_TONNES
    items = _ranked(_Advisor(spec, supplier, base, offers, discretion).items()) if short else []
    return Advised(
        status="short" if short else "supplied",
        method=supplier.method,
        wanted=spec.quantity.tonnes,
        tonnes=round(base.tonnes, 3),
        cost_per_tonne=None if base.cost is None or not base.tonnes else round(base.cost / base.tonnes, 2),
        items=tuple(items[:SHOWN]),
        engine=ENGINE,
        catalogue=catalogue.version,
        freight=rated([*(lot.location for _, lot in lots), *(offer.location for offer in offers)], catalogue),
    )


class _Advisor:
    """One spec with its supply as it is."""

    def __init__(
        self,
        spec: Spec,
        supplier: Supplier,
        base: Supply,
        offers: Sequence[UpgradeOffer],
        discretion: Discretion | None,
    ) -> None:
        self._spec, self._supplier, self._base, self._offers = spec, supplier, base, offers
        self._discretion = discretion

    def items(self) -> Iterator[Advice]:
        """Singles, pairs, and both with steps."""
        found = levers(self._spec, self._supplier, self._discretion)
        reach = {i: widest(self._spec, (lever,), self._supplier) for i, lever in enumerate(found)}
        singles = [s for i, lever in enumerate(found) if (s := self._settle((lever,), self._base.tonnes, reach[i]))]
        for one in singles:
            yield self._advice(one)
            mild = first(self._spec, one.levers[0], self._base, self._supplier)
            if mild is not None and mild.supply.tonnes < one.supply.tonnes - LEAST_TONNES:
                yield self._advice(mild)
        yield from map(self._advice, self._pairs(found, reach))
        yield from self._stepped(singles)

    def _pairs(self, found: Sequence[Lever], reach: dict[int, float]) -> Iterator[Settled]:
        """Pairs that unlock more than either does by itself."""
        full = wanted(self._spec) - LEAST_TONNES
        useful = [(i, j) for i, j in combinations(range(len(found)), 2) if max(reach[i], reach[j]) < full]
        useful.sort(key=lambda pair: (-(reach[pair[0]] + reach[pair[1]]), pair))
        for i, j in useful[:PAIRS]:
            pair = (found[i], found[j])
            if not (isinstance(pair[0], PlaceLever) and isinstance(pair[1], PlaceLever)):
                together = widest(self._spec, pair, self._supplier)
                one = self._settle(pair, max(reach[i], reach[j]), together)
                if one is not None:
                    yield one

    def _settle(self, chosen: tuple[Lever, ...], without: float, reach: float) -> Settled | None:
        if reach <= without + LEAST_TONNES:
            return None
        return settled(self._spec, chosen, reach, self._supplier)

    def _stepped(self, singles: Sequence[Settled]) -> Iterator[Advice]:
        """Paths of steps for what is still missing, with the spec as it is or after one change."""
        if not self._offers:
            return
        alone = Settled((), self._spec, self._base)
        best = sorted(singles, key=lambda one: -one.supply.tonnes)[:WITH_STEPS]
        for one in (alone, *best):
            for path in upgradings(one.spec, one.supply, self._supplier, self._offers):
                advice = self._advice(one, path)
                # with a change the steps must add to it, and the change to the steps
                if advice.tonnes > one.supply.tonnes + LEAST_TONNES:
                    yield advice

    def _advice(self, one: Settled, path: Upgrading | None = None) -> Advice:
        changes = [lever.change(self._spec, one.spec) for lever in one.levers]
        changes += [_step_change(path)] if path is not None else []
        missing = wanted(self._spec) - one.supply.tonnes
        added = min(missing, path.tonnes) if path is not None else 0.0
        tonnes = round(one.supply.tonnes + added, 3)
        unlocked = round(tonnes - self._base.tonnes, 3)
        per_tonne = self._per_tonne(one, path, added, unlocked)
        negotiable = all(change.negotiable for change in changes)
        return Advice(
            changes=tuple(changes),
            tonnes=tonnes,
            tonnes_unlocked=unlocked,
            cost_per_tonne=per_tonne,
            negotiable=negotiable,
            code=_code(negotiable=negotiable, priced=per_tonne is not None),
            params={"tonnes": unlocked, "of": self._spec.quantity.tonnes, "per_tonne": per_tonne},
        )

    def _per_tonne(self, one: Settled, path: Upgrading | None, added: float, unlocked: float) -> float | None:
        """What the unlocked tonnes cost beside those that there were, the buyer's own haul from elsewhere included."""
        costs = [one.supply.cost, self._base.cost, 0.0 if path is None else path.cost]
        if any(cost is None for cost in costs) or unlocked <= 0.0:
            return None
        supply, base, steps = (cost or 0.0 for cost in costs)
        if path is not None:
            steps *= added / path.tonnes
        places = (one.spec.delivery.location, self._spec.delivery.location)
        fetched = haul(*places, self._supplier.catalogue).jpy_per_t * one.supply.tonnes if len(set(places)) > 1 else 0.0
        return round((supply + steps + fetched - base) / unlocked, 2)


def upgradings(spec: Spec, supply: Supply, supplier: Supplier, offers: Sequence[UpgradeOffer]) -> list[Upgrading]:
    """Each path of offers with the lots that it brings in under the ceiling, of what is not supply already."""
    idle = [(id_, rest) for id_, lot in supplier.lots if (rest := _rest(lot, supply.taken.get(id_, 0.0))) is not None]
    groups: dict[tuple[str, ...], list[Found]] = {}
    for one in ways(spec, idle, offers, supplier.catalogue)[0]:
        if one.way is not None and one.ground is not None and _affordable(one, spec):
            path = tuple(one.ground.offers[i].id for i in one.way.label.path)
            groups.setdefault(path, []).append(one)
    return [_upgrading(path, group) for path, group in sorted(groups.items())]


def _rest(lot: Lot, taken: float) -> Lot | None:
    """What a blend leaves of a lot."""
    left = whole(lot.quantity.tonnes - taken)
    if left < max(LEAST_TONNES, lot.quantity.min_take_tonnes or 0.0):
        return None
    return msgspec.structs.replace(lot, quantity=msgspec.structs.replace(lot.quantity, tonnes=left, schedule=()))


def _affordable(one: Found, spec: Spec) -> bool:
    ceiling = spec.max_price
    if ceiling is None or ceiling.currency is not Currency.JPY or one.lot.ask_price is None or one.way is None:
        return True
    return one.way.delivered <= float(ceiling.amount)


def _upgrading(path: tuple[str, ...], group: Sequence[Found]) -> Upgrading:
    known = [one for one in group if one.way is not None and one.ground is not None]
    tonnes = [one.way.label.tonnes for one in known if one.way is not None]
    costs = [one.way.delivered * one.way.label.tonnes for one in known if one.way is not None and one.lot.ask_price]
    offers = [known[0].ground.offers[i] for i in known[0].way.label.path]  # type: ignore[union-attr]
    return Upgrading(
        offers=path,
        steps=tuple(offer.step for offer in offers),
        tonnes=sum(tonnes),
        cost=sum(costs) if len(costs) == len(tonnes) else None,
        lots=len(known),
    )


def _step_change(path: Upgrading) -> AdvisedChange:
    return AdvisedChange(
        kind="step",
        to=None,
        offers=path.offers,
        code="advise_step",
        params={"steps": list(path.steps), "lots": path.lots, "tonnes": round(path.tonnes, 3)},
    )


def _code(*, negotiable: bool, priced: bool) -> str:
    if negotiable:
        return "advice" if priced else "advice_unpriced"
    return "advice_not_negotiable" if priced else "advice_not_negotiable_unpriced"


def _ranked(items: Iterator[Advice]) -> list[Advice]:
    """What is negotiable, what unlocks most, the fewest changes, the least cost, the mildest move; none twice."""
    distinct = {msgspec.json.encode(item.changes): item for item in items}
    return [item for _, item in sorted(distinct.items(), key=lambda pair: (*_order(pair[1]), pair[0]))]


def _order(item: Advice) -> tuple[bool, float, int, float]:
    cost = float("inf") if item.cost_per_tonne is None else item.cost_per_tonne
    return (not item.negotiable, -item.tonnes_unlocked, len(item.changes), cost)
