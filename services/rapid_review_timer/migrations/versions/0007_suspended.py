"""A deadline may stand still: it is neither running nor ended, and says why."""

from alembic import op

revision = "0007"
down_revision = "0006"

CHECKS_GIVEN_UP = """
do $$
declare found record;
begin
    for found in
        select conrelid::regclass as kept_in, conname from pg_constraint
        where contype = 'c' and conrelid in ('deadline'::regclass, 'deadline_revision'::regclass)
          and (pg_get_constraintdef(oid) like '%cancelled%'
               or pg_get_constraintdef(oid) like '%on_time = (met_at < late_from)%')
    loop
        execute format('alter table %s drop constraint %I', found.kept_in, found.conname);
    end loop;
end $$
"""

CHECKS = (
    "check (state in ('running', 'suspended', 'met', 'cancelled'))",
    "check ((state in ('suspended', 'cancelled')) = (reason is not null))",
    "check (state in ('suspended', 'cancelled') or ended_by is null)",
    "check (on_time or met_at >= late_from)",
)
"""Late is only what was done after the end; what was done while it stood still may be in time."""


def upgrade() -> None:
    op.execute(CHECKS_GIVEN_UP)
    for table in ("deadline", "deadline_revision"):
        for check in CHECKS:
            op.execute(f"alter table {table} add {check}")
