"""What does not come: claims without a portion, portions that are lost, and deals in which something is overdue."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

STATES = (
    "'planned', 'called_off', 'dispatched', 'received', 'accepted', 'accepted_with_deduction', 'rejected', 'settled'"
)
UNRECEIVED = "'planned', 'called_off', 'dispatched'"
# a table's own policies hold its owner back too
FILLED = ("deal", "delivery", "claim")


def portions(states: str, unreceived: str) -> tuple[str, ...]:
    """The rules on where a portion stands."""
    return (
        "alter table delivery drop constraint ck_delivery_state",
        f"alter table delivery add constraint ck_delivery_state check (state in ({states}))",
        "alter table delivery drop constraint ck_delivery_received",
        f"""alter table delivery add constraint ck_delivery_received check (
  (state in ({unreceived})) = (received_on is null) and (received_on is null) = (measured_kg is null))""",
    )


UPGRADE = (
    *(f"alter table {table} no force row level security" for table in FILLED),
    *portions(f"{STATES}, 'lost'", f"{UNRECEIVED}, 'lost'"),
    "alter table claim alter column delivery_id drop not null",
    """alter table claim add constraint ck_claim_about
  check (delivery_id is not null or kind in ('non_delivery', 'non_acceptance'))""",
    "alter table deal add column overdue_since timestamptz",
    """alter table deal add constraint ck_deal_overdue
  check (overdue_since is null or status in ('contracted', 'delivering', 'disputed'))""",
    # the sweeper looks at them once, and finds the next day of each
    "update deal set deadline = now() where status in ('contracted', 'delivering')",
    *(f"alter table {table} force row level security" for table in FILLED),
)
DOWNGRADE = (
    *(f"alter table {table} no force row level security" for table in FILLED),
    "update deal set deadline = null where status in ('contracted', 'delivering')",
    "alter table deal drop column overdue_since",
    "alter table claim drop constraint ck_claim_about",
    # the claims of before were about a portion, and a portion of then could not be lost
    "delete from claim where delivery_id is null",
    "alter table claim alter column delivery_id set not null",
    "update delivery set state = 'called_off', dispatched_on = null, declared_kg = null where state = 'lost'",
    *portions(STATES, UNRECEIVED),
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
