"""Which names of a map can be read."""

from market.console.labels import MOST, SMALL_LETTER, WIDE_LETTER, readable
from market.console.maps import Box, Kind, Point, Room

# so wide that letters are as large as the style sheet says
PLAIN = Box(0, 0, 1000, 1140)


def at(x: float, y: float, kind: Kind = Kind.OPEN, name: str = "Kawasaki", *, left: bool = False) -> Point:
    return Point(x=x, y=y, kind=kind, name=name, left=left)


def rooms(*points: Point, box: Box = PLAIN) -> list[Room]:
    return [one.room for one in readable(points, box)]


def test_names_far_from_each_other_are_read_everywhere() -> None:
    assert rooms(at(100, 100), at(100, 500)) == [Room.ALL, Room.ALL]


def test_a_name_that_has_no_room_on_its_side_goes_to_the_other() -> None:
    first, second = readable((at(400, 100), at(440, 100)), PLAIN)
    assert ((first.left, second.left), first.room, second.room) == ((True, False), Room.ALL, Room.ALL)


def test_a_name_does_not_run_off_the_map() -> None:
    [one] = readable((at(20, 100, Kind.CUSTOMER, left=True),), PLAIN)
    assert (one.left, one.room) == (False, Room.ALL)


def test_where_neither_side_has_room_nothing_is_written() -> None:
    assert rooms(at(20, 100), at(30, 100), at(30, 101)) == [Room.NONE, Room.ALL, Room.NONE]


def test_a_name_that_fits_between_small_letters_alone_is_for_wide_screens() -> None:
    apart = (WIDE_LETTER + SMALL_LETTER) / 2
    assert rooms(at(20, 100), at(20, 100 + apart)) == [Room.ALL, Room.WIDE]


def test_an_open_hub_is_named_before_its_customers() -> None:
    assert rooms(at(20, 100, Kind.CUSTOMER), at(20, 130)) == [Room.WIDE, Room.ALL]


def test_full_width_letters_take_more_room() -> None:
    assert rooms(at(0, 0, name="abcd"), at(80, 0, name="")) == [Room.WIDE, Room.ALL]
    assert rooms(at(0, 0, name="川崎製鉄"), at(80, 0, name="")) == [Room.NONE, Room.ALL]


def test_a_part_of_the_map_has_more_room() -> None:
    near = (at(20, 100), at(20, 130))
    assert rooms(*near) == [Room.ALL, Room.WIDE]
    assert rooms(*near, box=Box(0, 0, 400, 400)) == [Room.ALL, Room.ALL]


def test_points_keep_their_order() -> None:
    given = (at(1, 1, Kind.CUSTOMER, "a"), at(300, 300, Kind.OPEN, "b"))
    assert [one.name for one in readable(given, PLAIN)] == ["a", "b"]


def test_beyond_a_number_no_name_is_tried() -> None:
    assert rooms(*(at(0, 18.0 * k, name="a") for k in range(MOST + 1)), box=Box(0, 0, 500, 1140)).count(Room.NONE) == 1
