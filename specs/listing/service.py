"""The life of a listing, said once for specs and lots."""

from typing import Any, Generic
from uuid import UUID

from msgspec import UNSET, DecodeError

from specs.catalogue.loader import catalogue
from specs.kit import clock, idempotency, ids, paging, versions, wire
from specs.kit.errors import Invalid, NotFound, Unavailable, VersionMismatch
from specs.kit.idempotency import Answer, Heading, Idempotency
from specs.kit.tenancy import Work
from specs.kit.versions import Versions
from specs.listing import queries, representation
from specs.listing.errors import BelowReserved, ListingClosed, NotADraft, WindowPassed
from specs.listing.queries import Keeping
from specs.listing.statements import Statements
from specs.listing.structs import KG, Content, Filing, Filters, Kind, Status


class Listings(Generic[Content]):
    """Specs or lots of the caller's own organisation. Every method is one unit of work's worth."""

    def __init__(self, kind: Kind[Content]) -> None:
        self.kind: Kind[Content] = kind
        self.sql = Statements(kind.table, kind.codes)

    async def create(
        self, work: Work, draft: Content, *, request: Idempotency | None = None, publish: bool = False
    ) -> Answer:
        """A new draft, or at once an active listing, in one statement: the work need not have begun.

        Raises Invalid with every fault, WindowPassed.
        """
        filing = self.kind.file(draft)
        columns = self._checked(filing)
        status = Status.ACTIVE if publish else Status.DRAFT
        if publish and columns.window_until < clock.today(work.at):
            raise WindowPassed
        listing, content = ids.new_id(), wire.encode(filing.content).decode()
        head = representation.Head(
            id=listing,
            rev=1,
            status=status.value,
            remaining_tonnes=columns.kg / KG,
            created_at=work.at,
            updated_at=work.at,
            published_at=work.at if publish else None,
            expires_on=columns.window_until,
        )
        body = representation.representation(head, content)
        answer = Answer(id=listing, rev=1, version=1, body=body, status=201)
        made = await queries.create(
            work,
            self.sql,
            listing,
            status=status,
            columns=columns,
            content=content,
            assays=filing.added,
            keeping=_keeping(request, answer),
        )
        if made:
            return answer
        await work.begin()
        return await self._first(work, request)

    async def read(self, work: Work, listing: UUID) -> Answer:
        """One listing of the caller's own. Raises NotFound."""
        row = await queries.read(work, self.sql, listing)
        if row is None:
            raise NotFound
        return _answer(row)

    async def page(
        self, work: Work, filters: Filters, limit: int, cursor: str | None = None, *, overseen: bool = False
    ) -> bytes:
        """`{"items": […], "next_cursor": …}`, newest first. Raises InvalidCursor.

        `overseen`: what others published, under a coordinator's role; each item names its `organisation_id`.
        """
        scope = (self.sql.table, work.owner, filters, overseen)
        after = paging.read(work.secret, scope, cursor, UUID) if cursor else None
        rows = await queries.page(work, self.sql, filters, after, limit + 1, overseen=overseen)
        more = paging.onward(work.secret, scope, rows, limit)
        items = [representation.of_row(row, row["tenant_id"] if overseen else UNSET) for row in rows[:limit]]
        return representation.page(items, more)

    async def patch(self, work: Work, listing: UUID, body: bytes, if_match: Versions) -> Answer:
        """Merge (RFC 7396) into a new revision; None in `if_match` takes any version.

        Raises msgspec.DecodeError, its ValidationError where the merged document has another shape, Invalid where
        it breaks rules, VersionMismatch, ListingClosed, BelowReserved, WindowPassed, NotFound.
        """
        row = await self._locked(work, listing, if_match)
        previous = self.kind.decode(row["content"])
        filing = self._refiled(row["content"], body, previous)
        columns = self._checked(filing)
        reserved = self._reserved(row, previous)
        if columns.kg < reserved:
            raise BelowReserved({"reserved_tonnes": reserved / KG})
        if row["status"] == Status.ACTIVE and columns.window_until < clock.today(work.at):
            raise WindowPassed
        content = wire.encode(filing.content).decode()
        made = await queries.patch(
            work,
            self.sql,
            listing,
            version=row["version"],
            columns=columns,
            content=content,
            assays=filing.added,
            dropped=filing.dropped,
        )
        if made is None:
            raise VersionMismatch
        changed = dict(row) | {
            "rev": made["rev"],
            "version": made["version"],
            "remaining_kg": columns.kg - reserved,
            "updated_at": work.at,
            "window_until": columns.window_until,
            "content": content,
        }
        return _answer(changed)

    async def publish(
        self, work: Work, listing: UUID, if_match: Versions = None, request: Idempotency | None = None
    ) -> Answer:
        """Draft to active. Raises NotADraft, WindowPassed, VersionMismatch, NotFound."""
        return await self._turn(work, listing, to=Status.ACTIVE, action="publish", if_match=if_match, request=request)

    async def withdraw(
        self, work: Work, listing: UUID, if_match: Versions = None, request: Idempotency | None = None
    ) -> Answer:
        """Draft or active to cancelled. Raises ListingClosed, VersionMismatch, NotFound."""
        return await self._turn(
            work, listing, to=Status.CANCELLED, action="withdraw", if_match=if_match, request=request
        )

    async def revisions(self, work: Work, listing: UUID, limit: int, cursor: str | None = None) -> bytes:
        """Every content that the listing had, newest first, as a page. Raises NotFound, InvalidCursor."""
        scope = (self.sql.table, "revisions", work.owner, listing)
        before = paging.read(work.secret, scope, cursor, int) if cursor else 2**31 - 1
        rows = await queries.revisions(work, self.sql, listing, before, limit + 1)
        if not rows:
            raise NotFound
        more = paging.onward(work.secret, scope, rows, limit, "rev")
        return representation.page([representation.revision(row) for row in rows[:limit]], more)

    async def revision(self, work: Work, listing: UUID, rev: int) -> bytes:
        """One revision. Raises NotFound."""
        row = await queries.revision(work, self.sql, listing, rev)
        if row is None:
            raise NotFound
        return representation.revision(row)

    async def _turn(
        self,
        work: Work,
        listing: UUID,
        *,
        to: Status,
        action: str,
        if_match: Versions,
        request: Idempotency | None,
    ) -> Answer:
        row = await queries.lock(work, self.sql, listing)
        if row is None:
            raise NotFound
        # asked behind the lock: a rival with the same key has committed by now
        first = await idempotency.stored(work, request)
        if first is not None:
            return first
        versions.check(row["version"], if_match)
        _check_turn(row, to, work)
        changed = dict(row) | {"status": to.value, "version": row["version"] + 1, "updated_at": work.at}
        if to is Status.ACTIVE:
            changed["published_at"] = work.at
        answer = _answer(changed)
        tell = Status.ACTIVE in (to, row["status"])
        made = await queries.turn(
            work,
            self.sql,
            listing,
            version=row["version"],
            status=to,
            action=action,
            tell=tell,
            keeping=_keeping(request, answer),
        )
        return answer if made else await self._first(work, request)

    async def _locked(self, work: Work, listing: UUID, if_match: Versions) -> Any:
        row = await queries.lock(work, self.sql, listing)
        if row is None:
            raise NotFound
        versions.check(row["version"], if_match)
        if Status(row["status"]).closed:
            raise ListingClosed({"status": row["status"]})
        return row

    async def _first(self, work: Work, request: Idempotency | None) -> Answer:
        """The answer of the one who held the key."""
        first = await idempotency.stored(work, request)
        if first is None:
            raise Unavailable
        return first

    def _refiled(self, content: str, body: bytes, previous: Content) -> Filing[Content]:
        try:
            return self.kind.refile(wire.merged(wire.plain(content), wire.plain(body)), previous)
        except RecursionError:
            raise DecodeError("nested too deeply") from None

    def _checked(self, filing: Filing[Content]) -> Any:
        faults = self.kind.faults(filing.posted, catalogue())
        if faults:
            raise Invalid(faults=faults)
        return self.kind.columns(filing.content)

    def _reserved(self, row: Any, previous: Content) -> int:
        return self.kind.columns(previous).kg - int(row["remaining_kg"])


def _check_turn(row: Any, to: Status, work: Work) -> None:
    now = Status(row["status"])
    if to is Status.ACTIVE:
        if now is not Status.DRAFT:
            raise NotADraft({"status": now.value})
        if row["window_until"] < clock.today(work.at):
            raise WindowPassed({"until": row["window_until"].isoformat()})
    elif now.closed:
        raise ListingClosed({"status": now.value})


def _answer(row: Any) -> Answer:
    return Answer(id=row["id"], rev=row["rev"], version=row["version"], body=representation.of_row(row))


def _keeping(request: Idempotency | None, answer: Answer) -> Keeping:
    heading = wire.encode(Heading(answer.id, answer.rev, answer.version)).decode()
    return Keeping(request, answer.status, heading, answer.body)
