"""Reading a JSON body: bytes straight into a Struct, strictly, with a clear refusal for what is not one."""

import functools
import re
from collections.abc import Mapping
from typing import Any

import msgspec

from market.http.hints import helped
from market.http.refusal import Refusal
from market.http.shapes import field_error

MAX_BYTES = 1_000_000
MAX_DEPTH = 32
MAX_DIGITS = 32
# Strings are tokens too, so that what they hold is never mistaken for structure.
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"?|[\[{]|[\]}]|-?[0-9][0-9.]*(?:[eE][+-]?[0-9]*)?', re.DOTALL)
_LONG = re.compile(rb"[0-9.]{%d}|[eE][+-]?[0-9]{4}" % MAX_DIGITS)
_JSON = "application/json"
_MERGE_PATCH = "application/merge-patch+json"


def decode(body: bytes, type_: Any) -> Any:
    """`body` as a value of `type_`, or the Refusal that says where it does not fit."""
    _check_text(body)
    try:
        return _decoder(type_).decode(body)
    except msgspec.ValidationError as error:
        raise Refusal("invalid_body", errors=(helped(field_error(str(error)), type_),)) from None
    except msgspec.DecodeError:
        raise Refusal("malformed_json") from None
    except UnicodeDecodeError:
        raise Refusal("invalid_encoding") from None
    except RecursionError:
        raise Refusal("nesting_too_deep", {"limit": MAX_DEPTH}) from None


@functools.cache
def _decoder(type_: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(type_)


def _check_text(body: bytes) -> None:
    """Walls that hold before any decoder recurses or converts."""
    if body.count(b"[") + body.count(b"{") <= MAX_DEPTH and not _LONG.search(body):
        return
    depth = 0
    for token in _TOKEN.finditer(body):
        text = token[0]
        first = text[0]
        if first in b"[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise Refusal("nesting_too_deep", {"limit": MAX_DEPTH})
        elif first in b"]}":
            depth -= 1
        elif first != 0x22 and _LONG.search(text):
            raise Refusal("number_too_long", {"limit": MAX_DIGITS - 1})


def check_media_type(headers: Mapping[str, str], method: str) -> None:
    """415 unless the body is announced as JSON in UTF-8 (a merge patch may say so)."""
    name, _, parameters = headers.get("content-type", "").partition(";")
    allowed = (_JSON, _MERGE_PATCH) if method == "PATCH" else (_JSON,)
    charset = parameters.strip().lower().removeprefix("charset=").strip('"')
    if name.strip().lower() not in allowed or charset not in ("", "utf-8", "utf8"):
        raise Refusal("unsupported_media_type", {"expected": " or ".join(allowed)})
