"""Why a field is refused, in words for whoever types: a program is told of JSON, of patterns and of nulls."""

from market.console.text import Language, text_of
from market.http import messages
from market.http.refusal import FieldError

_NUMBERS = ("integer", "number")


def reason(error: FieldError, language: Language) -> str:
    """The console's own words, else the API's."""
    expected = str(error.params.get("expected", "")).split(" or ")
    wrong = next((f"wrong_{one}" for one in _NUMBERS if error.code == "wrong_type" and one in expected), error.code)
    told = text_of(language, "refused", wrong, **error.params)
    return messages.field_reason(error.code, dict(error.params), language) if told is None else told
