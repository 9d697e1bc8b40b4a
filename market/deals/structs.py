"""Deals as they are posted and shown, redacted for whoever reads them."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta

from market.deals.approval import Approval
from market.deals.machine import Act, Actor, Status, Turn
from market.deals.relaxing import Relaxation
from market.documents.structs import DocumentKind, DocumentState, MediaType
from market.parties.structs import Posted
from matching.evaluation import Evaluation, Params
from matching.values import LINES
from specs.lot.seen import LotSeen
from specs.spec.seen import SpecSeen

Words = Annotated[str, Meta(min_length=1, max_length=2000), LINES]
Relaxations = Annotated[tuple[Relaxation, ...], Meta(max_length=20)]


class RiskCode(StrEnum):
    """What can speak for a closer look."""

    LOW_PROBABILITY = "low_probability"
    ASSAYS_MISSING = "assays_missing"
    HAZARDOUS_STREAM = "hazardous_stream"
    BATTERY_STREAM = "battery_stream"
    PERMIT_UNPROVEN = "permit_unproven"
    PERMIT_ENDING = "permit_ending"
    YARD_RULES_UNKNOWN = "yard_rules_unknown"
    FIRST_DEAL = "first_deal"
    PRICE_UNUSUAL = "price_unusual"
    FAR_APART = "far_apart"
    LIMITS_RELAXED = "limits_relaxed"
    OPENED_BY_COORDINATOR = "opened_by_coordinator"


class DealDraft(Posted, frozen=True, kw_only=True):
    """A spec and a lot, or a proposed blend of one's own spec.

    `tonnes` are by default all that both sides have left. `relaxations` ask for limits to give way: needed where the
    lot is a near miss.
    """

    spec_id: UUID | None = None
    lot_id: UUID | None = None
    blend_id: UUID | None = None
    tonnes: float | None = None
    relaxations: Relaxations = ()
    message: Words | None = None


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What the opener asked for; every party of the deal reads it."""

    relaxations: tuple[Relaxation, ...] = ()
    message: str | None = None


class Reason(Posted, frozen=True, kw_only=True):
    """Why; kept in the trail, and told to the other side."""

    reason: Words


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """A party whose name is open."""

    organisation_id: UUID
    name: str


class DealLot(msgspec.Struct, frozen=True, kw_only=True):
    """A lot of a leg at the revision that is dealt in, and how it stood to the spec when the deal was opened."""

    lot: LotSeen
    rev: int
    tonnes: float
    evaluation: Evaluation


class DealLeg(msgspec.Struct, frozen=True, kw_only=True):
    """What one recycler sells. A recycler sees its own leg only. `seller` is null until names are open."""

    id: UUID
    turn: Turn
    tonnes: float
    accepted_offer: UUID | None
    seller: Named | None
    lots: tuple[DealLot, ...]


class RiskReason(msgspec.Struct, frozen=True, kw_only=True):
    """Something that speaks for a closer look; `weight` is in (0, 1)."""

    code: RiskCode
    params: Params
    weight: float
    reason: str = ""


class Risk(msgspec.Struct, frozen=True, kw_only=True):
    """Why a coordinator should look closer; `level`, from 0 to 1, sorts the queue."""

    level: float
    reasons: tuple[RiskReason, ...]


class DealSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A deal as a list shows it. Only coordinators are shown its `risk`.

    `deadline`: when it ends or is late if nobody acts, or the next day on which something is due to come or be decided.
    `overdue_since`: from when on something that was due has not come, or was not received and decided. Of several
    recyclers none is told what is due of the others.
    """

    id: UUID
    side: Actor
    status: Status
    turn: Turn
    allowed: tuple[Act, ...]
    origin: str
    opened_as: Actor
    material: str
    tonnes: float
    deadline: datetime | None
    overdue_since: datetime | None
    created_at: datetime
    updated_at: datetime
    risk: Risk | None


class Blocked(msgspec.Struct, frozen=True, kw_only=True):
    """An act that would be refused now whatever is sent with it, and the code of that refusal."""

    act: Act
    code: str


class Deal(DealSummary, frozen=True, kw_only=True):
    """A deal as one of its parties or a coordinator sees it; `side` says as whom, `allowed` what may be done now.

    `blocked` are acts that the status and the turn allow and the case does not. A list of deals looks at status and
    turn only.
    """

    blocked: tuple[Blocked, ...]

    spec: SpecSeen
    spec_rev: int
    buyer: Named | None
    legs: tuple[DealLeg, ...]
    asked: Asked
    taken_up: bool
    names_open: bool
    opened_names: bool
    signed: bool
    cancelling: bool
    approval: Approval | None


class DealPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of deals, the newest first."""

    items: tuple[DealSummary, ...]
    next_cursor: str | None


class DealEvent(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened. `by` is as whom it was done; `what` is null where it was erased."""

    at: datetime
    by: Actor
    act: str
    what: dict[str, Any] | None


class DealTrail(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a deal's events, the newest first."""

    items: tuple[DealEvent, ...]
    next_cursor: str | None


class PaperDraft(Posted, frozen=True, kw_only=True):
    """A document of one's own for the other side: of a blend, for all recyclers unless `leg_id` names one's leg."""

    document_id: UUID
    leg_id: UUID | None = None


class DealDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A document in a deal; the file's own name is told once names are open.

    `size` is of what the caller downloads, in bytes: null while that is nothing.
    """

    id: UUID
    by: Actor
    kind: DocumentKind
    name: str
    media_type: MediaType
    size: int | None
    state: DocumentState


class DealDocuments(msgspec.Struct, frozen=True, kw_only=True):
    """The documents of a deal that concern the caller, the oldest first. Never more than one page."""

    items: tuple[DealDocument, ...]
    next_cursor: None = None
