"""Open listings in memory, by material, behind an interface narrow enough to replace.

The columns (NumPy) answer the gate that most pairs of one material fail, the window, and put all lots for a spec in
order (`standings`). The pairs that are shown are judged exactly, and the last evaluations are remembered by the
revisions of both sides and of their permits, where they are said to be, and the freight tables in force, so a page that
is read again costs a look-up. `matching.ranking.rank` over all listings, at the freight between what is said of their
places, is the oracle: the index never differs from it.
"""

from collections import OrderedDict
from collections.abc import Mapping
from datetime import date
from typing import Any

from matching.columns import Columns, Key, Listing, place_of
from matching.engine import Disclosure, evaluate
from matching.evaluation import Evaluation
from matching.freight import Quote, between
from matching.listings import Lot, Spec
from matching.permits.gate import barred
from matching.permits.permit import Held
from matching.ranking import Ranked, arranged
from matching.reference import Catalogue
from matching.screening.asked import Asked
from matching.screening.limits import Judgements
from matching.screening.lots import LotColumns
from matching.screening.readings import Reader
from matching.screening.screen import Wanting, screen
from matching.screening.standings import Standings
from matching.values import Place
from matching.whereabouts import said, said_place

_REMEMBERED = 20_000
# from where and to where, as it is said
Route = tuple[str, str]


class MarketIndex:
    """Both sides of the market: put and discard listings, then ask what fits one of them."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._specs: dict[str, Columns[Spec]] = {}
        self._lots: dict[str, LotColumns] = {}
        self._judgements = Judgements()
        self._reader = Reader(catalogue)
        self._materials: dict[str, str] = {}
        self._day: date | None = None
        # a number that is another one after anything has changed
        self.changes = 0
        self._freights: dict[Route, Quote] = {}
        self._memo: OrderedDict[tuple[Key, Key, Route, tuple[str, ...]], Evaluation] = OrderedDict()

    def on(self, day: date) -> None:
        """From now on permits are judged as of this day (JST); what was judged on another is forgotten."""
        if day != self._day:
            self._day = day
            self.changes += 1
            self._memo.clear()

    def reprice(self, catalogue: Catalogue) -> None:
        """Go on with the same catalogue and other freight tables."""
        self._catalogue = catalogue
        self._freights.clear()
        self.changes += 1

    def put_spec(self, listing: Listing[Spec]) -> None:
        """Make a spec findable; a newer revision replaces the older."""
        self._moved(listing)
        self._of_specs(listing.content.material).put(listing)

    def put_lot(self, listing: Listing[Lot]) -> None:
        """Make a lot findable; a newer revision, or fewer tonnes left, replaces the older."""
        self._moved(listing)
        self._of_lots(listing.content.material).put(listing)

    def _of_specs(self, material: str) -> Columns[Spec]:
        if material not in self._specs:
            self._specs[material] = Columns()
        return self._specs[material]

    def _of_lots(self, material: str) -> LotColumns:
        if material not in self._lots:
            self._lots[material] = LotColumns()
        return self._lots[material]

    def _moved(self, listing: Listing[Spec] | Listing[Lot]) -> None:
        before = self._materials.get(listing.id)
        if before is not None and before != listing.content.material:
            self.discard(listing.id)
        self._materials[listing.id] = listing.content.material
        self.changes += 1

    def discard(self, listing_id: str) -> None:
        """Take a listing out, whichever side it is on."""
        material = self._materials.pop(listing_id, None)
        if material is not None:
            self.changes += 1
            self._of_specs(material).discard(listing_id)
            self._of_lots(material).discard(listing_id)

    def lots_for(self, spec: Listing[Spec], *, near_misses: bool) -> list[Ranked]:
        """Ranked lots of other owners for a spec: the matches, or the near misses."""
        columns = self._of_lots(spec.content.material)
        window = None if near_misses else spec.content.delivery
        found = [Ranked(lot.id, self._evaluated(spec, lot)) for lot in columns.meeting(window, not_of=spec.owner)]
        return arranged(r for r in found if r.near_miss is near_misses)

    @property
    def undescribed(self) -> list[str]:
        """Materials of which lots were put since they were last described."""
        return sorted(material for material, columns in self._lots.items() if columns.undescribed)

    def describe(self, material: str, most: int) -> bool:
        """Some of what `standings` of the material would begin with, for lots that were put since; whether any is left.

        It may run in a thread, as `standings` may.
        """
        return self._of_lots(material).describe(self._reader, most)

    def standings(self, spec: Listing[Spec]) -> Standings | Wanting:
        """All lots of other owners for a spec, in order; or what has to be found out before. `lots_for` is its oracle.

        It may run in a thread, as long as nothing is put, discarded or repriced.
        """
        columns = self._of_lots(spec.content.material)
        columns.describe(self._reader)
        to = self.said(spec.content)

        def quote(prefecture: str) -> Quote:
            return self._freight((said(prefecture, columns.firms.get(prefecture, 0), self._catalogue), to))

        asked = Asked(
            spec=spec,
            lots=columns,
            catalogue=self._catalogue,
            quote=quote,
            day=self._day,
            known=self._judgements,
        )
        found = screen(asked)
        if isinstance(found, Wanting):
            return found
        self._judgements.trim()
        return Standings(found, columns, self._catalogue, lambda lot: self._score(spec, lot))

    def lots_open(self, material: str) -> int:
        """How many lots of a material there are."""
        return len(self._of_lots(material))

    def _score(self, spec: Listing[Spec], lot: Listing[Lot]) -> float:
        return self.judged(spec.content, lot.content, self.held(spec, lot)).score

    def evaluated(self, spec: Listing[Spec], lot: Listing[Lot]) -> Ranked:
        """A pair of this market, named by its lot."""
        return Ranked(lot.id, self._evaluated(spec, lot))

    def lots_in_time(self, spec: Listing[Spec]) -> list[Listing[Lot]]:
        """Lots of other owners, by id, of the material, within the window of a spec and not barred by permits."""
        columns = self._of_lots(spec.content.material)
        return self._permitted(spec, columns.meeting(spec.content.delivery, not_of=spec.owner))

    def lots_offered(self, spec: Listing[Spec]) -> list[Listing[Lot]]:
        """As `lots_in_time`, those that permits bar among them: nothing is judged."""
        return self._of_lots(spec.content.material).meeting(spec.content.delivery, not_of=spec.owner)

    def lots_of_material(self, spec: Listing[Spec]) -> list[Listing[Lot]]:
        """As `lots_in_time` without a window: matches and near misses alike."""
        columns = self._of_lots(spec.content.material)
        return self._permitted(spec, columns.meeting(None, not_of=spec.owner))

    def _permitted(self, spec: Listing[Spec], lots: list[Listing[Lot]]) -> list[Listing[Lot]]:
        return [lot for lot in lots if not barred(spec.content, lot.content, self.held(spec, lot), self._catalogue)]

    def held(self, spec: Listing[Any], lot: Listing[Any]) -> Held | None:
        """What both sides hold; None where nobody knows."""
        if spec.permits is None and lot.permits is None:
            return None
        return Held(owner=lot.permits, receiver=spec.permits, day=self._day)

    def specs_of_material(self, lot: Listing[Lot]) -> list[Listing[Spec]]:
        """Specs of other owners, by id, of the material of a lot: matches and near misses alike."""
        return self._of_specs(lot.content.material).meeting(None, not_of=lot.owner)

    @property
    def materials(self) -> list[str]:
        """Of which anything is open."""
        return sorted(set(self._materials.values()))

    def specs_of(self, material: str) -> list[Listing[Spec]]:
        """All open specs of a material, by id."""
        return self._of_specs(material).meeting(None, not_of=None)

    def lots_of(self, material: str) -> list[Listing[Lot]]:
        """All open lots of a material, by id."""
        return self._of_lots(material).meeting(None, not_of=None)

    def specs_for(self, lot: Listing[Lot], *, near_misses: bool) -> list[Ranked]:
        """Ranked specs of other owners for a lot: the matches, or the near misses."""
        columns = self._of_specs(lot.content.material)
        window = None if near_misses else lot.content.available
        found = [Ranked(spec.id, self._evaluated(spec, lot)) for spec in columns.meeting(window, not_of=lot.owner)]
        return arranged(r for r in found if r.near_miss is near_misses)

    def spec(self, listing_id: str) -> Listing[Spec] | None:
        """The open spec of that id."""
        columns = self._specs.get(self._materials.get(listing_id, ""))
        return columns.get(listing_id) if columns else None

    def lot(self, listing_id: str) -> Listing[Lot] | None:
        """The open lot of that id."""
        columns = self._lots.get(self._materials.get(listing_id, ""))
        return columns.get(listing_id) if columns else None

    def firms(self, content: Spec | Lot) -> Mapping[str, int]:
        """How many owners have open listings of its kind and material, by prefecture."""
        side = self._specs if isinstance(content, Spec) else self._lots
        columns: Columns[Any] | None = side.get(content.material)
        return columns.firms if columns else {}

    def said(self, content: Spec | Lot) -> str:
        """Where a listing is, as the other side is told it: a prefecture or a region."""
        return said_place(place_of(content), self.firms(content), self._catalogue).prefecture

    def _evaluated(self, spec: Listing[Spec], lot: Listing[Lot]) -> Evaluation:
        route = (self.said(lot.content), self.said(spec.content))
        key = (spec.key, lot.key, route, self._freight(route).tables)
        known = self._memo.get(key)
        if known is not None:
            self._memo.move_to_end(key)
            return known
        fresh = self.judged(spec.content, lot.content, self.held(spec, lot))
        self._memo[key] = fresh
        if len(self._memo) > _REMEMBERED:
            self._memo.popitem(last=False)
        return fresh

    def judged(self, spec: Spec, lot: Lot, held: Held | None) -> Evaluation:
        """As both sides may know it: prices in bands, freight between what is said of the places."""
        freight = self._freight((self.said(lot), self.said(spec)))
        return evaluate(spec, lot, self._catalogue, disclosure=Disclosure.BANDED, held=held, freight=freight)

    def _freight(self, route: Route) -> Quote:
        if route not in self._freights:
            origin, to = (Place(prefecture=code) for code in route)
            self._freights[route] = between(origin, to, self._catalogue, exact=False)
        return self._freights[route]
