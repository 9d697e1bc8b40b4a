"""Portions as they are posted and shown: to the buyer, the recycler of that leg, and coordinators who oversee them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from market.deals.contract.formula import Settlement
from market.deals.deliveries.machine import Act, State
from market.deals.deliveries.promised import JudgedBy
from market.deals.machine import Turn
from market.deals.structs import Words
from market.parties.structs import Posted
from matching.evaluation import Evaluation
from matching.values import Assay, Code

Line = Annotated[str, Meta(min_length=1, max_length=200)]


class Chemistry(StrEnum):
    """Of lithium-ion cells, by cathode; `mixed` where a load has several, `unknown` is an answer too."""

    NMC = "nmc"
    NCA = "nca"
    LFP = "lfp"
    LCO = "lco"
    LMO = "lmo"
    LTO = "lto"
    MIXED = "mixed"
    UNKNOWN = "unknown"


class Discharge(StrEnum):
    """What was done about the charge before dispatch."""

    NONE = "none"
    PARTLY = "partly"
    DEEP = "deep"


class LithiumIon(Posted, frozen=True, kw_only=True):
    """The checklist of lithium-ion batteries; all of it has to be said before dispatch.

    `state_of_charge_percent` is the highest of the load. `packaging` is a packing instruction such as P909; where
    something is damaged or defective one of those that the rules name for it.
    """

    un_number: Code | None = None
    chemistry: Chemistry | None = None
    state_of_charge_percent: float | None = None
    damaged: bool | None = None
    packaging: Code | None = None
    discharge: Discharge | None = None


class Measure(Posted, frozen=True, kw_only=True):
    """What is done about one of the lot's hazards on the way."""

    hazard: Code
    measures: Words


class Handling(Posted, frozen=True, kw_only=True):
    """The checklist of a hazardous lot: lithium-ion batteries have their own, every other hazard a measure."""

    lithium_ion: LithiumIon | None = None
    measures: Annotated[tuple[Measure, ...], Meta(max_length=50)] = ()


class DeliveryDraft(Posted, frozen=True, kw_only=True):
    """A portion to come. `lot_id` says of which lot; without one it is the only lot of the caller's leg."""

    lot_id: UUID | None = None
    tonnes: float
    planned_on: date | None = None


class DispatchDraft(Posted, frozen=True, kw_only=True):
    """What leaves: `tonnes` by the seller's weighbridge, `dispatched_on` today unless it was before (JST), after the
    contract was signed.

    `carrier` is a name; who carries waste is also named as the organisation that holds the permits, `carrier_id`.
    """

    tonnes: float
    dispatched_on: date | None = None
    carrier: Line
    carrier_id: UUID | None = None
    vehicle: Line | None = None
    weighbridge_ticket: Line | None = None
    manifest_number: Line | None = None
    handling: Handling | None = None


class ReceiptDraft(Posted, frozen=True, kw_only=True):
    """What arrived: `tonnes` by the buyer's weighbridge, and what was measured of it."""

    tonnes: float
    received_on: date | None = None
    weighbridge_ticket: Line | None = None
    assays: Annotated[tuple[Assay, ...], Meta(max_length=200)] = ()
    note: Words | None = None


class Acceptance(Posted, frozen=True, kw_only=True):
    """`deduct`: by the contract's formula. `tonnes`: where only a part is taken; else the weight that counts."""

    deduct: bool = False
    tonnes: float | None = None


class PortionFate(StrEnum):
    """What a coordinator finds of a portion: taken, not taken, or that it did not arrive."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    LOST = "lost"


class PortionRuling(Posted, frozen=True, kw_only=True):
    """A coordinator's word on a portion that is on its way or was received.

    What was received is accepted or rejected; what was only dispatched did arrive and is accepted, or is lost.
    `tonnes`: of what is accepted, where that is less than the weight that counts.
    """

    delivery_id: UUID
    fate: PortionFate
    text: Words
    tonnes: float | None = None


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a portion beyond its columns, as it is stored."""

    planned_on: date | None = None
    dispatch: DispatchDraft | None = None
    receipt: ReceiptDraft | None = None
    evaluation: Evaluation | None = None
    judged_by: JudgedBy = JudgedBy.AGREED_LIMITS
    blend_holds: bool | None = None
    settlement: Settlement | None = None
    reason: str | None = None


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """A portion; `no` counts within its leg.

    `counted_tonnes` is the weight that the contract counts, `would_settle` what the formula would leave of the price,
    shown to both before the buyer decides. `evaluation` judges what was measured of this portion alone: what was not
    measured is not evaluated. `judged_by`: against the agreed limits; a portion of a blend, where lots hold them
    together, against limits moved to the figures that its own lot was taken for. `blend_holds`: whether the
    blend would hold if all of its lot were like it.
    """

    id: UUID
    leg_id: UUID
    lot_id: UUID
    no: int
    state: State
    turn: Turn
    allowed: tuple[Act, ...]
    planned_tonnes: float
    planned_on: date | None
    declared_tonnes: float | None
    dispatched_on: date | None
    dispatch: DispatchDraft | None
    measured_tonnes: float | None
    counted_tonnes: float | None
    received_on: date | None
    receipt: ReceiptDraft | None
    evaluation: Evaluation | None
    judged_by: JudgedBy
    blend_holds: bool | None
    would_settle: Settlement | None
    outcome: State | None
    accepted_tonnes: float | None
    settlement: Settlement | None
    reason: str | None
    claims_until: datetime | None
    created_at: datetime
    updated_at: datetime


class DeliveryPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a deal's portions, the newest first."""

    items: tuple[Delivery, ...]
    next_cursor: str | None
