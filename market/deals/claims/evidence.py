"""Documents that prove a claim: the caller's own, linked to it and opened to the other side of the leg."""

from collections.abc import Sequence
from uuid import UUID

from market.deals.held import Held
from market.documents import service as documents
from market.documents.structs import DocumentLink, LinkedKind
from matching.fault import fault
from specs.kit.errors import Invalid, NotFound
from specs.kit.tenancy import Role, Work


async def show(work: Work, deal: Held, claim: UUID, seller: UUID, given: Sequence[UUID]) -> None:
    """From the engine and back to it; names of a deal that is struck are open. Raises Invalid, DocumentAwaiting."""
    other = seller if deal.caller == deal.buyer else deal.buyer
    await work.as_role(Role.TENANT)
    for i, document in enumerate(given):
        try:
            await documents.link(work, document, DocumentLink(LinkedKind.CLAIM, claim))
            await documents.share(work, document, other, LinkedKind.CLAIM.value, claim, names_open=True)
        except NotFound as missing:
            raise Invalid(faults=(fault(f"/evidence/{i}", "no_such_document"),)) from missing
    await work.as_role(Role.ENGINE)
