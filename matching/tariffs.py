"""Which freight table prices a haul: that of the place where it is loaded (docs/decisions/0012).

A tariff is an edition of a freight table with the prefectures that it is for. Of several for one prefecture the one
for the fewest prefectures counts, of those the one that was set last, of those the one with the larger stamp. A
prefecture without any has the table of the catalogue.
"""

import math
from collections.abc import Iterable
from datetime import datetime

from matching.fares import FreightTable
from matching.values import Text, Value

# stands for all of Japan among the prefectures, and for places of which no prefecture is known
EVERYWHERE = ""


class Tariff(Value, frozen=True, kw_only=True):
    """A table in force. `stamp` names its edition wherever it has priced; no `prefectures` mean all of Japan."""

    stamp: Text
    set_at: datetime
    prefectures: tuple[str, ...] = ()
    table: FreightTable


def shipped(version: str) -> str:
    """The stamp of the table that a version of the catalogue ships."""
    return f"shipped@{version}"


def by_prefecture(tariffs: Iterable[Tariff]) -> dict[str, Tariff]:
    """The one that counts for each prefecture; `EVERYWHERE` for those that no other names."""
    found: dict[str, Tariff] = {}
    for tariff in sorted(tariffs, key=_weight):
        found |= dict.fromkeys(tariff.prefectures or (EVERYWHERE,), tariff)
    return found


def _weight(tariff: Tariff) -> tuple[float, datetime, str]:
    """What weighs more comes later."""
    return (-(len(tariff.prefectures) or math.inf), tariff.set_at, tariff.stamp)
