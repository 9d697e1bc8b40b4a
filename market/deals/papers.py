"""Documents that one side of a deal lays before the other: shared with whom the leg concerns, and with nobody else."""

from collections.abc import Sequence
from typing import Any, Final
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
    return DealDocuments(items=await _about(work, deal, (deal.id,)))


async def evidence(work: Work, principal: Principal, deal_id: UUID, claims: Sequence[UUID]) -> dict[UUID, DealDocument]:
    """By id, the documents that prove claims which the caller was shown, and answers to them. Raises NotFound."""
    deal = await transition.read(work, principal, deal_id)
    return {one.id: one for one in await _about(work, deal, claims)}


async def _about(work: Work, deal: Held, objects: Sequence[UUID]) -> tuple[DealDocument, ...]:
    if deal.actor is Actor.COORDINATOR:
        await work.as_role(Role.COORDINATOR)
        rows = await queries.linked(work, objects)
    else:
        await work.as_role(Role.TENANT)
        rows = await queries.linked(work, objects)
        await work.as_role(Role.COUNTERPARTY)
        rows += await queries.shared(work, objects)
    return tuple(_shown(deal, row) for row in sorted(rows, key=lambda row: row["id"]))


def _shown(deal: Held, row: Any) -> DealDocument:
    content = documents.content_for(row)
    return DealDocument(
        id=row["id"],
        by=deal.actor_of(row["tenant_id"]),
        kind=DocumentKind(row["kind"]),
        name=documents.name_for(row),
        media_type=MediaType(row["media_type"]),
        size=None if content is None else content.size,
        state=DocumentState(row["state"]),
    )
