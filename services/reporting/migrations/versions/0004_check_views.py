"""What the checker may read: what lists show of each case, beside the views of every store."""

from alembic import op

from shared.messaging.check_views import statements

revision = "0004"
down_revision = "0003"

VIEWS = """
create view chk.case_seen as
select case_id, last_event_at, stage, survivor, next_rule, next_due, next_late_from,
       needs_attention
from case_seen;
"""


def upgrade() -> None:
    for statement in statements(VIEWS):
        op.execute(statement)
