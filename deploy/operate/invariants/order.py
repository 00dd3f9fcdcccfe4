"""Within a store: each event once, in its place, and what waits or is stopped is accounted for."""

from deploy.operate.invariants.invariant import Invariant

ORDER = (
    Invariant(
        "I05",
        "An applied event took effect once: one fact (none of an erased case), one case for each"
        " reported incident, one decision published for each one made",
        "The store named holds an effect without its cause, or lacks one: compare the fact with"
        " the inbox; a store changed by hand is restored and reconciled.",
        "select count(*) from inbox where outcome = 'applied'",
        (
            """select f.service || ' ' || f.event_id from fact f
               where not exists (select 1 from inbox i where i.event_id = f.event_id
                                 and i.service = f.service and i.outcome = 'applied')""",
            """select i.service || ' ' || i.event_id from inbox i
               where i.outcome = 'applied' and i.service <> 'reporting'
                 and substr(i.stream, 6) not in (select case_id from gone)
                 and not exists (select 1 from fact f
                                 where f.event_id = i.event_id and f.service = i.service)""",
            """select 'reported in ' || stream from outbox
               where type = 'uk.vigil.incident.reported.v1'
               group by stream having count(*) <> 1""",
            """select 'decision of ' || d.case_id || ' cycle ' || d.cycle from decision d
               where (select count(*) from outbox o where o.stream = 'case/' || d.case_id
                        and o.type = 'uk.vigil.incident.decided.v1')
                  <> (select count(*) from decision e where e.case_id = d.case_id)""",
        ),
    ),
    Invariant(
        "I06",
        "By source and stream the numbers given, and those applied, are 1 to n without a gap, and"
        " each holds the event that its producer gave it",
        "The stream named is broken: stop the service (`make consumers`), restore its store and"
        " `make reconcile`, or ask for the events again with `make replay`.",
        """select (select count(*) from consumed_stream)
                  + (select count(*) from numbered_stream)""",
        (
            """select c.service || ' ' || c.source || ' ' || c.stream from consumed_stream c
               left join (select service, source, stream, count(*) as n, min(sequence) as low,
                                 max(sequence) as high
                          from inbox group by 1, 2, 3) i using (service, source, stream)
               where c.next_sequence <> coalesce(i.high, 0) + 1
                  or (i.n is not null and (i.low <> 1 or i.high <> i.n))""",
            """select n.service || ' ' || n.stream from numbered_stream n
               left join (select service, stream, count(*) as n, min(sequence) as low,
                                 max(sequence) as high
                          from outbox where sequence is not null group by 1, 2) o
                 using (service, stream)
               where n.last_sequence <> coalesce(o.high, 0)
                  or (o.n is not null and (o.low <> 1 or o.high <> o.n))""",
            """select i.service || ' ' || i.event_id from inbox i
               join outbox o on o.stream = i.stream and '/vigil/' || o.service = i.source
                            and o.sequence = i.sequence
               where o.event_id <> i.event_id""",
        ),
    ),
    Invariant(
        "I21",
        "Nothing is parked (live: nothing whose turn has come, and nothing longer than the grace"
        " window, but behind a held stream)",
        "`make parked` says what each waits for: settle the quarantine row that holds its stream,"
        " or find the event that is missing before it.",
        """select (select count(*) from parked) + (select count(*) from consumed_stream)""",
        (
            """select p.service || ' ' || p.stream || ' ' || p.sequence from parked p
               where :strict or (p.parked_at < :settled and not exists (
                 select 1 from quarantine q where q.service = p.service and q.source = p.source
                   and q.stream = p.stream and q.status = 'open'))""",
        ),
    ),
    Invariant(
        "I23",
        "Every record in quarantine is the one at its position, has the place that its kind needs,"
        " and was settled only under a name and with a reason",
        "`make quarantine` shows the row named. A hash that differs means another record at that"
        " position: was the topic made anew?",
        "select count(*) from quarantine",
        (
            """select q.service || ' ' || q.quarantine_id from quarantine q
               join position p using (topic, kafka_partition)
               left join record r using (topic, kafka_partition, kafka_offset)
               where q.kafka_offset >= p.first_offset and (r.topic is null
                 or (q.attempts = 1 and r.value_sha256 <> q.payload_sha256))""",
            """select service || ' ' || quarantine_id from quarantine
               where (status <> 'open'
                      and (has_name = 0 or has_reason = 0 or closed_at is null))
                  or (kind <> 'unplaced' and (stream is null or sequence is null))""",
            """select q.service || ' ' || q.quarantine_id from quarantine q
               join inbox i on i.service = q.service and i.source = q.source
                           and i.stream = q.stream and i.sequence = q.sequence
               where q.status = 'open' and q.kind = 'in_place'""",
        ),
    ),
)
