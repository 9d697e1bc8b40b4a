"""Where a party's affairs stand: digests that say nothing but whether they changed, and how one list has moved."""

from typing import Final
from uuid import UUID

import msgspec

from market.matches.following import Moved

TOPICS: Final = ("notices", "deals", "queue", "matches")


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """The unread notices, the open deals, and of a coordinator the review queue; each of its whole set.

    `matches` is what has become of the list of matches that the page shows, if it shows one, since it was read.
    A digest of a set tells of everything that was committed, in whatever order: there is no last id that a slow
    transaction could slip under. `unread`, `waiting` and `moved` are for words only.
    """

    notices: str = ""
    deals: str = ""
    queue: str = ""
    matches: str = ""
    unread: int = 0
    waiting: int = 0
    moved: Moved = Moved()

    @property
    def id(self) -> str:
        """What a client says that it has seen."""
        return "-".join(getattr(self, topic) for topic in TOPICS)

    @property
    def fresh(self) -> str:
        """The id of a page that was read just now: of its list it knows the snapshot, whatever this mark says."""
        return msgspec.structs.replace(self, matches="").id

    def since(self, seen: str) -> tuple[tuple[str, str], ...]:
        """What changed after that id: each topic with the id of having been told of it and of those before it.

        Whoever is cut off between two of them is told of the second again.
        """
        parts = seen.split("-")
        told = parts if len(parts) == len(TOPICS) else [""] * len(TOPICS)
        changed = []
        for place, topic in enumerate(TOPICS):
            if told[place] != getattr(self, topic):
                told = [*told[:place], getattr(self, topic), *told[place + 1 :]]
                changed.append((topic, "-".join(told)))
        return tuple(changed)


class Watched(msgspec.Struct, frozen=True):
    """A party whose pages are open; coordinators have a queue too."""

    tenant: UUID
    coordinates: bool
