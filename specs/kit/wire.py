"""How values become JSON: Decimals as numbers, and the merge patch of RFC 7396."""

from decimal import Decimal
from typing import Any

import msgspec

_ENCODER = msgspec.json.Encoder(decimal_format="number")
# floats stay Decimal while a document is merged, so that no digit of money passes through a float
_PLAIN = msgspec.json.Decoder(float_hook=Decimal)


def encode(value: object) -> bytes:
    """JSON; the caller has refused NaN and infinity, which JSON cannot say."""
    return _ENCODER.encode(value)


def plain(document: bytes | str) -> Any:
    """Dicts, lists, strings, ints and Decimals. Raises msgspec.DecodeError on malformed JSON."""
    return _PLAIN.decode(document)


def merged(target: Any, patch: Any) -> Any:
    """RFC 7396: objects merge, null removes, everything else (arrays too) replaces whole."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result
