"""What subscribers say that they received and processed."""

from alembic import op

from shared.messaging.tables import single_statements

revision = "0005"
down_revision = "0004"

TABLES = """
create table delivery (
    event_id uuid not null,
    subscriber text not null,
    topic text not null,
    received_at timestamptz not null,
    processed_at timestamptz,
    confirmed_at timestamptz not null,
    primary key (event_id, subscriber, topic)
);
comment on table delivery is
    'Each instant the earliest that was said. Of which case an event is, is found on reading.';
"""


def upgrade() -> None:
    for statement in single_statements(TABLES):
        op.execute(statement)
    op.execute("grant select, insert, update on delivery to reporting_app")
