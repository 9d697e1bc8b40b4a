"""What a loading of the demo tells the person at the terminal."""

from collections.abc import Mapping
from uuid import UUID

import msgspec

from market.demo.preview import Board, preview
from market.demo.story import Demo
from matching.evaluation import Evaluation
from matching.explain import explain
from matching.ranking import Ranked
from matching.reference import Catalogue
from matching.values import Verdict

# one line a family first, then what a buyer of scrap asks next; of near misses, the two that tell most
BEST = (
    "flat-new-cut",
    "ad121-ingot",
    "bright-wire",
    "pp-compound",
    "black-mass-ncm",
    "magnet-scrap",
    "zinc-slab",
    "shred-025",
    "bar-h2",
)
NEAR = ("low-copper", "ad121-ingot")


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """One pair of the demo with its evaluation, explained in English, both sides known."""

    spec_id: UUID
    spec_title: str
    buyer: str
    lot_id: UUID
    lot_title: str
    seller: str
    tonnes: float
    evaluation: Evaluation


class PartyShown(msgspec.Struct, frozen=True, kw_only=True):
    """A party to try next, with its key and one of its listings."""

    name: str
    kind: str
    id: UUID
    api_key: str
    listing: UUID | None


class Door(msgspec.Struct, frozen=True, kw_only=True):
    """A way into the console as one of the demo's people: the path of a one-time link."""

    person: str
    organisation: str
    kind: str
    path: str


class DemoReport(msgspec.Struct, frozen=True, kw_only=True):
    """`specs_new`, `lots_new` and `deals_new` count what this loading made; the others count what stands.

    `deals` are those of the demo's buyers by status; `untold` are scenes that a rule refused, with its code.
    """

    specs: int
    lots: int
    specs_new: int
    lots_new: int
    deals: dict[str, int]
    deals_new: int
    untold: dict[str, str]
    best: tuple[Shown, ...]
    near: tuple[Shown, ...]
    parties: tuple[PartyShown, ...]
    doors: tuple[Door, ...]


class Places(msgspec.Struct, frozen=True):
    """Where the demo's codes stand in the database, and who is who."""

    demo: Demo
    ids: Mapping[str, UUID]

    def shown(self, board: Board, ranked: Ranked, catalogue: Catalogue) -> Shown:
        """A pair with the names that people know."""
        wanted = board.spec
        offered = next(lot for lot in self.demo.lots if lot.code == ranked.id)
        names = {party.code: party.name for party in self.demo.parties}
        return Shown(
            spec_id=self.ids[wanted.code],
            spec_title=wanted.spec.title or wanted.code,
            buyer=names[wanted.party],
            lot_id=self.ids[offered.code],
            lot_title=offered.lot.title or offered.code,
            seller=names[offered.party],
            tonnes=offered.lot.quantity.tonnes,
            evaluation=explain(ranked.evaluation, "en", catalogue),
        )


def highlights(
    demo: Demo, ids: Mapping[str, UUID], catalogue: Catalogue
) -> tuple[tuple[Shown, ...], tuple[Shown, ...]]:
    """The best match of each of the chosen specs, and near misses that a change of one limit would turn."""
    boards = {board.spec.code: board for board in preview(demo, catalogue)}
    places = Places(demo, ids)
    best = [places.shown(boards[code], one, catalogue) for code in BEST for one in boards[code].matches[:1]]
    near = [places.shown(boards[code], one, catalogue) for code in NEAR for one in _changeable(boards[code])]
    return tuple(best), tuple(near)


def _changeable(board: Board) -> tuple[Ranked, ...]:
    """The nearest miss that its changes alone would turn: no gate blocks it, and every other limit holds."""
    settled = (Verdict.IN, Verdict.OUT)
    found = (
        r
        for r in board.near_misses
        if not r.evaluation.blockers and all(limit.verdict in settled for limit in r.evaluation.limits)
    )
    return tuple(found)[:1]
