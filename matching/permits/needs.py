"""Which permits a lot's way asks for, by its legal status, by place and by role (Waste Management Act, 廃棄物処理法).

`waste` is held, driven and treated under permits: of the prefecture (or its city) where it lies, of both ends of the
way, and of the place where it is treated. The waste of one's own works needs none to be held. Household waste is
municipal (一般廃棄物), the most dangerous is specially controlled (特別管理), and each has permits of its own.
`valuable` and `exempt_recyclable` need none of these; their yards need what the ordinances that we have read and the
law on used equipment ask for. A lot does not tell whether its yard stands outdoors, how large it is, or what works in
it: a yard to which that makes a difference declares it. Other permits are named as possible only.
A lot that states no legal status is asked for what a valuable one's yard is, so that silence opens no yard; for more
than that it is for the gate of legal statuses to refuse it.
"""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum

import msgspec

from matching.listings import Lot
from matching.permits.rules import Asked, Party, PermitRules
from matching.reference import Catalogue
from matching.values import LegalStatus, Origin


class Activity(StrEnum):
    """What is done with the lot."""

    HOLD = "hold"
    LOAD = "load"
    UNLOAD = "unload"
    TREAT = "treat"
    OPERATE = "operate"


class Need(msgspec.Struct, frozen=True, kw_only=True):
    """Any of `kinds` will do, or a certified plan inside which none of them is needed.

    One that is not `certain` may be needed: the lot does not tell enough.
    """

    party: Party
    activity: Activity
    kinds: tuple[str, ...]
    prefecture: str
    certain: bool = True


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """A lot on its way to a prefecture (ISO code) on a day; `treatment` is a step, where one is agreed."""

    lot: Lot
    to: str
    day: date
    treatment: str | None = None


class _Waste(msgspec.Struct, frozen=True):
    """Codes of the permits to collect and to treat one class of waste."""

    collect: str
    treat: str


_MUNICIPAL = _Waste("IPPAN_UNPAN", "IPPAN_SHOBUN")
_SPECIAL = _Waste("TOKKAN_UNPAN", "TOKKAN_SHOBUN")
_INDUSTRIAL = _Waste("SANPAI_UNPAN", "SANPAI_SHOBUN")


def needs(move: Move, catalogue: Catalogue) -> tuple[Need, ...]:
    """In the order of the way: held, loaded, unloaded, treated, and what a yard needs and may need."""
    lot, rules = move.lot, catalogue.permits
    found = [*_waste(lot, move.to, rules)] if lot.legal_status is LegalStatus.WASTE else []
    for certain, kinds in ((True, rules.due), (False, rules.possible)):
        for kind, asked in kinds:
            at = _at(asked, move)
            if _covers(asked, at) and _asks(asked, _status(lot, certain=certain), move, catalogue):
                found.append(
                    Need(
                        party=asked.role,
                        activity=Activity.OPERATE,
                        kinds=(kind.code,),
                        prefecture=at,
                        certain=certain,
                    )
                )
    return tuple(found)


def beyond(move: Move, catalogue: Catalogue) -> bool:
    """Whether a yard elsewhere would need a permit of its place for such a lot, and nobody has read what this one's is.

    Neither a pass nor a failure: somebody has to ask there.
    """
    local = [
        asked
        for _, asked in catalogue.permits.due
        if asked.prefectures and _asks(asked, _status(move.lot, certain=True), move, catalogue)
    ]
    return bool(local) and not any(_covers(asked, _at(asked, move)) for asked in local)


def _waste(lot: Lot, to: str, rules: PermitRules) -> Iterator[Need]:
    here, waste = lot.location.prefecture, _class_of(lot, rules)
    if lot.origin is not Origin.INTERNAL:
        kinds = (waste.treat, waste.collect)
        yield Need(party=Party.OWNER, activity=Activity.HOLD, kinds=kinds, prefecture=here)
    for activity, at in ((Activity.LOAD, here), (Activity.UNLOAD, to)):
        yield Need(party=Party.CARRIER, activity=activity, kinds=(waste.collect,), prefecture=at)
    yield Need(party=Party.RECEIVER, activity=Activity.TREAT, kinds=(waste.treat,), prefecture=to)


def _class_of(lot: Lot, rules: PermitRules) -> _Waste:
    if lot.source in rules.municipal_sources:
        return _MUNICIPAL
    return _SPECIAL if any(h in rules.special_hazards for h in lot.hazards) else _INDUSTRIAL


def _status(lot: Lot, *, certain: bool) -> LegalStatus | None:
    return lot.legal_status or (LegalStatus.VALUABLE if certain else None)


def _at(asked: Asked, move: Move) -> str:
    return move.to if asked.role is Party.RECEIVER else move.lot.location.prefecture


def _covers(asked: Asked, at: str) -> bool:
    return not asked.prefectures or at in asked.prefectures


def _asks(asked: Asked, status: LegalStatus | None, move: Move, catalogue: Catalogue) -> bool:
    """Of such a lot on that day, wherever it is."""
    lot = move.lot
    material = catalogue.materials.get(lot.material)
    return (
        status in asked.legal_statuses
        and (not asked.families or (material is not None and material.family in asked.families))
        and (not asked.materials or lot.material in asked.materials)
        and (not asked.sources or lot.source in asked.sources)
        and lot.origin not in asked.not_origins
        and (asked.from_ is None or asked.from_ <= move.day)
    )


def doubtful_exemption(lot: Lot, catalogue: Catalogue) -> bool:
    """Whether a lot is called exempt (専ら物) whose family is none of the four kinds: of ours, iron and copper are."""
    material = catalogue.materials.get(lot.material)
    exempt = lot.legal_status is LegalStatus.EXEMPT_RECYCLABLE
    return exempt and material is not None and material.family not in catalogue.permits.exempt_families
