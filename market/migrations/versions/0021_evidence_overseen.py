"""A coordinator reads what either side laid before the other of a deal, and what proves a claim, wherever its owner is.

A deal is overseen by what concerns any of its parties; of a dispute the proof of one side alone is no ground to decide.
"""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

# each subquery sees what the same role may see: listings, organisations, deals and claims of the jurisdiction
OWN = "document_link.tenant_id"
OWNER = f"exists (select from organisation o where o.id = {OWN})"
LISTINGS = f"""when 'lot' then exists (select from lot l where l.tenant_id = {OWN} and l.id = object_id)
  when 'spec' then exists (select from spec s where s.tenant_id = {OWN} and s.id = object_id)
  when 'assay' then exists (select from assay a where a.tenant_id = {OWN} and a.id = object_id)"""
DEALS = f"""when 'deal' then {OWNER}
    or exists (select from deal d where d.id = object_id and {OWN} = any (d.parties))
  when 'claim' then {OWNER}
    or exists (select from claim c where c.id = object_id and {OWN} in (c.tenant_id, c.seller_tenant))"""


def upgrade() -> None:
    _see(f"case object_kind {LISTINGS} {DEALS} else {OWNER} end")


def downgrade() -> None:
    _see(f"case object_kind {LISTINGS} else {OWNER} end")


def _see(links: str) -> None:
    op.execute("set local lock_timeout = '5s'")
    op.execute(f'alter policy "coordinator" on document_link using ({links}) with check ({links})')
