"""Cases leave the store: what is remembered of them, and the function that takes them out."""

from alembic import op

from shared.messaging.erasure_tables import statements

revision = "0010"
down_revision = "0009"

REMOVALS = """
delete from firing where deadline_id in (
    select deadline_id from deadline where case_id = any(gone));
delete from deadline_revision where case_id = any(gone);
delete from deadline where case_id = any(gone);
delete from review_record where case_id = any(gone);
delete from arrival where case_id = any(gone);
delete from answered_command where exists (
    select 1 from unnest(gone) as id where answer::text like '%' || id || '%');
delete from case_state where case_id = any(gone);
"""


def upgrade() -> None:
    for statement in statements(
        "rapid_review_timer",
        case_table="case_state",
        real="select 1 from deadline where case_id = any(gone) and not synthetic",
        removals=REMOVALS,
        left=("deadline", "deadline_revision", "review_record", "arrival"),
    ):
        op.execute(statement)
