"""The packaged data files, decoded on first use and kept."""

from functools import cache
from importlib.resources import files
from typing import TypeVar

import msgspec

from specs.catalogue.measures import AnalytesFile, UnitsFile
from specs.catalogue.operations import StepsFile
from specs.catalogue.permits import PermitsFile
from specs.catalogue.rows import (
    GradeRow,
    GradesFile,
    MaterialsFile,
    NamesFile,
    RegimesFile,
    SourcesFile,
)
from specs.catalogue.transport import FreightFile, PlacesFile

File = TypeVar("File")
_DATA = files("specs.catalogue").joinpath("data")


def _read(name: str, into: type[File]) -> File:
    return msgspec.json.decode(_DATA.joinpath(name).read_bytes(), type=into)


@cache
def materials() -> MaterialsFile:
    """Families, materials, forms; and the version of the whole catalogue."""
    return _read("materials.json", MaterialsFile)


@cache
def grades() -> tuple[GradeRow, ...]:
    """All grades, in the order of the families."""
    return tuple(
        row for family in materials().families for row in _read(f"grades/{family.code}.json", GradesFile).grades
    )


@cache
def names() -> NamesFile:
    """Standards, and names that are taken for each other."""
    return _read("names.json", NamesFile)


@cache
def analytes() -> AnalytesFile:
    """Analytes and properties."""
    return _read("analytes.json", AnalytesFile)


@cache
def units() -> UnitsFile:
    """Units, plausible windows, oxides, bounds."""
    return _read("units.json", UnitsFile)


@cache
def regimes() -> RegimesFile:
    """Regulated limits."""
    return _read("regimes.json", RegimesFile)


@cache
def places() -> PlacesFile:
    """Prefectures and ports."""
    return _read("places.json", PlacesFile)


@cache
def freight() -> FreightFile:
    """Fares and emission factors of transport."""
    return _read("freight.json", FreightFile)


@cache
def permits() -> PermitsFile:
    """Permits, the digits of their numbers, and manifests."""
    return _read("permits.json", PermitsFile)


@cache
def sources() -> SourcesFile:
    """Where every number comes from."""
    return _read("sources.json", SourcesFile)


@cache
def steps() -> StepsFile:
    """Upgrade steps, in the order of a process."""
    return _read("steps.json", StepsFile)
