"""From the front door to a case: nothing acknowledged is lost, everything is answered."""

from deploy.operate.invariants.invariant import Invariant

REPORTS = (
    Invariant(
        "I01",
        "Every acknowledged report has exactly one receipt, or is known as a report of an erased"
        " case",
        "Ask the sender for the report again; same id: nothing can double. Then find out how a"
        " store lost it: `make reconcile` after a restore.",
        "select (select count(*) from receipt) + (select count(*) from ledger)",
        (
            """select l.organisation || ' ' || l.sender_report_id from ledger l
               where (select count(*) from receipt r where r.organisation = l.organisation
                      and r.sender_report_id = l.sender_report_id)
                   + (select count(*) from erased_sending e where e.kind = 'report'
                      and e.organisation = l.organisation and e.sender_id = l.sender_report_id)
                  <> 1""",
            """select json_extract(a.value, '$.organisation') || ' '
                      || json_extract(a.value, '$.sender_report_id')
               from record a join position p using (topic, kafka_partition)
               where a.type = 'uk.vigil.report.acknowledged.v1' and a.value is not null
                 and a.kafka_offset < p.end_before
                 and exists (select 1 from outbox o where o.event_id = a.event_id)
                 and not exists (
                   select 1 from receipt r
                   where r.organisation = json_extract(a.value, '$.organisation')
                     and r.sender_report_id = json_extract(a.value, '$.sender_report_id'))
                 and not exists (
                   select 1 from erased_sending e where e.kind = 'report'
                     and e.organisation = json_extract(a.value, '$.organisation')
                     and e.sender_id = json_extract(a.value, '$.sender_report_id'))""",
        ),
    ),
    Invariant(
        "I02",
        "Every receipt belongs to one case that its report opened; every case has a receipt;"
        " a case that was linked names a survivor that stands for itself",
        "Stop decisions on the cases named. Compare with the report's events on"
        " incident.reported; the store of intake is wrong.",
        "select count(*) from receipt",
        (
            """select 'receipt ' || r.receipt_id from receipt r
               where not exists (select 1 from incident i where i.case_id = r.case_id)""",
            """select 'case ' || i.case_id from incident i
               where not exists (select 1 from receipt r where r.case_id = i.case_id)""",
            """select 'linked case ' || i.case_id from incident i
               left join incident s on s.case_id = i.survivor
               where i.survivor is not null and (s.case_id is null or s.survivor is not null)""",
            """select 'reported in ' || e.stream from record e
               join receipt r on r.report_id = json_extract(e.value, '$.report_id')
               where e.type = 'uk.vigil.incident.reported.v1'
                 and e.stream <> 'case/' || r.case_id
                 and exists (select 1 from incident i where i.case_id = r.case_id)""",
        ),
    ),
    Invariant(
        "I34",
        "The same report has always been answered with the same receipt of the same content",
        "The answers named differ from the receipt that is kept: tell the sender which one holds,"
        " and find out which store was changed by hand or restored.",
        """select (select count(*) from ledger) + (select count(*) from record
                   where type = 'uk.vigil.report.acknowledged.v1')""",
        (
            """select l.organisation || ' ' || l.sender_report_id from ledger l join receipt r
               using (organisation, sender_report_id)
               where l.receipt_id <> r.receipt_id
                  or coalesce(l.content_sha256, r.content_sha256) <> r.content_sha256""",
            """select r.organisation || ' ' || r.sender_report_id from record a
               join receipt r on r.organisation = json_extract(a.value, '$.organisation')
                and r.sender_report_id = json_extract(a.value, '$.sender_report_id')
               where a.type = 'uk.vigil.report.acknowledged.v1'
                 and exists (select 1 from outbox o where o.event_id = a.event_id)
                 and (json_extract(a.value, '$.receipt_id') <> r.receipt_id
                   or json_extract(a.value, '$.content_sha256') <> r.content_sha256)""",
        ),
    ),
    Invariant(
        "I37",
        "Everything that was refused on the bus was answered with why",
        "The sender does not know that it was refused: tell it by another way, with"
        " the topic and offset named.",
        "select count(*) from quarantine where source like '/ingress/%'",
        (
            """select q.topic || '/' || q.kafka_partition || '/' || q.kafka_offset
               from quarantine q
               where q.source like '/ingress/%' and q.topic like 'ingress.%'
                 and q.reason <> 'system_unknown'
                 and not exists (
                   select 1 from outbox o where o.event_id in (
                     derived_id(position_id(null, q.topic, q.kafka_partition, q.kafka_offset),
                       'uk.vigil.report.refused.v1', 'reply/' || substr(q.topic, 9), 0),
                     derived_id(position_id(null, q.topic, q.kafka_partition, q.kafka_offset),
                       'uk.vigil.submission.refused.v1', 'reply/' || substr(q.topic, 9), 0)))""",
        ),
    ),
)
