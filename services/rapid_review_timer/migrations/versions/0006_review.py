"""What was written in reviews, and the answers that their commands were given."""

from alembic import op

from shared.messaging.tables import single_statements

revision = "0006"
down_revision = "0005"

TABLES = """
create table review_record (
    event_id uuid primary key,
    case_id uuid not null references case_state,
    cycle int not null check (cycle >= 1),
    kind text not null check (kind ~ '^[a-z_]{1,64}$'),
    recorded_at timestamptz not null,
    recorded_by text not null,
    sealed_record bytea not null
);
create index review_record_by_case on review_record (case_id, recorded_at);
comment on table review_record is
    'The whole command behind each step of a review, sealed. The steps stand in the outbox.';

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

GRANTS = ("grant select, insert on review_record, answered_command to rapid_review_timer_app",)

COUNTED_BACK = """
do $$
declare found record;
begin
    for found in
        select conrelid::regclass as held_by, conname from pg_constraint
        where conrelid in ('deadline'::regclass, 'deadline_revision'::regclass)
          and pg_get_constraintdef(oid) = 'CHECK ((started_at < late_from))'
    loop
        execute format('alter table %s drop constraint %I', found.held_by, found.conname);
        execute format(
            'alter table %s add check (started_at < late_from or rule in (''DL12''))',
            found.held_by);
    end loop;
end $$;
"""
"""A limit that is counted back from a day ends before it starts."""


def upgrade() -> None:
    for statement in (*single_statements(TABLES), *GRANTS):
        op.execute(statement)
    op.execute(COUNTED_BACK)
