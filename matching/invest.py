"""Which step, where and how large, would unlock the most value nationwide (design section 3, Upgrade).

maximise Σ (ceiling - delivered cost) x over lots × specs, once with the pairs that conform as they are and once with
those that a plant in one prefecture would bring in too; the difference is what the plant is worth, before its fee
where none is known. A transport problem with a yield (x tonnes that arrive take x / Y of the lot), solved as a linear
program for each plant and prefecture: 47 × plants programs of (lots + specs) rows and at most 2 × lots × specs
columns. A lot is judged after a step once for each plant, for where the plant stands changes the cost only.
"""

from collections.abc import Iterator, Sequence

import msgspec
import numpy as np

from matching.blending.candidates import delivered_cost, haul
from matching.engine import evaluate
from matching.evaluation import ENGINE, Evaluation, Params, Shown
from matching.freight import Quote
from matching.listings import Lot, Spec
from matching.ranking import is_near_miss
from matching.reference import Catalogue
from matching.solver import Program
from matching.upgrading.claims import Published
from matching.upgrading.labels import Ground, extended, start
from matching.upgrading.offer import UpgradeOffer
from matching.upgrading.plants import Plant, plants
from matching.upgrading.searching import Supplied, UpgradeRefusedError, ground, judged
from matching.values import Currency, Place, Verdict

PAIRS = 50_000
SHOWN = 20
_ACCEPTABLE = (Verdict.IN, Verdict.CONDITIONAL)


class Investment(Shown, frozen=True, kw_only=True):
    """A plant: `tonnes_in` of capacity would put `tonnes` more within specs, worth `value` JPY, `per_tonne` of input.

    `offer` names the processor whose figures and fee it has; without one the figures are published and no fee is in.
    """

    step: str
    name: str = ""
    prefecture: str
    offer: str | None
    tonnes_in: float
    tonnes: float
    value: float
    per_tonne: float
    lots: tuple[str, ...]
    specs: tuple[str, ...]
    figures: tuple[Published, ...]
    code: str
    params: Params
    reason: str = ""


class Investments(Shown, frozen=True, kw_only=True):
    """The most valuable first; `unvalued` are specs without a ceiling in JPY, which cannot be valued."""

    items: tuple[Investment, ...]
    base_value: float
    unvalued: tuple[str, ...]
    engine: str
    catalogue: str


class Column(msgspec.Struct, frozen=True):
    """A lot into a spec: worth JPY per tonne that arrives, `kept` tonnes of each that is taken."""

    lot: int
    spec: int
    worth: float
    kept: float


class Base(msgspec.Struct, frozen=True):
    """Pairs that conform as they are, and what they are worth all together."""

    columns: tuple[Column, ...]
    worth: float


class Lift(msgspec.Struct, frozen=True):
    """A pair that a plant would bring in, wherever it stands."""

    lot: int
    spec: int
    ground: Ground


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


def invest(
    specs: Sequence[tuple[str, Spec]],
    lots: Sequence[tuple[str, Lot]],
    offers: Sequence[UpgradeOffer],
    catalogue: Catalogue,
) -> Investments:
    """Plants by value, the best twenty; raises `UpgradeRefusedError` where there are too many pairs."""
    market = _market(specs, lots, catalogue)
    conforming = _base(market)
    base = Base(conforming, _most(market, conforming)[0])
    found = [
        one
        for plant in plants(offers, catalogue)
        for lifts in [tuple(_lifts(market, plant))]
        if lifts
        for code in catalogue.prefectures
        if (one := _investment(market, base, plant, lifts, Place(prefecture=code))) is not None
    ]
    found.sort(key=lambda i: (-i.value, -i.tonnes, i.step, i.offer or "", i.prefecture))
    return Investments(
        items=tuple(found[:SHOWN]),
        base_value=round(base.worth, 2),
        unvalued=tuple(id_ for i, (id_, _) in enumerate(market.specs) if market.ceiling(i) is None),
        engine=ENGINE,
        catalogue=catalogue.version,
    )


def _market(specs: Sequence[tuple[str, Spec]], lots: Sequence[tuple[str, Lot]], catalogue: Catalogue) -> Market:
    if len(specs) * len(lots) > PAIRS:
        raise UpgradeRefusedError("too_many_pairs", {"given": len(specs) * len(lots), "most": PAIRS})
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
            found.append(Column(i, j, ceiling - cost, 1.0))
    return tuple(found)


def _lifts(market: Market, plant: Plant) -> Iterator[Lift]:
    for i, j, evaluation in market.pairs:
        lot, spec = market.lots[i][1], market.specs[j][1]
        ask = lot.ask_price
        if ask is None or ask.currency is not Currency.JPY or market.ceiling(j) is None or not is_near_miss(evaluation):
            continue
        here = ground(lot, evaluation, Supplied.of([plant.at(lot.location)]), market.catalogue)
        label = extended(start(here), 0, here) if here.offers else None
        if label is not None and judged(spec, label, here, evaluation) is not None:
            yield Lift(i, j, msgspec.structs.replace(here, freights=market.freights))


def _investment(market: Market, base: Base, plant: Plant, lifts: tuple[Lift, ...], place: Place) -> Investment | None:
    new = tuple(_columns(market, plant, lifts, place))
    if not new:
        return None
    after, taken = _most(market, (*base.columns, *new))
    used = [(column, x) for column, x in zip(new, taken[len(base.columns) :], strict=True) if x > 1e-9]
    value = round(after - base.worth, 2)
    if not used or value <= 0.0:
        return None
    tonnes_in = round(sum(x / column.kept for column, x in used), 6)
    params: Params = {
        "step": plant.like.step,
        "prefecture": place.prefecture,
        "tonnes_in": tonnes_in,
        "tonnes": round(sum(x for _, x in used), 6),
        "value": value,
        "per_tonne": round(value / tonnes_in, 2),
    }
    return Investment(
        step=plant.like.step,
        prefecture=place.prefecture,
        offer=plant.offer,
        tonnes_in=tonnes_in,
        tonnes=round(sum(x for _, x in used), 6),
        value=value,
        per_tonne=round(value / tonnes_in, 2),
        lots=tuple(sorted({market.lots[column.lot][0] for column, _ in used})),
        specs=tuple(sorted({market.specs[column.spec][0] for column, _ in used})),
        figures=plant.figures,
        code="invest_as_offered" if plant.offer is not None else "invest_as_published",
        params=params,
    )


def _columns(market: Market, plant: Plant, lifts: Sequence[Lift], place: Place) -> Iterator[Column]:
    """What the plant at a place makes worth delivering."""
    for lift in lifts:
        here = msgspec.structs.replace(lift.ground, offers=(plant.at(place),))
        label, ceiling = extended(start(here), 0, here), market.ceiling(lift.spec)
        if label is None or ceiling is None:
            continue
        mill = market.specs[lift.spec][1].delivery.location
        worth = ceiling - label.cost - here.freight(place, mill).jpy_per_t
        if worth > 0.0:
            yield Column(lift.lot, lift.spec, worth, label.kept)


def _most(market: Market, columns: Sequence[Column]) -> tuple[float, list[float]]:
    """The greatest worth and the tonnes that arrive by column."""
    if not columns:
        return 0.0, []
    lots, specs = len(market.lots), len(market.specs)
    program = Program()
    ends = [lot.quantity.tonnes for _, lot in market.lots] + [spec.quantity.tonnes for _, spec in market.specs]
    for end in ends:
        program.add_row(-np.inf, end, np.empty(0))
    matrix = np.zeros((lots + specs, len(columns)))
    for at, column in enumerate(columns):
        matrix[column.lot, at] = 1.0 / column.kept
        matrix[lots + column.spec, at] = 1.0
    scale = max(column.worth for column in columns)
    cost = np.array([-column.worth / scale for column in columns])
    program.add_columns(cost, np.zeros(len(columns)), np.full(len(columns), np.inf), matrix)
    found = program.solve()
    return -found.objective * scale, found.columns.tolist()
