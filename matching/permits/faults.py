"""What is wrong with a permit as posted, all of it at once, each with a JSON Pointer."""

from collections.abc import Iterator
from itertools import chain

from matching.fault import Fault, fault, leaves, unknown, unknown_any
from matching.permits.numbers import number_faults
from matching.permits.permit import Permit
from matching.permits.rules import PermitKind
from matching.reference import Catalogue


def permit_faults(permit: Permit, catalogue: Catalogue) -> tuple[Fault, ...]:
    """Every fault, in document order."""
    kind = catalogue.permits.kinds.get(permit.kind)
    families = dict.fromkeys(m.family for m in catalogue.materials.values())
    return tuple(
        chain(
            leaves(permit),
            unknown("/kind", permit.kind, "permit", catalogue.permits.kinds),
            _kind(permit, kind, catalogue) if kind else (),
            unknown("/prefecture", permit.prefecture, "prefecture", catalogue.prefectures),
            unknown_any("/materials", permit.materials, "material", {**catalogue.materials, **families}),
            unknown_any("/treatments", permit.treatments, "step", catalogue.steps),
            _days(permit),
        )
    )


def _kind(permit: Permit, kind: PermitKind, catalogue: Catalogue) -> Iterator[Fault]:
    if not kind.held:
        yield fault("/kind", "permit_not_held", permit=kind.code)
        return
    if kind.code in catalogue.permits.numbered:
        if permit.number is None:
            yield fault("/number", "permit_number_missing", permit=kind.code)
        else:
            yield from number_faults("/number", permit.number, kind.code, permit.prefecture, catalogue.permits)
    elif permit.prefecture is None and not kind.nationwide:
        yield fault("/prefecture", "permit_place_missing", permit=kind.code)
    if kind.scoped and not permit.materials:
        yield fault("/materials", "permit_scope_missing", permit=kind.code)
    if kind.declares and permit.statement is None:
        yield fault("/statement", "permit_statement_missing", permit=kind.code)
    if (kind.scoped or kind.declares) and permit.valid_until is None:
        yield fault("/valid_until", "permit_end_missing", permit=kind.code)


def _days(permit: Permit) -> Iterator[Fault]:
    first, last = permit.valid_from, permit.valid_until
    if first is not None and last is not None and last < first:
        yield fault("/valid_until", "dates_reversed", from_=first.isoformat(), until=last.isoformat())
