"""What a map is drawn of."""

import pytest

from market.console.maps import WIDEST, Amount, Box, Kind, Told, drawn, flows, spot, width_of


def lies(x: float, y: float, box: Box) -> bool:
    return box.x <= x <= box.x + box.width and box.y <= y <= box.y + box.height


def test_every_prefecture_is_drawn() -> None:
    assert [area.code for area in drawn().areas] == [f"JP-{k:02}" for k in range(1, 48)]


def test_a_prefecture_without_figures_has_no_shade() -> None:
    assert {area.shade for area in drawn().areas} == {None}


def test_more_tonnes_are_never_shaded_lighter() -> None:
    amounts = {f"JP-{k:02}": Amount(float(k * k), Told.ITSELF) for k in range(1, 48)}
    shades = [area.shade for area in drawn(amounts).areas]
    assert shades == sorted(shades, key=lambda shade: shade or 0)
    assert len(set(shades)) > 1


def test_okinawa_lies_in_the_inset() -> None:
    naha = spot(Kind.CUSTOMER, "Naha", 26.2, 127.7, "JP-47")
    assert naha is not None
    assert lies(naha.x, naha.y, drawn().inset)


def test_all_of_japan_is_drawn_where_nothing_is_marked() -> None:
    assert (drawn().box.view, drawn().box.unit) == ("0 0 1170 1140", 1.17)


@pytest.mark.parametrize("codes", [("JP-13",), ("JP-01", "JP-47"), ("JP-13", "JP-27")])
def test_what_is_marked_lies_inside_of_what_is_drawn(codes: tuple[str, ...]) -> None:
    found = drawn(marked=dict.fromkeys(codes, "spec"))
    offices = [spot(Kind.SPEC, code, None, None, code) for code in codes]
    assert [at is not None and lies(at.x, at.y, found.box) for at in offices] == [True] * len(codes)
    assert found.box.unit <= 1.0


def test_a_point_without_degrees_stands_at_its_prefectures_office() -> None:
    assert spot(Kind.OPEN, "hub", None, None, "JP-13") == spot(Kind.OPEN, "hub", 91.0, 500.0, "JP-13")


def test_a_point_nowhere_is_not_drawn() -> None:
    assert spot(Kind.OPEN, "hub", None, None, None) is None


def test_a_point_outside_of_the_map_is_not_drawn() -> None:
    assert spot(Kind.OPEN, "Rotterdam", 51.9, 4.5, None) is None


@pytest.mark.parametrize(("tonnes", "width"), [(0.0, 1), (1.0, 1), (20.0, 1), (21.0, 2), (100.0, WIDEST)])
def test_widths_are_fifths_of_the_largest_flow(tonnes: float, width: int) -> None:
    assert width_of(tonnes, 100.0) == width


def test_a_line_runs_between_its_points() -> None:
    a, b = (spot(Kind.OPEN, name, None, None, code) for name, code in (("a", "JP-13"), ("b", "JP-27")))
    assert a is not None
    assert b is not None
    [line] = flows([(a, b, 5.0)])
    assert (line.x1, line.y1, line.x2, line.y2, line.width) == (a.x, a.y, b.x, b.y, WIDEST)
