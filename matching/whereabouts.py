"""Where a listing is said to be to the other side: in its prefecture, or where few firms are, only in its region.

A distance tells a place as well as its name does, so the freight across parties runs between what is said. A `Place`
whose prefecture is the code of a region stands for all prefectures of it (`matching.freight.between`).
"""

from collections.abc import Mapping

from matching.reference import Catalogue
from matching.values import Place

# fewer firms of a material in a prefecture than this, and its name would give one away
FIRMS = 5


def said(prefecture: str, firms: int, catalogue: Catalogue) -> str:
    """The code of the prefecture or of its region; `firms` list the material there, on the side of the listing."""
    return prefecture if firms >= FIRMS else catalogue.prefectures[prefecture].region


def said_place(place: Place, firms: Mapping[str, int], catalogue: Catalogue) -> Place:
    """Without its point; `firms` by prefecture."""
    return Place(prefecture=said(place.prefecture, firms.get(place.prefecture, 0), catalogue))
