"""Cases whose clocks a restored store had to leave, until they are settled."""

from alembic import op

from shared.messaging.erasure_tables import with_more_tables
from shared.messaging.tables import single_statements

revision = "0011"
down_revision = "0010"

TABLES = """
create table clocks_left (
    case_id uuid primary key,
    stream text not null,
    since timestamptz not null
);
comment on table clocks_left is
    'Restored, and not settled yet: a record of the case waited, or a calendar was missing.';
"""

GRANTS = "grant select, insert, delete on clocks_left to rapid_review_timer_app"

REMOVALS = """
delete from firing where deadline_id in (
    select deadline_id from deadline where case_id = any(gone));
delete from deadline_revision where case_id = any(gone);
delete from deadline where case_id = any(gone);
delete from review_record where case_id = any(gone);
delete from arrival where case_id = any(gone);
delete from clocks_left where case_id = any(gone);
delete from answered_command where exists (
    select 1 from unnest(gone) as id where answer::text like '%' || id || '%');
delete from case_state where case_id = any(gone);
"""


def upgrade() -> None:
    for statement in single_statements(TABLES):
        op.execute(statement)
    op.execute(GRANTS)
    for statement in with_more_tables(
        case_table="case_state",
        real="select 1 from deadline where case_id = any(gone) and not synthetic",
        removals=REMOVALS,
        left=("deadline", "deadline_revision", "review_record", "arrival", "clocks_left"),
    ):
        op.execute(statement)
