"""Cases, notices, attempts, receipts."""

from alembic import op

from shared.messaging.tables import single_statements

revision = "0002"
down_revision = "0001"

TABLES = """
create table notice_case (
    case_id uuid primary key,
    survivor uuid references notice_case,
    synthetic boolean not null default false,
    check (survivor <> case_id)
);
create index notice_case_by_survivor on notice_case (survivor) where survivor is not null;
comment on table notice_case is 'One row for each case: the lock of its notices, and its survivor.';

create table notice (
    notice_id uuid primary key,
    case_id uuid not null references notice_case,
    cycle int not null check (cycle >= 1),
    notification_number int not null check (notification_number >= 1),
    obligation_id uuid not null,
    recipient_kind text not null check (recipient_kind in
        ('panel', 'dfe', 'ofsted', 'partner_police', 'partner_health', 'partner_la', 'cdop')),
    recipient text not null,
    area text not null,
    limit_rule text not null,
    channel text not null default 'smtp' check (channel in ('smtp')),
    state text not null check (state in
        ('pending', 'sending', 'accepted', 'undeliverable', 'outcome_unknown', 'cancelled')),
    attempts int not null default 0 check (attempts >= 0),
    wanted_at timestamptz not null,
    next_attempt_at timestamptz,
    cancelled_because text check (cancelled_because in ('linked', 'covered', 'not_owed')),
    refused_at timestamptz,
    refused_because text,
    sealed_message bytea,
    message_sha256 text check (message_sha256 ~ '^[0-9a-f]{64}$'),
    traceparent text,
    unique (case_id, cycle, notification_number, recipient, obligation_id),
    check ((state = 'pending') = (next_attempt_at is not null)),
    check ((state = 'cancelled') = (cancelled_because is not null)),
    check ((refused_at is null) = (refused_because is null)),
    check (state <> 'undeliverable' or refused_at is not null),
    check (state not in ('sending', 'accepted', 'outcome_unknown') or attempts > 0),
    check ((attempts = 0) = (sealed_message is null)),
    check ((sealed_message is null) = (message_sha256 is null))
);
create index notice_by_case on notice (case_id);
create index notice_due on notice (next_attempt_at) where state = 'pending';
create index notice_for_a_person on notice (notice_id) 
    where state in ('outcome_unknown', 'undeliverable');
comment on table notice is 'Somebody is told, once. The message is sealed as it was sent.';

create table attempt (
    notice_id uuid not null references notice,
    number int not null check (number >= 1),
    sender int not null check (sender > 0),
    started_at timestamptz not null,
    outcome text check (outcome in ('accepted', 'refused', 'again', 'unknown')),
    code text check (code ~ '^[a-z0-9_]{1,64}$'),
    ended_at timestamptz check (ended_at >= started_at),
    primary key (notice_id, number),
    check ((outcome is null) = (ended_at is null)),
    check ((outcome is null) = (code is null))
);
create unique index attempt_under_way on attempt (notice_id) where outcome is null;
comment on table attempt is
    'Written before anything is sent. One without an outcome is under way, or its sender died.';

create table receipt (
    notice_id uuid primary key references notice,
    reference text not null check (reference ~ '^[A-Za-z0-9._-]{1,64}$'),
    received_at timestamptz not null,
    recorded_at timestamptz not null,
    system text not null,
    check (received_at <= recorded_at)
);
comment on table receipt is 'The recipient confirmed. Only ever added to.';

create table settlement (
    settlement_id bigint generated always as identity primary key,
    notice_id uuid not null references notice,
    at timestamptz not null,
    settled_as text not null check (settled_as in ('send_again', 'arrived')),
    name text not null check (length(name) between 1 and 200),
    sealed_because bytea not null
);
comment on table settlement is 'What a person decided about a notice, and why, sealed.';

create table receipt_request (
    organisation text not null,
    idempotency_key text not null,
    fingerprint bytea not null,
    status int not null,
    answer jsonb not null,
    at timestamptz not null,
    primary key (organisation, idempotency_key)
);
comment on table receipt_request is 'What was answered, so that a repeat gets the same.';
"""


def upgrade() -> None:
    for statement in single_statements(TABLES):
        op.execute(statement)
    op.execute(
        "grant select, insert, update on notice_case, notice, attempt to panel_notification_app"
    )
    op.execute(
        "grant select, insert on receipt, receipt_request, settlement to panel_notification_app"
    )
