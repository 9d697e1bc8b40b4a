"""Samples as they are posted and shown: to the buyer, the recycler of that leg, coordinators, and their umpire."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from market.deals.machine import Actor
from market.deals.samples.machine import Act, State, Turn
from market.deals.samples.settling import Payer, Settling
from market.deals.structs import Named, Words
from market.parties.structs import Posted
from matching.evaluation import Evaluation
from matching.values import Assay, Basis, Code, Conditions, Verdict

Line = Annotated[str, Meta(min_length=1, max_length=200)]


class LimitSource(StrEnum):
    """Where a splitting limit comes from: the contract, or the catalogue's uncertainties where that names none."""

    CONTRACT = "contract"
    CATALOGUE = "catalogue"


class WantedDraft(Posted, frozen=True, kw_only=True):
    """An analyte to measure. Unit and basis are by default those of the spec's limit on it."""

    analyte: Code
    unit: Code | None = None
    basis: Basis | None = None


class SampleDraft(Posted, frozen=True, kw_only=True):
    """A sample to be taken of a lot of a leg; both are named where there are several. `taken` says how."""

    leg_id: UUID | None = None
    lot_id: UUID | None = None
    analytes: Annotated[tuple[WantedDraft, ...], Meta(min_length=1, max_length=50)]
    taken: Words
    message: Words | None = None


class Sending(Posted, frozen=True, kw_only=True):
    """How it left. `sampled_on` and `sent_on` are JST days; without one it is sent today."""

    seal: Line
    carrier: Line
    sampled_on: date
    sent_on: date | None = None


class Receiving(Posted, frozen=True, kw_only=True):
    """How it arrived, on a JST day, by default today."""

    seal_intact: bool
    received_on: date | None = None
    note: Words | None = None


class ResultDraft(Posted, frozen=True, kw_only=True):
    """What a laboratory found: each wanted analyte once, and moisture where it matters. It is filed once."""

    laboratory: Line
    measured_on: date | None = None
    assays: Annotated[tuple[Assay, ...], Meta(min_length=1, max_length=51)]


class UmpireDraft(Posted, frozen=True, kw_only=True):
    """The laboratory that should decide."""

    organisation_id: UUID


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """An analyte with what its results are converted to before they are compared."""

    analyte: str
    unit: str
    basis: Basis | None
    conditions: Conditions | None
    splitting_limit: Decimal | None


class SettledAnalyte(msgspec.Struct, frozen=True, kw_only=True):
    """How two results for an analyte came to one; without `how` an umpire is needed. `difference` is in `unit`."""

    analyte: str
    unit: str
    basis: Basis | None
    difference: Decimal
    limit: Decimal
    limit_from: LimitSource
    how: Settling | None
    payer: Payer | None
    assay: Assay | None


class Rejudged(msgspec.Struct, frozen=True, kw_only=True):
    """The lot against the agreed limits, with what was settled in the place of what it had reported.

    `fails`: what was agreed on held before and does not hold now, so that either side may leave alone.
    """

    before: Verdict
    after: Verdict
    evaluation: Evaluation
    blend_holds: bool | None
    fails: bool


class FiledResult(msgspec.Struct, frozen=True, kw_only=True):
    """A result that was filed. `digest` is SHA-256 over the salt and the filed document as JSON with sorted keys."""

    side: Actor
    laboratory: str
    measured_on: date | None
    assays: tuple[Assay, ...]
    filed_at: datetime
    salt: str
    digest: str


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """A sample; `no` counts within its leg.

    `results` are your own until both sides have filed, and then all. It is `provisional` until every analyte of it and
    every other sample of the lot in this deal is settled. `lot_rev` is the revision that brought it to the lot.
    """

    id: UUID
    leg_id: UUID
    lot_id: UUID
    no: int
    state: State
    turn: Turn
    allowed: tuple[Act, ...]
    analytes: tuple[Wanted, ...]
    taken: str
    message: str | None
    sending: Sending | None
    receiving: Receiving | None
    filed: tuple[Actor, ...]
    results: tuple[FiledResult, ...]
    proposed_umpires: dict[str, UUID]
    umpire: Named | None
    settlement: tuple[SettledAnalyte, ...]
    provisional: bool
    judged: Rejudged | None
    lot_rev: int | None
    reason: str | None
    created_at: datetime
    updated_at: datetime


class SamplePage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a deal's samples, the newest first."""

    items: tuple[Sample, ...]
    next_cursor: str | None


class UmpireSample(msgspec.Struct, frozen=True, kw_only=True):
    """A sample as the laboratory sees it that was asked to decide: what to measure, not what others found.

    Names are shown where both sides had opened theirs by themselves.
    """

    id: UUID
    state: State
    turn: Turn
    allowed: tuple[Act, ...]
    material: str
    analytes: tuple[Wanted, ...]
    taken: str
    seal: str | None
    sampled_on: date | None
    buyer: Named | None
    seller: Named | None
    result: FiledResult | None
    updated_at: datetime


class UmpireSamplePage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the samples that a laboratory was asked about, the newest first."""

    items: tuple[UmpireSample, ...]
    next_cursor: str | None
