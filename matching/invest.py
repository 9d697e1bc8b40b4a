"""Which step, where and how large, would unlock the most value nationwide (design section 3, Upgrade).

maximise Σ (ceiling - delivered cost) x over lots × specs, once with the pairs that conform as they are and once with
those that a plant in one place would bring in too; the difference is what the plant is worth, before its fee where
none is known. A transport problem with a yield, one linear program for each plant (`investing.unlocking`), solved
again for each place: pairs × (plants + 1) evaluations, plants × places warm solves of lots + specs rows and at most
2 × pairs columns. A lot is judged after a step once for each plant, for where it stands changes the cost only.
"""

from collections.abc import Callable, Iterator, Sequence

import msgspec

from matching.blending.candidates import delivered_cost, haul
from matching.engine import evaluate
from matching.evaluation import ENGINE, Evaluation, Params
from matching.freight import Quote, rated
from matching.investing.answer import Investment, Investments, LeftOut
from matching.investing.assumed import AssumedStep
from matching.investing.plants import Plant, left_out, plants
from matching.investing.sites import Places, Site, Spot, spots
from matching.investing.unlocking import Column, Lift, Tonnes, Unlocking, Used, program
from matching.listings import Lot, Spec
from matching.ranking import is_near_miss
from matching.reference import Catalogue
from matching.upgrading.judging import curable
from matching.upgrading.labels import extended, start
from matching.upgrading.offer import UpgradeOffer
from matching.upgrading.searching import Supplied, UpgradeRefusedError, ground, judged, takes
from matching.values import Currency, Place, Verdict

# pairs of one material to judge, once as they are and once for each plant
JUDGED = 100_000
SHOWN = 20
_ACCEPTABLE = (Verdict.IN, Verdict.CONDITIONAL)

Tell = Callable[[float], None]


class Outlook(msgspec.Struct, frozen=True):
    """What could be built: like these offers, as assumed, in these places or at one's own sites; `most` are shown."""

    offers: tuple[UpgradeOffer, ...] = ()
    assumed: tuple[AssumedStep, ...] = ()
    places: Places = Places.PREFECTURES
    sites: tuple[Site, ...] = ()
    most: int = SHOWN


class Market(msgspec.Struct, frozen=True):
    """Both sides in order of id, with every evaluation of a pair."""

    specs: tuple[tuple[str, Spec], ...]
    lots: tuple[tuple[str, Lot], ...]
    pairs: tuple[tuple[int, int, Evaluation], ...]
    catalogue: Catalogue
    freights: dict[tuple[Place, Place], Quote]

    def ceiling(self, spec: int) -> float | None:
        """JPY per tonne at most; None where it is not stated so."""
        price = self.specs[spec][1].max_price
        return float(price.amount) if price is not None and price.currency is Currency.JPY else None

    @property
    def tonnes(self) -> Tonnes:
        """Of both sides, in their order."""
        return Tonnes(
            tuple(lot.quantity.tonnes for _, lot in self.lots), tuple(spec.quantity.tonnes for _, spec in self.specs)
        )


def invest(
    specs: Sequence[tuple[str, Spec]],
    lots: Sequence[tuple[str, Lot]],
    outlook: Outlook,
    catalogue: Catalogue,
    tell: Tell | None = None,
) -> Investments:
    """Plants by value; raises `UpgradeRefusedError` where there are too many pairs to judge.

    `tell` hears which share of the plants is done.
    """
    families = {catalogue.materials[lot.material].family for _, lot in lots}
    built, without = plants(outlook.offers, outlook.assumed, families, catalogue)
    _refuse_many(specs, lots, built, catalogue)
    market = _market(specs, lots, catalogue)
    base = _base(market)
    before = _before(market, base)
    where = spots(outlook.places, outlook.sites, catalogue)
    found: list[Investment] = []
    for done, plant in enumerate(built):
        worthwhile = list(_investments(market, base, before, plant, where))
        found += worthwhile
        if not worthwhile and plant.offer is None:
            without.append(left_out(plant.like.step, "left_out_unlocks_nothing"))
        if tell is not None:
            tell((done + 1) / len(built))
    found.sort(key=lambda i: (-i.value, -i.tonnes, i.step, i.offer or "", i.prefecture, i.site or ""))
    return Investments(
        items=tuple(found[: outlook.most]),
        left_out=_in_order(without, catalogue),
        base_value=round(before, 2),
        unvalued=tuple(id_ for i, (id_, _) in enumerate(market.specs) if market.ceiling(i) is None),
        engine=ENGINE,
        catalogue=catalogue.version,
        # from the lots to where a plant could stand, and on from there
        freight=rated([*(lot.location for _, lot in lots), *(spot.place for spot in where)], catalogue),
    )


def _in_order(without: Sequence[LeftOut], catalogue: Catalogue) -> tuple[LeftOut, ...]:
    place = {code: i for i, code in enumerate(catalogue.steps)}
    return tuple(sorted(without, key=lambda one: place[one.step]))


def _refuse_many(
    specs: Sequence[tuple[str, Spec]], lots: Sequence[tuple[str, Lot]], built: Sequence[Plant], catalogue: Catalogue
) -> None:
    given = 0
    for material in {lot.material for _, lot in lots}:
        pairs = sum(s.material == material for _, s in specs) * sum(lot.material == material for _, lot in lots)
        given += pairs * (1 + sum(takes(plant.like, material, catalogue) for plant in built))
    if given > JUDGED:
        raise UpgradeRefusedError("too_many_pairs", {"given": given, "most": JUDGED})


def _market(specs: Sequence[tuple[str, Spec]], lots: Sequence[tuple[str, Lot]], catalogue: Catalogue) -> Market:
    wanted, offered = tuple(sorted(specs, key=_id)), tuple(sorted(lots, key=_id))
    pairs = tuple(
        (i, j, evaluate(spec, lot, catalogue))
        for j, (_, spec) in enumerate(wanted)
        for i, (_, lot) in enumerate(offered)
        if spec.material == lot.material
    )
    return Market(wanted, offered, pairs, catalogue, {})


def _id(one: tuple[str, object]) -> str:
    return one[0]


def _base(market: Market) -> tuple[Column, ...]:
    """Pairs that conform as they are, where they are worth anything."""
    found: list[Column] = []
    for i, j, evaluation in market.pairs:
        lot, ceiling = market.lots[i][1], market.ceiling(j)
        if is_near_miss(evaluation) or evaluation.verdict not in _ACCEPTABLE or ceiling is None:
            continue
        cost = delivered_cost(lot, haul(lot.location, market.specs[j][1].delivery.location, market.catalogue))
        if cost is not None and cost < ceiling:
            found.append(Column(i, j, ceiling - cost))
    return tuple(found)


def _before(market: Market, base: Sequence[Column]) -> float:
    """What they are worth all together."""
    scale = max((column.worth for column in base), default=1.0)
    return -program(base, market.tonnes, scale).solve().objective * scale if base else 0.0


def _investments(
    market: Market, base: Sequence[Column], before: float, plant: Plant, where: Sequence[Spot]
) -> Iterator[Investment]:
    """The plant in each of the places where it is worth anything."""
    lifts = tuple(_lifts(market, plant))
    if not lifts:
        return
    unlocking = Unlocking(base, lifts, plant.like.yield_, market.tonnes, before)
    for spot in where:
        used = unlocking.at(plant.at(spot.place))
        if used is not None and used.tonnes and round(used.value, 2) > 0.0:
            yield _investment(market, plant, spot, used)


def _lifts(market: Market, plant: Plant) -> Iterator[Lift]:
    for i, j, evaluation in market.pairs:
        lot, spec, ceiling = market.lots[i][1], market.specs[j][1], market.ceiling(j)
        ask = lot.ask_price
        if ask is None or ask.currency is not Currency.JPY or ceiling is None or not curable(evaluation):
            continue
        here = ground(lot, evaluation.limits, Supplied.of([plant.at(lot.location)]), market.catalogue)
        label = extended(start(here), 0, here) if here.offers else None
        if label is not None and judged(spec, label, here, evaluation) is not None:
            shared = msgspec.structs.replace(here, freights=market.freights)
            yield Lift(i, j, shared, spec.delivery.location, ceiling)


def _investment(market: Market, plant: Plant, spot: Spot, used: Used) -> Investment:
    value, tonnes = round(used.value, 2), round(sum(x for _, _, x in used.tonnes), 6)
    tonnes_in = round(sum(x for _, _, x in used.tonnes) / plant.like.yield_, 6)
    params: Params = {
        "step": plant.like.step,
        "prefecture": spot.place.prefecture,
        "tonnes_in": tonnes_in,
        "tonnes": tonnes,
        "value": value,
        "per_tonne": round(value / tonnes_in, 2),
    }
    return Investment(
        step=plant.like.step,
        prefecture=spot.place.prefecture,
        site=spot.site,
        offer=plant.offer,
        fee_per_tonne=float(plant.like.fee.amount) if plant.priced else None,
        tonnes_in=tonnes_in,
        tonnes=tonnes,
        value=value,
        per_tonne=round(value / tonnes_in, 2),
        lots=tuple(sorted({market.lots[i][0] for i, _, _ in used.tonnes})),
        specs=tuple(sorted({market.specs[j][0] for _, j, _ in used.tonnes})),
        figures=plant.figures(market.catalogue),
        flags=plant.flags(market.catalogue),
        code=_code(plant),
        params=params,
    )


def _code(plant: Plant) -> str:
    if plant.offer is not None:
        return "invest_as_offered"
    if not plant.assumed:
        return "invest_as_published_priced" if plant.priced else "invest_as_published"
    return "invest_as_assumed_priced" if plant.priced else "invest_as_assumed"
