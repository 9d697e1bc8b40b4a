"""What the menu offers, by what the organisation does."""

import msgspec

from market.console.visit import Visit
from market.parties.structs import OrganisationKind as Kind

_TRADERS = frozenset({Kind.MANUFACTURER, Kind.RECYCLER, Kind.PROCESSOR})


class Entry(msgspec.Struct, frozen=True):
    """A page in the menu; `label` is a key of its text."""

    path: str
    label: str
    kinds: frozenset[Kind] = frozenset(Kind)


ENTRIES = (
    Entry("/console", "nav.home"),
    Entry("/console/reviews", "nav.reviews", frozenset({Kind.COORDINATOR})),
    Entry("/console/specs", "nav.specs", frozenset({Kind.MANUFACTURER, Kind.PROCESSOR})),
    Entry("/console/lots", "nav.lots", frozenset({Kind.RECYCLER, Kind.PROCESSOR})),
    Entry("/console/offers", "nav.offers", _TRADERS),
    Entry("/console/upgrade-offers", "nav.upgrade_offers", frozenset({Kind.PROCESSOR})),
    Entry("/console/deals", "nav.deals", _TRADERS | {Kind.COORDINATOR}),
    Entry("/console/tenders", "nav.tenders", _TRADERS | {Kind.COORDINATOR}),
    Entry("/console/samples", "nav.samples", frozenset({Kind.LABORATORY})),
    Entry("/console/balance", "nav.balance"),
    Entry("/console/permits", "nav.permits", _TRADERS | {Kind.COORDINATOR}),
    Entry("/console/organisations", "nav.organisations", frozenset({Kind.COORDINATOR})),
    Entry("/console/settings", "nav.settings"),
)


def entries(visit: Visit) -> tuple[Entry, ...]:
    """The menu of whoever is signed in; nothing before."""
    if visit.session is None or not visit.signed_in:
        return ()
    return tuple(entry for entry in ENTRIES if visit.session.principal.kind in entry.kinds)
