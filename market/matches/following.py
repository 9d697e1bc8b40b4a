"""How much of a list of matches has changed since a page of it was read; not what.

A page keeps the snapshot of PostgreSQL in which it was read. Whatever that snapshot does not see was written since:
nothing committed is missed, however late, and whichever process is asked finds the same. Only such listings are
judged, each against the one whose list it is: O(changes), never a ranking.
"""

from typing import Any, Final
from uuid import UUID

import msgspec

from market.matches import queries
from market.matches.current import AnyListing, Current, Kind
from matching.composition import Composition
from matching.engine import verdict
from matching.listings import Lot, Spec
from matching.permits.gate import GATE, barred, judged
from matching.permits.permit import Held
from matching.values import Verdict
from specs.kit.tenancy import Work

# so many changes at once are not judged: whoever reads the list is told that it is another one
MOST: Final = 200
# beyond, people are told no number
_COUNTED: Final = 99


class Seen(msgspec.Struct, frozen=True):
    """When a page was read: what was committed, and a digest of the day in Japan and of the freight tables in force."""

    snapshot: str
    ground: str


class Followed(msgspec.Struct, frozen=True, kw_only=True, tag="list"):
    """A page that was read of a listing's matches or near misses: when, and which of the other side it showed."""

    kind: Kind
    id: UUID
    material: str
    near_misses: bool
    seen: Seen
    shown: tuple[UUID, ...] = ()


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A published listing that was written, or whose firm's permits were, where `permits` says so.

    `open` is whether others may find it now, `xid` the transaction that wrote it. `beyond` is the one that stands for
    all after the first `MOST`.
    """

    kind: Kind
    tenant_id: UUID
    id: UUID
    material: str
    open: bool
    permits: bool
    xid: int
    beyond: bool


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """How many on the list are new or changed, and how many of those shown are on it no more.

    With `own` the listing itself or its firm's permits changed, with `many` too much did, and with `aged` a new day has
    begun or freight costs otherwise: in each case it is another list, and nobody counts. `stamp` is of pages that only
    count what is on their lists.
    """

    fresh: int = 0
    gone: int = 0
    own: bool = False
    many: bool = False
    aged: bool = False
    stamp: str = ""

    @property
    def another(self) -> bool:
        """Whether it is another list altogether."""
        return self.own or self.many or self.aged

    @property
    def mark(self) -> str:
        """What tells two of them apart; empty where nothing moved."""
        if self.another:
            return "own" if self.own else "many" if self.many else "aged"
        if self.stamp:
            return self.stamp
        return f"{self.fresh}.{self.gone}" if self.fresh or self.gone else ""


class Pair:
    """The listing whose list it is, and one of the other side as it is now: None where it is open no more."""

    def __init__(self, near: AnyListing, far: AnyListing | None, current: Current) -> None:
        self._near = near
        self._far = far if far is not None and far.content.material == near.content.material else None
        self._current = current

    @property
    def near_miss(self) -> bool | None:
        """Whether it only nearly fits, as the ranking has it; None where it is on neither list."""
        if self._far is None:
            return None
        spec, lot, held = self._sides(self._far)
        catalogue = self._current.catalogue
        found, blocked = verdict(spec, lot, Composition(lot, catalogue), catalogue)
        return bool(blocked) or found is Verdict.OUT or barred(spec, lot, held, catalogue)

    @property
    def asks_for_permits(self) -> bool:
        """Whether it would matter that the other firm held none."""
        if self._far is None:
            return True
        spec, lot, held = self._sides(msgspec.structs.replace(self._far, permits=()))
        blocked, flags = judged(spec, lot, held, self._current.catalogue, banded=True)
        return bool(blocked) or any(flag.code.startswith(GATE) for flag in flags)

    def _sides(self, far: AnyListing) -> tuple[Spec, Lot, Held | None]:
        spec, lot = (self._near, far) if isinstance(self._near.content, Spec) else (far, self._near)
        if not isinstance(spec.content, Spec) or not isinstance(lot.content, Lot):
            raise TypeError("a list of specs' matches holds lots, and one of lots' holds specs")
        return spec.content, lot.content, self._current.held(spec, lot)


class Following:
    """What has become of one list; `near` is the listing whose list it is, as it may match, None where it may not."""

    def __init__(self, followed: Followed, near: AnyListing | None) -> None:
        self._followed = followed
        self._near = near
        self._shown = frozenset(followed.shown)
        self._fresh: set[UUID] = set()
        self._gone: set[UUID] = set()
        # those not judged yet, with whether nothing but permits changed
        self._waiting: dict[UUID, bool] = {}
        self._own = self._many = self._aged = False

    @property
    def moved(self) -> Moved:
        """As far as it is judged."""
        found = Moved(own=self._own, many=self._many, aged=self._aged)
        if found.another:
            return found
        return Moved(fresh=len(self._fresh), gone=len(self._gone))

    @property
    def waiting(self) -> bool:
        """Whether something is to be judged."""
        return bool(self._waiting)

    def stand(self, ground: str) -> None:
        """On what it stands now: windows pass and permits end with the day, and freight is a part of each rank."""
        if ground != self._followed.seen.ground:
            self._aged = True
            self._waiting.clear()

    def note(self, change: Change) -> None:
        """Of whatever listing: what does not concern this list is passed over."""
        if change.kind == self._followed.kind:
            self._own = self._own or change.id == self._followed.id
        elif self._near is not None and self._concerns(change, self._near):
            self._many = self._many or change.beyond
            self._waiting[change.id] = change.permits and self._waiting.get(change.id, True)
        self._many = self._many or len(self._waiting) > MOST
        if self._own or self._many:
            self._waiting.clear()

    def judge(self, current: Current, most: int) -> int:
        """At most so many of those that wait, by an index that has them as they are now; how many."""
        if self._near is None:
            return 0
        taken = list(self._waiting)[:most]
        for far_id in taken:
            pair = Pair(self._near, current.find(str(far_id)), current)
            self._place(far_id, pair, only_permits=self._waiting.pop(far_id))
        self._many = self._many or len(self._fresh) > _COUNTED
        return len(taken)

    def _concerns(self, change: Change, near: AnyListing) -> bool:
        if change.tenant_id == UUID(near.owner):
            return False
        return change.id in self._shown or (change.open and change.material == self._followed.material)

    def _place(self, far_id: UUID, pair: Pair, *, only_permits: bool) -> None:
        if only_permits and not pair.asks_for_permits:
            return
        if pair.near_miss is self._followed.near_misses:
            self._fresh.add(far_id)
            self._gone.discard(far_id)
        else:
            self._fresh.discard(far_id)
            if far_id in self._shown:
                self._gone.add(far_id)


async def seen(work: Work) -> Seen:
    """As it is now: before the page is read, so that it can only be newer than that."""
    return Seen(**await queries.seen(work.connection))


async def changes(work: Work, since: str, followed: Followed | None = None) -> list[Change]:
    """Of all listings, or of those that concern one list; as the engine."""
    material, shown = (followed.material, followed.shown) if followed else (None, ())
    rows: list[Any] = await queries.moved(work.connection, since, MOST, material, shown)
    return [Change(**row) for row in rows]
