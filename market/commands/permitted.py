"""Specs and lots in files for `evaluate` and `rank`, each with the permits of its owner where it says so."""

import msgspec

from market.commands.documents import FiledLot, FiledSpec, checked, fault_lines, lot_errors, reused, spec_errors
from matching.engine import evaluate
from matching.evaluation import Evaluation
from matching.permits.permit import Permits
from matching.permits.stated import held, stated_faults
from matching.reference import Catalogue


class JudgedSpec(FiledSpec, frozen=True, kw_only=True):
    """`permits` are the receiver's; without them nothing is known of what it holds."""

    permits: Permits | None = None


class JudgedLot(FiledLot, frozen=True, kw_only=True):
    """`permits` are the owner's; without them nothing is known of what it holds."""

    permits: Permits | None = None


class Pair(msgspec.Struct, frozen=True):
    """One line of `evaluate --pairs`; other fields (notes, expectations) are left alone."""

    spec: JudgedSpec
    lot: JudgedLot


def judged(spec: JudgedSpec, lot: JudgedLot, catalogue: Catalogue) -> Evaluation:
    """With the gate of permits where either side states what it holds."""
    return evaluate(spec, lot, catalogue, held=held(lot.permits, spec.permits))


def judged_errors(one: JudgedSpec | JudgedLot, catalogue: Catalogue, where: str, at: str = "") -> list[str]:
    """One line for each fault of meaning; `at` is the pointer of the document in its file."""
    if isinstance(one, JudgedSpec):
        lines = spec_errors(one, catalogue, where, at)
    else:
        lines = lot_errors(one, catalogue, where, at)
    return lines + fault_lines(tuple(stated_faults(one.permits, catalogue)), catalogue, f"{where}: {at}")


def read_judged_spec(path: str, catalogue: Catalogue) -> JudgedSpec:
    """The spec of a file, without faults."""
    return checked(path, JudgedSpec, lambda spec: judged_errors(spec, catalogue, path))


def read_judged_lot(path: str, catalogue: Catalogue) -> JudgedLot:
    """The lot of a file, without faults."""
    return checked(path, JudgedLot, lambda lot: judged_errors(lot, catalogue, path))


def read_judged_lots(path: str, catalogue: Catalogue) -> list[JudgedLot]:
    """The lots of a file that holds a JSON list, without faults; an id is used once."""

    def errors(lots: list[JudgedLot]) -> list[str]:
        lines = [line for i, lot in enumerate(lots) for line in judged_errors(lot, catalogue, path, f"/{i}")]
        return lines + reused([lot.id for lot in lots], "lot", path)

    return checked(path, list[JudgedLot], errors)
