"""Cases leave the store: what is remembered of them, and the function that takes them out."""

from alembic import op

from shared.messaging.erasure_tables import statements
from shared.messaging.tables import single_statements

revision = "0010"
down_revision = "0009"

TABLES = """
create table erased_sending (
    kind text not null check (kind in ('report', 'summary')),
    organisation text not null,
    sender_id uuid not null,
    system text not null,
    case_id uuid not null,
    sending_id uuid not null unique,
    receipt_id uuid,
    received_at timestamptz not null,
    primary key (kind, organisation, sender_id)
);
comment on table erased_sending is
    'What a sending system sent of an erased case: that it was taken in, under which id, and nothing
of what it said. The same again does not bring the case back.';
create index incident_case_synthetic on incident_case (opened_at) where synthetic;
create view chk.erased_sending as
select kind, organisation, sender_id, system, case_id, received_at from erased_sending;
"""

REMOVALS = """
insert into erased_sending
    select 'report', organisation, sender_report_id, system, case_id, report_id, receipt_id,
           received_at
    from report where case_id = any(gone) on conflict do nothing;
insert into erased_sending
    select 'summary', s.organisation, s.sender_id, s.system, r.case_id, s.submission_id, null,
           s.received_at
    from submission s join summary_request r on r.request_id = s.about
    where r.case_id = any(gone) on conflict do nothing;
delete from submission_answer where submission_id in (
    select sending_id from erased_sending where case_id = any(gone));
delete from submission where submission_id in (
    select sending_id from erased_sending where case_id = any(gone));
delete from summary_request where case_id = any(gone);
delete from blind_digest where report_id in (
    select report_id from report where case_id = any(gone));
delete from report where case_id = any(gone);
delete from candidate where first_case = any(gone) or second_case = any(gone);
delete from statement where case_id = any(gone);
delete from decision where case_id = any(gone);
delete from case_change where case_id = any(gone);
delete from transfer where case_id = any(gone);
delete from answered_command where exists (
    select 1 from (select unnest(gone) as id
                   union all
                   select decision_id from sharing_decision where case_id = any(gone)) as named
    where answer::text like '%' || named.id || '%');
delete from sharing_decision where case_id = any(gone);
delete from incident_case where case_id = any(gone);
"""


def upgrade() -> None:
    for statement in single_statements(TABLES):
        op.execute(statement)
    for statement in statements(
        "intake",
        case_table="incident_case",
        real="select 1 from incident_case where case_id = any(gone) and not synthetic",
        removals=REMOVALS,
        left=(
            "report",
            "statement",
            "decision",
            "case_change",
            "transfer",
            "sharing_decision",
            "summary_request",
        ),
    ):
        op.execute(statement)
    op.execute("grant select, insert on erased_sending to intake_app")
    op.execute("grant select on chk.erased_sending to chk_ro")
