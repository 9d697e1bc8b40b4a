"""Sealed tenders: a buyer's question to several recyclers, and bids that stay shut until the common opening.

The policies keep the bids shut. Before the opening a bid is its author's alone: the buyer, coordinators and the
engine itself read it only once the tender carries the instant of its opening, which a check keeps behind the
deadline. The bids of a tender that was cancelled before stay shut for good.
"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TENANT = "(select nullif(current_setting('app.tenant_id', true), '')::uuid)"
OURS = "capillary_app, capillary_owner"
CONCERNED = f"tenant_id = {TENANT} or {TENANT} = any (invited)"
OVERSEEN = """(select coordinates_everything()) or prefectures && (select coordinated_prefectures())::text[]
  or (tenant_id || invited) && (select coordinated_members())::uuid[]"""
# each subquery sees what the same role may see of tenders
OF_TENDER = "exists (select from tender t where t.tenant_id = bid.tenant_id and t.id = bid.tender_id and {})"
OPENED = OF_TENDER.format("t.opened_at is not null")
OPEN = OF_TENDER.format(f"t.status = 'open' and {TENANT} = any (t.invited)")
AUTHOR = f"seller_tenant = {TENANT}"
READ = f"{AUTHOR} or tenant_id = {TENANT} and {OPENED}"
CHAIN = "exists (select from tender t where t.id = chain and t.opened_at is not null)"
POLICIES = (
    ("own", "tender", OURS, CONCERNED, CONCERNED),
    ("coordinator", "tender", "capillary_coordinator", OVERSEEN, OVERSEEN),
    ("engine", "tender", "capillary_engine", "true", "true"),
    ("own", "bid", OURS, READ, f"{AUTHOR} and {OPEN}"),
    ("coordinator", "bid", "capillary_coordinator", OPENED, OPENED),
    ("engine", "bid", "capillary_engine", OPENED, OPENED),
    # who bids, and how often, is nobody's to know before
    ("overseen_tender", "chain_event", "capillary_coordinator", CHAIN, CHAIN),
)

UPGRADE = (
    """create table tender (
  tenant_id uuid not null,
  id uuid not null,
  version integer not null,
  status text not null,
  spec_id uuid not null,
  spec_rev integer not null,
  material text not null,
  prefectures text[] not null,
  kg bigint not null,
  awarded_kg bigint not null,
  deadline timestamptz not null,
  invited uuid[] not null,
  content jsonb not null,
  reason text,
  digest bytea,
  opened_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint pk_tender primary key (tenant_id, id),
  constraint fk_tender_tenant_id_spec foreign key (tenant_id, spec_id) references spec (tenant_id, id),
  constraint ck_tender_version check (version >= 1),
  constraint ck_tender_status check (status in ('open', 'opened', 'awarded', 'cancelled')),
  constraint ck_tender_kg check (kg > 0),
  constraint ck_tender_awarded_kg check (awarded_kg between 0 and kg and (awarded_kg > 0) = (status = 'awarded')),
  constraint ck_tender_invited check (cardinality(invited) > 0 and tenant_id <> all (invited)),
  constraint ck_tender_opened_at check (opened_at >= deadline),
  constraint ck_tender_opened check (case status when 'open' then opened_at is null
    when 'cancelled' then true else opened_at is not null end),
  constraint ck_tender_reason check ((status = 'cancelled') = (reason is not null)),
  constraint ck_tender_digest check (digest is null or octet_length(digest) = 32 and opened_at is not null)
)""",
    "create index ix_tender_id on tender (id)",
    "create index ix_tender_invited on tender using gin (invited)",
    "create index ix_tender_deadline on tender (deadline) where status = 'open'",
    "create index ix_tender_tenant_id_spec_id on tender (tenant_id, spec_id)",
    """create table bid (
  tenant_id uuid not null,
  id uuid not null,
  tender_id uuid not null,
  seller_tenant uuid not null,
  lot_id uuid not null,
  lot_rev integer not null,
  no integer not null,
  state text not null,
  price numeric not null,
  kg bigint not null,
  min_kg bigint not null,
  salt bytea not null,
  sealed text not null,
  digest bytea not null,
  evaluation jsonb not null,
  awarded_kg bigint,
  deal_id uuid,
  created_at timestamptz not null,
  closed_at timestamptz,
  constraint pk_bid primary key (tenant_id, id),
  constraint uq_bid_tenant_id_tender_id_seller_tenant_no unique (tenant_id, tender_id, seller_tenant, no),
  constraint fk_bid_tenant_id_tender foreign key (tenant_id, tender_id) references tender (tenant_id, id),
  constraint fk_bid_seller_tenant_lot foreign key (seller_tenant, lot_id) references lot (tenant_id, id),
  constraint ck_bid_no check (no >= 1),
  constraint ck_bid_state check (state in ('standing', 'superseded', 'withdrawn', 'awarded')),
  constraint ck_bid_price check (price >= 0 and price < 'Infinity'),
  constraint ck_bid_kg check (min_kg between 1 and kg),
  constraint ck_bid_salt check (octet_length(salt) = 32),
  constraint ck_bid_digest check (digest = sha256(salt || convert_to(sealed, 'UTF8'))),
  constraint ck_bid_closed check ((state = 'standing') = (closed_at is null)),
  constraint ck_bid_awarded check ((state = 'awarded') = (awarded_kg is not null and deal_id is not null)
    and coalesce(awarded_kg between min_kg and kg, true))
)""",
    # of one lot only the newest bid counts
    "create unique index ix_bid_tender_id_lot_id on bid (tender_id, seller_tenant, lot_id) where state = 'standing'",
    "create index ix_bid_seller_tenant on bid (seller_tenant)",
    *(f"alter table {table} {how} row level security" for table in ("tender", "bid") for how in ("enable", "force")),
    *(
        f'create policy "{name}" on {table} for all to {roles} using ({using}) with check ({check})'
        for name, table, roles, using, check in POLICIES
    ),
    "grant select on tender, bid to capillary_app, capillary_coordinator",
    "grant select, insert, update on tender to capillary_engine",
    "grant insert, update (state, closed_at) on bid to capillary_app",
    "grant select, update (state, closed_at, awarded_kg, deal_id) on bid to capillary_engine",
    # a stored answer may hold a bid, and all that the engine does with one is to forget it
    "revoke select on idempotency from capillary_engine",
    "grant select (tenant_id, path, key, created_at) on idempotency to capillary_engine",
)


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    for statement in UPGRADE:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    run = op.get_bind().exec_driver_sql
    run("revoke select (tenant_id, path, key, created_at) on idempotency from capillary_engine")
    run("grant select on idempotency to capillary_engine")
    run('drop policy "overseen_tender" on chain_event')
    for table in ("bid", "tender"):
        run(f"drop table {table}")
