"""Between stores: what was written is published, what is published is consumed, nothing skipped."""

from deploy.operate.invariants.invariant import Invariant

DELIVERY = (
    Invariant(
        "I03",
        "Every outbox row that is marked as published stands on its topic, where it says, as it"
        " was written",
        "A topic lost records, or another cluster is behind the address: stop the relay of the"
        " service named (`make consumers`) and restore the topic. The outbox still has all.",
        "select count(*) from outbox where published_at is not null",
        (
            """select o.service || ' ' || o.event_id from outbox o
               join position p using (topic, kafka_partition)
               left join record r using (topic, kafka_partition, kafka_offset)
               where o.published_at is not null and o.kafka_offset >= p.first_offset
                 and (r.event_id is null or r.event_id <> o.event_id
                      or r.value_sha256 <> o.payload_sha256)""",
        ),
    ),
    Invariant(
        "I04",
        "Every event on a topic was written by the outbox of the topic's one producer, each copy"
        " of it alike",
        "Something published around the outbox, or a store was restored and not reconciled:"
        " `make reconcile` for the producer; change the password of whoever wrote it otherwise.",
        """select count(*) from record r join expected_topic e using (topic)
           where e.producer <> ''""",
        (
            """select r.topic || '/' || r.kafka_partition || '/' || r.kafka_offset from record r
               join expected_topic e using (topic)
               join position p using (topic, kafka_partition)
               where e.producer <> '' and r.kafka_offset < p.end_before
                 and not exists (
                   select 1 from outbox o
                   where o.event_id = r.event_id and o.service = e.producer
                     and o.topic = r.topic and o.payload_sha256 = r.value_sha256)""",
        ),
    ),
    Invariant(
        "I07",
        "Every record that a consumer has passed was applied, is parked, is in quarantine or, at"
        " the front door, was answered, also of an erased case: nothing is skipped",
        "Deliver the records named again: `make replay` with the topic and offset, into the"
        " service named.",
        "select count(*) from consumed",
        (
            """select r.topic || '/' || r.kafka_partition || '/' || r.kafka_offset || ' by '
                      || r.service
               from consumed r where r.consumer <> 'intake.ingress'
              and not exists (select 1 from inbox i
                              where i.event_id = r.event_id and i.service = r.service)
              and not exists (select 1 from parked i
                              where i.event_id = r.event_id and i.service = r.service)
              and not exists (select 1 from quarantine i
                              where i.event_id = r.event_id and i.service = r.service)""",
            """select r.topic || '/' || r.kafka_partition || '/' || r.kafka_offset || ' by '
                      || r.service
               from consumed r where r.consumer = 'intake.ingress'
              and not exists (
                select 1 from quarantine q
                where q.service = 'intake' and q.topic = r.topic
                  and q.kafka_partition = r.kafka_partition and q.kafka_offset = r.kafka_offset)
              and not exists (
                select 1 from receipt p join outbox o on o.event_id = derived_id(
                    position_id(p.report_id, r.topic, r.kafka_partition, r.kafka_offset),
                    'uk.vigil.report.acknowledged.v1', 'reply/' || substr(r.topic, 9), 0)
                where p.organisation = r.organisation and p.sender_report_id = r.event_id)
              and not exists (
                select 1 from submission s join outbox o on o.event_id = derived_id(
                    position_id(s.submission_id, r.topic, r.kafka_partition, r.kafka_offset),
                    'uk.vigil.submission.acknowledged.v1', 'reply/' || substr(r.topic, 9), 0)
                where s.organisation = r.organisation and s.sender_id = r.event_id)
              and not exists (
                select 1 from erased_sending e
                where 'ingress.' || e.system = r.topic and e.organisation = r.organisation
                  and e.sender_id = r.event_id)
              and not exists (
                select 1 from delivery_said d
                where 'ingress.' || d.system = r.topic and d.sender_id = r.event_id)""",
        ),
    ),
    Invariant(
        "I12",
        "No consumer has committed an offset beyond what its store has taken in",
        "Set the group back to the store's own offset (`make reconcile`); what was skipped is"
        " then delivered again.",
        "select count(*) from committed",
        (
            """select c.consumer || ' ' || c.topic || '/' || c.kafka_partition from committed c
               join position p using (topic, kafka_partition)
               left join consumed_offset s
                 on s.service = c.service and s.topic = c.topic
                and s.kafka_partition = c.kafka_partition
               where c.next_offset > coalesce(s.next_offset, p.first_offset)""",
        ),
    ),
    Invariant(
        "I20",
        "No outbox row waits to be published (live: longer than the grace window)",
        "See that the broker and the service named run and that its relay is not stopped"
        " (`make status`, `make consumers`). Nothing is lost: it is published later.",
        "select count(*) from outbox",
        (
            """select service || ' ' || event_id from outbox
               where published_at is null and recorded_at < :settled""",
        ),
    ),
    Invariant(
        "I22",
        "Every consumer has read to the end (live: of what is older than the grace window)",
        "See that the service named runs, that its breaker is closed and that nobody has stopped"
        " its consumer (`make status`, `make consumers`).",
        "select count(*) from follows join position using (topic)",
        (
            """select f.consumer || ' ' || p.topic || '/' || p.kafka_partition
               from follows f join position p using (topic)
               left join committed c on c.consumer = f.consumer and c.topic = p.topic
                                    and c.kafka_partition = p.kafka_partition
               where exists (
                 select 1 from record r
                 where r.topic = p.topic and r.kafka_partition = p.kafka_partition
                   and r.kafka_offset >= coalesce(c.next_offset, p.first_offset)
                   and r.kafka_offset < p.end_before and r.written_at < :settled)""",
        ),
    ),
    Invariant(
        "I39",
        "Topics have the partitions and the retention of the catalogue, the broker makes none by"
        " itself, and with three brokers or more two must have each record (one broker: the"
        " profile of the local stack, without copies)",
        "Set the topics up again (`make run` does). A topic never gets more partitions while it"
        " has records: their order would be lost.",
        "select count(*) from expected_topic",
        (
            """select e.topic from expected_topic e left join found_topic f using (topic)
               where f.topic is null or e.partitions <> f.partitions
                  or e.retention_ms <> f.retention_ms""",
            """select name from setting where name = 'auto.create.topics.enable'
               and value <> 'false'""",
            """select 'min.insync.replicas' from setting
               where name = 'brokers' and cast(value as int) >= 3
                 and not exists (select 1 from setting where name = 'min.insync.replicas'
                                 and cast(value as int) >= 2)""",
        ),
    ),
)
