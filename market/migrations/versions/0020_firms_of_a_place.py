"""An index for how many firms list a material in a prefecture, which decides whether the prefecture may be told.

Without it every deal, and every page of matches, read all active listings of the material.
"""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

TABLES = ("spec", "lot")


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    for table in TABLES:
        op.execute(
            f"create index ix_{table}_material_prefecture_tenant_id on {table} (material, prefecture, tenant_id)"
            " where status = 'active'"
        )


def downgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    for table in TABLES:
        op.execute(f"drop index ix_{table}_material_prefecture_tenant_id")
