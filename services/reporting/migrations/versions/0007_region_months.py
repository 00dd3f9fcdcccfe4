"""What regions are told of a month."""

from alembic import op

from shared.messaging.tables import single_statements

revision = "0007"
down_revision = "0006"

TABLES = """
create table region_month (
    region text not null,
    month text not null check (month ~ '^[0-9]{4}-[0-9]{2}$'),
    held jsonb not null,
    waits_since timestamptz not null,
    figures jsonb,
    told_at timestamptz,
    primary key (region, month),
    check ((figures is null) = (told_at is null))
);
comment on table region_month is
    'Figures as they were told, or, by area, the reasons why a month waits for a decision.';
"""


def upgrade() -> None:
    for statement in single_statements(TABLES):
        op.execute(statement)
    op.execute("grant select, insert, update on region_month to reporting_app")
