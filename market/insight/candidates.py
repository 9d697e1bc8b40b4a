"""Which lots a spec is held against: the nearest, so that a whole market is assessed in bounded time.

By prefecture from the spec's own outwards, then by id: up to `FITTING` lots whose window, grade and form would do, and
`OTHERS` that fail by these, of the `LOOKED_AT` nearest. What is beyond them is not seen, which a spec that hundreds of
lots fit does not miss. O(LOOKED_AT) for a spec.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from matching.columns import Listing
from matching.freight import Point, great_circle_km, locate
from matching.listings import Lot, Spec
from matching.reference import Catalogue
from matching.values import Place

FITTING: Final = 60
OTHERS: Final = 30
LOOKED_AT: Final = 3_000


class Nearest:
    """The open lots of one material, in the order of each prefecture."""

    def __init__(self, lots: Iterable[Listing[Lot]], catalogue: Catalogue) -> None:
        self._there: defaultdict[str, list[Listing[Lot]]] = defaultdict(list)
        for lot in sorted(lots, key=lambda one: one.id):
            self._there[lot.content.location.prefecture].append(lot)
        self._catalogue = catalogue
        self._order: dict[str, list[str]] = {}

    def of(self, spec: Listing[Spec]) -> list[Listing[Lot]]:
        """Nearest first, of other owners."""
        fitting: list[Listing[Lot]] = []
        others: list[Listing[Lot]] = []
        for seen, lot in enumerate(self._from(spec.content.delivery.location.prefecture)):
            if seen >= LOOKED_AT or (len(fitting) >= FITTING and len(others) >= OTHERS):
                break
            if lot.owner == spec.owner:
                continue
            fits = _would_do(spec.content, lot.content)
            if fits and len(fitting) < FITTING:
                fitting.append(lot)
            elif not fits and len(others) < OTHERS:
                others.append(lot)
        return fitting + others

    def _from(self, prefecture: str) -> Iterator[Listing[Lot]]:
        if prefecture not in self._order:
            here = self._office(prefecture)
            away = {code: great_circle_km(here, self._office(code)) for code in self._there}
            self._order[prefecture] = sorted(self._there, key=lambda code: (away[code], code))
        for code in self._order[prefecture]:
            yield from self._there[code]

    def _office(self, prefecture: str) -> Point:
        return locate(Place(prefecture=prefecture), self._catalogue, exact=False)


def _would_do(spec: Spec, lot: Lot) -> bool:
    """The gates that a look tells."""
    return (
        (not spec.grades or lot.grade in spec.grades)
        and (not spec.forms or lot.form in spec.forms)
        and bool(spec.delivery.overlap_days(lot.available))
    )
