"""What people type into the limits of a spec, as a program would post it."""

import pytest

from market.console.spec_form import fields
from market.console.typed import Typed

ROW = "/limits/0"


def _posted(**cells: str) -> dict[str, str]:
    typed = Typed({f"{ROW}/{name}": (text,) for name, text in cells.items()})
    return {name.removeprefix(f"{ROW}/"): text for name, text in fields(typed)}


@pytest.mark.parametrize(
    ("cells", "posted"),
    [
        ({"max": "<0.002"}, {"exclusive_max:number": "0.002"}),
        ({"max": "＜０．００２"}, {"exclusive_max:number": "0.002"}),
        ({"max": "≦1,500"}, {"max:number": "1500"}),
        ({"min": "96以上"}, {"min:number": "96"}),
        ({"min": "＞96"}, {"exclusive_min:number": "96"}),
        ({"max": "0.5"}, {"max:number": "0.5"}),
    ],
)
def test_a_sign_before_a_limit_says_whether_it_is_in(cells: dict[str, str], posted: dict[str, str]) -> None:
    assert _posted(**cells) == posted


@pytest.mark.parametrize("text", ["≧0.5", "0.1-0.5", "<0,5", "<50 ppm", "N.D."])
def test_what_is_no_end_of_its_column_is_left_to_be_refused(text: str) -> None:
    assert _posted(max=text) == {"max:number": text}


@pytest.mark.parametrize(
    ("typed", "code"), [("％", "%"), ("ＰＰＭ", "ppm"), ("㎎/㎏", "mg/kg"), ("furlong", "furlong")]
)
def test_a_unit_is_known_by_how_an_ime_writes_it(typed: str, code: str) -> None:
    assert _posted(unit=typed) == {"unit": code}
