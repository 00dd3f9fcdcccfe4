"""Cases leave the store: what is remembered of them, and the function that takes them out."""

from alembic import op

from shared.messaging.erasure_tables import statements

revision = "0012"
down_revision = "0011"

REMOVALS = """
delete from attempt where notice_id in OF_THEM;
delete from receipt where notice_id in OF_THEM;
delete from settlement where notice_id in OF_THEM;
delete from message_before where notice_id in OF_THEM;
delete from provider_status where notice_id in OF_THEM;
delete from arrival where case_id = any(gone) or about in OF_THEM;
delete from fact where type = 'uk.vigil.panel.reply.arrived.v1'
    and (payload ->> 'notice_id')::uuid in OF_THEM;
delete from receipt_request where exists (
    select 1 from notice where case_id = any(gone) and answer::text like '%' || notice_id || '%');
delete from answered_command where exists (
    select 1 from (select unnest(gone) as id
                   union all
                   select notice_id from notice where case_id = any(gone)
                   union all
                   select reply_id from panel_reply where case_id = any(gone)) as named
    where answer::text like '%' || named.id || '%');
delete from notice_limit where case_id = any(gone);
delete from notice where case_id = any(gone);
delete from panel_reply where case_id = any(gone);
delete from notice_case where case_id = any(gone);
""".replace("OF_THEM", "(select notice_id from notice where case_id = any(gone))")


def upgrade() -> None:
    for statement in statements(
        "panel_notification",
        case_table="notice_case",
        real="select 1 from notice_case where case_id = any(gone) and not synthetic",
        removals=REMOVALS,
        guarded=("notice_limit",),
        left=("notice", "panel_reply", "arrival"),
    ):
        op.execute(statement)
    op.execute(
        "create index fact_of_a_reply on fact (type) where type = 'uk.vigil.panel.reply.arrived.v1'"
    )
