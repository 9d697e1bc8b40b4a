"""What the other side may see of any listing: a generated title, never a name, a text, a point or a price."""

import re
from collections.abc import Iterable

import msgspec

from matching.reference import Catalogue
from matching.whereabouts import FIRMS

# a code, as against a sentence that someone wrote where a code belongs
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:+-]{0,63}\Z")


class Title(msgspec.Struct, frozen=True, kw_only=True):
    """A title made of codes; `prefecture` is null where only the region is told."""

    material: str
    grades: tuple[str, ...]
    prefecture: str | None
    region: str


class Whereabouts(msgspec.Struct, frozen=True, kw_only=True):
    """The prefecture, or only its region."""

    prefecture: str | None
    region: str


def whereabouts(prefecture: str, firms: int, catalogue: Catalogue) -> Whereabouts:
    """`firms` are the verified firms that list this material in this prefecture."""
    return Whereabouts(
        prefecture=prefecture if firms >= FIRMS else None, region=catalogue.prefectures[prefecture].region
    )


def coded(texts: Iterable[str]) -> tuple[str, ...]:
    """Only what looks like a code: a name written into a list of codes stays hidden."""
    return tuple(text for text in texts if _CODE.match(text))
