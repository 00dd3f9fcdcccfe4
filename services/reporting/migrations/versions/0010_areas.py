"""What lists show of the record of each area. No case: it stands in no list of cases."""

from alembic import op

from shared.messaging.check_views import CHECKER
from shared.messaging.tables import single_statements

revision = "0010"
down_revision = "0009"

AREA_SEEN = """
create table area_seen (
    area text primary key,
    last_event_at timestamptz,
    next_rule text,
    next_due date,
    next_late_from timestamptz,
    needs_attention boolean not null default false,
    check ((next_rule is null) = (next_due is null)),
    check ((next_rule is null) = (next_late_from is null))
);
comment on table area_seen is
    'Derived from the facts of an area''s record under its row lock. Area: a GSS code.';
create view chk.area_seen as
select area, last_event_at, next_rule, next_due, next_late_from, needs_attention from area_seen;
"""


def upgrade() -> None:
    for statement in single_statements(AREA_SEEN):
        op.execute(statement)
    op.execute("grant select, insert, update on area_seen to reporting_app")
    op.execute(f"grant select on chk.area_seen to {CHECKER}")
