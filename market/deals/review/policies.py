"""A coordinator's own policy, and those that a deal falls under."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import msgspec

from market.deals.review.policy import ReviewPolicy, ReviewPolicyDraft, faults
from matching.reference import Catalogue
from specs.kit import audit, versions
from specs.kit.errors import Invalid, VersionMismatch
from specs.kit.idempotency import Answer
from specs.kit.tenancy import Work
from specs.kit.wire import encode

_DRAFT: Final = msgspec.json.Decoder(ReviewPolicyDraft)
_READ: Final = "select tenant_id, version, content, updated_at from review_policy where tenant_id = any ($1::uuid[])"
_FIRST: Final = """insert into review_policy (tenant_id, version, content, updated_at) values ($1, 1, $2, $3)
on conflict (tenant_id) do nothing returning version"""
_NEXT: Final = """update review_policy set version = version + 1, content = $2, updated_at = $3
where tenant_id = $1 and version = $4 returning version"""


async def of(work: Work, coordinators: Sequence[UUID]) -> dict[UUID, ReviewPolicy]:
    """Of each, the default where it has set none; as the engine, or one's own."""
    rows = {row["tenant_id"]: row for row in await work.connection.fetch(_READ, coordinators)}
    return {tenant: _policy(rows.get(tenant)) for tenant in coordinators}


async def read(work: Work) -> Answer:
    """The tenant's own."""
    return _answer(work.owner, (await of(work, (work.owner,)))[work.owner])


async def put(work: Work, draft: ReviewPolicyDraft, if_match: tuple[int, ...] | None, catalogue: Catalogue) -> Answer:
    """Replace the tenant's own. Raises Invalid, and VersionMismatch where another was faster."""
    found = tuple(faults(draft, catalogue))
    if found:
        raise Invalid(faults=found)
    before = (await of(work, (work.owner,)))[work.owner].version
    versions.check(before, if_match)
    content = encode(draft).decode()
    if before:
        version = await work.connection.fetchval(_NEXT, work.owner, content, work.at, before)
    else:
        version = await work.connection.fetchval(_FIRST, work.owner, content, work.at)
    if version is None:
        raise VersionMismatch
    await audit.record(work, "set", "review_policy", work.owner, version)
    return await read(work)


def _policy(row: Any) -> ReviewPolicy:
    if row is None:
        return ReviewPolicy()
    draft = _DRAFT.decode(row["content"])
    return ReviewPolicy(**msgspec.structs.asdict(draft), version=row["version"], updated_at=row["updated_at"])


def _answer(tenant: UUID, policy: ReviewPolicy) -> Answer:
    return Answer(id=tenant, rev=policy.version, version=policy.version, body=encode(policy))
