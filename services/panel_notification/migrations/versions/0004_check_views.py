"""What the checker may read: notices and their attempts beside the views of every store."""

from alembic import op

from shared.messaging.check_views import statements

revision = "0004"
down_revision = "0003"

VIEWS = """
create view chk.notice_case as
select case_id, survivor from notice_case;

create view chk.notice as
select notice_id, case_id, cycle, notification_number, obligation_id, recipient_kind, recipient,
       area, limit_rule, state, attempts, wanted_at, next_attempt_at, cancelled_because, refused_at
from notice;

create view chk.attempt as
select notice_id, number, started_at, outcome, ended_at from attempt;

create view chk.notice_receipt as
select notice_id, received_at, recorded_at from receipt;

create view chk.settlement as
select settlement_id, notice_id, at, settled_as, name is not null as has_name from settlement;
"""


def upgrade() -> None:
    for statement in statements(VIEWS):
        op.execute(statement)
