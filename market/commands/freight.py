"""`freight`: what some tonnes cost and emit from one prefecture to another, directly or through a hub."""

from collections.abc import Iterator
from itertools import chain
from typing import Any

import msgspec

from market.commands.errors import InputError
from market.commands.judge import write
from market.commands.rates import priced
from matching.break_even import Interval, paying_km, paying_tonnes
from matching.consolidation import Consolidation, Route, Terms, Ways, consolidate, direct, ways
from matching.explain import render
from matching.fares import FreightTable, Sourced, sizes
from matching.fault import Fault, unknown
from matching.freight import Point, legs, locate
from matching.freight_faults import load_faults
from matching.reference import Catalogue
from matching.tariffs import EVERYWHERE
from matching.values import Place

# break-even tonnes are shown up to so many of the largest truck: full trucks take the rest
TRUCKS_SHOWN = 3
OPTIONS = {"/largest_t": "--truck", "/handling_jpy_per_t": "--handling"}


class Source(msgspec.Struct, frozen=True):
    """Where figures of an answer come from; `flag` says how far they are known."""

    src: str
    title: str
    flag: str
    note: str


class Hub(msgspec.Struct, frozen=True, kw_only=True):
    """The way through a hub, and where it pays; `pays_for_onward_km` takes the hub to lie on the way, by truck."""

    hub: str
    route: Route
    saves_jpy_per_t: float
    pays_for_tonnes: tuple[Interval, ...]
    pays_for_onward_km: tuple[Interval, ...]


class Answer(msgspec.Struct, frozen=True, kw_only=True, rename={"from_": "from"}):
    """What `capillary freight` prints."""

    from_: str
    to: str
    tonnes: float
    cheapest: str
    direct: Route
    through: Hub | None
    excludes: str
    freight: tuple[str, ...]
    sources: tuple[Source, ...]


def freight_between(
    origin: str,
    destination: str,
    hub: str | None,
    tonnes: float,
    terms: Terms,
    *,
    ship: bool,
    freight_table: str | None = None,
) -> None:
    """One answer as one JSON document on standard output."""
    known = priced(freight_table)
    _check({"--from": origin, "--to": destination, "--hub": hub}, tonnes, terms, known)
    gate, mill = _point(origin, known), _point(destination, known)
    table, through = known.rates(origin), None
    routes = [direct(tonnes, legs(gate, mill, known.ports), table, terms)]
    if hub is not None:
        way = ways(gate, _point(hub, known), mill, known.ports, by_ship=ship)
        both = consolidate(tonnes, way, table, terms)
        through = _hub(hub, both, way, table, tonnes=tonnes, terms=terms)
        routes.append(both.hub)
    answer = Answer(
        from_=origin,
        to=destination,
        tonnes=tonnes,
        # direct where the hub saves nothing
        cheapest=min(routes, key=lambda route: route.jpy_per_t).via,
        direct=routes[0],
        through=through,
        excludes=table.excludes,
        freight=known.rated((origin,)),
        sources=tuple(_sources(table, known, by_sea=any(route.sea_km for route in routes))),
    )
    write(_rounded(msgspec.to_builtins(answer)))


def _check(places: dict[str, str | None], tonnes: float, terms: Terms, known: Catalogue) -> None:
    faults = chain(
        chain.from_iterable(unknown(name, code, "prefecture", known.prefectures) for name, code in places.items()),
        load_faults(tonnes, terms, known.rates(EVERYWHERE)),
    )
    if lines := [_line(fault, known) for fault in faults]:
        raise InputError(lines)


def _line(fault: Fault, known: Catalogue) -> str:
    option = OPTIONS.get(fault.pointer, fault.pointer.replace("/", "--"))
    return f"{option}: {render(fault.code, fault.params, 'en', known)}"


def _point(prefecture: str, known: Catalogue) -> Point:
    return locate(Place(prefecture=prefecture), known, exact=True)


def _hub(hub: str, both: Consolidation, way: Ways, table: FreightTable, *, tonnes: float, terms: Terms) -> Hub:
    by_road = not any(leg.by_sea for leg in (*way.collect, *way.onward))
    return Hub(
        hub=hub,
        route=both.hub,
        saves_jpy_per_t=both.direct.jpy_per_t - both.hub.jpy_per_t,
        pays_for_tonnes=paying_tonnes(way, table, terms, most_t=TRUCKS_SHOWN * sizes(table)[-1]),
        pays_for_onward_km=paying_km(tonnes, way.collect[0].km, table, terms) if by_road else (),
    )


def _sources(table: FreightTable, known: Catalogue, *, by_sea: bool) -> Iterator[Source]:
    rows: tuple[Sourced, ...] = (*table.fares, *table.beyond, table.fuel, table.diesel)
    rows = (*rows, table.sea, table.ship_co2) if by_sea else rows
    for src, flag, note in dict.fromkeys((row.src, row.flag, row.note) for row in rows):
        yield Source(src, known.sources.get(src, src), flag, note)


def _rounded(value: Any) -> Any:
    """Three decimals: no fare or distance is known more closely."""
    match value:
        case float():
            return round(value, 3)
        case dict():
            return {key: _rounded(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_rounded(inner) for inner in value]
        case _:
            return value
