"""Files of a form as documents: announced and streamed into the store, and taken back where the rest is refused.

What a file is, its name tells; that it is so, its bytes have to show. Nothing is kept of a form that came to nothing.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, Final
from uuid import UUID

from litestar.types import Empty
from litestar.types.empty import EmptyType

from market.console.incoming import Arriving
from market.console.visit import Visit
from market.documents import service as documents
from market.documents.contents import MEGABYTE
from market.documents.errors import (
    ContentActive,
    ContentDiffers,
    ContentHidden,
    DocumentEmpty,
    DocumentInUse,
    DocumentTooLarge,
)
from market.documents.structs import EXTENSIONS, DocumentDraft, DocumentKind, DocumentLink, MediaType
from market.http.refusal import Refusal
from market.parties.structs import Scope
from matching.fault import Fault, fault
from specs.kit.errors import Invalid, NotFound
from specs.kit.errors import Refusal as Rule

FILES: Final = "/files"
MOST_FILES: Final = 10
_MOST_NAME: Final = 200
ENDINGS: Final = tuple(ending for endings in EXTENSIONS.values() for ending in endings)
# what is wrong with one file and not with the form or the hour
_OF_THE_FILE: Final[dict[type[Rule], str]] = {
    DocumentTooLarge: "file_too_large",
    DocumentEmpty: "file_empty",
    ContentDiffers: "file_differs",
    ContentActive: "file_active",
    ContentHidden: "file_hidden",
}


def kind_of(said: str | None, otherwise: DocumentKind) -> DocumentKind:
    """What the person said that the files are, as far as it is a kind."""
    return DocumentKind(said) if said in tuple(DocumentKind) else otherwise


def most_of_a_form(brings: object) -> int | EmptyType | None:
    """`request_max_body_size` of a form: one with files is read as it comes, and each of them has its own limit."""
    return Empty if brings is None else None


def missing() -> Invalid:
    """What a form that is nothing without a file is refused with."""
    return Invalid(faults=(fault(FILES, "files_missing"),))


@asynccontextmanager
async def stored(visit: Visit, kind: DocumentKind) -> AsyncIterator[tuple[UUID, ...]]:
    """The files of the form as documents of the visitor's own, deleted again if what follows raises.

    Raises Invalid, which points at the file, Refusal, and what an upload raises that is not of the file.
    """
    kept: list[UUID] = []
    try:
        if visit.incoming is not None:
            async for file in visit.incoming.files():
                await _store(visit, file, kind, kept)
        yield tuple(kept)
    except BaseException:
        for document in kept:
            with suppress(DocumentInUse, NotFound):
                await visit.parts.contents.delete(visit.opened, document)
        raise


async def linked(visit: Visit, kind: DocumentKind, links: Sequence[DocumentLink]) -> None:
    """The files of the form as documents that speak of things which are the visitor's own; at least one is needed."""
    async with stored(visit, kind) as made:
        if not made:
            raise missing()
        async with visit.opened() as work:
            for document in made:
                for link in links:
                    await documents.link(work, document, link)


async def _store(visit: Visit, file: Arriving, kind: DocumentKind, kept: list[UUID]) -> None:
    if not visit.may(Scope.DOCUMENTS_WRITE):
        raise Refusal("missing_scope", {"scope": Scope.DOCUMENTS_WRITE})
    at = f"{FILES}/{len(kept)}"
    media_type = _media_type(file.name)
    if len(kept) >= MOST_FILES:
        raise Invalid(faults=(fault(FILES, "too_many_files", most=MOST_FILES),))
    if media_type is None:
        raise Invalid(faults=(fault(at, "file_type", file=file.name, allowed=list(ENDINGS)),))
    if len(file.name) > _MOST_NAME:
        raise Invalid(faults=(fault(at, "file_name_long", most=_MOST_NAME),))
    try:
        async with visit.opened() as work:
            draft = DocumentDraft(name=file.name, media_type=media_type, kind=kind)
            kept.append((await documents.create(work, draft)).id)
        await visit.parts.contents.put(visit.opened, kept[-1], file.content)
    except Invalid as refused:
        raise Invalid(faults=tuple(Fault(at, one.code, one.params) for one in refused.faults)) from None
    except tuple(_OF_THE_FILE) as refused:
        told: dict[str, Any] = {"file": file.name, "megabytes": visit.parts.contents.most // MEGABYTE}
        raise Invalid(faults=(fault(at, _OF_THE_FILE[type(refused)], **told),)) from None


def _media_type(name: str) -> MediaType | None:
    """By the ending: what browsers say of a file depends on what else is installed."""
    return next((one for one, endings in EXTENSIONS.items() if name.lower().endswith(endings)), None)
