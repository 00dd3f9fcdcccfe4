"""Corrections, withdrawals, reopenings and hand-overs with their reasons."""

from alembic import op

from shared.messaging.tables import single_statements

revision = "0005"
down_revision = "0004"

TABLES = """
create table case_change (
    case_id uuid not null references incident_case,
    number int not null check (number >= 1),
    cycle int not null check (cycle >= 1),
    kind text not null
        check (kind in ('corrected', 'withdrawn', 'reopened', 'transferred')),
    reason text not null,
    changed_at timestamptz not null,
    changed_by text not null,
    changed jsonb not null,
    sealed_record bytea not null,
    primary key (case_id, number)
);
comment on column case_change.changed is 'Coded facts with the value before and after.';
comment on column case_change.sealed_record is 'The whole command with its reasons.';

create table transfer (
    case_id uuid not null references incident_case,
    number int not null check (number >= 1),
    to_area text not null,
    reason text not null,
    proposed_at timestamptz not null,
    proposed_by text not null,
    sealed_record bytea not null,
    answer text check (answer in ('accepted', 'refused')),
    answered_at timestamptz,
    answered_by text,
    primary key (case_id, number),
    check ((answer is null) = (answered_at is null)),
    check ((answer is null) = (answered_by is null))
);
create unique index transfer_open on transfer (case_id) where answer is null;
"""

GRANTS = [
    "grant select, insert on case_change to intake_app",
    "grant select, insert on transfer to intake_app",
    "grant update (answer, answered_at, answered_by) on transfer to intake_app",
]


def upgrade() -> None:
    for statement in (*single_statements(TABLES), *GRANTS):
        op.execute(statement)
