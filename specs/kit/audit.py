"""The audit trail: one append-only row for each change, and for each look across tenants."""

from uuid import UUID

import msgspec

from specs.kit.tenancy import Work


async def record(
    work: Work, action: str, object_kind: str, object_id: UUID | None, rev: int | None = None, **detail: object
) -> None:
    """In the transaction of the change itself, so that neither is ever without the other."""
    await work.connection.execute(
        """insert into audit_event (tenant_id, at, actor, action, object_kind, object_id, rev, detail, request_id)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9)""",
        work.owner,
        work.at,
        work.actor,
        action,
        object_kind,
        object_id,
        rev,
        msgspec.json.encode(detail).decode(),
        work.request_id,
    )
