"""Whether the lists of several listings may be of another length than when they were counted.

Nothing is judged here: whoever shows the numbers asks for them again.
"""

from uuid import UUID

import msgspec

from market.matches.current import Current, Kind
from market.matches.following import MOST, Change, Moved, Seen


class Counted(msgspec.Struct, frozen=True, kw_only=True, tag="counts"):
    """A page that was read of some listings of an organisation, with how many others are on the lists of each."""

    kind: Kind
    ids: tuple[UUID, ...]
    materials: tuple[str, ...]
    seen: Seen


class Counting:
    """What has become of it. The sum of what wrote each listing last tells two states apart, in whichever process."""

    waiting = False

    def __init__(self, counted: Counted) -> None:
        self._counted = counted
        self._ids = frozenset(counted.ids)
        self._last: dict[UUID, int] = {}
        self._sum = 0
        self._ground = ""

    @property
    def moved(self) -> Moved:
        """Nothing but that it did."""
        written = self._sum + sum(self._last.values())
        return Moved(stamp=f"{written:x}{self._ground}" if written or self._ground else "")

    def stand(self, ground: str) -> None:
        """A new day or freight that costs otherwise is told once, as it is for lists."""
        self._ground = "" if ground == self._counted.seen.ground else f".{ground[:8]}"

    def note(self, change: Change) -> None:
        """One's own, or of the other side what may be on a list of theirs."""
        own = change.kind == self._counted.kind
        if change.id in self._ids if own else change.material in self._counted.materials:
            self._last[change.id] = max(change.xid, self._last.get(change.id, 0))
        if len(self._last) > MOST:
            # of so many nobody keeps each: at worst a page that comes back asks once more
            self._sum += sum(self._last.values())
            self._last.clear()

    def judge(self, _current: Current, _most: int) -> int:
        """There is nothing to judge."""
        return 0
