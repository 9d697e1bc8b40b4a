"""A location problem as it is posted: candidate sites, customers, and what it costs to serve them.

Costs are given (`cost[j][i]`: all of customer j from site i) or follow from places: by `jpy_per_t_km` of road, or
without it by the published fares. Money is in one currency throughout; tonnes and fixed costs are of one period.
"""

from typing import Annotated

from msgspec import Meta, field

from matching.freight import ROAD_FACTOR
from matching.values import Currency, Text, Value

Row = tuple[float, ...]


class Spot(Value, frozen=True, kw_only=True):
    """Where something is: degrees, or the office of a prefecture; neither where costs are given."""

    id: Text
    lat: float | None = None
    lon: float | None = None
    prefecture: Annotated[str, Meta(pattern="^JP-[0-9]{2}$", max_length=5)] | None = None


class Site(Spot, frozen=True, kw_only=True):
    """A place for a hub: tonnes that it takes in, and what it costs to have it open.

    `yield` is the share of what it takes in that it can deliver; it counts where there are suppliers.
    """

    capacity: float
    fixed_cost: float
    yield_: float = field(default=1.0, name="yield")


class Customer(Spot, frozen=True, kw_only=True):
    """Who must be served, with `demand` tonnes; from several sites, if that is cheaper."""

    demand: float


class Supplier(Spot, frozen=True, kw_only=True):
    """A collection point with up to `supply` tonnes."""

    supply: float


class Instance(Value, frozen=True, kw_only=True):
    """The problem. With `suppliers` it has two echelons: collect, hub, mill.

    `inbound_cost[p][i]` moves all of supplier p to site i. `max_open` limits the number of hubs. The last three are
    notes of published instances and decide nothing.
    """

    sites: tuple[Site, ...]
    customers: tuple[Customer, ...]
    cost: tuple[Row, ...] | None = None
    suppliers: tuple[Supplier, ...] = ()
    inbound_cost: tuple[Row, ...] | None = None
    jpy_per_t_km: float | None = None
    sea_jpy_per_t_km: float | None = None
    detour: float = ROAD_FACTOR
    currency: Currency | None = None
    max_open: int | None = None
    name: Text | None = None
    source: Text | None = None
    optimum: float | None = None
