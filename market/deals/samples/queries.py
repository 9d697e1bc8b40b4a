"""SQL of samples. Reading is under the reader's own policies, which keep results sealed; writing the engine's."""

# ruff: noqa: S608 - the texts that are put together are constants of this program; values are parameters

from datetime import date
from typing import Any, Final
from uuid import UUID

from market.deals.contract.structs import ContractTerms
from market.deals.held import Held
from market.deals.samples.sample import Filed, HeldSample
from specs.kit.tenancy import Work
from specs.kit.wire import encode

Row = Any

_COLUMNS: Final = """id, deal_id, leg_id, seller_tenant, lot_id, no, version, state, filed, umpire, opened_at, content,
  created_at, updated_at"""
_READ: Final = f"select {_COLUMNS} from sample where tenant_id = $1 and deal_id = $2 and id = $3"
_OF_DEAL: Final = f"select {_COLUMNS} from sample where tenant_id = $1 and deal_id = $2 order by id"
_PAGE: Final = f"""select {_COLUMNS} from sample where tenant_id = $1 and deal_id = $2
  and ($3::uuid is null or id < $3) order by id desc limit $4"""
_ASKED: Final = f"select {_COLUMNS} from sample where umpire = $1 and id = $2"
_ASKED_PAGE: Final = f"""select {_COLUMNS} from sample where umpire = $1 and ($2::uuid is null or id < $2)
  and ($4::boolean is null or (state = 'with_umpire') = $4) order by id desc limit $3"""
_ADD: Final = """insert into sample (tenant_id, id, deal_id, leg_id, seller_tenant, lot_id, no, version, state, content,
  created_at, updated_at)
select $1, $2, $3, $4, $5, $6, coalesce(max(no), 0) + 1, 1, 'requested', $7, $8, $8
from sample where tenant_id = $1 and leg_id = $4 returning no"""
_SAVE: Final = """update sample set version = version + 1, state = $3, filed = $4, umpire = $5, opened_at = $6,
  content = $7, updated_at = $8
where tenant_id = $1 and id = $2"""
_RESULTS: Final = """select sample_id, side, by_tenant, content, salt, digest, filed_at from sample_result
where tenant_id = $1 and sample_id = any ($2::uuid[]) order by side"""
_OWN_RESULT: Final = """select side, by_tenant, content, salt, digest, filed_at from sample_result
where sample_id = $1 and by_tenant = $2"""
_FILE: Final = """insert into sample_result
  (tenant_id, sample_id, side, deal_id, leg_id, seller_tenant, by_tenant, content, salt, digest, filed_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"""
_LABORATORY: Final = """select name from organisation
where id = $1 and kind = 'laboratory' and verified_at is not null"""
# of deals that are sampling, received so many days ago as their contract allows for results
_AWAITED: Final = f"""select {", ".join(f"s.{name.strip()}" for name in _COLUMNS.split(","))}
from deal d join sample s on s.tenant_id = d.tenant_id and s.deal_id = d.id and s.state = 'received'
join offer o on o.tenant_id = s.tenant_id and o.leg_id = s.leg_id and o.state = 'accepted'
where d.status = 'sampling' and (s.content->'receiving'->>'received_on')::date
  + coalesce((o.content->'contract'->>'result_days')::integer, $2)"""
_DUE: Final = f"{_AWAITED} = $1 order by s.id"
# what another transaction holds is changing just now, and comes with the next run
_LATE: Final = f"{_AWAITED} < $1 order by d.id, s.id limit $3 for update of d skip locked"
_OPEN: Final = """select exists (select from sample where tenant_id = $1 and deal_id = $2
  and ($3::uuid is null or leg_id = $3) and state not in ('settled', 'cancelled'))"""


async def read(work: Work, deal: Held, sample: UUID) -> Row | None:
    """As far as the current role may see it."""
    return await work.connection.fetchrow(_READ, deal.buyer, deal.id, sample)


async def of_deal(work: Work, deal: Held) -> list[Row]:
    """All of them, in the order in which they were requested; as far as the current role may see them."""
    rows: list[Row] = await work.connection.fetch(_OF_DEAL, deal.buyer, deal.id)
    return rows


async def page(work: Work, deal: Held, after: UUID | None, limit: int) -> list[Row]:
    """As far as the current role may see them, the newest first (ids are made in order of time)."""
    rows: list[Row] = await work.connection.fetch(_PAGE, deal.buyer, deal.id, after, limit)
    return rows


async def asked(work: Work, sample: UUID) -> Row | None:
    """One that the caller's own laboratory is the umpire of."""
    return await work.connection.fetchrow(_ASKED, work.owner, sample)


async def asked_page(work: Work, after: UUID | None, limit: int, *, waiting: bool | None) -> list[Row]:
    """Those that the caller's own laboratory is the umpire of, the newest first; waiting for it, or not."""
    rows: list[Row] = await work.connection.fetch(_ASKED_PAGE, work.owner, after, limit, waiting)
    return rows


async def add(work: Work, deal: Held, new: HeldSample) -> int:
    """Requested; returns its number, the next of its leg."""
    number: int = await work.connection.fetchval(
        _ADD,
        *(deal.buyer, new.id, deal.id, new.leg_id, new.seller_tenant, new.lot_id),
        *(encode(new.facts).decode(), new.created_at),
    )
    return number


async def save(work: Work, deal: Held, after: HeldSample) -> None:
    """What may change of a sample."""
    await work.connection.execute(
        _SAVE,
        *(deal.buyer, after.id, after.state.value, [side.value for side in after.filed], after.umpire, after.opened_at),
        *(encode(after.facts).decode(), work.at),
    )


async def results(work: Work, buyer: UUID, samples: list[UUID]) -> list[Row]:
    """Results by side, as far as the current role may see them: those of others once both sides have filed."""
    rows: list[Row] = await work.connection.fetch(_RESULTS, buyer, samples)
    return rows


async def own_result(work: Work, sample: UUID) -> Row | None:
    """What the caller itself filed."""
    return await work.connection.fetchrow(_OWN_RESULT, sample, work.owner)


async def file(work: Work, deal: Held, held: HeldSample, new: Filed) -> None:
    """A side files once; the table refuses a second time."""
    await work.connection.execute(
        _FILE,
        *(deal.buyer, held.id, new.side.value, deal.id, held.leg_id, held.seller_tenant, new.tenant),
        *(encode(new.draft).decode(), new.salt, new.digest, new.filed_at),
    )


async def laboratory(work: Work, organisation: UUID) -> str | None:
    """The name of a verified laboratory; as the engine."""
    name: str | None = await work.connection.fetchval(_LABORATORY, organisation)
    return name


async def results_due(work: Work, today: date) -> list[Row]:
    """Samples whose last day for results it is; as the engine."""
    rows: list[Row] = await work.connection.fetch(_DUE, today, ContractTerms().result_days)
    return rows


async def results_late(work: Work, today: date, limit: int) -> list[Row]:
    """Samples whose time for results is over, their deals locked, in the order of those; as the engine."""
    rows: list[Row] = await work.connection.fetch(_LATE, today, ContractTerms().result_days, limit)
    return rows


async def any_open(work: Work, deal: Held, leg: UUID | None = None) -> bool:
    """Whether a sample of a leg, or of any, is not settled yet; as the engine."""
    found: bool = await work.connection.fetchval(_OPEN, deal.buyer, deal.id, leg)
    return found
