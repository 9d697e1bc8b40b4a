"""All that one page of a deal shows, read through the services, each under the reader's own policies."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import msgspec

from market.alerts import service as notices
from market.console.deals.acting import asking
from market.console.reading import decoded, offered
from market.console.visit import Visit
from market.deals import papers
from market.deals.account.structs import Account
from market.deals.claims.structs import Claim
from market.deals.contract.structs import Contract
from market.deals.deliveries.structs import Delivery
from market.deals.machine import Actor, Status
from market.deals.offers.structs import Offer
from market.deals.review import history
from market.deals.review.structs import Review
from market.deals.samples.machine import Act
from market.deals.samples.structs import Sample
from market.deals.structs import Deal, DealDocument, DealEvent
from market.documents import service as papers_of
from market.documents.structs import Document, DocumentFilters, DocumentPage, DocumentState
from market.parties import laboratories
from market.parties.structs import Laboratory
from specs.kit.tenancy import Role, Work

MOST = 50
UMPIRES = frozenset({Act.PROPOSE_UMPIRE, Act.NAME_UMPIRE})
# from these on there are such things at all
_CONTRACTED = frozenset({Status.CONTRACTED, Status.DELIVERING, Status.DISPUTED, Status.COMPLETED})


class Whole(msgspec.Struct, frozen=True, kw_only=True):
    """A deal with everything that hangs on it, and the version that a form on it names."""

    deal: Deal
    version: int
    offers: tuple[Offer, ...]
    reviews: tuple[Review, ...]
    events: tuple[DealEvent, ...]
    documents: tuple[DealDocument, ...]
    shares: bool
    own_documents: tuple[Document, ...]
    contract: Contract | None
    account: Account | None
    samples: tuple[Sample, ...]
    deliveries: tuple[Delivery, ...]
    claims: tuple[Claim, ...]
    evidence: dict[UUID, DealDocument]
    laboratories: tuple[Laboratory, ...]
    # notices of it and its parts that its reader may mark as read
    unread: int

    def proofs(self, claim: Claim) -> list[DealDocument]:
        """What the claimant brought, what the other side did with its answers, and what was added."""
        answered = (one for answer in claim.answers for one in answer.evidence)
        added = (one for more in claim.added for one in more.evidence)
        named = (*claim.evidence, *answered, *added)
        return [self.evidence[one] for one in named if one in self.evidence]


async def whole(request: Visit, deal: UUID) -> Whole:
    """In one transaction. Raises NotFound."""
    parts, who = request.parts, asking(request)
    async with request.opened() as work:
        answer = await parts.deals.read(work, who, deal)
        found = offered(request, "deals:write", decoded(answer, Deal))
        moving = found.status in _CONTRACTED

        async def when(there: bool, read: Callable[[Work], Awaitable[Any]]) -> Any:
            await work.as_role(Role.TENANT)
            return await read(work) if there else None

        struck = found.status.struck
        offers = await when(True, lambda work: parts.deals.offers(work, who, deal))
        reviews = await when(True, lambda work: history.page(work, who.principal, deal, who.language, MOST))
        trail = await when(True, lambda work: parts.deals.events(work, who, deal, MOST))
        shares = _shares(request, found)
        own = await when(shares, lambda work: papers_of.page(work, who.principal, DocumentFilters(), MOST))
        documents = await when(True, lambda work: papers.of_deal(work, who.principal, deal))
        contract = await when(struck, lambda work: parts.deals.contract(work, who, deal))
        account = await when(struck, lambda work: parts.deals.account(work, who, deal))
        samples = await when(struck, lambda work: parts.samples.page(work, who, deal, MOST))
        deliveries = await when(moving, lambda work: parts.deliveries.page(work, who, deal, MOST))
        claims = await when(moving, lambda work: parts.claims.page(work, who, deal, MOST))
        proved = tuple(one.id for one in claims.items) if claims else ()
        evidence = await when(bool(proved), lambda work: papers.evidence(work, who.principal, deal, proved))
        disputed = samples is not None and any(UMPIRES & set(one.allowed) for one in samples.items)
        unread = await when(request.may("notices:write"), lambda work: notices.unread_about(work, deal))
        umpires = await when(disputed, lambda work: laboratories.page(work, who.principal, MOST))
    return Whole(
        deal=found,
        version=answer.version,
        offers=offers.items,
        reviews=reviews.items,
        events=trail.items,
        documents=documents.items,
        shares=shares,
        own_documents=_ready(own) if own else (),
        contract=contract,
        account=account,
        samples=tuple(offered(request, "samples:write", one) for one in samples.items) if samples else (),
        deliveries=tuple(offered(request, "deals:write", one) for one in deliveries.items) if deliveries else (),
        claims=tuple(offered(request, "deals:write", one) for one in claims.items) if claims else (),
        evidence=evidence or {},
        laboratories=umpires.items if umpires else (),
        unread=unread or 0,
    )


def _shares(request: Visit, deal: Deal) -> bool:
    """Only a side lays something before the other."""
    return request.may("documents:write") and deal.side is not Actor.COORDINATOR and not deal.status.over


def _ready(page: bytes) -> tuple[Document, ...]:
    found = msgspec.json.decode(page, type=DocumentPage).items
    return tuple(one for one in found if one.state is DocumentState.READY)
