"""What the Panel wrote in its replies, and the answers that were given to them."""

from alembic import op

from shared.messaging.tables import single_statements

revision = "0007"
down_revision = "0006"

TABLES = """
create table panel_reply (
    reply_id uuid primary key,
    case_id uuid not null references notice_case,
    recorded_at timestamptz not null,
    system text not null,
    sealed_record bytea not null
);
create index panel_reply_by_case on panel_reply (case_id, recorded_at);
comment on table panel_reply is
    'The whole reply behind each event about one, sealed. The events stand in the outbox.';

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

GRANTS = ("grant select, insert on panel_reply, answered_command to panel_notification_app",)


def upgrade() -> None:
    for statement in (*single_statements(TABLES), *GRANTS):
        op.execute(statement)
