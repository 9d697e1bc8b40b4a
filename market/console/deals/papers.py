"""Documents that one side lays before the other: those that it has, or files that become some."""

from typing import Any

from market.console.deals.acting import Sent, act
from market.console.uploads import missing
from market.deals.structs import PaperDraft
from market.documents.structs import DocumentKind


async def _share(sent: Sent) -> Any:
    await sent.parts.deals.share(*sent.on, sent.draft(PaperDraft))


async def _bring(sent: Sent) -> Any:
    if not sent.files:
        raise missing()
    for document in sent.files:
        await sent.parts.deals.share(*sent.on, PaperDraft(document_id=document))


handlers = [act("documents", _share), act("files", _bring, brings=DocumentKind.OTHER)]
