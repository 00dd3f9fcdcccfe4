"""Notices: everybody who must be told is told, once, and what is unclear stands before a person."""

from deploy.operate.invariants.invariant import Invariant

NOTICES = (
    Invariant(
        "I13",
        "For everybody whom the standing decision says to tell there is one notice, and no notice"
        " that no decision asked for",
        "Tell the recipient named by another way now, note it on the case, then `make replay` the"
        " case's events into panel notification.",
        "select count(*) from notice",
        (
            """with told as (
                 select max(r.sequence), r.event_id as event_id
                 from record r join inbox i on i.event_id = r.event_id
                   and i.service = 'panel_notification' and i.outcome = 'applied'
                 where r.type = 'uk.vigil.incident.decided.v1' and not exists (
                     select 1 from record w where w.stream = r.stream
                       and w.type = 'uk.vigil.incident.withdrawn.v1'
                       and json_extract(w.value, '$.cycle') = json_extract(r.value, '$.cycle'))
                 group by r.stream, json_extract(r.value, '$.cycle'))
               select distinct o.case_id || ' ' || o.recipient || ' ' || o.limit_rule
               from told join obligation o using (event_id)
               join incident i on i.case_id = o.case_id and i.survivor is null
               where o.case_id not in (select case_id from unsettled)
                 and not exists (
                   select 1 from incident m join notice n on n.case_id = m.case_id
                   where coalesce(m.survivor, m.case_id) = o.case_id and n.cycle = o.cycle
                     and n.state <> 'cancelled' and n.recipient = o.recipient
                     and n.recipient_kind = o.recipient_kind
                     and (o.recipient_kind = 'panel' or n.limit_rule = o.limit_rule)
                     and (o.recipient_kind in ('panel', 'dfe', 'ofsted') or n.area = o.area))""",
            """select notice_id from notice
               where obligation_id not in (
                   select json_extract(o.value, '$.obligation_id')
                   from record r, json_each(r.value, '$.obligations') o
                   where r.type in ('uk.vigil.incident.decided.v1',
                                    'uk.vigil.incident.corrected.v1',
                                    'uk.vigil.incident.withdrawn.v1',
                                    'uk.vigil.incident.transferred.v1',
                                    'uk.vigil.review.submitted.v1',
                                    'uk.vigil.lcspr.commissioned.v1',
                                    'uk.vigil.lcspr.drafted.v1',
                                    'uk.vigil.lcspr.delayed.v1',
                                    'uk.vigil.lcspr.withheld.v1',
                                    'uk.vigil.yearly.report.published.v1'))""",
            """select case_id || ' ' || recipient from notice
               where state <> 'cancelled'
               group by case_id, cycle, about, notification_number, recipient_kind, recipient,
                        case when recipient_kind = 'panel' then '' else limit_rule end,
                        case when recipient_kind in ('panel', 'dfe', 'ofsted') then '' else area end
               having count(*) > 1""",
        ),
    ),
    Invariant(
        "I14",
        "No recipient was sent the same notice twice, but where that is published as possible or"
        " a person asked for it",
        "Tell the recipient that both are one notice. Then see why: the attempts of the notice"
        " named, and whether a store was restored without `make reconcile`.",
        "select (select count(*) from attempt) + (select count(*) from mail_ledger)",
        (
            """select n.notice_id from notice n
               where (select count(*) from attempt a where a.notice_id = n.notice_id
                      and a.outcome in ('accepted', 'unknown')) > 1
                 and n.notice_id not in (select notice_id from doubled_knowingly)""",
            """select m.notice_id from mail_ledger m left join notice n using (notice_id)
               group by m.notice_id
               having (n.notice_id is null and m.notice_id not in (
                 select json_extract(value, '$.notice_id') from record
                 where type = 'uk.vigil.notice.sent.v1' and value is not null
                   and substr(stream, 6) in (select case_id from gone))) or (count(*) > 1
                 and m.notice_id not in (select notice_id from doubled_knowingly))""",
            """select n.notice_id from notice n where n.state = 'accepted' and n.lane = 'smtp'
                 and exists (select 1 from mail_ledger)
                 and not exists (select 1 from notice_receipt r where r.notice_id = n.notice_id)
                 and not exists (select 1 from mail_ledger m where m.notice_id = n.notice_id)""",
        ),
    ),
    Invariant(
        "I15",
        "While panel notification runs, every notice that has not arrived is being tried or stands"
        " before a person",
        "See that the sender is not stopped (`make consumers`) and the mail server answers; then"
        " settle what waits for a person.",
        "select count(*) from notice",
        (
            """select notice_id from notice
               where state = 'pending' and next_attempt_at < :overdue
                 and not exists (select 1 from channel_pace p
                                 where p.lane = notice.lane and p.held_until > :overdue)
                 and exists (select 1 from running where service = 'panel_notification')""",
            """select notice_id from attempt
               where outcome is null and started_at < :overdue
                 and exists (select 1 from running where service = 'panel_notification')""",
        ),
    ),
    Invariant(
        "I16",
        "A notice only moves forward: attempts are numbered from 1, accepted means that one of"
        " them was, and it is published as sent, then as delivered, once each",
        "The notice named contradicts its attempts: look at both, ask the recipient whether it"
        " has it, settle it by hand.",
        "select count(*) from notice",
        (
            """select n.notice_id from notice n
               left join (select notice_id, count(*) as n, max(number) as high from attempt
                          group by 1) a using (notice_id)
               where coalesce(a.n, 0) <> n.attempts or coalesce(a.high, 0) <> n.attempts""",
            """select n.notice_id from notice n
               where (n.state = 'accepted') <> exists (
                   select 1 from attempt a
                   where a.notice_id = n.notice_id and a.outcome = 'accepted')
                 and not exists (select 1 from settlement s where s.notice_id = n.notice_id)""",
            """with said as (
                 select json_extract(value, '$.notice_id') as notice_id, type,
                        min(sequence) as sequence
                 from record where type in ('uk.vigil.notice.sent.v1',
                                            'uk.vigil.notice.delivered.v1')
                   and (type like '%.sent.v1' or written_at < :settled)
                 group by 1, 2)
               select d.notice_id from said d
               left join said s on s.notice_id = d.notice_id and s.type like '%.sent.v1'
               where d.type like '%.delivered.v1'
                 and (s.sequence is null or s.sequence > d.sequence)""",
            """select json_extract(value, '$.notice_id') from record
               where type in ('uk.vigil.notice.sent.v1', 'uk.vigil.notice.delivered.v1')
                 and value is not null
               group by type, json_extract(value, '$.notice_id')
               having count(distinct event_id) > 1""",
        ),
    ),
)
