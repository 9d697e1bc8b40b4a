"""Direct, or through a hub: what a tonne costs and emits when a small lot shares a large truck or a ship from there.

Chooses the way of least cost for some tonnes, by comparing two (hauls × the cheapest fleet of `matching.fleet`).

Assumed: the lot travels alone to the hub or to the mill, at the whole fare of its cheapest fleet; where a largest truck
is named, it holds for the first road, on which the lot is loaded at the gate. From the hub it shares full runs of the
table's largest truck with other lots, so it pays for its own tonnes only. What the hub, and the ports of a ship, cost
for each tonne is for the caller to say: no figure is published, and without one it counts as nothing. Waiting at the
hub costs nothing.
"""

import math
from enum import StrEnum

import msgspec

from matching.emissions import truck_kg_per_tkm
from matching.fares import FreightTable, run_fare, sizes
from matching.fleet import Fleets, Runs, fleet_kg_per_tkm
from matching.freight import ROAD_FACTOR, Leg, Point, legs, legs_by_ship
from matching.reference import Port


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """The largest truck that loads at the gate (any, where None), and JPY per tonne for all handling on the hub way."""

    largest_t: float | None = None
    handling_jpy_per_t: float = 0.0


class Ways(msgspec.Struct, frozen=True, kw_only=True):
    """The legs from the gate to the mill, from the gate to the hub, and from the hub to the mill."""

    direct: tuple[Leg, ...]
    collect: tuple[Leg, ...]
    onward: tuple[Leg, ...]


class Via(StrEnum):
    """Which way."""

    DIRECT = "direct"
    HUB = "hub"


class Mode(StrEnum):
    """What carries."""

    TRUCK = "truck"
    SHIP = "ship"


class Haul(msgspec.Struct, frozen=True, kw_only=True):
    """One leg as it is hauled: by own `runs`, or in the shared full trucks of `shared_t` tonnes, or by ship."""

    mode: Mode
    km: float
    jpy_per_t: float
    co2_kg_per_t: float
    runs: tuple[Runs, ...] = ()
    shared_t: float | None = None
    extrapolated: bool = False


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """A whole way: per tonne, handling included; kilometres by mode."""

    via: Via
    jpy_per_t: float
    road_km: float
    sea_km: float
    co2_kg_per_t: float
    extrapolated: bool
    handling_jpy_per_t: float
    hauls: tuple[Haul, ...]


class Consolidation(msgspec.Struct, frozen=True, kw_only=True):
    """Both routes and the cheaper one: the hub only where it saves something."""

    direct: Route
    hub: Route

    @property
    def cheapest(self) -> Route:
        """The route of least cost."""
        return self.hub if self.hub.jpy_per_t < self.direct.jpy_per_t else self.direct


def ways(
    gate: Point,
    hub: Point,
    mill: Point,
    ports: tuple[Port, ...],
    detour: float = ROAD_FACTOR,
    *,
    by_ship: bool = False,
) -> Ways:
    """The legs between three places; `by_ship` goes on from the hub through the nearest ports, road or no road."""
    onward = legs_by_ship if by_ship else legs
    return Ways(
        direct=legs(gate, mill, ports, detour),
        collect=legs(gate, hub, ports, detour),
        onward=onward(hub, mill, ports, detour),
    )


def consolidate(tonnes: float, way: Ways, table: FreightTable, terms: Terms) -> Consolidation:
    """Both routes for `tonnes` over 0. Raises ValueError where no truck of the table is as small as the terms want."""
    return Consolidation(direct=direct(tonnes, way.direct, table, terms), hub=_through(tonnes, way, table, terms))


def direct(tonnes: float, way: tuple[Leg, ...], table: FreightTable, terms: Terms) -> Route:
    """The lot alone, at the whole fare of its cheapest fleet on each road."""
    return _route(Via.DIRECT, _alone(tonnes, way, table, terms), 0.0)


def _through(tonnes: float, way: Ways, table: FreightTable, terms: Terms) -> Route:
    onward = tuple(shared(leg, table) for leg in way.onward)
    return _route(Via.HUB, (*_alone(tonnes, way.collect, table, terms), *onward), terms.handling_jpy_per_t)


def _alone(tonnes: float, way: tuple[Leg, ...], table: FreightTable, terms: Terms) -> tuple[Haul, ...]:
    return tuple(_own(leg, road, tonnes, table) for leg, road in zip(way, fleets(way, table, terms), strict=True))


def fleets(way: tuple[Leg, ...], table: FreightTable, terms: Terms) -> tuple[Fleets | None, ...]:
    """The lot's own trucks on each leg; None for a ship."""
    largest = (terms.largest_t if place == 0 else None for place in range(len(way)))
    return tuple(None if leg.by_sea else Fleets(leg.km, table, t) for leg, t in zip(way, largest, strict=True))


def _own(leg: Leg, road: Fleets | None, tonnes: float, table: FreightTable) -> Haul:
    if road is None:
        return _ship(leg, table)
    fleet = road.cheapest(tonnes)
    return Haul(
        mode=Mode.TRUCK,
        km=leg.km,
        jpy_per_t=fleet.jpy / tonnes,
        co2_kg_per_t=leg.km * fleet_kg_per_tkm(fleet.runs, tonnes, table),
        runs=fleet.runs,
        extrapolated=any(run_fare(r.truck_t, leg.km, table)[1] for r in fleet.runs),
    )


def shared(leg: Leg, table: FreightTable) -> Haul:
    """A tonne's part of a full run of the largest truck, or of the ship."""
    if leg.by_sea:
        return _ship(leg, table)
    largest = sizes(table)[-1]
    fare, extrapolated = run_fare(largest, leg.km, table)
    return Haul(
        mode=Mode.TRUCK,
        km=leg.km,
        jpy_per_t=fare / largest,
        co2_kg_per_t=leg.km * truck_kg_per_tkm(largest, 1.0, table),
        shared_t=largest,
        extrapolated=extrapolated,
    )


def _ship(leg: Leg, table: FreightTable) -> Haul:
    return Haul(
        mode=Mode.SHIP,
        km=leg.km,
        jpy_per_t=leg.km * table.sea.jpy_per_tkm,
        co2_kg_per_t=leg.km * table.ship_co2.kg_per_tkm,
    )


def _route(via: Via, hauls: tuple[Haul, ...], handling: float) -> Route:
    return Route(
        via=via,
        jpy_per_t=math.fsum(haul.jpy_per_t for haul in hauls) + handling,
        road_km=math.fsum(haul.km for haul in hauls if haul.mode is Mode.TRUCK),
        sea_km=math.fsum(haul.km for haul in hauls if haul.mode is Mode.SHIP),
        co2_kg_per_t=math.fsum(haul.co2_kg_per_t for haul in hauls),
        extrapolated=any(haul.extrapolated for haul in hauls),
        handling_jpy_per_t=handling,
        hauls=hauls,
    )
