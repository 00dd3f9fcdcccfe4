"""What the checker may read: clocks and firings beside the views of every store."""

from alembic import op

from shared.messaging.check_views import statements

revision = "0004"
down_revision = "0003"

VIEWS = """
create view chk.clock_case as
select case_id, survivor from case_state;

create view chk.deadline as
select deadline_id, case_id, cycle, rule, revision, rule_version, rule_set, calendar_version,
       started_at, due_date, late_from, state, met_at, on_time, reason, awaits_receipt, next_kind,
       next_at
from deadline;

create view chk.deadline_revision as
select deadline_id, case_id, cycle, rule, revision, rule_version, rule_set, calendar_version,
       started_at, due_date, late_from, state, met_at, on_time, reason, superseded_at
from deadline_revision;

create view chk.firing as
select deadline_id, revision, kind, due_at, fired_at, event_id from firing;
"""


def upgrade() -> None:
    for statement in statements(VIEWS):
        op.execute(statement)
