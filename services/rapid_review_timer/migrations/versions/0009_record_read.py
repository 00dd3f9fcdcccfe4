"""What the checker may read of readings: who read which step of a review, and by which decision."""

from alembic import op

revision = "0009"
down_revision = "0008"

VIEW = """
create view chk.record_read as
select audit_id, at, actor as reader, object as step, codes ->> 'case' as case_id,
       codes ->> 'sharing_decision' as sharing_decision
from audit where action = 'review.record_read'
"""


def upgrade() -> None:
    op.execute(VIEW)
    op.execute("grant select on chk.record_read to chk_ro")
