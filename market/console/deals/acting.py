"""How a form acts on a deal: the same service call as the API's, in one transaction, and back to the deal.

The form may carry `_version`, the deal as it was shown: whoever acts on an older one is told what happened since, and
nothing is changed. `_seen` is when that was.
"""

import functools
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from litestar import Response, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from market.alerts import service as notices
from market.console import forms, posted, uploads
from market.console.editing import overtaken, versions
from market.console.paths import local
from market.console.screen import Screen
from market.console.sending import once
from market.console.visit import Visit
from market.deals.acting import Asking
from market.deals.structs import DealDraft
from market.documents.structs import DocumentKind
from market.http.deals import PARTIES
from market.http.parts import Parts
from market.parties.structs import OrganisationKind as Kind
from specs.kit.errors import VersionMismatch
from specs.kit.idempotency import Answer
from specs.kit.tenancy import Role, Work
from specs.kit.versions import Versions

Fields = tuple[tuple[str, str], ...]
AT = "/console/deals/{id}"


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """A form that was sent: what it says, about which deal, and which noun of it."""

    parts: Parts
    work: Work
    asking: Asking
    deal: UUID
    fields: Fields
    inner: UUID | None = None
    # documents that the form brought as files
    files: tuple[UUID, ...] = ()

    @property
    def on(self) -> tuple[Work, Asking, UUID]:
        """What every service method of a deal begins with."""
        return self.work, self.asking, self.deal

    @property
    def noun(self) -> tuple[Work, Asking, UUID, UUID]:
        """The same, of an offer, sample, portion or claim of the deal."""
        if self.inner is None:
            raise TypeError("the path names no noun of the deal")
        return (*self.on, self.inner)

    def draft(self, type_: Any) -> Any:
        """The form as a value of the API's own type. Raises Refusal."""
        return forms.draft(self.fields, type_)


class _Changed(msgspec.Struct, frozen=True):
    updated_at: datetime


# nouns with a version of their own, and what reads one; the others change with their deal
_READ: Final[dict[str | None, Callable[[Parts], Callable[[Work, Asking, UUID, UUID], Awaitable[Answer]]]]] = {
    "deliveries": lambda parts: parts.deliveries.read,
    "claims": lambda parts: parts.claims.read,
    "samples": lambda parts: parts.samples.read,
}
Call = Callable[[Sent], Awaitable[Any]]


def act(
    path: str,
    call: Call,
    scope: str = "deals:write",
    kinds: Iterable[Kind] = PARTIES,
    *,
    brings: DocumentKind | None = None,
) -> HTTPRouteHandler:
    """The handler of a form on a deal. `brings`: what the files are that it may carry."""

    @post(
        f"/deals/{{id:uuid}}/{path}",
        name=f"console/{path}",
        request_max_body_size=uploads.most_of_a_form(brings),
        opt={"screen": Screen(kinds=frozenset(kinds), scope=scope, files=brings is not None)},
    )
    async def handle(id: FromPath[UUID], request: Visit) -> Response[Any]:
        return await run(request, id, call, brings=brings)

    return handle


def act_on(
    noun: str,
    path: str,
    call: Call,
    scope: str = "deals:write",
    kinds: Iterable[Kind] = PARTIES,
    *,
    brings: DocumentKind | None = None,
) -> HTTPRouteHandler:
    """The same, on a noun of a deal: one of its offers, samples, deliveries or claims."""

    @post(
        f"/deals/{{id:uuid}}/{noun}/{{inner:uuid}}/{path}",
        request_max_body_size=uploads.most_of_a_form(brings),
        opt={"screen": Screen(kinds=frozenset(kinds), scope=scope, files=brings is not None)},
    )
    async def handle(id: FromPath[UUID], inner: FromPath[UUID], request: Visit) -> Response[Any]:
        return await run(request, id, call, noun, inner, brings=brings)

    return handle


async def run(
    request: Visit,
    deal: UUID,
    call: Call,
    noun: str | None = None,
    inner: UUID | None = None,
    *,
    brings: DocumentKind | None = None,
    then: str | None = None,
) -> Response[Any]:
    """Do it, and see `then`: the deal, or the page that the form names in `next`."""
    fields = tuple(await posted.fields(request))
    own = dict(fields)
    there = local(own["next"]) if "next" in own else then or AT.format(id=deal)

    async def done(files: tuple[UUID, ...], work: Work) -> str:
        sent = Sent(
            parts=request.parts,
            work=work,
            asking=asking(request, versions(fields)),
            deal=deal,
            fields=fields,
            inner=inner,
            files=files,
        )
        await call(await _as_shown(sent, noun, own.get("_of")))
        await work.as_role(Role.TENANT)
        await notices.read_about(work, deal)
        return there

    try:
        async with _files(request, deal, own.get("_kind"), brings) as files:
            return await once(request, functools.partial(done, files))
    except VersionMismatch as mismatch:
        return await _changed(request, deal, own, mismatch)


@asynccontextmanager
async def _files(
    request: Visit, deal: UUID, said: str | None, brings: DocumentKind | None
) -> AsyncIterator[tuple[UUID, ...]]:
    """What the form brought, stored unless something refuses the rest. Raises NotFound before anything is stored."""
    if brings is None:
        yield ()
        return
    async with request.opened() as work:
        await request.parts.deals.read(work, asking(request), deal)
    async with uploads.stored(request, uploads.kind_of(said, brings)) as files:
        yield files


async def _as_shown(sent: Sent, noun: str | None, shown: str | None) -> Sent:
    """The same, under the version that its noun had when it last changed as the page says. Raises VersionMismatch."""
    if noun not in _READ:
        return sent
    free = msgspec.structs.replace(sent, asking=msgspec.structs.replace(sent.asking, if_match=None))
    if shown is None:
        return free
    answer = await _READ[noun](sent.parts)(*free.noun)
    await sent.work.as_role(Role.TENANT)
    if msgspec.json.decode(answer.body, type=_Changed).updated_at.isoformat() != shown:
        raise VersionMismatch
    return msgspec.structs.replace(free, asking=msgspec.structs.replace(free.asking, if_match=(answer.version,)))


async def propose(request: Visit, fields: Iterable[tuple[str, str]]) -> Response[Any]:
    """Open a deal as the form has it, and see it. Raises Refusal, and what the service raises."""
    draft = forms.draft(fields, DealDraft)

    async def opened(work: Work) -> str:
        return AT.format(id=(await request.parts.deals.open(work, asking(request), draft)).id)

    return await once(request, opened)


def asking(request: Visit, shown: Versions = None) -> Asking:
    """Who asks; `shown` is what their page showed."""
    return Asking(principal=request.principal, language=request.language, if_match=shown)


async def _changed(request: Visit, deal: UUID, own: dict[str, str], mismatch: VersionMismatch) -> Response[Any]:
    """412 with what happened since the page was made."""
    async with request.opened() as work:
        trail = await request.parts.deals.events(work, asking(request), deal, 20)
    since = None
    with suppress(ValueError):
        since = datetime.fromisoformat(own.get("_seen", ""))
    events = [event for event in trail.items if since is None or since.tzinfo is None or event.at > since]
    return await overtaken(
        request,
        "deal-changed",
        deal=deal,
        shown=own.get("_version"),
        now=mismatch.params.get("version"),
        events=events,
    )
