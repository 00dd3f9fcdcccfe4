"""What subscribers confirmed, once per system and its own id."""

from alembic import op

from shared.messaging.tables import single_statements

revision = "0008"
down_revision = "0007"

TABLES = """
create table delivery_said (
    system text not null,
    sender_id uuid not null,
    event_id uuid not null,
    fingerprint bytea not null,
    arrived_at timestamptz not null,
    primary key (system, sender_id)
);
create index delivery_said_by_event on delivery_said (event_id);
comment on table delivery_said is
    'By the system whose ingress topic it came by; so that a repeated one is recognised.';
create view chk.delivery_said as
select system, sender_id, event_id, arrived_at from delivery_said;
"""


def upgrade() -> None:
    for statement in single_statements(TABLES):
        op.execute(statement)
    op.execute("grant select, insert on delivery_said to intake_app")
    op.execute("grant select on chk.delivery_said to chk_ro")
