"""What the checker may read: receipts, cases and decisions beside the views of every store."""

from alembic import op

from shared.messaging.check_views import statements

revision = "0004"
down_revision = "0003"

VIEWS = """
create view chk.receipt as
select receipt_id, report_id, case_id, organisation, system, sender_report_id, door, received_at,
       content_sha256
from report;

create view chk.incident as
select case_id, opened_at, owner_area, cycle, survivor, decided_cycle, synthetic
from incident_case;

create view chk.decision as
select case_id, cycle, decision, decided_at from decision;
"""


def upgrade() -> None:
    for statement in statements(VIEWS):
        op.execute(statement)
