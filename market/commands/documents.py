"""Specs and lots in files: decoded strictly, checked against the catalogue, every fault named by file and pointer."""

import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

from market.commands.errors import CommandError, InputError
from matching.explain import render
from matching.faults import Fault, lot_faults, spec_faults
from matching.investing.assumed import AssumedStep, assumed_faults
from matching.investing.sites import Site, site_faults
from matching.listings import Lot, Spec
from matching.reference import Catalogue
from matching.upgrading.offer import UpgradeOffer
from matching.upgrading.offer_faults import offer_faults
from specs.kit import json_text

STDIN = "-"
T = TypeVar("T")
_AT = re.compile(r"^(?P<what>.*?) - at `(?:key in )?\$(?P<path>.*)`$", re.DOTALL)
_STEP = re.compile(r"\.(?P<name>[^.\[]+)|\[(?P<index>\d+|\.\.\.)\]")
_BYTE = re.compile(r" \(byte \d+\)$")
_QUOTED = re.compile(r"`([^`]*)`")
_WORDS = {"str": "text", "int": "a whole number", "float": "a number", "decimal": "a number", "null": "null"}


class FiledSpec(Spec, frozen=True, kw_only=True):
    """A spec in a file; `id` may be any text and is only echoed. `blends` is for allocations."""

    id: str | None = None
    blends: bool | None = None


class FiledLot(Lot, frozen=True, kw_only=True):
    """A lot in a file; `id` may be any text and is only echoed. `owner` names the firm, for fair allocations."""

    id: str | None = None
    owner: str | None = None


def content(path: str) -> bytes:
    """The bytes of a file, or of standard input for `-`, without a byte order mark."""
    try:
        raw = sys.stdin.buffer.read() if path == STDIN else Path(path).read_bytes()
    except OSError as error:
        raise InputError([f"{path}: {error.strerror or error}"]) from error
    return raw.removeprefix(b"\xef\xbb\xbf")


def decode(raw: bytes, shape: type[T], where: str) -> T:
    """Raises `InputError` that names `where`, the pointer or line of the first fault, and the reason."""
    if not raw.strip():
        raise InputError([f"{where}: there is nothing in it"])
    try:
        value = json_text.decoded(msgspec.json.Decoder(shape), raw)
    except msgspec.ValidationError as error:
        pointer, reason = told(str(error))
        raise InputError([f"{where}: {pointer}: {reason}" if pointer else f"{where}: {reason}"]) from error
    except msgspec.DecodeError as error:
        raise InputError([f"{where}: {_located(str(error), raw)}"]) from error
    except UnicodeDecodeError as error:
        raise InputError([f"{where}: {_not_utf8(raw)}"]) from error
    except RecursionError as error:
        raise InputError([f"{where}: nested too deeply"]) from error
    if loose := json_text.loose_amounts(raw):
        raise InputError([f"{where}: {at}: Expected a number such as 45000.5" for at in loose])
    return value


def told(message: str) -> tuple[str, str]:
    """msgspec's complaint as JSON Pointer and reason."""
    found = _AT.match(message)
    what, path = (found["what"], found["path"]) if found else (message, "")
    pointer = "".join("/" + (step["name"] or step["index"]).replace("~", "~0") for step in _STEP.finditer(path))
    return pointer, _QUOTED.sub(_worded, what)


def _worded(name: "re.Match[str]") -> str:
    """`str | null` as text or null; field names and what has no plainer word stay quoted."""
    parts = name[1].split(" | ")
    return " or ".join(_WORDS[part] for part in parts) if set(parts) <= _WORDS.keys() else f"'{name[1]}'"


def _located(message: str, raw: bytes) -> str:
    at = json_text.broken_at(raw, message)
    if at is None:
        return "an escape such as \\ud800 stands without its pair"
    return "line {}, column {}: {}".format(*json_text.place(raw, at), _BYTE.sub("", message))


def _not_utf8(raw: bytes) -> str:
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        return "line {}, column {}: the text is not UTF-8".format(*json_text.place(raw, error.start))
    return "the text is not UTF-8"


def spec_errors(spec: Spec, catalogue: Catalogue, where: str, at: str = "") -> list[str]:
    """One line for each fault of meaning; `at` is the pointer of the spec in its file."""
    return fault_lines(spec_faults(spec, catalogue, doubts=False), catalogue, f"{where}: {at}")


def lot_errors(lot: Lot, catalogue: Catalogue, where: str, at: str = "") -> list[str]:
    """One line for each fault of meaning; `at` is the pointer of the lot in its file."""
    return fault_lines(lot_faults(lot, catalogue, doubts=False), catalogue, f"{where}: {at}")


def fault_lines(faults: tuple[Fault, ...], catalogue: Catalogue, where: str) -> list[str]:
    """One line for each, in English."""
    return [f"{where}{fault.pointer}: {render(fault.code, fault.params, 'en', catalogue)}" for fault in faults]


def read_spec(path: str, catalogue: Catalogue) -> FiledSpec:
    """The spec of a file, without faults."""
    return checked(path, FiledSpec, lambda spec: spec_errors(spec, catalogue, path))


def read_lot(path: str, catalogue: Catalogue) -> FiledLot:
    """The lot of a file, without faults."""
    return checked(path, FiledLot, lambda lot: lot_errors(lot, catalogue, path))


def read_lots(path: str, catalogue: Catalogue) -> list[FiledLot]:
    """The lots of a file that holds a JSON list, without faults; an id is used once."""

    def errors(lots: list[FiledLot]) -> list[str]:
        lines = [line for i, lot in enumerate(lots) for line in lot_errors(lot, catalogue, path, f"/{i}")]
        return lines + reused([lot.id for lot in lots], "lot", path)

    return checked(path, list[FiledLot], errors)


def read_specs(path: str, catalogue: Catalogue) -> list[FiledSpec]:
    """The specs of a file that holds a JSON list, without faults; an id is used once."""

    def errors(specs: list[FiledSpec]) -> list[str]:
        lines = [line for i, spec in enumerate(specs) for line in spec_errors(spec, catalogue, path, f"/{i}")]
        return lines + reused([spec.id for spec in specs], "spec", path)

    return checked(path, list[FiledSpec], errors)


def read_offers(path: str, catalogue: Catalogue) -> list[UpgradeOffer]:
    """The processors' offers of a file that holds a JSON list, without faults; an id is used once."""

    def errors(offers: list[UpgradeOffer]) -> list[str]:
        lines = [
            line
            for i, offer in enumerate(offers)
            for line in fault_lines(offer_faults(offer, catalogue), catalogue, f"{path}: /{i}")
        ]
        return lines + reused([offer.id for offer in offers], "offer", path)

    return checked(path, list[UpgradeOffer], errors)


def read_assumed(path: str, catalogue: Catalogue) -> list[AssumedStep]:
    """The assumed figures of a file that holds a JSON list, without faults; a step is assumed once."""

    def errors(assumed: list[AssumedStep]) -> list[str]:
        return fault_lines(tuple(assumed_faults(assumed, catalogue)), catalogue, f"{path}: ")

    return checked(path, list[AssumedStep], errors)


def read_sites(path: str, catalogue: Catalogue) -> list[Site]:
    """The places of a file that holds a JSON list, without faults; an id is used once."""

    def errors(sites: list[Site]) -> list[str]:
        return fault_lines(tuple(site_faults(sites, catalogue)), catalogue, f"{path}: ")

    return checked(path, list[Site], errors)


def reused(ids: Sequence[str | None], what: str, path: str) -> list[str]:
    """A line for each id that was used before."""
    lines: list[str] = []
    seen: set[str] = set()
    for i, id_ in enumerate(ids):
        if id_ in seen:
            lines.append(f"{path}: /{i}/id: another {what} has the id {id_!r}")
        seen |= {id_} if id_ is not None else set()
    return lines


def named(filed: Sequence[FiledLot]) -> list[tuple[str, Lot]]:
    """Lots with their ids, or their places in the file where they have none."""
    return [(lot.id if lot.id is not None else str(i), lot) for i, lot in enumerate(filed)]


def checked(path: str, shape: type[T], errors: Callable[[T], list[str]]) -> T:
    """What a file holds; raises `InputError` with all of its errors."""
    value = decode(content(path), shape, path)
    if lines := errors(value):
        raise InputError(lines)
    return value


def one_stdin(*paths: str | None) -> None:
    """Standard input can be read once."""
    if sum(path == STDIN for path in paths) > 1:
        raise CommandError("only one file can be standard input (-)")
