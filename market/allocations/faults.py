"""What is wrong with an allocation as it is asked for, all of it at once, each with a JSON Pointer."""

from collections.abc import Iterator, Sequence

from market.allocations.structs import AllocationRequest, AllocationTerms, PinnedPairing, SuppliedLot, WantedSpec
from matching.allocation.wish import Goal
from matching.fault import Fault, fault, leaves, unknown
from matching.faults import MOST_TONNES, lot_faults, spec_faults
from matching.reference import Catalogue


def called(listings: Sequence[WantedSpec | SuppliedLot]) -> list[str]:
    """Their ids, or their places."""
    return [str(i) if one.id is None else one.id for i, one in enumerate(listings)]


def request_faults(request: AllocationRequest, known: Catalogue) -> Iterator[Fault]:
    """Of posted specs and lots: faults that leave nothing to judge, names used twice, pairings of nobody."""
    for i, spec in enumerate(request.specs):
        for one in spec_faults(spec, known, doubts=False):
            yield Fault(f"/specs/{i}{one.pointer}", one.code, one.params)
    for i, lot in enumerate(request.lots):
        for one in lot_faults(lot, known, doubts=False):
            yield Fault(f"/lots/{i}{one.pointer}", one.code, one.params)
    specs, lots = called(request.specs), called(request.lots)
    yield from _twice("/specs", specs)
    yield from _twice("/lots", lots)
    yield from terms_faults(request, known)
    names = {"lot": set(lots), "spec": set(specs)}
    for at, pairings in (("/pinned", request.pinned), ("/forbidden", request.forbidden)):
        for i, pairing in enumerate(pairings):
            for kind, name in (("lot", pairing.lot), ("spec", pairing.spec)):
                if name not in names[kind]:
                    yield fault(f"{at}/{i}/{kind}", "pairing_unknown", kind=kind, id=name)


def terms_faults(terms: AllocationTerms, known: Catalogue) -> Iterator[Fault]:
    """Of the rest, which a coordinator's run has too."""
    yield from unknown("/material", terms.material, "material", known.materials)
    if terms.small_firms is not None and terms.objective is not Goal.WELFARE:
        yield fault("/small_firms", "small_firms_need_welfare")
    for at, pairings in (("/pinned", terms.pinned), ("/forbidden", terms.forbidden)):
        for i, pairing in enumerate(pairings):
            for one in leaves(pairing):
                yield Fault(f"{at}/{i}{one.pointer}", one.code, one.params)
    forbidden = {(one.lot, one.spec) for one in terms.forbidden}
    for i, pin in enumerate(terms.pinned):
        yield from _amount(f"/pinned/{i}/tonnes", pin)
        if (pin.lot, pin.spec) in forbidden:
            yield fault(f"/pinned/{i}", "pin_forbidden", lot=pin.lot, spec=pin.spec)


def _amount(pointer: str, pin: PinnedPairing) -> Iterator[Fault]:
    if pin.tonnes is not None and pin.tonnes <= 0.0:
        yield fault(pointer, "not_positive", given=pin.tonnes)
    elif pin.tonnes is not None and pin.tonnes > MOST_TONNES:
        yield fault(pointer, "too_large", given=pin.tonnes, most=MOST_TONNES)


def _twice(pointer: str, names: Sequence[str]) -> Iterator[Fault]:
    seen: set[str] = set()
    for i, name in enumerate(names):
        if name in seen:
            yield fault(f"{pointer}/{i}/id", "duplicate", given=name)
        seen.add(name)
