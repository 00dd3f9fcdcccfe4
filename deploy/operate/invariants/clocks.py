"""Clocks: each case has those it must have, counted right, made heard once and not too early."""

from deploy.operate.invariants.invariant import Invariant

CLOCKS = (
    Invariant(
        "I08",
        "Every case has the clocks that its report and its decision call for, one for each rule,"
        " with every earlier revision kept",
        "A case without its clock misses a duty: `make replay` its events into the rapid-review"
        " timer, and tell its authority meanwhile.",
        "select count(*) from deadline",
        (
            """select case_id || ' ' || rule from deadline
               group by case_id, cycle, rule having count(*) > 1""",
            """select d.case_id || ' ' || d.rule || ' revision ' || d.revision from deadline d
               left join (select deadline_id, count(*) as n, max(revision) as high
                          from deadline_revision group by 1) r using (deadline_id)
               where coalesce(r.n, 0) <> d.revision - 1 or coalesce(r.high, 0) <> d.revision - 1""",
            """select i.case_id || ' TRIAGE' from incident i
               where i.opened_at < :settled
                 and i.case_id not in (select case_id from unsettled)
                 and not exists (select 1 from deadline d
                                 where d.case_id = i.case_id and d.rule = 'TRIAGE')""",
            """select distinct o.case_id || ' ' || o.limit_rule from obligation o
               where o.limit_rule in ('DL01', 'DL02', 'DL03', 'DL04', 'DL05')
                 and o.known_from >= case o.limit_rule when 'DL05' then '2023-12-15'
                                     else '2018-06-29' end
                 and exists (select 1 from inbox i where i.event_id = o.event_id
                     and i.service = 'rapid_review_timer' and i.outcome = 'applied')
                 and o.case_id not in (select case_id from unsettled)
                 and not exists (select 1 from deadline d where d.case_id = o.case_id
                                 and d.cycle = o.cycle and d.rule = o.limit_rule)""",
        ),
    ),
    Invariant(
        "I09",
        "A deadline ends at most once in a revision; each firing is one review.due, and each"
        " review.due one firing, but where the case was erased",
        "Somebody was told twice or never: compare the firings of the deadline named with its"
        " events on the journey; restore and reconcile a store that lost one of them.",
        "select count(*) from firing",
        (
            """select deadline_id || ' ' || kind from heard
               where event_id not in (select event_id from outbox)""",
            """select event_id from outbox where type = 'uk.vigil.review.due.v1'
                 and substr(stream, 6) not in (select case_id from gone)
                 and event_id not in (select event_id from heard)""",
            """select json_extract(value, '$.deadline_id') from record
               where type in ('uk.vigil.deadline.met.v1', 'uk.vigil.deadline.cancelled.v1')
                 and value is not null
               group by json_extract(value, '$.deadline_id'), json_extract(value, '$.revision')
               having count(distinct event_id) > 1""",
            """select json_extract(value, '$.deadline_id') from record
               where type = 'uk.vigil.review.due.v1' and value is not null
               group by json_extract(value, '$.deadline_id'), json_extract(value, '$.revision'),
                        json_extract(value, '$.kind')
               having count(distinct event_id) > 1""",
        ),
    ),
    Invariant(
        "I10",
        "Every due date, also of earlier revisions, is the one that a second way of counting gives,"
        " or of a rapid review the one that an extension agreed on",
        "Do not rely on the dates named: count by hand, tell the authority, and compare"
        " `python -m services.rapid_review_timer calculate` with the guidance.",
        "select count(*) from every_revision",
        (
            """select e.deadline_id || ' ' || e.rule || ' ' || e.due_date from every_revision e
               where e.late_from <> late_from(e.due_date, e.rule, e.rule_version, e.started_at)
                  or (e.due_date <> due_date(e.rule, e.rule_version, e.calendar_version,
                                             e.started_at)
                      and not exists (
                        select 1 from deadline d
                        join clock_case c on d.case_id in (c.case_id, c.survivor)
                        join record r on r.stream = 'case/' || c.case_id
                        where d.deadline_id = e.deadline_id and e.rule = 'DL07'
                          and r.type = 'uk.vigil.review.extension.decided.v1'
                          and json_extract(r.value, '$.agreed_date') = e.due_date))""",
        ),
    ),
    Invariant(
        "I11",
        "Nothing was fired before its instant, what was met is judged by its late instant (or by"
        " when its clock stopped), and"
        " (while the timer runs) nothing due waits longer than the grace window",
        "See that the timer runs and its watcher is not stopped (`make status`,"
        " `make consumers`); what is late is fired as soon as it looks.",
        "select (select count(*) from firing) + (select count(*) from deadline)",
        (
            """select f.deadline_id || ' ' || f.kind from firing f
               join every_revision d using (deadline_id, revision)
               where f.fired_at < f.due_at
                  or (f.kind in ('overdue', 'relaxed') and f.due_at < d.late_from)
                  or (f.kind = 'due_today' and f.due_at <> heard_at(d.due_date))
                  or (f.kind = 'due_soon' and f.due_at >= heard_at(d.due_date))""",
            """select deadline_id || ' ' || rule from every_revision
               where met_at is not null
                 and (on_time < (met_at < late_from)
                      or (on_time > (met_at < late_from) and rule not in ('DL09', 'DL11')))""",
            """select deadline_id || ' ' || next_kind from deadline
               where state = 'running' and next_at < :overdue
                 and exists (select 1 from running where service = 'rapid_review_timer')""",
        ),
    ),
)
