"""Reading a JSON body: bytes straight into a Struct, strictly, with a clear refusal for what is not one."""

import functools
from collections.abc import Mapping
from typing import Any

import msgspec

from market.http.hints import helped
from market.http.refusal import FieldError, Refusal
from market.http.shapes import field_error
from specs.kit.json_text import MAX_DEPTH, beyond, broken, decoded, loose_amounts

MAX_BYTES = 1_000_000
_JSON = "application/json"
_MERGE_PATCH = "application/merge-patch+json"


def decode(body: bytes, type_: Any) -> Any:
    """`body` as a value of `type_`, or the Refusal that says where it does not fit."""
    found = beyond(body)
    if found is not None:
        raise Refusal(*found)
    value = shallow(body, type_)
    if loose := loose_amounts(body):
        raise Refusal("invalid_body", errors=tuple(FieldError(pointer=at, code="invalid_decimal") for at in loose))
    return value


def shallow(body: bytes, type_: Any) -> Any:
    """As `decode` for a type that leaves its numbers as text: the depth of the text is all that is looked at."""
    try:
        return decoded(_decoder(type_), body)
    except msgspec.ValidationError as error:
        raise Refusal("invalid_body", errors=(helped(field_error(str(error)), type_),)) from None
    except msgspec.DecodeError as error:
        raise Refusal(*broken(body, str(error))) from None
    except UnicodeDecodeError:
        raise Refusal("invalid_encoding") from None
    except RecursionError:
        found = beyond(body)
        raise Refusal(*(found or ("nesting_too_deep", {"limit": MAX_DEPTH}))) from None


@functools.cache
def _decoder(type_: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(type_)


def check_media_type(headers: Mapping[str, str], method: str) -> None:
    """415 unless the body is announced as JSON in UTF-8 (a merge patch may say so)."""
    name, _, parameters = headers.get("content-type", "").partition(";")
    allowed = (_JSON, _MERGE_PATCH) if method == "PATCH" else (_JSON,)
    charset = parameters.strip().lower().removeprefix("charset=").strip('"')
    if name.strip().lower() not in allowed or charset not in ("", "utf-8", "utf8"):
        raise Refusal("unsupported_media_type", {"expected": " or ".join(allowed)})
