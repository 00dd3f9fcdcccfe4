"""What lists show of each case. The journey itself is derived from the facts when it is read."""

from alembic import op

from shared.messaging.tables import single_statements

revision = "0002"
down_revision = "0001"

CASE_SEEN = """
create table case_seen (
    case_id uuid primary key,
    last_event_at timestamptz,
    stage text,
    areas text[] not null default '{}',
    survivor uuid,
    next_rule text,
    next_due date,
    next_late_from timestamptz,
    needs_attention boolean not null default false,
    check (survivor is distinct from case_id),
    check ((next_rule is null) = (next_due is null)),
    check ((next_rule is null) = (next_late_from is null))
);
create index case_seen_by_survivor on case_seen (survivor) where survivor is not null;
create index case_seen_by_next on case_seen (next_late_from nulls last, case_id);
comment on table case_seen is
    'Derived from the facts of a case under its row lock. Areas: GSS codes, the owner''s first.';
"""


def upgrade() -> None:
    for statement in single_statements(CASE_SEEN):
        op.execute(statement)
    op.execute("grant select, insert, update on case_seen to reporting_app")
