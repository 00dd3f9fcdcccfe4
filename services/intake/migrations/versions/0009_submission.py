"""What came in by the bus beside reports, how it was answered, and who was asked for a summary."""

from alembic import op

from shared.messaging.tables import single_statements

revision = "0009"
down_revision = "0008"

TABLES = """
create table submission (
    submission_id uuid primary key,
    kind text not null check (kind in ('panel_reply', 'summary')),
    organisation text not null,
    system text not null,
    sender_id uuid not null,
    about uuid not null,
    received_at timestamptz not null,
    fingerprint bytea not null,
    content_sha256 text not null,
    kek_id text not null,
    wrapped_key bytea not null,
    sealed_content bytea not null,
    traceparent text,
    unique (organisation, sender_id)
);
comment on column submission.about is 'The notice or the request that it names.';

create table submission_answer (
    submission_id uuid primary key,
    accepted boolean not null,
    reason text,
    answered_at timestamptz not null,
    check (accepted = (reason is null))
);
comment on table submission_answer is
    'As the service answered that acts on it. It may be known before the submission is, where a
     restored store hears of both again.';

create table summary_request (
    request_id uuid primary key,
    case_id uuid not null,
    agency text not null,
    requested_at timestamptz not null,
    due_date date not null,
    synthetic boolean not null default false,
    told_to text[],
    told_at timestamptz,
    next_look_at timestamptz not null,
    check ((told_to is null) = (told_at is null))
);
create index summary_request_untold on summary_request (next_look_at) where told_at is null;
comment on column summary_request.told_to is
    'The systems that were asked, each on its replies topic.';

create view chk.submission as
select submission_id, kind, organisation, system, sender_id, received_at from submission;
"""

GRANTS = (
    "grant select, insert on submission, submission_answer, summary_request to intake_app",
    "grant update (told_to, told_at, next_look_at) on summary_request to intake_app",
    "grant select on chk.submission to chk_ro",
)


def upgrade() -> None:
    for statement in (*single_statements(TABLES), *GRANTS):
        op.execute(statement)
