"""A deal as the service holds it inside one transaction: whole, its row locked, with who acts on it as what."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from market.deals.machine import Actor, Status, Turn


class HeldLot(msgspec.Struct, frozen=True, kw_only=True):
    """A lot of a leg at its pinned revision."""

    lot_id: UUID
    lot_rev: int
    kg: int
    evaluation: str


class HeldLeg(msgspec.Struct, frozen=True, kw_only=True):
    """One recycler's part."""

    id: UUID
    seller_tenant: UUID
    turn: Turn
    kg: int
    accepted_offer: UUID | None
    approved: str | None = None
    lots: tuple[HeldLot, ...]


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """The whole deal; `caller` is the tenant that acts, `actor` as whom."""

    buyer: UUID
    id: UUID
    version: int
    status: Status
    turn: Turn
    opened_by: UUID
    opened_as: Actor
    origin: str
    spec_id: UUID
    spec_rev: int
    material: str
    kg: int
    parties: tuple[UUID, ...]
    prefectures: tuple[str, ...]
    asked: str
    blend: str | None
    taken_up: tuple[UUID, ...]
    names_opened: tuple[UUID, ...]
    signed: tuple[UUID, ...]
    cancelling: tuple[UUID, ...]
    approved: str | None
    risk: str
    risk_level: float
    deadline: datetime | None
    overdue_since: datetime | None = None
    created_at: datetime
    updated_at: datetime
    legs: tuple[HeldLeg, ...]
    caller: UUID | None
    actor: Actor

    @property
    def sellers(self) -> tuple[UUID, ...]:
        """Every recycler that takes part."""
        return self.parties[1:]

    @property
    def names_open(self) -> bool:
        """Names are open once both sides agreed on the deal, or every side has opened its own before."""
        return self.status.struck or set(self.names_opened) >= set(self.parties)

    def actor_of(self, tenant: UUID | None) -> Actor:
        """As whom a tenant acts on this deal; without one, the system."""
        return actor_of(tenant, self.buyer, self.parties)

    def leg_of(self, tenant: UUID | None) -> HeldLeg | None:
        """The leg of a recycler."""
        return next((leg for leg in self.legs if leg.seller_tenant == tenant), None)

    @property
    def seen_legs(self) -> tuple[HeldLeg, ...]:
        """What the caller may see: a recycler only its own."""
        if self.actor is not Actor.SELLER:
            return self.legs
        return tuple(leg for leg in self.legs if leg.seller_tenant == self.caller)

    @property
    def seen_turn(self) -> Turn:
        """Whose turn it is as far as the caller can tell: of other recyclers a recycler knows nothing."""
        if self.actor is not Actor.SELLER:
            return self.turn
        if self.status is Status.NEGOTIATING:
            return self.seen_legs[0].turn
        if self.status is Status.PROPOSED:
            return self._awaited(self.taken_up, (self.buyer, self.caller))
        if self.status in (Status.AGREED, Status.SAMPLING) and self.turn is not Turn.NOBODY:
            return self._awaited(self.signed, (self.buyer, self.caller))
        return self.turn

    @property
    def seen_deadline(self) -> datetime | None:
        """What is due next; of a day that may be another recycler's a recycler knows nothing."""
        return None if self._of_others else self.deadline

    @property
    def seen_overdue(self) -> datetime | None:
        """Since when something is overdue, in the same way."""
        return None if self._of_others else self.overdue_since

    @property
    def _of_others(self) -> bool:
        moving = self.status in (Status.CONTRACTED, Status.DELIVERING, Status.DISPUTED)
        return moving and self.actor is Actor.SELLER and len(self.sellers) > 1

    def turn_on(self, leg: UUID | None) -> Turn:
        """Whose turn it is as far as both sides of a leg know, without one on the whole deal."""
        seller = next((one.seller_tenant for one in self.legs if one.id == leg), None)
        if seller is None:
            return self.turn
        return msgspec.structs.replace(self, caller=seller, actor=Actor.SELLER).seen_turn

    @property
    def awaited(self) -> Turn:
        """Who has not taken the proposal up yet."""
        return self._awaited(self.taken_up, self.parties)

    @property
    def unsigned(self) -> Turn:
        """Who has not signed the contract yet."""
        return self._awaited(self.signed, self.parties)

    def _awaited(self, done: tuple[UUID, ...], asked: Iterable[UUID | None]) -> Turn:
        missing = (tenant for tenant in asked if tenant not in done)
        return combined(tuple(Turn.BUYER if tenant == self.buyer else Turn.SELLER for tenant in missing))


def actor_of(tenant: UUID | None, buyer: UUID, parties: Sequence[UUID]) -> Actor:
    """As whom a tenant that may see a deal acts on it; without a tenant, the system."""
    if tenant is None:
        return Actor.SYSTEM
    if tenant == buyer:
        return Actor.BUYER
    return Actor.SELLER if tenant in parties else Actor.COORDINATOR


def combined(turns: tuple[Turn, ...]) -> Turn:
    """Whose turn it is on the deal, of its legs' turns."""
    told = {side for turn in turns for side in (Actor.BUYER, Actor.SELLER) if turn.includes(side)}
    if len(told) == 2:
        return Turn.BOTH
    return Turn(next(iter(told)).value) if told else Turn.NOBODY


def held(row: Any, legs: list[Any], lots: list[Any], caller: UUID | None) -> Held:
    """From rows of `market.deals.queries`; without a caller it is held by the system."""
    found = {name: row[name] for name in Held.__struct_fields__ if name not in ("buyer", "legs", "caller", "actor")}
    return Held(
        **found
        | {
            "buyer": row["tenant_id"],
            "status": Status(row["status"]),
            "turn": Turn(row["turn"]),
            "opened_as": Actor(row["opened_as"]),
            "parties": tuple(row["parties"]),
            "prefectures": tuple(row["prefectures"]),
            **{name: tuple(row[name]) for name in ("taken_up", "names_opened", "signed", "cancelling")},
        },
        legs=tuple(_leg(leg, lots) for leg in legs),
        caller=caller,
        actor=actor_of(caller, row["tenant_id"], row["parties"]),
    )


def _leg(leg: Any, lots: list[Any]) -> HeldLeg:
    return HeldLeg(
        id=leg["id"],
        seller_tenant=leg["seller_tenant"],
        turn=Turn(leg["turn"]),
        kg=leg["kg"],
        accepted_offer=leg["accepted_offer"],
        approved=leg["approved"],
        lots=tuple(
            HeldLot(lot_id=lot["lot_id"], lot_rev=lot["lot_rev"], kg=lot["kg"], evaluation=lot["evaluation"])
            for lot in lots
            if lot["leg_id"] == leg["id"]
        ),
    )
