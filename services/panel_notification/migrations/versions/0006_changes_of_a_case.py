"""What a notice tells of, and that one was cancelled because its incident was withdrawn."""

from alembic import op

revision = "0006"
down_revision = "0005"

STATEMENTS = (
    """alter table notice add column about text not null default 'incident'
       check (about in ('incident', 'transfer', 'withdrawal'))""",
    """alter table notice drop constraint notice_cancelled_because_check,
       add constraint notice_cancelled_because_check
       check (cancelled_because in ('linked', 'covered', 'withdrawn', 'not_owed'))""",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
