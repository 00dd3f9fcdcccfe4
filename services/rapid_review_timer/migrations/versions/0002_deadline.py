"""Cases, deadlines with their earlier revisions, firings."""

from alembic import op

from shared.messaging.tables import single_statements

revision = "0002"
down_revision = "0001"

STATE = """
    deadline_id uuid not null,
    case_id uuid not null references case_state,
    cycle int not null check (cycle >= 1),
    rule text not null check (rule ~ '^[A-Z0-9]{1,16}$'),
    revision int not null check (revision >= 1),
    rule_version text not null,
    rule_set text not null,
    force text not null check (force in ('must', 'should', 'local')),
    calendar_version text not null,
    started_at timestamptz not null,
    caused_by uuid not null,
    due_date date not null,
    late_from timestamptz not null,
    alternatives jsonb not null default '{}',
    state text not null check (state in ('running', 'met', 'cancelled')),
    met_at timestamptz,
    met_by uuid,
    on_time boolean,
    working_days_late int check (working_days_late >= 0),
    reason text check (reason ~ '^[a-z_]{1,64}$'),
    ended_by uuid,
    traceparent text,
    synthetic boolean not null,
    check (started_at < late_from),
    check ((state = 'met') = (met_at is not null)),
    check ((met_at is null) = (met_by is null)),
    check ((met_at is null) = (on_time is null)),
    check ((met_at is null) = (working_days_late is null)),
    check (on_time = (met_at < late_from)),
    check (not on_time or working_days_late = 0),
    check ((state = 'cancelled') = (reason is not null)),
    check (state = 'cancelled' or ended_by is null)
"""

TABLES = f"""
create table case_state (
    case_id uuid primary key,
    survivor uuid references case_state,
    owner_area text check (owner_area ~ '^[A-Za-z0-9._-]{{1,64}}$'),
    check (survivor <> case_id)
);
create index case_state_by_survivor on case_state (survivor) where survivor is not null;
comment on table case_state is 'One row for each case: the lock of its clocks, and its survivor.';

create table deadline ({STATE},
    awaits_receipt boolean not null,
    due_soon_on date check (due_soon_on < due_date),
    next_kind text check (next_kind in ('due_soon', 'due_today', 'overdue')),
    next_at timestamptz,
    primary key (deadline_id),
    unique (case_id, cycle, rule),
    check ((next_at is null) = (next_kind is null)),
    check (state = 'running' or next_at is null),
    check (state = 'running' or not awaits_receipt)
);
create index deadline_to_fire on deadline (next_at) where next_at is not null;
comment on table deadline is 'The revision that holds: one for each case, cycle and rule.';

create table deadline_revision ({STATE},
    superseded_at timestamptz not null,
    superseded_by uuid not null,
    primary key (deadline_id, revision),
    foreign key (deadline_id) references deadline
);
comment on table deadline_revision is 'What held before. Only ever added to.';

create table firing (
    deadline_id uuid not null references deadline,
    revision int not null check (revision >= 1),
    kind text not null check (kind in ('due_soon', 'due_today', 'overdue')),
    due_at timestamptz not null,
    fired_at timestamptz not null,
    event_id uuid not null unique,
    primary key (deadline_id, revision, kind),
    check (fired_at >= due_at)
);
comment on table firing is 'What was made heard, once for each deadline, revision and kind.';
"""

GRANTS = (
    "grant select, insert, update on case_state, deadline to rapid_review_timer_app",
    "grant select, insert on deadline_revision, firing to rapid_review_timer_app",
)


def upgrade() -> None:
    for statement in (*single_statements(TABLES), *GRANTS):
        op.execute(statement)
