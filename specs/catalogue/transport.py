"""The shapes of `places.json` and `freight.json`."""

from matching.reference import Fare, Port, Prefecture
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


class SeaRow(Row, frozen=True, kw_only=True):
    """Line haul by coastal ship."""

    jpy_per_tkm: float
    src: str
    flag: str


class Co2Row(Row, frozen=True, kw_only=True):
    """Emission of one tonne over one kilometre."""

    kg_per_tkm: float
    src: str
    flag: str


class FreightFile(Row, frozen=True, kw_only=True):
    """`freight.json`."""

    fares: tuple[Fare, ...]
    fares_src: str
    fares_flag: str
    fares_exclude: str
    per_50km_beyond: dict[str, float]
    sea: SeaRow
    truck_co2: Co2Row
    ship_co2: Co2Row
