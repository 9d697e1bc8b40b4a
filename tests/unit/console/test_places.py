"""Where a deal's sides lie on the map."""

import msgspec
import pytest

from market.console.deals.places import places
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


def deal(spec: Whereabouts, *lots: Whereabouts) -> Deal:
    legs = tuple(_Leg((_Lot(_Side(where)),)) for where in lots)
    return _Deal(_Side(spec), legs)  # type: ignore[return-value]


TOKYO = Whereabouts(prefecture="JP-13", region="kanto")
OSAKA = Whereabouts(prefecture="JP-27", region="kinki")
KANTO = Whereabouts(prefecture=None, region="kanto")


def test_each_side_has_a_pin_and_a_shade_of_its_own() -> None:
    found = places(deal(TOKYO, OSAKA), catalogue())
    assert found.shades == {"JP-13": "spec", "JP-27": "lot"}
    assert [pin.side for pin in found.pins] == ["spec", "lot"]


def test_a_side_whose_region_alone_is_told_has_no_pin() -> None:
    found = places(deal(TOKYO, KANTO), catalogue())
    assert [pin.side for pin in found.pins] == ["spec"]
    assert found.shades["JP-13"] == "region spec"
    assert {found.shades[code] for code in found.shades if code != "JP-13"} == {"region"}
    assert len(found.shades) == 7


@pytest.mark.parametrize("lots", [(OSAKA,), (KANTO, OSAKA), (TOKYO, TOKYO)])
def test_everything_pinned_lies_inside_what_is_drawn(lots: tuple[Whereabouts, ...]) -> None:
    found = places(deal(TOKYO, *lots), catalogue())
    box = found.box
    assert all(box.x <= pin.x <= box.x + box.width and box.y <= pin.y <= box.y + box.height for pin in found.pins)


def test_several_lots_of_one_prefecture_have_one_pin() -> None:
    assert len(places(deal(TOKYO, OSAKA, OSAKA), catalogue()).pins) == 2
