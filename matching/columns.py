"""Open listings of one material, column by column: what most pairs fail is answered for all of them at once.

A listing keeps its slot until it is discarded. `Sheet` holds arrays that grow together, one entry for each slot.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from operator import attrgetter
from typing import Any, Final, Generic, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from matching.listings import Lot, Spec
from matching.permits.permit import HeldPermit
from matching.values import Place, Window

L = TypeVar("L", Spec, Lot)
K = TypeVar("K", bound=Hashable)
# id, revision, remaining tonnes, revision of the owner's permits
Key = tuple[str, int, float, int]
Slots = NDArray[np.intp]
_FIRST_ROOM: Final = 64


class Listing(msgspec.Struct, Generic[L], frozen=True):
    """An open listing: `content` already carries the tonnes that remain.

    `permits` are its owner's, None where nobody knows them; `permits_rev` is another number whenever they change.
    """

    id: str
    owner: str
    rev: int
    content: L
    permits: tuple[HeldPermit, ...] | None = None
    permits_rev: int = 0

    @property
    def key(self) -> Key:
        """What an evaluation depends on besides the freight."""
        return (self.id, self.rev, self.content.quantity.tonnes, self.permits_rev)


class Sheet:
    """Named arrays of equal length; what is not written yet is the array's blank."""

    def __init__(self) -> None:
        self._arrays: dict[str, NDArray[Any]] = {}
        self._blanks: dict[str, Any] = {}
        self._room = _FIRST_ROOM

    def add(self, name: str, dtype: Any, blank: Any) -> None:
        """A further array, unless it is there."""
        if name not in self._arrays:
            self._arrays[name] = np.full(self._room, blank, dtype)
            self._blanks[name] = blank

    def hold(self, slot: int) -> None:
        """Make room for a slot."""
        if slot >= self._room:
            more = self._room
            self._room += more
            for name, array in self._arrays.items():
                self._arrays[name] = np.concatenate([array, np.full(more, self._blanks[name], array.dtype)])

    def wipe(self, slot: int, names: Iterable[str]) -> None:
        """Make blank again."""
        for name in names:
            self._arrays[name][slot] = self._blanks[name]

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self._arrays[name]

    def __contains__(self, name: str) -> bool:
        return name in self._arrays


class Interned(Generic[K]):
    """Small numbers for keys that many listings share; a number is free again when nobody uses its key."""

    def __init__(self) -> None:
        self._numbers: dict[K, int] = {}
        self._keys: list[K] = []
        self._users: list[int] = []
        self._free: list[int] = []

    def take(self, key: K) -> int:
        """The number of a key, for one more user."""
        number = self._numbers.get(key)
        if number is None:
            number = self._free.pop() if self._free else len(self._keys)
            if number == len(self._keys):
                self._keys.append(key)
                self._users.append(0)
            self._keys[number] = key
            self._numbers[key] = number
        self._users[number] += 1
        return number

    def release(self, number: int) -> None:
        """One user less."""
        self._users[number] -= 1
        if not self._users[number]:
            del self._numbers[self._keys[number]]
            self._free.append(number)

    def number(self, key: K) -> int:
        """The number of a key, -1 where nobody uses it."""
        return self._numbers.get(key, -1)

    def __getitem__(self, number: int) -> K:
        return self._keys[number]

    def __len__(self) -> int:
        return len(self._keys)


class Columns(Generic[L]):
    """Listings of one material: their windows and owners in arrays, and how many firms there are by prefecture."""

    def __init__(self) -> None:
        self.sheet = Sheet()
        self.owners: Interned[str] = Interned()
        self._slots: dict[str, int] = {}
        self._rows: list[Listing[L] | None] = []
        self._free: list[int] = []
        # listings by (prefecture, owner)
        self._there: Counter[tuple[str, str]] = Counter()
        self._firms: Counter[str] = Counter()
        for name, dtype in (("open", bool), ("first", np.int32), ("last", np.int32), ("owner", np.int32)):
            self.sheet.add(name, dtype, 0)

    def put(self, listing: Listing[L]) -> None:
        """Add a listing or replace its older revision."""
        self.discard(listing.id)
        slot = self._free.pop() if self._free else len(self._rows)
        if slot == len(self._rows):
            self._rows.append(None)
            self.sheet.hold(slot)
        self._slots[listing.id], self._rows[slot] = slot, listing
        self._count(listing, 1)
        self._write(slot, listing)

    def discard(self, listing_id: str) -> None:
        """Forget a listing that is no longer open."""
        slot = self._slots.pop(listing_id, None)
        if slot is not None:
            self._count(self.at(slot), -1)
            self._erase(slot)
            self._rows[slot] = None
            self._free.append(slot)

    def __len__(self) -> int:
        return len(self._slots)

    def get(self, listing_id: str) -> Listing[L] | None:
        """The listing of that id."""
        slot = self._slots.get(listing_id)
        return None if slot is None else self._rows[slot]

    def at(self, slot: int) -> Listing[L]:
        """The listing in a slot that is in use."""
        found = self._rows[slot]
        if found is None:
            raise LookupError(slot)
        return found

    @property
    def firms(self) -> Mapping[str, int]:
        """How many owners list something, by prefecture."""
        return self._firms

    def slots(self, window: Window | None, *, not_of: str | None) -> Slots:
        """Slots of the listings of others; with a `window`, only of those that share a day with it."""
        wanted = self.sheet["open"].copy()
        if not_of is not None:
            wanted &= self.sheet["owner"] != self.owners.number(not_of)
        if window is not None:
            wanted &= self.sheet["first"] <= window.until.toordinal()
            wanted &= self.sheet["last"] >= window.from_.toordinal()
        return np.flatnonzero(wanted)

    def listings(self, slots: Slots) -> list[Listing[L]]:
        """As `at`, of many."""
        return [found for slot in slots.tolist() if (found := self._rows[slot]) is not None]

    def meeting(self, window: Window | None, *, not_of: str | None) -> list[Listing[L]]:
        """As `slots`: the listings, by id."""
        return sorted(self.listings(self.slots(window, not_of=not_of)), key=attrgetter("id"))

    def _write(self, slot: int, listing: Listing[L]) -> None:
        window = _window(listing.content)
        self.sheet["open"][slot] = True
        self.sheet["first"][slot] = window.from_.toordinal()
        self.sheet["last"][slot] = window.until.toordinal()
        self.sheet["owner"][slot] = self.owners.take(listing.owner)

    def _erase(self, slot: int) -> None:
        self.owners.release(int(self.sheet["owner"][slot]))
        self.sheet.wipe(slot, ("open",))

    def _count(self, listing: Listing[L], by: int) -> None:
        there = (place_of(listing.content).prefecture, listing.owner)
        before = self._there[there]
        self._there[there] = before + by
        self._firms[there[0]] += bool(before + by) - bool(before)
        if not self._there[there]:
            del self._there[there]


def _window(content: Spec | Lot) -> Window:
    return content.delivery if isinstance(content, Spec) else content.available


def place_of(content: Spec | Lot) -> Place:
    """Where a listing is, or is wanted."""
    return content.delivery.location if isinstance(content, Spec) else content.location
