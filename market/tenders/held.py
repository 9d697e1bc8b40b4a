"""A tender as the service holds it inside one transaction, with who acts on it as what, and what is allowed then."""

from datetime import datetime
from typing import Any, NoReturn
from uuid import UUID

import msgspec

from market.tenders.errors import TenderRefused
from market.tenders.structs import Act, Side, Status, Wanted

_WANTED = msgspec.json.Decoder(Wanted)


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """The whole tender, but for its bids; `caller` is the tenant that acts, none where a deadline passes."""

    buyer: UUID
    id: UUID
    version: int
    status: Status
    spec_id: UUID
    spec_rev: int
    material: str
    prefectures: tuple[str, ...]
    kg: int
    awarded_kg: int
    deadline: datetime
    invited: tuple[UUID, ...]
    content: str
    reason: str | None = None
    digest: bytes | None = None
    opened_at: datetime | None = None
    created_at: datetime
    updated_at: datetime
    caller: UUID | None = None

    @property
    def side(self) -> Side:
        """As whom the caller reads it."""
        if self.caller == self.buyer:
            return Side.BUYER
        return Side.SELLER if self.caller in self.invited else Side.COORDINATOR

    @property
    def left(self) -> int:
        """Kilograms that are not awarded yet."""
        return self.kg - self.awarded_kg

    @property
    def wanted(self) -> Wanted:
        """What bids have to keep to."""
        return _WANTED.decode(self.content)

    def allowed(self, at: datetime) -> tuple[Act, ...]:
        """What the caller may do at an instant."""
        late = at >= self.deadline
        if self.side is Side.SELLER:
            return (Act.BID, Act.WITHDRAW_BID) if self.status is Status.OPEN and not late else ()
        seen = (Act.COMPARE,) if self.opened_at is not None else ()
        if self.side is Side.COORDINATOR:
            return seen
        if self.status is Status.OPEN:
            return (Act.OPEN, Act.CANCEL) if late else (Act.CANCEL,)
        more = (Act.SPLIT, Act.AWARD) if self.status in (Status.OPENED, Status.AWARDED) and self.left else ()
        return (*seen, *more, *((Act.CANCEL,) if self.status is Status.OPENED else ()))

    def check(self, act: Act, at: datetime) -> None:
        """Raises TenderRefused, which names the status and what is allowed."""
        if act not in self.allowed(at):
            self.refuse(act, at)

    def refuse(self, act: Act, at: datetime) -> NoReturn:
        """Raises TenderRefused."""
        allowed = [one.value for one in self.allowed(at)]
        raise TenderRefused({"act": act.value, "status": self.status.value, "allowed": allowed})


def held(row: Any, caller: UUID | None) -> Held:
    """From a row of `market.tenders.queries`."""
    given = {name: row[name] for name in Held.__struct_fields__ if name not in ("buyer", "caller")}
    lists = {name: tuple(row[name]) for name in ("prefectures", "invited")}
    return Held(**given | lists | {"buyer": row["tenant_id"], "status": Status(row["status"]), "caller": caller})
