"""What the demo shows, straight from the engine: no server, no database."""

import msgspec

from market.demo.story import Demo, DemoSpec
from matching.engine import Disclosure
from matching.ranking import Ranked, rank
from matching.reference import Catalogue


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """A spec of the demo with its ranking; `lot` ids in it are the demo's codes."""

    spec: DemoSpec
    matches: tuple[Ranked, ...]
    near_misses: tuple[Ranked, ...]


def preview(demo: Demo, catalogue: Catalogue, disclosure: Disclosure = Disclosure.FULL) -> tuple[Board, ...]:
    """Every spec of the demo against all lots of its material, best first."""
    return tuple(_board(spec, demo, catalogue, disclosure) for spec in demo.specs)


def _board(wanted: DemoSpec, demo: Demo, catalogue: Catalogue, disclosure: Disclosure) -> Board:
    offered = [(o.code, o.lot) for o in demo.lots if o.lot.material == wanted.spec.material]
    ranked = rank(wanted.spec, offered, catalogue, disclosure=disclosure)
    return Board(
        spec=wanted,
        matches=tuple(r for r in ranked if not r.near_miss),
        near_misses=tuple(r for r in ranked if r.near_miss),
    )
