"""Deals: who takes part, the lots of each leg, offers, reviews, and what a coordinator wants to review.

A party of a deal sees it; of a deal with several recyclers each sees its own leg only. A coordinator sees deals that
touch its jurisdiction. Writing is the engine's, after the deal was read under the caller's own policies.
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TENANT = "(select nullif(current_setting('app.tenant_id', true), '')::uuid)"
OURS = "capillary_app, capillary_owner"
PARTY = f"{TENANT} = any (parties)"
LEG = f"tenant_id = {TENANT} or seller_tenant = {TENANT}"
# the subquery sees what the same role may see of deals
OF_SEEN = "exists (select from deal d where d.tenant_id = {0}.tenant_id and d.id = {0}.deal_id)"
CHAIN = "exists (select from deal d where d.id = chain)"
OVERSEEN = """(select coordinates_everything()) or prefectures && (select coordinated_prefectures())::text[]
  or parties && (select coordinated_members())::uuid[]"""
STATUSES = (
    "'proposed', 'in_review', 'returned', 'negotiating', 'agreed', 'sampling', 'contracted', 'delivering', "
    "'disputed', 'completed', 'rejected', 'withdrawn'"
)
TURNS = "'buyer', 'seller', 'both', 'coordinator', 'nobody'"
PREDICATES = {
    "deal": PARTY,
    "deal_leg": LEG,
    "deal_lot": LEG,
    "offer": LEG,
    "review": OF_SEEN.format("review"),
}

UPGRADE = (
    f"""create table deal (
  tenant_id uuid not null,
  id uuid not null,
  version integer not null,
  status text not null,
  turn text not null,
  opened_by uuid not null,
  opened_as text not null,
  origin text not null,
  spec_id uuid not null,
  spec_rev integer not null,
  material text not null,
  kg bigint not null,
  parties uuid[] not null,
  prefectures text[] not null,
  asked jsonb not null,
  blend jsonb,
  taken_up uuid[] not null default '{{}}',
  names_opened uuid[] not null default '{{}}',
  signed uuid[] not null default '{{}}',
  cancelling uuid[] not null default '{{}}',
  approved jsonb,
  risk jsonb not null default '{{}}',
  risk_level double precision not null default 0,
  deadline timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint pk_deal primary key (tenant_id, id),
  constraint fk_deal_tenant_id_spec foreign key (tenant_id, spec_id) references spec (tenant_id, id),
  constraint ck_deal_version check (version >= 1),
  constraint ck_deal_status check (status in ({STATUSES})),
  constraint ck_deal_turn check (turn in ({TURNS})),
  constraint ck_deal_over check ((status in ('completed', 'rejected', 'withdrawn')) <= (turn = 'nobody')),
  constraint ck_deal_opened_as check (opened_as in ('buyer', 'seller', 'coordinator')),
  constraint ck_deal_origin check (origin in ('match', 'near_miss', 'blend', 'tender')),
  constraint ck_deal_kg check (kg > 0),
  constraint ck_deal_parties check (parties[1] = tenant_id and cardinality(parties) >= 2),
  constraint ck_deal_taken_up check (taken_up <@ parties),
  constraint ck_deal_names_opened check (names_opened <@ parties),
  constraint ck_deal_signed check (signed <@ parties),
  constraint ck_deal_cancelling check (cancelling <@ parties),
  constraint ck_deal_risk_level check (risk_level between 0 and 1)
)""",
    "create index ix_deal_id on deal (id)",
    "create index ix_deal_parties on deal using gin (parties)",
    "create index ix_deal_status_deadline on deal (status, deadline)",
    "create index ix_deal_tenant_id_spec_id on deal (tenant_id, spec_id)",
    f"""create table deal_leg (
  tenant_id uuid not null,
  id uuid not null,
  deal_id uuid not null,
  seller_tenant uuid not null,
  turn text not null,
  kg bigint not null,
  accepted_offer uuid,
  constraint pk_deal_leg primary key (tenant_id, id),
  constraint uq_deal_leg_tenant_id_deal_id_seller_tenant unique (tenant_id, deal_id, seller_tenant),
  constraint fk_deal_leg_tenant_id_deal foreign key (tenant_id, deal_id) references deal (tenant_id, id),
  constraint ck_deal_leg_turn check (turn in ({TURNS})),
  constraint ck_deal_leg_kg check (kg > 0),
  constraint ck_deal_leg_not_with_oneself check (seller_tenant <> tenant_id)
)""",
    "create index ix_deal_leg_seller_tenant on deal_leg (seller_tenant)",
    """create table deal_lot (
  tenant_id uuid not null,
  leg_id uuid not null,
  lot_id uuid not null,
  deal_id uuid not null,
  seller_tenant uuid not null,
  lot_rev integer not null,
  kg bigint not null,
  evaluation jsonb not null,
  constraint pk_deal_lot primary key (tenant_id, leg_id, lot_id),
  constraint fk_deal_lot_tenant_id_deal_leg foreign key (tenant_id, leg_id) references deal_leg (tenant_id, id),
  constraint fk_deal_lot_seller_tenant_lot foreign key (seller_tenant, lot_id) references lot (tenant_id, id),
  constraint ck_deal_lot_lot_rev check (lot_rev >= 1),
  constraint ck_deal_lot_kg check (kg > 0)
)""",
    "create index ix_deal_lot_seller_tenant_lot_id on deal_lot (seller_tenant, lot_id)",
    """create table offer (
  tenant_id uuid not null,
  id uuid not null,
  deal_id uuid not null,
  leg_id uuid not null,
  seller_tenant uuid not null,
  no integer not null,
  side text not null,
  state text not null,
  price numeric not null,
  currency text not null,
  kg bigint not null,
  content jsonb not null,
  evaluation jsonb not null,
  valid_until timestamptz not null,
  created_at timestamptz not null,
  closed_at timestamptz,
  constraint pk_offer primary key (tenant_id, id),
  constraint uq_offer_tenant_id_leg_id_no unique (tenant_id, leg_id, no),
  constraint fk_offer_tenant_id_deal_leg foreign key (tenant_id, leg_id) references deal_leg (tenant_id, id),
  constraint ck_offer_no check (no >= 1),
  constraint ck_offer_side check (side in ('buyer', 'seller')),
  constraint ck_offer_state check (state in ('standing', 'accepted', 'superseded', 'expired', 'ended')),
  constraint ck_offer_closed check ((state = 'standing') = (closed_at is null)),
  constraint ck_offer_price check (price >= 0 and price < 'Infinity'),
  constraint ck_offer_currency check (currency in ('JPY', 'USD', 'EUR')),
  constraint ck_offer_kg check (kg > 0)
)""",
    # only the newest counts: there is never a second one that stands
    "create unique index ix_offer_leg_id on offer (leg_id) where state = 'standing'",
    "create index ix_offer_valid_until on offer (valid_until) where state = 'standing'",
    """create table review (
  tenant_id uuid not null,
  id uuid not null,
  deal_id uuid not null,
  no integer not null,
  act text not null,
  by_tenant uuid not null,
  actor uuid,
  reason_code text,
  content jsonb not null,
  at timestamptz not null,
  constraint pk_review primary key (tenant_id, id),
  constraint uq_review_tenant_id_deal_id_no unique (tenant_id, deal_id, no),
  constraint fk_review_tenant_id_deal foreign key (tenant_id, deal_id) references deal (tenant_id, id),
  constraint ck_review_no check (no >= 1),
  constraint ck_review_act check (act in ('approve', 'return', 'reject', 'resubmit', 'void'))
)""",
    """create table review_policy (
  tenant_id uuid not null,
  version integer not null,
  content jsonb not null,
  updated_at timestamptz not null,
  constraint pk_review_policy primary key (tenant_id),
  constraint fk_review_policy_tenant_id_organisation foreign key (tenant_id) references organisation (id),
  constraint ck_review_policy_version check (version >= 1)
)""",
    *(
        f"alter table {table} {how} row level security"
        for table in (*PREDICATES, "review_policy")
        for how in ("enable", "force")
    ),
    *(
        f'create policy "own" on {table} for all to {OURS} using ({predicate}) with check ({predicate})'
        for table, predicate in PREDICATES.items()
    ),
    f'create policy "coordinator" on deal for all to capillary_coordinator using ({OVERSEEN}) with check ({OVERSEEN})',
    *(
        f'create policy "coordinator" on {table} for all to capillary_coordinator '
        f"using ({OF_SEEN.format(table)}) with check ({OF_SEEN.format(table)})"
        for table in PREDICATES
        if table != "deal"
    ),
    *(
        f'create policy "{name}" on review_policy for all to {role} using ({rows}) with check ({rows})'
        for name, role, rows in (
            ("own", OURS, f"tenant_id = {TENANT}"),
            ("engine", "capillary_engine", "true"),
        )
    ),
    *(
        f'create policy "engine" on {table} for all to capillary_engine using (true) with check (true)'
        for table in PREDICATES
    ),
    # of what it oversees a coordinator reads every event, told of it or not
    f'create policy "overseen" on chain_event for all to capillary_coordinator using ({CHAIN}) with check ({CHAIN})',
    "grant select on deal, deal_leg, deal_lot, offer, review to capillary_app, capillary_coordinator",
    "grant select, insert, update on deal, deal_leg, offer to capillary_engine",
    "grant select, insert on deal_lot, review to capillary_engine",
    "grant select, insert, update on review_policy to capillary_app",
    "grant select on review_policy to capillary_engine",
    "grant insert on reservation to capillary_engine",
    "grant update (kg, state, expires_at) on reservation to capillary_engine",
)


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    for statement in UPGRADE:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    op.get_bind().exec_driver_sql('drop policy "overseen" on chain_event')
    for table in ("review_policy", "review", "offer", "deal_lot", "deal_leg", "deal"):
        op.get_bind().exec_driver_sql(f"drop table {table}")
    op.get_bind().exec_driver_sql("revoke insert on reservation from capillary_engine")
    op.get_bind().exec_driver_sql("revoke update (kg, expires_at) on reservation from capillary_engine")
