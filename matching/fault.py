"""A fault of a posted document, and the look-ups that every kind of document shares.

The pointer is a JSON Pointer (RFC 6901) into the document as posted.
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, get_args
from unicodedata import normalize

import msgspec

from matching.evaluation import Params
from matching.permits.rules import PermitKind
from matching.reference import Analyte, Material, Prefecture
from matching.values import LINES

_NAMED = (Analyte, Prefecture, Material, PermitKind)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
# in a text of lines there are tabs and ends of lines
_CONTROL_IN_LINES = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


class Fault(msgspec.Struct, frozen=True):
    """One fault: where (`/assays/0/unit`), which, and the numbers and codes of its reason."""

    pointer: str
    code: str
    params: Params


def fault(pointer: str, code: str, **params: str | float | list[str] | None) -> Fault:
    """A fault with its parameters by name."""
    return Fault(pointer, code, dict(params))


def inside(pointer: str, faults: Iterable[Fault]) -> Iterator[Fault]:
    """Those of a part, in the document that has the part at `pointer`."""
    for one in faults:
        yield Fault(pointer + one.pointer, one.code, one.params)


@lru_cache(maxsize=1024)
def nearest(given: str, known: tuple[tuple[str, ...], ...]) -> tuple[str, ...]:
    """Up to three codes that may be meant: by name, without their issuer (`H2` for `JP.H2`), then by look.

    `known` holds each code with its names; case and width (`％`) are nothing.
    """
    sought = _folded(given[:64])
    meant = [code for code, *names in known if sought in map(_folded, (code.rpartition(".")[2], *names))]
    by_look = {_folded(code): code for code, *_ in known}
    alike = [by_look[look] for look in get_close_matches(sought, by_look, n=3, cutoff=0.6)]
    return tuple(dict.fromkeys((*meant, *alike)))[:3]


@lru_cache(maxsize=4096)
def _folded(text: str) -> str:
    return normalize("NFKC", text).casefold()


def _named(known: Mapping[str, object]) -> tuple[tuple[str, ...], ...]:
    """Each code with the names that its record has, in English and Japanese."""
    return tuple(
        (code, record.name_en, record.name_ja)
        if isinstance(record, (Analyte, Prefecture, Material, PermitKind))
        else (code,)
        for code, record in known.items()
    )


def leaves(document: msgspec.Struct) -> Iterator[Fault]:
    """Every float must be finite (an infinite one would poison sums without an error), every text printable."""
    if _sound(document):
        return
    for path, leaf, lines in _leaves(document, "", lines=False):
        if isinstance(leaf, float) and not math.isfinite(leaf):
            yield fault(path, "not_finite")
        elif isinstance(leaf, str) and (_CONTROL_IN_LINES if lines else _CONTROL).search(leaf):
            yield fault(path, "control_character")


def _sound(part: object) -> bool:
    """Whether nothing is amiss anywhere inside: most documents are in order, and need no pointer to any leaf."""
    if part is None:
        return True
    if isinstance(part, str):
        return part.isprintable() or not _CONTROL.search(part)
    if isinstance(part, float):
        return math.isfinite(part)
    if isinstance(part, msgspec.Struct):
        return all(map(_sound, msgspec.structs.astuple(part)))
    if isinstance(part, (tuple, list)):
        return all(map(_sound, part))
    if isinstance(part, dict):
        return all(map(_sound, part)) and all(map(_sound, part.values()))
    return True


def _leaves(part: object, pointer: str, *, lines: bool) -> Iterator[tuple[str, object, bool]]:
    """Each with whether it may be of several lines."""
    if isinstance(part, msgspec.Struct):
        for field in msgspec.structs.fields(part):
            inner, at = getattr(part, field.name), f"{pointer}/{field.encode_name}"
            yield from _leaves(inner, at, lines=_of_lines(field.type))
    elif isinstance(part, (tuple, list)):
        for i, item in enumerate(part):
            yield from _leaves(item, f"{pointer}/{i}", lines=lines)
    elif isinstance(part, Mapping):
        for key, item in part.items():
            yield pointer, key, False
            yield from _leaves(item, f"{pointer}/{_escaped(str(key))}", lines=lines)
    else:
        yield pointer, part, lines


def _of_lines(type_: Any) -> bool:
    """Whether a field's type is marked by `LINES`, whatever stands around it."""
    return type_ == LINES or any(map(_of_lines, get_args(type_)))


def _escaped(token: str) -> str:
    return token.replace("~", "~0").replace("/", "~1")


def unknown(pointer: str, code: str | None, kind: str, known: Mapping[str, object]) -> Iterator[Fault]:
    """A code that is not in the catalogue, with the nearest ones that are."""
    if code is None or code in known:
        return
    close_by = nearest(code, _named(known))
    if close_by:
        yield fault(pointer, "unknown_code_nearest", given=code, kind=kind, nearest=list(close_by))
    else:
        yield fault(pointer, "unknown_code", given=code, kind=kind)


def unknown_any(pointer: str, codes: tuple[str, ...], kind: str, known: Mapping[str, object]) -> Iterator[Fault]:
    """The same for a list of codes, and each given twice."""
    for i, code in enumerate(codes):
        yield from unknown(f"{pointer}/{i}", code, kind, known)
    yield from repeated(pointer, codes)


def repeated(pointer: str, codes: tuple[str, ...]) -> Iterator[Fault]:
    """A code given twice, at its second place."""
    for i, code in enumerate(codes):
        if code in codes[:i]:
            yield fault(f"{pointer}/{i}", "duplicate", given=str(code))
