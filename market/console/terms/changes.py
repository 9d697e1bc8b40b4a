"""What changed from one offer on a leg to the next, in the words that stand beside each other."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

import msgspec

from market.console.terms.told import Line, Speaker
from market.console.text import Language
from market.deals.contract.structs import ContractTerms
from market.deals.offers.structs import Offer
from market.deals.structs import Deal, DealLeg
from matching.values import Currency

# offers of a leg that are shown side by side
BESIDE = 5


class Words(msgspec.Struct, frozen=True):
    """A line, and whether the offer before did not say it."""

    text: str
    fresh: bool


class Cell(msgspec.Struct, frozen=True):
    """What an offer says of one thing, and what the offer before said of it and this one does not."""

    key: str
    said: tuple[Words, ...]
    gone: tuple[str, ...]

    @property
    def changed(self) -> bool:
        """Since the offer before."""
        return bool(self.gone) or any(one.fresh for one in self.said)


class Row(msgspec.Struct, frozen=True):
    """One thing, as each offer has it."""

    key: str
    cells: tuple[Cell, ...]


class Exchange(msgspec.Struct, frozen=True):
    """The newest offers on a leg, side by side: `rows` of their terms in the order of `offers`; `all` were made.

    `usual` is what they all leave as it is where nothing is said.
    """

    leg: DealLeg
    offers: tuple[Offer, ...]
    rows: tuple[Row, ...]
    usual: tuple[Line, ...]
    all: int


def exchanges(deal: Deal, offers: Sequence[Offer], language: Language) -> tuple[Exchange, ...]:
    """Leg by leg."""
    return tuple(_exchange(deal, leg, _on(leg, offers), language) for leg in deal.legs)


def told_by(deal: Deal, offers: Sequence[Offer], language: Language) -> dict[datetime, tuple[Cell, ...]]:
    """By the instant at which an offer was made: what it changed, or all that it said where it was the first."""
    speaker = Speaker(language, deal.spec.limits)
    found = {}
    for leg in deal.legs:
        for now, before in pairwise([*_on(leg, offers), None]):
            assert now is not None  # noqa: S101 - only the last has none before it
            cells = _against(speaker.offer(now.terms), _before(speaker, now, before))
            found[now.created_at] = tuple(cell for cell in cells if cell.changed)
    return found


def _exchange(deal: Deal, leg: DealLeg, offers: Sequence[Offer], language: Language) -> Exchange:
    speaker = Speaker(language, deal.spec.limits)
    lines = [speaker.offer(one.terms) for one in offers]
    # nothing has changed in the first of all
    before = [*lines[1:], *lines[-1:]]
    columns = [_against(now, then) for now, then in zip(lines, before, strict=True)][:BESIDE]
    rows = tuple(Row(cells[0].key, tuple(cells)) for cells in zip(*columns, strict=True))
    shown = tuple(offers[:BESIDE])
    usual = _left_alone(speaker, shown, rows)
    told = tuple(row for row in rows if row.key not in {line.key for line in usual})
    return Exchange(leg, shown, told, usual, len(offers))


def _left_alone(speaker: Speaker, offers: Sequence[Offer], rows: Sequence[Row]) -> tuple[Line, ...]:
    """Terms of the contract that are the usual ones in every offer, and were in the one before those."""
    unusual = {line.key for one in offers for line in speaker.unusual(one.terms.contract, one.terms.price.currency)}
    moved = {row.key for row in rows if any(cell.changed for cell in row.cells)}
    usual = speaker.contract(ContractTerms(), Currency.JPY)
    return tuple(line for line in usual if line.key not in unusual | moved)


def _before(speaker: Speaker, now: Offer, before: Offer | None) -> tuple[Line, ...]:
    """What stood before; before the first offer that is the usual contract and nothing else."""
    if before is not None:
        return speaker.offer(before.terms)
    usual = speaker.contract(ContractTerms(), now.terms.price.currency)
    known = {line.key: line for line in usual}
    return tuple(known.get(line.key, Line(line.key, ())) for line in speaker.offer(now.terms))


def _against(now: Sequence[Line], before: Sequence[Line]) -> tuple[Cell, ...]:
    return tuple(
        Cell(
            line.key,
            tuple(Words(one, one not in then.said) for one in line.said),
            tuple(one for one in then.said if one not in line.said),
        )
        for line, then in zip(now, before, strict=True)
    )


def _on(leg: DealLeg, offers: Sequence[Offer]) -> list[Offer]:
    return [one for one in offers if one.leg_id == leg.id]
