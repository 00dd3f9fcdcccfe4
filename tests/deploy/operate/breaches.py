"""One way to break each invariant that a store alone can break: service and statements.

Each says the least that is wrong, so that no other invariant is broken with it.
"""

BREACHES: dict[str, tuple[str, ...]] = {
    "I02": (
        "intake",
        """update report set case_id = gen_random_uuid() where report_id = (
             select report_id from report join incident_case c using (case_id)
             where c.survivor is null and c.decided_cycle is null)""",
    ),
    "I03": (
        "intake",
        """update outbox set kafka_offset = kafka_offset + 1000
           where position = (select min(position) from outbox)""",
    ),
    "I05": (
        "rapid_review_timer",
        """insert into fact (event_id, case_id, source, sequence, type, happened_at, recorded_at,
                             payload)
           select gen_random_uuid(), case_id, source, sequence + 1000, type, happened_at,
                  recorded_at, payload
           from fact limit 1""",
    ),
    "I06": (
        "intake",
        """update numbered_stream set last_sequence = last_sequence + 1
           where stream = (select min(stream) from numbered_stream)""",
    ),
    "I08": (
        "rapid_review_timer",
        """delete from deadline where deadline_id = (
             select deadline_id from deadline where rule = 'TRIAGE' and state = 'met' limit 1)""",
    ),
    "I09": (
        "rapid_review_timer",
        "delete from firing where event_id = (select event_id from firing limit 1)",
    ),
    "I10": (
        "rapid_review_timer",
        "update deadline set due_date = due_date + 1 where rule = 'DL07'",
    ),
    "I11": (
        "rapid_review_timer",
        """update firing set due_at = due_at - interval '1 hour'
           where event_id = (select event_id from firing where kind = 'overdue' limit 1)""",
    ),
    "I12": (
        "reporting",
        """update consumed_offset set next_offset = next_offset - 1
           where (topic, kafka_partition) = (select topic, kafka_partition from consumed_offset
                                             order by 1, 2 limit 1)""",
    ),
    "I13": (
        "panel_notification",
        """update notice set obligation_id = gen_random_uuid()
           where recipient = 'panel' and limit_rule <> 'DL17'""",
    ),
    "I14": (
        "panel_notification",
        """insert into attempt (notice_id, number, sender, started_at, outcome, code, ended_at)
           select notice_id, 2, sender, started_at, outcome, code, ended_at
           from attempt where number = 1 limit 1""",
        """update notice set attempts = 2
           where notice_id = (select notice_id from attempt where number = 2)""",
    ),
    "I16": (
        "panel_notification",
        """update notice set state = 'pending', next_attempt_at = '2999-01-01'
           where notice_id = (select notice_id from notice where recipient <> 'panel' limit 1)""",
    ),
    "I17": ("reporting", "update case_seen set stage = 'closed' where stage = 'rapid_review'"),
    "I18": (
        "intake",
        """insert into report (report_id, case_id, organisation, system, sender_report_id, door,
                               received_at, receipt_id, fingerprint, content_sha256,
                               sealed_report, areas)
           select gen_random_uuid(), case_id, organisation, system, gen_random_uuid(), 'http',
                  received_at, gen_random_uuid(), fingerprint, content_sha256, sealed_report, areas
           from report limit 1""",
    ),
    "I19": (
        "reporting",
        """delete from fact where event_id = (
             select event_id from fact where type like '%.notice.sent.%' limit 1)""",
    ),
    "I20": (
        "intake",
        """update outbox set published_at = null, kafka_partition = null, kafka_offset = null
           where position = (select max(position) from outbox)""",
    ),
    "I21": (
        "reporting",
        """insert into parked (source, stream, sequence, event_id, type, record, parked_at)
           select source, stream, 999, gen_random_uuid(), 'uk.vigil.incident.decided.v1', '', now()
           from consumed_stream limit 1""",
    ),
    "I23": (
        "intake",
        """update quarantine set payload_sha256 = repeat('0', 64) where topic like 'ingress.%'""",
    ),
    "I24": ("rapid_review_timer", "insert into case_state (case_id) values (gen_random_uuid())"),
    "I29": (
        "reporting",
        "update region_copy set rests_on = gen_random_uuid() where state = 'told'",
    ),
    "I31": (
        "reporting",
        """insert into erased_case (case_id, stream, reason, last_report_at, erased_at)
           select id, 'case/' || id, 'synthetic_expired', now(), now()
           from (select gen_random_uuid() as id) as made""",
    ),
    "I34": ("intake", "update report set content_sha256 = repeat('0', 64) where door = 'bus'"),
    "I35": (
        "intake",
        """update report set receipt_id = report_id
           where report_id = (select report_id from report where door = 'http' limit 1)""",
    ),
    "I36": (
        "intake",
        """update incident_case set opened_at = '2999-01-01'
           where case_id = (select case_id from incident_case where survivor is null limit 1)""",
    ),
    "I37": (
        "intake",
        """insert into quarantine (quarantine_id, source, event_id, topic, kafka_partition,
                                   kafka_offset, kind, reason, payload_sha256, sealed_record,
                                   kek_id, wrapped_key, quarantined_at, attempts)
           select gen_random_uuid(), source, gen_random_uuid(), topic, kafka_partition,
                  kafka_offset - 1, kind, reason, payload_sha256, sealed_record, kek_id,
                  wrapped_key, quarantined_at, 2
           from quarantine where topic like 'ingress.%'""",
    ),
    "I41": (
        "reporting",
        "update area_seen set next_late_from = next_late_from + interval '1 day'",
    ),
}
