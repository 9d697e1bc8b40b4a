"""What one side must not learn of the other, kept apart: copies of documents without their metadata, reviews by who
reads them, and what was approved of each leg.

A review carries its audience, as an event of the chain does: a recycler's answers are the buyer's to read, and of an
approval that became void each recycler has a row of its own with the reasons of its own leg.
"""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

TENANT = "(select nullif(current_setting('app.tenant_id', true), '')::uuid)"
OURS = "capillary_app, capillary_owner"
# the subquery sees what the same role may see of deals
OF_SEEN = "exists (select from deal d where d.tenant_id = review.tenant_id and d.id = review.deal_id)"
HEARD = f"{TENANT} = any (audience)"
# a table's own policies hold its owner back too
FILLED = ("deal", "deal_leg", "review")

UPGRADE = (
    *(f"alter table {table} no force row level security" for table in FILLED),
    "alter table document add bare_size bigint, add bare_sha256 bytea, add bare_blob uuid",
    """alter table document
  add constraint ck_document_bare check (num_nonnulls(bare_size, bare_sha256, bare_blob) in (0, 3)
    and (bare_blob is null or blob is not null and bare_blob <> blob)),
  add constraint ck_document_bare_size check (bare_size > 0),
  add constraint ck_document_bare_sha256 check (octet_length(bare_sha256) = 32)""",
    "create index ix_document_bare_blob on document (bare_blob) where bare_blob is not null",
    "grant update (bare_size, bare_sha256, bare_blob) on document to capillary_app, capillary_engine",
    "alter table deal_leg add approved jsonb",
    """update deal_leg l set approved = a.leg from deal d, jsonb_array_elements(d.approved->'legs') a(leg)
       where d.tenant_id = l.tenant_id and d.id = l.deal_id and a.leg->>'leg_id' = l.id::text""",
    "update deal set approved = approved - 'legs' where approved is not null",
    "alter table review drop constraint uq_review_tenant_id_deal_id_no, alter by_tenant drop not null",
    "alter table review add audience uuid[]",
    """update review r set audience = case
         when r.act = 'resubmit' and r.by_tenant <> r.tenant_id then array[r.tenant_id, r.by_tenant]
         else d.parties end
       from deal d where d.tenant_id = r.tenant_id and d.id = r.deal_id and r.act <> 'void'""",
    """insert into review (tenant_id, id, deal_id, no, act, by_tenant, actor, content, at, audience)
       select r.tenant_id, gen_random_uuid(), r.deal_id, r.no, r.act,
         case when r.by_tenant in (r.tenant_id, l.seller_tenant) then r.by_tenant end,
         case when r.by_tenant in (r.tenant_id, l.seller_tenant) then r.actor end,
         jsonb_set(r.content, '{voided}', coalesce((select jsonb_agg(v)
           from jsonb_array_elements(r.content->'voided') v where v->>'leg_id' = l.id::text), '[]')),
         r.at, array[r.tenant_id, l.seller_tenant]
       from review r join deal_leg l on l.tenant_id = r.tenant_id and l.deal_id = r.deal_id where r.act = 'void'""",
    "delete from review where audience is null",
    """alter table review alter audience set not null,
  add constraint ck_review_audience check (cardinality(audience) > 0 and audience[1] = tenant_id),
  add constraint uq_review_tenant_id_deal_id_no_audience unique (tenant_id, deal_id, no, audience)""",
    'drop policy "own" on review',
    f'create policy "own" on review for all to {OURS} using ({HEARD}) with check ({HEARD})',
    *(f"alter table {table} force row level security" for table in FILLED),
)
DOWNGRADE = (
    *(f"alter table {table} no force row level security" for table in FILLED),
    'drop policy "own" on review',
    f'create policy "own" on review for all to {OURS} using ({OF_SEEN}) with check ({OF_SEEN})',
    "alter table review drop constraint uq_review_tenant_id_deal_id_no_audience",
    # of the rows of one void approval the first gets the reasons of all
    """update review r set by_tenant = coalesce(r.by_tenant, s.by_tenant, r.tenant_id),
         content = jsonb_set(r.content, '{voided}', s.voided)
       from (select tenant_id, deal_id, no, min(by_tenant::text)::uuid as by_tenant,
               coalesce(jsonb_agg(v) filter (where v is not null), '[]') as voided
             from review left join jsonb_array_elements(content->'voided') v on true
             where act = 'void' group by tenant_id, deal_id, no) s
       where r.act = 'void' and s.tenant_id = r.tenant_id and s.deal_id = r.deal_id and s.no = r.no""",
    """delete from review r using review s where r.act = 'void' and s.tenant_id = r.tenant_id
         and s.deal_id = r.deal_id and s.no = r.no and s.audience < r.audience""",
    """alter table review drop audience, alter by_tenant set not null,
  add constraint uq_review_tenant_id_deal_id_no unique (tenant_id, deal_id, no)""",
    """update deal d set approved = d.approved || jsonb_build_object('legs', l.legs)
       from (select tenant_id, deal_id, jsonb_agg(approved order by id) as legs from deal_leg
             where approved is not null group by tenant_id, deal_id) l
       where l.tenant_id = d.tenant_id and l.deal_id = d.id and d.approved is not null""",
    "alter table deal_leg drop approved",
    "alter table document drop bare_size, drop bare_sha256, drop bare_blob",
    *(f"alter table {table} force row level security" for table in FILLED),
)


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    for statement in UPGRADE:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    for statement in DOWNGRADE:
        op.get_bind().exec_driver_sql(statement)
