"""What is wrong with the offers of a posted document."""

from collections.abc import Iterator, Sequence

from matching.fault import Fault, fault, inside
from matching.reference import Catalogue
from matching.upgrading.offer import UpgradeOffer
from matching.upgrading.offer_faults import offer_faults


def faults_of_offers(offers: Sequence[UpgradeOffer], known: Catalogue) -> Iterator[Fault]:
    """Faults of meaning, with pointers into the document's `offers`."""
    names: set[str] = set()
    for i, offer in enumerate(offers):
        yield from inside(f"/offers/{i}", offer_faults(offer, known))
        if offer.id in names:
            yield fault(f"/offers/{i}/id", "duplicate", given=offer.id)
        names.add(offer.id)
