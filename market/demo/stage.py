"""Where scenes are played: the services that the API has, and work in the name of one party after the other."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from market.deals.acting import Asking
from market.deals.claims.service import Claims
from market.deals.deliveries.service import Deliveries
from market.deals.samples.service import Samples
from market.deals.service import Deals
from market.demo import queries
from market.documents.contents import Contents
from market.matches.current import Current
from market.parties.rights import SCOPES
from market.parties.structs import OrganisationKind, Principal
from specs.catalogue.loader import catalogue
from specs.kit.tenancy import Role, Work

# what the parties of the demo read
LANGUAGE: Final = "ja"


class Stage:
    """For one loading. After a scene that was rolled back another stage is needed: this one has seen what never was."""

    def __init__(
        self, parties: Mapping[UUID, OrganisationKind], listings: Mapping[str, UUID], contents: Contents | None
    ) -> None:
        self.current = Current(catalogue())
        self.deals = Deals(self.current)
        self.samples = Samples(self.current)
        self.deliveries = Deliveries(self.current)
        self.claims = Claims()
        self.contents = contents
        self.listings = listings
        self._parties = parties

    def principal(self, work: Work) -> Principal:
        """The party in whose name the work is, as if it had come with a key; nobody's key is named in the trail."""
        kind = self._parties[work.owner]
        return Principal(tenant=work.owner, kind=kind, verified=True, key=work.owner, scopes=frozenset(SCOPES[kind]))

    def asking(self, work: Work) -> Asking:
        """The same, as a deal is asked."""
        return Asking(principal=self.principal(work), language=LANGUAGE)


async def turn(work: Work, party: UUID | None, at: datetime) -> Work:
    """The same transaction at another instant in the name of another party, or of the system as the engine."""
    await queries.enter(work.connection, party)
    other = Work(work.connection, party, work.secret, at=at)
    await other.as_role(Role.ENGINE if party is None else Role.TENANT)
    return other
