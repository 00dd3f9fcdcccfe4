"""Which notices are of synthetic cases: they go to nobody who is real."""

from alembic import op

from shared.messaging.tables import single_statements

revision = "0010"
down_revision = "0009"

TABLES = """
alter table notice add column synthetic boolean not null default false;
update notice set synthetic = true
where case_id in (select case_id from notice_case where synthetic);
comment on column notice.synthetic is 'Nobody is behind it: it goes to the row `synthetic` alone.';
"""


def upgrade() -> None:
    for statement in single_statements(TABLES):
        op.execute(statement)
