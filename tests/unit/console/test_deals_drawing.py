"""Where a deal's sides lie on the map."""

from typing import cast

import msgspec
import pytest

from market.console.deals.drawing import mapped
from market.console.maps import Kind, Map
from market.deals.structs import Deal
from specs.catalogue.loader import catalogue
from specs.listing.seen import Whereabouts


class _Side(msgspec.Struct, frozen=True):
    location: Whereabouts


class _Lot(msgspec.Struct, frozen=True):
    lot: _Side


class _Leg(msgspec.Struct, frozen=True):
    lots: tuple[_Lot, ...]


class _Deal(msgspec.Struct, frozen=True):
    spec: _Side
    legs: tuple[_Leg, ...]


TOKYO = Whereabouts(prefecture="JP-13", region="kanto")
OSAKA = Whereabouts(prefecture="JP-27", region="kinki")
KANTO = Whereabouts(prefecture=None, region="kanto")


def found(spec: Whereabouts, *lots: Whereabouts) -> Map:
    deal = _Deal(_Side(spec), tuple(_Leg((_Lot(_Side(where)),)) for where in lots))
    return mapped(cast("Deal", deal), catalogue(), "en")


def marks(shown: Map) -> dict[str, str]:
    return {area.code: area.marked for area in shown.areas if area.marked}


def test_each_side_has_a_point_and_a_mark_of_its_own() -> None:
    shown = found(TOKYO, OSAKA)
    assert marks(shown) == {"JP-13": "spec", "JP-27": "lot"}
    assert [(one.kind, one.name) for one in shown.points] == [(Kind.SPEC, "Tokyo"), (Kind.LOT, "Osaka")]


def test_a_side_whose_region_alone_is_told_has_no_point() -> None:
    shown = found(TOKYO, KANTO)
    assert [one.kind for one in shown.points] == [Kind.SPEC]
    told = marks(shown)
    assert told.pop("JP-13") == "region spec"
    assert set(told.values()) == {"region"}
    assert len(told) == 6


@pytest.mark.parametrize("lots", [(OSAKA,), (KANTO, OSAKA), (TOKYO, TOKYO)])
def test_every_point_lies_inside_of_what_is_drawn(lots: tuple[Whereabouts, ...]) -> None:
    shown = found(TOKYO, *lots)
    box = shown.box
    assert all(box.x <= at.x <= box.x + box.width and box.y <= at.y <= box.y + box.height for at in shown.points)


def test_two_sides_of_one_prefecture_stand_apart() -> None:
    spec, lot = found(TOKYO, TOKYO).points
    assert spec.x < lot.x


def test_several_lots_of_one_prefecture_have_one_point() -> None:
    assert len(found(TOKYO, OSAKA, OSAKA).points) == 2
