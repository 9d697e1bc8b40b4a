"""Which permits a lot's way asks for, by its legal status, by place and by role (Waste Management Act, 廃棄物処理法).

`waste` is held, driven and treated under permits: of the prefecture (or its city) where it lies, of both ends of the
way, and of the place where it is treated. The waste of one's own works needs none to be held. Household waste is
municipal (一般廃棄物), the most dangerous is specially controlled (特別管理), and each has permits of its own.
`valuable` and `exempt_recyclable` need none of these; what a yard may have to hold or to have notified is named as
possible only, for a lot does not tell whether the yard stands outdoors, how large it is, or what works in it.
A lot that states no legal status asks for nothing here: it is for the gate of legal statuses to refuse it.
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
    """In the order of the way: held, loaded, unloaded, treated, and what a yard may need."""
    lot = move.lot
    if lot.legal_status is None:
        return ()
    found = [*_waste(lot, move.to, catalogue.permits)] if lot.legal_status is LegalStatus.WASTE else []
    for kind, asked in catalogue.permits.asked:
        at = move.to if asked.role is Party.RECEIVER else lot.location.prefecture
        if _may_ask(asked, move, at, catalogue):
            found.append(
                Need(party=asked.role, activity=Activity.OPERATE, kinds=(kind.code,), prefecture=at, certain=False)
            )
    return tuple(found)


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


def _may_ask(asked: Asked, move: Move, at: str, catalogue: Catalogue) -> bool:
    lot = move.lot
    material = catalogue.materials.get(lot.material)
    return (
        lot.legal_status in asked.legal_statuses
        and (not asked.prefectures or at in asked.prefectures)
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
