"""The shapes of `places.json` and `freight.json`."""

from matching.fares import Diesel, Emission, FuelCurve, Provenance, SeaRate
from matching.reference import Port, Prefecture
from specs.catalogue.rows import Row


class PortRow(Port, frozen=True, kw_only=True):
    """A port with its names."""

    name_ja: str
    name_en: str
    flag: str


class PlacesFile(Row, frozen=True, kw_only=True):
    """`places.json`."""

    src: str
    flag: str
    prefectures: tuple[Prefecture, ...]
    ports: tuple[PortRow, ...]


class FareRow(Row, frozen=True, kw_only=True):
    """A published fare; all of them are of one source."""

    truck_t: float
    km: float
    jpy: float


class FreightFile(Row, frozen=True, kw_only=True):
    """`freight.json`; `per_50km_beyond` is by truck size in tonnes as text."""

    fares: tuple[FareRow, ...]
    fares_src: str
    fares_flag: Provenance
    fares_exclude: str
    per_50km_beyond: dict[str, float]
    sea: SeaRate
    truck_co2: Emission
    ship_co2: Emission
    fuel: FuelCurve
    diesel: Diesel
