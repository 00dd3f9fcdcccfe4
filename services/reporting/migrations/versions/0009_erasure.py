"""Cases leave the store: what is remembered of them, and the function that takes them out."""

from alembic import op

from shared.messaging.erasure_tables import statements

revision = "0009"
down_revision = "0008"

REMOVALS = """
delete from delivery where event_id in (
    select event_id from region_copy where case_id = any(gone)
    union all
    select heard.event_id from unnest(gone) as id
    cross join unnest(array[
        '/vigil/intake', '/vigil/panel_notification', '/vigil/rapid_review_timer']) as told_by
    join inbox heard on (heard.source, heard.stream) = (told_by, 'case/' || id));
delete from region_copy where case_id = any(gone);
delete from region_case where case_id = any(gone);
delete from case_seen where case_id = any(gone);
delete from synthetic_case where case_id = any(gone);
"""

REAL = """
select 1 from case_seen where case_id = any(gone)
    and case_id not in (select case_id from synthetic_case)
"""


def upgrade() -> None:
    for statement in statements(
        "reporting",
        case_table="case_seen",
        real=REAL,
        removals=REMOVALS,
        guarded=("region_case", "region_copy", "synthetic_case"),
    ):
        op.execute(statement)
    op.execute("create index delivery_confirmed_at on delivery (confirmed_at)")
