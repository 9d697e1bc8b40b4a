"""Whether what a lot's way asks for is held: for each need the permit that fulfils it, or why none does.

A permit that a coordinator has confirmed fulfils a need; one that is only declared does so conditionally, and is
flagged; one that has expired, was refused, or is for another place or material does not. A declaration that a yard
needs none counts by the same rules. Of several, the one that comes closest is named. Where nobody knows what a party
holds, the need stays open: only what is known can block.
"""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum

from matching.evaluation import Params, Shown
from matching.permits.needs import Activity, Move, Need, needs
from matching.permits.numbers import digit_of, parts, prefecture_of
from matching.permits.permit import Held, HeldPermit, Outcome
from matching.permits.rules import Party, PermitRules
from matching.permits.validity import expired, in_force
from matching.reference import FROM_MEMORY, Catalogue


class Fulfilment(StrEnum):
    """From good to bad; only `blocked` stands in the way."""

    CONFIRMED = "confirmed"
    DECLARED = "declared"
    OPEN = "open"
    BLOCKED = "blocked"


class Standing(Shown, frozen=True, kw_only=True):
    """One need and how it is met; `permit` is the id of the permit that does, or comes closest, or its number.

    `src` and `flag` say where the rule is from. `valid_until` is that permit's last day.
    """

    party: Party
    activity: Activity
    permits: tuple[str, ...]
    prefecture: str
    fulfilment: Fulfilment
    permit: str | None
    valid_until: date | None
    code: str
    params: Params
    reason: str = ""
    src: str
    flag: str

    @property
    def from_memory(self) -> bool:
        """Whether nobody has read the rule in its source."""
        return self.flag == FROM_MEMORY


# what is in the way of one permit, the nearest to fulfilling first
_OBSTACLES = (
    "permit_without_storage",
    "permit_without_treatment",
    "permit_other_material",
    "permit_not_yet_valid",
    "permit_expired",
    "permit_refused",
    "permit_other_place",
)
# of a permit that may be needed these prove that its holder needs it, and cannot rely on it
_LAPSED = frozenset({"permit_expired", "permit_refused"})
_HELD = {Fulfilment.CONFIRMED: "permit_confirmed", Fulfilment.DECLARED: "permit_declared"}
_EXEMPT = {Fulfilment.CONFIRMED: "exemption_confirmed", Fulfilment.DECLARED: "exemption_declared"}


def standings(move: Move, held: Held, catalogue: Catalogue) -> tuple[Standing, ...]:
    """One for each need, in their order."""
    return tuple(_standing(need, move, held, catalogue) for need in needs(move, catalogue))


def _standing(need: Need, move: Move, held: Held, catalogue: Catalogue) -> Standing:
    permits = _held_by(need.party, held)
    able = [p for p in permits or () if _serves(p, need, catalogue.permits)]
    weighed = [(tuple(_obstacles(p, need, move, catalogue)), p) for p in able]
    obstacles, nearest = min(weighed, key=_nearness) if weighed else ((), None)
    if nearest is not None and not obstacles:
        fulfilment = Fulfilment.DECLARED if nearest.outcome is None else Fulfilment.CONFIRMED
        codes = _EXEMPT if catalogue.permits.kinds[nearest.kind].declares else _HELD
        return _shown(need, fulfilment, codes[fulfilment], nearest, catalogue)
    if need.party is Party.CARRIER and held.carrier is None:
        return _shown(need, Fulfilment.OPEN, "permit_carrier_open", None, catalogue)
    if permits is None:
        return _shown(need, Fulfilment.OPEN, "permit_not_known", None, catalogue)
    if nearest is not None and (need.certain or _LAPSED.issuperset(obstacles)):
        return _shown(need, Fulfilment.BLOCKED, min(obstacles, key=_OBSTACLES.index), nearest, catalogue)
    if need.certain:
        code = "yard_permit_missing" if need.activity is Activity.OPERATE else "permit_missing"
        return _shown(need, Fulfilment.BLOCKED, code, None, catalogue)
    return _shown(need, Fulfilment.OPEN, "permit_may_be_needed", None, catalogue)


def _held_by(party: Party, held: Held) -> tuple[HeldPermit, ...] | None:
    """While nobody is named who drives, either of the two sides may: what both hold stands for the carrier's."""
    if party is Party.CARRIER:
        return held.carrier if held.carrier is not None else (*(held.owner or ()), *(held.receiver or ()))
    return held.owner if party is Party.OWNER else held.receiver


def _nearness(weighed: tuple[tuple[str, ...], HeldPermit]) -> tuple[int, int, bool, str]:
    obstacles, permit = weighed
    worst = max((_OBSTACLES.index(o) for o in obstacles), default=-1)
    return (len(obstacles), worst, permit.outcome is None, _name(permit) or "")


def _serves(permit: HeldPermit, need: Need, rules: PermitRules) -> bool:
    kind = rules.kinds.get(permit.kind)
    return permit.kind in need.kinds or (kind is not None and any(k in kind.in_place_of for k in need.kinds))


def _obstacles(permit: HeldPermit, need: Need, move: Move, catalogue: Catalogue) -> Iterator[str]:
    rules = catalogue.permits
    if not rules.kinds[permit.kind].nationwide and need.prefecture != _place(permit, rules):
        yield "permit_other_place"
    if not in_force(permit, move.day):
        yield "permit_expired" if expired(permit, move.day) else "permit_not_yet_valid"
    if permit.outcome is Outcome.REFUSED:
        yield "permit_refused"
    material = catalogue.materials.get(move.lot.material)
    if permit.materials and not {move.lot.material, material.family if material else ""} & set(permit.materials):
        yield "permit_other_material"
    digit = digit_of(permit.number, rules) if permit.kind in rules.numbered else None
    # to hold for others is to store; a collector who only drives does not
    if need.activity is Activity.HOLD and digit is not None and not (digit.stores or digit.kind == need.kinds[0]):
        yield "permit_without_storage"
    if need.activity is Activity.TREAT:
        other_step = bool(move.treatment and permit.treatments) and move.treatment not in permit.treatments
        if other_step or (digit is not None and not digit.treats):
            yield "permit_without_treatment"


def _place(permit: HeldPermit, rules: PermitRules) -> str | None:
    """The number names it where it can; the holder says it of a city whose number nobody read."""
    taken = parts(permit.number) if permit.number and permit.kind in rules.numbered else None
    return (prefecture_of(taken.authority, rules) if taken else None) or permit.prefecture


def _name(permit: HeldPermit) -> str | None:
    return permit.id or permit.number


def _shown(need: Need, fulfilment: Fulfilment, code: str, permit: HeldPermit | None, catalogue: Catalogue) -> Standing:
    params: Params = {"party": need.party.value, "permits": list(need.kinds), "prefecture": need.prefecture}
    if permit is not None:
        params |= {"permit": permit.kind, "number": permit.number}
        days = (("from_", permit.valid_from), ("until", permit.valid_until))
        params |= {name: day.isoformat() for name, day in days if day is not None}
    rule = catalogue.permits.kinds[need.kinds[0]]
    return Standing(
        party=need.party,
        activity=need.activity,
        permits=need.kinds,
        prefecture=need.prefecture,
        fulfilment=fulfilment,
        permit=_name(permit) if permit else None,
        valid_until=permit.valid_until if permit else None,
        code=code,
        params=params,
        src=rule.src,
        flag=rule.flag,
    )
