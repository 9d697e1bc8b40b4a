"""What a kind of organisation may do; a key's scopes and its person's role narrow it further."""

from market.parties.structs import OrganisationKind, Scope, UserRole

_EVERYONE = frozenset(
    {
        Scope.LISTINGS_READ,
        Scope.MATCHES_READ,
        Scope.EVALUATIONS_WRITE,
        Scope.ADVICE_WRITE,
        Scope.BLENDS_WRITE,
        Scope.UPGRADES_WRITE,
        Scope.ALLOCATIONS_WRITE,
        Scope.INVESTMENTS_WRITE,
        Scope.SITINGS_WRITE,
        Scope.DEALS_READ,
        Scope.TENDERS_READ,
        Scope.DOCUMENTS_READ,
        Scope.PERMITS_READ,
        Scope.SAMPLES_WRITE,
        Scope.JOBS_READ,
        Scope.JOBS_WRITE,
        Scope.KEYS_WRITE,
        Scope.BALANCE_READ,
        Scope.NOTICES_READ,
        Scope.NOTICES_WRITE,
        Scope.ORGANISATIONS_READ,
        Scope.ORGANISATIONS_WRITE,
    }
)
_TRADERS = _EVERYONE | {
    Scope.LISTINGS_WRITE,
    Scope.DEALS_WRITE,
    Scope.TENDERS_WRITE,
    Scope.DOCUMENTS_WRITE,
    Scope.PERMITS_WRITE,
}
# an evaluation stores nothing, so whoever only looks may ask for one
_VIEWERS = frozenset({s for s in Scope if s.value.endswith(":read")} | {Scope.EVALUATIONS_WRITE})

SCOPES: dict[OrganisationKind, frozenset[Scope]] = {
    OrganisationKind.MANUFACTURER: _TRADERS,
    OrganisationKind.RECYCLER: _TRADERS,
    OrganisationKind.PROCESSOR: _TRADERS,
    OrganisationKind.LABORATORY: _EVERYONE | {Scope.DOCUMENTS_WRITE},
    OrganisationKind.COORDINATOR: _EVERYONE
    | {
        Scope.ALLOCATIONS_READ,
        Scope.INVESTMENTS_READ,
        Scope.DEALS_WRITE,
        Scope.PERMITS_CHECK,
        Scope.FREIGHT_WRITE,
    },
}

# who publishes what
WRITERS: dict[str, frozenset[OrganisationKind]] = {
    "spec": frozenset({OrganisationKind.MANUFACTURER, OrganisationKind.PROCESSOR}),
    "lot": frozenset({OrganisationKind.RECYCLER, OrganisationKind.PROCESSOR}),
    "upgrade_offer": frozenset({OrganisationKind.PROCESSOR}),
    "permit": frozenset({OrganisationKind.MANUFACTURER, OrganisationKind.RECYCLER, OrganisationKind.PROCESSOR}),
    # a coordinator looks at what others prove
    "document": frozenset(OrganisationKind) - {OrganisationKind.COORDINATOR},
}


def effective(scopes: frozenset[Scope], kind: OrganisationKind, role: UserRole | None) -> frozenset[Scope]:
    """What a key opens: its own scopes, within its organisation's kind and its person's role."""
    allowed = scopes & SCOPES[kind]
    return allowed & _VIEWERS if role is UserRole.VIEWER else allowed


def manages(role: UserRole | None) -> bool:
    """Who decides who acts for an organisation: a key of the whole organisation, and its administrators."""
    return role in (None, UserRole.ADMIN)
