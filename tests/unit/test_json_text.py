"""JSON text around the decoder: 5.0 is an integer where one is meant, and nothing else is touched."""

from decimal import Decimal

import msgspec
import pytest

from specs.kit.json_text import decoded


class Box(msgspec.Struct):
    count: int
    label: str = ""
    amount: Decimal = Decimal(0)


DECODER = msgspec.json.Decoder(Box)


@pytest.mark.parametrize("text", ["5", "5.0", "5.000"])
def test_a_whole_number_may_have_a_point(text: str) -> None:
    body = f'{{"label": "at 5.0 or \\"6.0\\"", "count": {text}, "amount": 45000.0}}'.encode()
    assert decoded(DECODER, body) == Box(5, 'at 5.0 or "6.0"', Decimal(45000))


@pytest.mark.parametrize("text", ["5.5", "5.01", '"5.0"', "5e0"])
def test_what_is_no_whole_number_is_refused(text: str) -> None:
    with pytest.raises(msgspec.ValidationError, match="Expected `int`"):
        decoded(DECODER, f'{{"count": {text}}}'.encode())
