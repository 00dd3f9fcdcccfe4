"""Reports, cases, candidates, statements, decisions and answered commands."""

from alembic import op

from shared.messaging.tables import single_statements

revision = "0002"
down_revision = "0001"

TABLES = """
create table incident_case (
    case_id uuid primary key,
    opened_at timestamptz not null,
    owner_area text not null,
    cycle int not null default 1 check (cycle >= 1),
    version int not null default 1 check (version >= 1),
    survivor uuid references incident_case,
    decided_cycle int,
    synthetic boolean not null default false,
    check (survivor is null or survivor <> case_id),
    check (decided_cycle is null or decided_cycle <= cycle)
);
create index incident_case_by_area on incident_case (owner_area, opened_at);
create index incident_case_by_survivor on incident_case (survivor) where survivor is not null;
comment on column incident_case.version is
    'Counts what commands changed; what a caller must have seen to change more.';

create table report (
    report_id uuid primary key,
    case_id uuid not null references incident_case,
    organisation text not null,
    system text not null,
    sender_report_id uuid not null,
    door text not null check (door in ('bus', 'http')),
    received_at timestamptz not null,
    receipt_id uuid not null unique,
    fingerprint bytea not null,
    content_sha256 text not null,
    sealed_report bytea not null,
    areas text[] not null,
    traceparent text,
    unique (organisation, sender_report_id)
);
create index report_by_case on report (case_id);
comment on column report.fingerprint is
    'Keyed digest of the content: the same id with other content is refused.';

create table blind_digest (
    report_id uuid not null references report,
    kind text not null,
    digest bytea not null,
    primary key (report_id, kind, digest)
);
create index blind_digest_by_digest on blind_digest (kind, digest);

create table candidate (
    first_case uuid not null references incident_case,
    second_case uuid not null references incident_case,
    reasons text[] not null,
    proposed_at timestamptz not null,
    answer text check (answer in ('same', 'not_the_same')),
    answered_at timestamptz,
    answered_by text,
    primary key (first_case, second_case),
    check (first_case < second_case),
    check ((answer is null) = (answered_at is null)),
    check ((answer is null) = (answered_by is null))
);
create index candidate_by_second on candidate (second_case);

create table statement (
    case_id uuid not null references incident_case,
    number int not null check (number >= 1),
    cycle int not null,
    stated_at timestamptz not null,
    stated_by text not null,
    facts jsonb not null,
    primary key (case_id, number)
);
comment on table statement is
    'Coded facts as the authority holds them; later ones count over earlier.';

create table decision (
    case_id uuid not null references incident_case,
    cycle int not null,
    decided_at timestamptz not null,
    decided_by text not null,
    decision text not null check (decision in ('notifiable', 'simple', 'not_notifiable')),
    content_version int not null check (content_version >= 1),
    sealed_record bytea not null,
    primary key (case_id, cycle)
);
comment on column decision.sealed_record is 'The whole command with its reasons, as it was sent.';

create table answered_command (
    system text not null,
    idempotency_key text not null,
    fingerprint bytea not null,
    status int not null,
    answer jsonb not null,
    answered_at timestamptz not null,
    primary key (system, idempotency_key)
);
"""

GRANTS = [
    "grant select, insert, update on incident_case, candidate to intake_app",
    "grant select, insert on report, blind_digest, statement, decision, answered_command"
    " to intake_app",
]


def upgrade() -> None:
    for statement in (*single_statements(TABLES), *GRANTS):
        op.execute(statement)
