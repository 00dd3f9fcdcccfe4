"""What a store remembers of an erased case, and the one way by which a case leaves it.

The running service may remove no case itself: it calls a function that the owner of the store has
made, which refuses every case that somebody may be behind. What is kept of an erased case is what
the books need: which numbers and ids were used up, and who did what.
"""

from collections.abc import Sequence

from shared.messaging.check_views import CHECKER
from shared.messaging.tables import single_statements

TABLES = """
create table erased_case (
    case_id uuid primary key,
    stream text not null unique,
    reason text not null check (reason ~ '^[a-z_]{1,64}$'),
    last_report_at timestamptz not null,
    erased_at timestamptz not null,
    check (stream = 'case/' || case_id)
);
comment on table erased_case is
    'Cases that have left this store, for good. What still arrives of one is applied as nothing.';
"""
KEPT_OUT = """create function keep_out_erased() returns trigger language plpgsql as $$
begin
    if exists (select 1 from erased_case where case_id = new.case_id) then
        raise exception 'the case was erased' using errcode = 'serialization_failure';
    end if;
    return new;
end $$"""
"""For a transaction that began before the case was erased: it is tried again, and sees it then."""

SIGNATURE = "erase_cases(uuid[], text, timestamptz, timestamptz)"
_FUNCTION = """create or replace function erase_cases(
    gone uuid[], because text, last_one timestamptz, instant timestamptz
) returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
begin
    perform 1 from {case_table} where case_id = any(gone) order by case_id for update;
    if exists ({real}) then
        return false;
    end if;
    {removals}
    delete from fact where case_id = any(gone);
    delete from data_key where case_id = any(gone);
    update quarantine set sealed_record = '', wrapped_key = '',
           sealed_because = case when sealed_because is null then null else ''::bytea end
    where stream in (select 'case/' || id from unnest(gone) as id);
    insert into erased_case (case_id, stream, reason, last_report_at, erased_at)
    select id, 'case/' || id, because, last_one, instant from unnest(gone) as id
    on conflict do nothing;
    return true;
end $$"""


def statements(
    service: str,
    *,
    case_table: str,
    real: str,
    removals: str,
    guarded: Sequence[str] = (),
    left: Sequence[str] = (),
) -> list[str]:
    """Of a migration. `real` finds, of the cases `gone`, those that somebody may be behind;
    `removals` takes out what only this service keeps. `guarded` are tables with a row for a case
    beside `case_table`; `left` those in which the checker looks for what should be gone too."""
    return [
        *single_statements(TABLES),
        KEPT_OUT,
        *(
            f"create trigger keep_out_erased before insert on {table}"
            " for each row execute function keep_out_erased()"
            for table in _with_case(case_table, guarded)
        ),
        _function(case_table, real, removals),
        f"revoke execute on function {SIGNATURE} from public",
        f"grant execute on function {SIGNATURE} to {service}_app",
        f"grant select on erased_case to {service}_app",
        "create view chk.erased_case as"
        " select case_id, reason, last_report_at, erased_at from erased_case",
        _left_of_erased(_with_case(case_table, guarded), left),
        f"grant select on chk.erased_case, chk.left_of_erased to {CHECKER}",
    ]


def with_more_tables(
    *,
    case_table: str,
    real: str,
    removals: str,
    guarded: Sequence[str] = (),
    left: Sequence[str] = (),
) -> list[str]:
    """Of a later migration, which has made one more table with cases in it: all of `statements`
    that names tables, whole and anew, but for the triggers. Rights stay as they are."""
    return [
        _function(case_table, real, removals),
        _left_of_erased(_with_case(case_table, guarded), left),
    ]


def _with_case(case_table: str, guarded: Sequence[str]) -> Sequence[str]:
    return list(dict.fromkeys(("fact", "data_key", case_table, *guarded)))


def _function(case_table: str, real: str, removals: str) -> str:
    removing = "\n    ".join(f"{each};" for each in single_statements(removals))
    return _FUNCTION.format(case_table=case_table, real=real.strip(), removals=removing)


def _left_of_erased(with_case: Sequence[str], left: Sequence[str]) -> str:
    rows = "\nunion all\n".join(
        f"select kept.case_id, '{table}' as kept_in from {table} kept"  # noqa: S608
        " join erased_case using (case_id)"
        for table in dict.fromkeys((*with_case, *left))
    )
    return f"create or replace view chk.left_of_erased as {rows}"
