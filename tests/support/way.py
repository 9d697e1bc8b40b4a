"""Where to go next in the console, by the links of the pages that one has been to."""

import re
from collections import Counter, deque
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Final

ROOT: Final = "/console"
_ID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")


def shape(path: str) -> Hashable | None:
    """What pages have in common that differ by an id, or by what they ask, alone; None for what is no page."""
    if not path.startswith(ROOT) or "/static/" in path:
        return None
    return _ID.sub("*", path.partition("?")[0]) + "?" * ("?" in path)


class Way:
    """From `starts` on, each path once: of those that are `alike` so many, and none of which it says None."""

    def __init__(
        self, most_alike: int, alike: Callable[[str], Hashable | None] = shape, starts: Iterable[str] = (ROOT,)
    ) -> None:
        self._most = most_alike
        self._alike = alike
        self._waiting = deque[str]()
        self._seen = set[str]()
        self._gone = Counter[Hashable]()
        self.found(starts)

    def __iter__(self) -> Iterator[str]:
        """The paths; what is found on the way comes after."""
        while self._waiting:
            yield self._waiting.popleft()

    def found(self, links: Iterable[str]) -> None:
        """Links of a page, as it has them."""
        for link in links:
            target = link.partition("#")[0]
            kind = self._alike(target)
            if kind is not None and target not in self._seen and self._gone[kind] < self._most:
                self._seen.add(target)
                self._gone[kind] += 1
                self._waiting.append(target)
