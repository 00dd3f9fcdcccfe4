"""Versions of the bank holidays, what they moved, and limits that a notice relaxes."""

from alembic import op

from shared.messaging.check_views import CHECKER
from shared.messaging.tables import single_statements

revision = "0005"
down_revision = "0004"

TABLES = """
create table calendar (
    version text primary key check (version ~ '^england-and-wales-[a-z0-9.-]{1,60}$'),
    issued_at timestamptz not null,
    number int not null check (number >= 1),
    sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    document text not null,
    kept_at timestamptz not null,
    kept_by text not null,
    unique (issued_at, number)
);
comment on table calendar is 'Versions that were sent, whole and as sent. Only ever added to.';

create table calendar_revision (
    version text primary key,
    begun_at timestamptz not null,
    ended_at timestamptz check (ended_at >= begun_at),
    moved int not null default 0 check (moved >= 0),
    stayed int not null default 0 check (stayed >= 0),
    uncounted int not null default 0 check (uncounted >= 0)
);
comment on table calendar_revision is
    'How far the open deadlines are counted anew by a version that is in force; no end: under way.';

create index deadline_by_calendar on deadline (calendar_version, due_date, started_at)
    where next_at is not null;
"""

COLUMNS = (
    "alter table deadline add column relaxed_by text",
    "alter table deadline add column moved_because text check (moved_because ~ '^[a-z_]{1,64}$')",
    "alter table deadline add column moved_at timestamptz",
    "alter table deadline_revision add column relaxed_by text",
)

WIDER = (
    "alter table deadline drop constraint deadline_next_kind_check,"
    " add constraint deadline_next_kind_check"
    " check (next_kind in ('due_soon', 'due_today', 'overdue', 'relaxed'))",
    "alter table firing drop constraint firing_kind_check, add constraint firing_kind_check"
    " check (kind in ('due_soon', 'due_today', 'overdue', 'relaxed'))",
)

VIEWS = (
    "create view chk.calendar as select version, document from calendar",
    f"grant select on chk.calendar to {CHECKER}",
)

GRANTS = (
    "grant select, insert on calendar to rapid_review_timer_app",
    "grant select, insert, update on calendar_revision to rapid_review_timer_app",
)


def upgrade() -> None:
    for statement in (*single_statements(TABLES), *COLUMNS, *WIDER, *VIEWS, *GRANTS):
        op.execute(statement)
