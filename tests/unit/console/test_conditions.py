"""Test conditions as people write them in one field."""

import pytest

from market.console.conditions import fields, gather
from market.console.typed import Typed


@pytest.mark.parametrize(
    "text", ["230 °C, 2.16 kg", "230℃、2.16kg", "２３０ ℃; 2.16 kg", "temperature_c=230, load_kg=2.16"]
)
def test_a_temperature_and_a_load_are_known_by_their_units(text: str) -> None:
    assert list(fields("/x", text)) == [("/x/temperature_c:number", "230"), ("/x/load_kg:number", "2.16")]


def test_any_other_condition_goes_by_its_name() -> None:
    assert list(fields("/x", "test_speed = 5")) == [("/x/test_speed:number", " 5")]


def test_stored_conditions_come_back_as_they_are_written() -> None:
    typed = Typed({"/x/temperature_c": ("230",), "/x/load_kg": ("2.16",), "/x/test_speed": ("5",)})
    gather(typed, "/x")
    assert typed.text("/x") == "230 °C, 2.16 kg, test_speed=5"
