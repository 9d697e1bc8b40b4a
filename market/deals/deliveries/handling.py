"""What has to be said before a hazardous lot or waste moves: every gap at once, each with its pointer.

Lithium-ion: UN number, chemistry, state of charge, damaged or not, packaging, discharge (the Ministry's guidance on
proper handling, 適正処理指針). UN numbers and packing instructions are those of the UN Model Regulations, as ADR and
IMDG have them: damaged or defective batteries only in P908, P911, LP904 or LP906 (special provision 376). Black mass
is classed by its composition, which its safety data sheet says: nothing is inferred here.
"""

from collections.abc import Iterator
from typing import Final

from market.deals.deliveries.structs import DispatchDraft, Handling, LithiumIon
from matching.fault import Fault, fault
from matching.listings import Lot
from matching.permits.manifest import DOUBTS, manifest_faults
from matching.values import LegalStatus

UN_NUMBERS: Final = ("UN3480", "UN3481")
PACKAGINGS: Final = ("P903", "P908", "P909", "P910", "P911", "LP903", "LP904", "LP905", "LP906")
FOR_DAMAGED: Final = ("P908", "P911", "LP904", "LP906")
# what a lot is called that holds lithium-ion cells or batteries
_MATERIALS: Final = ("lib_pack",)
_HAZARDS: Final = ("lithium_ion", "lithium_ion_battery", "UN3480", "UN3481")


def dispatch_faults(draft: DispatchDraft, lot: Lot) -> Iterator[Fault]:
    """Of the checklist, of who carries waste, and of the manifest."""
    handling = draft.handling or Handling()
    if is_lithium_ion(lot):
        yield from _lithium_ion(handling.lithium_ion or LithiumIon())
    said = {one.hazard for one in handling.measures}
    for hazard in lot.hazards:
        if hazard not in said and hazard not in _HAZARDS:
            yield fault("/handling/measures", "hazard_without_measure", hazard=hazard)
    if lot.legal_status is LegalStatus.WASTE and draft.carrier_id is None:
        yield fault("/carrier_id", "carrier_unnamed")
    if lot.legal_status is LegalStatus.WASTE and draft.manifest_number is None:
        yield fault("/manifest_number", "manifest_missing")
    elif draft.manifest_number is not None:
        found = manifest_faults("/manifest_number", draft.manifest_number, electronic=False)
        yield from (one for one in found if one.code not in DOUBTS)


def is_lithium_ion(lot: Lot) -> bool:
    """Whether the lot has cells or batteries in it."""
    return lot.material in _MATERIALS or any(hazard in _HAZARDS for hazard in lot.hazards)


def _lithium_ion(said: LithiumIon) -> Iterator[Fault]:
    at = "/handling/lithium_ion"
    for name in said.__struct_fields__:
        if getattr(said, name) is None:
            yield fault(f"{at}/{name}", "checklist_missing")
    if said.un_number is not None and said.un_number not in UN_NUMBERS:
        yield fault(f"{at}/un_number", "not_one_of", given=said.un_number, known=list(UN_NUMBERS))
    charge = said.state_of_charge_percent
    if charge is not None and not 0 <= charge <= 100:
        yield fault(f"{at}/state_of_charge_percent", "percent_out_of_range", given=str(charge), most="100")
    fitting = FOR_DAMAGED if said.damaged else PACKAGINGS
    if said.packaging is not None and said.packaging not in fitting:
        yield fault(f"{at}/packaging", "not_one_of", given=said.packaging, known=list(fitting))
