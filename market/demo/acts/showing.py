"""Documents that a side lays before the other; where the installation has no place for documents, there are none."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from market.deals.structs import PaperDraft
from market.demo.acts.act import Act, Plot
from market.demo.stage import Stage
from market.documents import service as documents
from market.documents.structs import DocumentDraft, DocumentKind, MediaType
from specs.kit.tenancy import Role, Work


class Upload(Act, frozen=True, kw_only=True, tag="upload"):
    """A table as a laboratory or a weighbridge would print it, one line each."""

    kind: DocumentKind
    name: str
    lines: tuple[str, ...]

    async def play(self, stage: Stage, plot: Plot, work: Work) -> None:
        """The document of the scene from here on."""
        if stage.contents is None:
            return

        @asynccontextmanager
        async def opened() -> AsyncIterator[Work]:
            yield work

        draft = DocumentDraft(name=self.name, media_type=MediaType.CSV, kind=self.kind)
        plot.document = (await documents.create(work, draft)).id
        await stage.contents.put(opened, plot.document, self._bytes())

    async def _bytes(self) -> AsyncIterator[bytes]:
        yield "".join(f"{line}\r\n" for line in self.lines).encode("utf-8-sig")


class ShowDocument(Act, frozen=True, kw_only=True, tag="show_document"):
    """The newest document of the scene, to the other side of the deal."""

    async def play(self, stage: Stage, plot: Plot, work: Work) -> None:
        """Read by both sides and their coordinators."""
        if plot.document is not None:
            await work.as_role(Role.TENANT)
            draft = PaperDraft(document_id=plot.document)
            await stage.deals.share(work, stage.asking(work), plot.subject, draft)
