"""Documents that one side of a deal lays before the other: shared with whom the leg concerns, and with nobody else."""

from typing import Final
from uuid import UUID

from market.deals import transition
from market.deals.errors import DealOver
from market.deals.held import Held
from market.deals.machine import Actor
from market.deals.structs import DealDocument, DealDocuments, PaperDraft
from market.documents import queries
from market.documents import service as documents
from market.documents.structs import DocumentKind, DocumentLink, DocumentState, LinkedKind, MediaType
from market.parties.structs import Principal
from matching.fault import fault
from specs.kit.errors import Invalid
from specs.kit.tenancy import Role, Work

WHY: Final = "deal"


async def share(work: Work, deal: Held, draft: PaperDraft) -> None:
    """One's own document, opened to the other side; the deal is locked. Raises as `Deals.share` does."""
    if deal.status.over:
        raise DealOver({"status": deal.status.value})
    legs = [leg for leg in deal.seen_legs if draft.leg_id in (None, leg.id)]
    if not legs:
        raise Invalid(faults=(fault("/leg_id", "no_such_leg"),))
    viewers = [leg.seller_tenant for leg in legs] if deal.actor is Actor.BUYER else [deal.buyer]
    await work.as_role(Role.TENANT)
    for viewer in viewers:
        await documents.share(work, draft.document_id, viewer, WHY, deal.id, names_open=deal.names_open)
    await documents.link(work, draft.document_id, DocumentLink(LinkedKind.DEAL, deal.id))
    for leg in legs:
        await transition.note(work, deal, "share_document", {"document": draft.document_id}, leg.id)


async def of_deal(work: Work, principal: Principal, deal_id: UUID) -> DealDocuments:
    """What the caller laid before others, and what others laid before it; for a coordinator all. Raises NotFound."""
    deal = await transition.read(work, principal, deal_id)
    if deal.actor is Actor.COORDINATOR:
        await work.as_role(Role.COORDINATOR)
        rows = await queries.linked(work, deal.id)
    else:
        await work.as_role(Role.TENANT)
        rows = await queries.linked(work, deal.id)
        await work.as_role(Role.COUNTERPARTY)
        rows += await queries.shared(work, deal.id)
    return DealDocuments(
        items=tuple(
            DealDocument(
                id=row["id"],
                by=deal.actor_of(row["tenant_id"]),
                kind=DocumentKind(row["kind"]),
                name=documents.name_for(row),
                media_type=MediaType(row["media_type"]),
                state=DocumentState(row["state"]),
            )
            for row in sorted(rows, key=lambda row: row["id"])
        )
    )
