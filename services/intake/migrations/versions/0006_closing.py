"""A case may be closed."""

from alembic import op

revision = "0006"
down_revision = "0005"

STATEMENTS = (
    "alter table case_change drop constraint case_change_kind_check",
    """alter table case_change add constraint case_change_kind_check
       check (kind in ('corrected', 'withdrawn', 'closed', 'reopened', 'transferred'))""",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
