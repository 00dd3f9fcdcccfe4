"""Across stores: the journey says what a recount says, and everybody knows the same cases."""

from deploy.operate.invariants.invariant import Invariant

TOTALS = (
    Invariant(
        "I17",
        "Stage, link and next clock of each case on the journey are those of a recount from"
        " intake's events and the timer's clocks; a case whose review opened is past its"
        " notification",
        "`make replay` the case's events into reporting: its rows are made anew from them. Where"
        " intake does not follow a review, the timer shows how far it has come.",
        "select count(*) from case_seen",
        (
            """select c.case_id || ' stage' from case_seen c join stage l using (case_id)
               where c.stage is not l.stage and c.survivor is null
                 and c.case_id not in (select case_id from unsettled)""",
            """select l.case_id || ' review not followed' from stage l
               where l.stage in ('triage', 'notifiable', 'notified')
                 and l.case_id not in (select case_id from unsettled)
                 and exists (select 1 from record r
                             where r.type = 'uk.vigil.review.opened.v1'
                               and r.stream = 'case/' || l.case_id
                               and json_extract(r.value, '$.cycle') = l.cycle)""",
            """select c.case_id || ' next clock' from case_seen c
               where exists (select 1 from incident i where i.case_id = c.case_id)
                 and c.next_late_from is not (select min(d.late_from) from incident i
                   join deadline d on d.case_id = i.case_id
                   where d.state = 'running' and coalesce(i.survivor, i.case_id) = c.case_id)
                
                 and c.case_id not in (select case_id from unsettled)""",
        ),
    ),
    Invariant(
        "I18",
        "The sums agree: reports received, cases they opened and reported incidents on the"
        " journey; cases linked; notices accepted and published as sent, all without what was"
        " erased",
        "The sum named differs between the stores that say it: the lines above tell which cases.",
        "select 5",
        (
            """select 'reports received are not the cases opened'
               where (select count(*) from receipt) <> (select count(*) from incident)""",
            """select 'reports received are not the incidents reported'
               where (select count(*) from receipt
                      where case_id not in (select case_id from gone)) <> (
                 select count(*) from outbox where type = 'uk.vigil.incident.reported.v1'
                   and substr(stream, 6) not in (select case_id from gone))""",
            """select 'reports received are not those on the journey' where :strict
                 and not exists (select case_id from unsettled except select case_id from gone)
                 and (select count(*) from receipt
                      where case_id not in (select case_id from gone)) <> (
                   select count(*) from fact
                   where service = 'reporting' and type = 'uk.vigil.incident.reported.v1'
                     and case_id not in (select case_id from gone))""",
            """select 'cases linked are not those on the journey' where :strict
                 and not exists (select case_id from unsettled except select case_id from gone)
                 and (select count(*) from incident where survivor is not null
                        and case_id not in (select case_id from gone)) <> (
                   select count(*) from case_seen where survivor is not null
                     and case_id not in (select case_id from gone))""",
            """select 'notices accepted are not those published as sent'
               where (select count(distinct notice_id) from attempt where outcome = 'accepted')
                  <> (select count(*) from outbox where type = 'uk.vigil.notice.sent.v1'
                        and substr(stream, 6) not in (
                          select case_id from erased_case where service = 'panel_notification'))""",
        ),
    ),
    Invariant(
        "I19",
        "Reporting holds each event that it applied as a fact, but of an erased case, and its"
        " watermark is where it stands (strict: what it has committed)",
        "`make replay` the events named into reporting; the topics have all of it.",
        """select (select count(*) from inbox where service = 'reporting')
                  + (select count(*) from consumed_offset where service = 'reporting')""",
        (
            """select i.event_id from inbox i
               where i.service = 'reporting' and i.outcome = 'applied'
                 and i.type <> 'uk.vigil.delivery.arrived.v1'
                 and substr(i.stream, 6) not in (select case_id from gone) and not exists (
                 select 1 from fact f where f.event_id = i.event_id and f.service = i.service)""",
            """select s.topic || '/' || s.kafka_partition from consumed_offset s
               join position p using (topic, kafka_partition)
               left join committed c on c.service = s.service and c.topic = s.topic
                                    and c.kafka_partition = s.kafka_partition
               where s.service = 'reporting' and (s.next_offset > p.end_after
                 or (:strict and s.next_offset > coalesce(c.next_offset, 0)))""",
        ),
    ),
    Invariant(
        "I24",
        "Every case of intake is known to the timer, to reporting and, once decided, to panel"
        " notification; nobody knows a case that intake does not, but one that is to leave; all"
        " agree on what is linked",
        "`make replay` the case's events into the store that lacks it. A case that intake lacks:"
        " intake was restored and not reconciled.",
        "select count(*) from incident",
        (
            """select c.case_id || ' not in the timer' from incident c
               where c.opened_at < :settled and not exists (
                 select 1 from clock_case k where k.case_id = c.case_id)
                 and c.case_id not in (select case_id from unsettled)""",
            """select c.case_id || ' not in reporting' from incident c
               where c.opened_at < :settled and not exists (
                 select 1 from case_seen k where k.case_id = c.case_id)
                 and c.case_id not in (select case_id from unsettled)""",
            """select distinct c.case_id || ' not in panel notification' from decision c
               where not exists (select 1 from notice_case k where k.case_id = c.case_id)
                 and c.case_id not in (select case_id from unsettled)""",
            """select case_id || ' not in intake' from (
                 select case_id from clock_case union select case_id from case_seen
                 union select case_id from notice_case)
               where case_id not in (select case_id from incident)
                 and case_id not in (select case_id from gone)
                 and not is_area_record(case_id)""",
            """select c.case_id || ' linked otherwise' from incident c
               left join clock_case k using (case_id) left join case_seen s using (case_id)
               left join notice_case n using (case_id)
               where ((k.case_id is not null and k.survivor is not c.survivor)
                   or (s.case_id is not null and s.survivor is not c.survivor)
                   or (n.case_id is not null and n.survivor is not c.survivor))
                 and c.case_id not in (select case_id from unsettled)""",
        ),
    ),
)
