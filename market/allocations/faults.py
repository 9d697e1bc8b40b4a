"""What is wrong with an allocation as it is asked for, all of it at once, each with a JSON Pointer."""

from collections.abc import Iterator

from market.allocations.structs import AllocationRequest, AllocationTerms, PinnedPairing
from market.blends.offered import called, faults_of_listings
from matching.allocation.wish import Goal
from matching.fault import Fault, fault, inside, leaves, unknown
from matching.faults import MOST_TONNES
from matching.reference import Catalogue


def request_faults(request: AllocationRequest, known: Catalogue) -> Iterator[Fault]:
    """Of posted specs and lots, and pairings of nobody."""
    yield from faults_of_listings("/specs", request.specs, known)
    yield from faults_of_listings("/lots", request.lots, known)
    yield from terms_faults(request, known)
    names = {"lot": {name for name, _ in called(request.lots)}, "spec": {name for name, _ in called(request.specs)}}
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
            yield from inside(f"{at}/{i}", leaves(pairing))
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
