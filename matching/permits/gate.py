"""The gate of permits: in an evaluation (rule 9), where it is known what both sides hold, and of a move that is agreed.

In an evaluation it is judged on the first day on which the lot can move: the latest of today and the beginnings of
both windows. What blocks is a blocker; what is only declared, open, possible, or ends before the windows do is a flag.
Across parties the other side is told who lacks which permit, not its number, place or days.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from matching.evaluation import Blocker, Flag, Params, Shown
from matching.listings import Lot, Spec
from matching.permits.needs import Move, beyond, doubtful_exemption
from matching.permits.permit import Held
from matching.permits.rules import Party
from matching.permits.standing import Fulfilment, Standing, standings
from matching.reference import Catalogue

GATE = "permit"
_LOCAL = "local_yard"


class Gate(Shown, frozen=True, kw_only=True):
    """What a move asks for and how each of it is met, in the order of the way; `flags` decide nothing by themselves."""

    standings: tuple[Standing, ...]
    flags: tuple[Flag, ...]

    @property
    def blocked(self) -> bool:
        """Whether anything stands in the way."""
        return any(s.fulfilment is Fulfilment.BLOCKED for s in self.standings)

    @property
    def unsettled(self) -> tuple[Standing, ...]:
        """What has still to be named or declared, as a carrier or a yard's notification, before anything moves."""
        return tuple(s for s in self.standings if s.fulfilment is Fulfilment.OPEN)


_FLAGS = {
    "permit_declared": "permit_unchecked",
    "exemption_declared": "exemption_unchecked",
    "permit_not_known": "permit_not_known",
    "permit_carrier_open": "permit_carrier_open",
    "permit_may_be_needed": "permit_may_be_needed",
}


def gate(move: Move, held: Held, catalogue: Catalogue) -> Gate:
    """Of one move; a lot that states no legal status asks for no more than its yard's permit, and says so."""
    found = standings(move, held, catalogue)
    flags = list(_doubts(move, found, catalogue))
    if move.lot.legal_status is None:
        flags.append(Flag(code="legal_status_not_stated", params={}))
    return Gate(standings=found, flags=tuple(flags))


def judged(
    spec: Spec, lot: Lot, held: Held | None, catalogue: Catalogue, *, banded: bool
) -> tuple[list[Blocker], list[Flag]]:
    """Blockers and flags in the order of the way; none of either where nothing is known of permits."""
    if held is None:
        return [], []
    day = moving_day(spec, lot, held.day)
    move = Move(lot=lot, to=spec.delivery.location.prefecture, day=day)
    found = standings(move, held, catalogue)
    blocked = [_blocker(s, catalogue, banded=banded) for s in found if s.fulfilment is Fulfilment.BLOCKED]
    last = min(spec.delivery.until, lot.available.until)
    return blocked, [*_told(found, catalogue), *_ending(found, last, catalogue), *_doubts(move, found, catalogue)]


def _doubts(move: Move, found: Sequence[Standing], catalogue: Catalogue) -> Iterator[Flag]:
    if beyond(move, catalogue):
        yield Flag(code="yard_rules_unknown", params={"party": Party.OWNER.value})
    memory = sorted({kind for s in found if s.from_memory for kind in s.permits})
    if memory:
        yield Flag(code="permit_rules_from_memory", params={"permits": memory})
    if doubtful_exemption(move.lot, catalogue):
        yield Flag(code="exemption_doubtful", params={"material": move.lot.material})


def barred(spec: Spec, lot: Lot, held: Held | None, catalogue: Catalogue) -> bool:
    """Whether a permit that is missing or does not hold keeps the lot from going there."""
    if held is None:
        return False
    day = moving_day(spec, lot, held.day)
    found = standings(Move(lot=lot, to=spec.delivery.location.prefecture, day=day), held, catalogue)
    return any(s.fulfilment is Fulfilment.BLOCKED for s in found)


def moving_day(spec: Spec, lot: Lot, today: date | None) -> date:
    """The first day on which the lot can go from the one to the other."""
    begins = max(spec.delivery.from_, lot.available.from_)
    return begins if today is None else max(begins, today)


def _blocker(standing: Standing, catalogue: Catalogue, *, banded: bool) -> Blocker:
    if banded:
        return Blocker(gate=GATE, code="permit_not_valid", params=_roughly(standing, catalogue))
    return Blocker(gate=GATE, code=standing.code, params=standing.params)


def _roughly(standing: Standing, catalogue: Catalogue) -> Params:
    """Without number, place or days; an ordinance would name the prefecture, where perhaps only a region is told."""
    kinds = catalogue.permits.kinds
    named = dict.fromkeys(_LOCAL if kinds[kind].local else kind for kind in standing.permits)
    return {"party": standing.party.value, "permits": list(named)}


def _told(found: Sequence[Standing], catalogue: Catalogue) -> list[Flag]:
    """One of a kind: both ends of a way ask for the same permit."""
    flags = [Flag(code=_FLAGS[s.code], params=_roughly(s, catalogue)) for s in found if s.code in _FLAGS]
    return [flag for i, flag in enumerate(flags) if flag not in flags[:i]]


def _ending(found: Sequence[Standing], last: date, catalogue: Catalogue) -> list[Flag]:
    good = (Fulfilment.CONFIRMED, Fulfilment.DECLARED)
    flags = [
        Flag(code="permit_ends_in_window", params=_roughly(s, catalogue))
        for s in found
        if s.fulfilment in good and s.valid_until is not None and s.valid_until < last
    ]
    return [flag for i, flag in enumerate(flags) if flag not in flags[:i]]
