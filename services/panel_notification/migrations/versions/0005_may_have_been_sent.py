"""Which notices a restored store may have sent before it was restored, and has forgotten."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.execute("alter table notice add column may_have_been_sent boolean not null default false")
