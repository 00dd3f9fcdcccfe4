"""The tables of the books, what makes them quick, and what is looked at more than once."""

STORE_TABLES = """
create table outbox (service, position, event_id, topic, stream, sequence, type, happened_at,
    recorded_at, payload_sha256, published_at, kafka_partition, kafka_offset);
create table numbered_stream (service, stream, last_sequence);
create table consumed_stream (service, source, stream, next_sequence);
create table inbox (service, source, stream, sequence, event_id, type, topic, kafka_partition,
    kafka_offset, outcome, applied_at);
create table parked (service, source, stream, sequence, event_id, type, parked_at);
create table quarantine (service, quarantine_id, source, stream, sequence, event_id, type, topic,
    kafka_partition, kafka_offset, kind, reason, payload_sha256, quarantined_at, attempts, status,
    closed_at, has_name, has_reason);
create table consumed_offset (service, topic, kafka_partition, next_offset);
create table fact (service, event_id, case_id, source, sequence, type, happened_at, recorded_at);
create table receipt (service, receipt_id, report_id, case_id, organisation, system,
    sender_report_id, door, received_at, content_sha256);
create table incident (service, case_id, opened_at, owner_area, cycle, survivor, decided_cycle);
create table decision (service, case_id, cycle, decision, decided_at);
create table clock_case (service, case_id, survivor);
create table deadline (service, deadline_id, case_id, cycle, rule, revision, rule_version,
    calendar_version, started_at, due_date, late_from, state, met_at, on_time, next_kind, next_at);
create table deadline_revision (service, deadline_id, case_id, cycle, rule, revision, rule_version,
    calendar_version, started_at, due_date, late_from, state, met_at, on_time, superseded_at);
create table calendar (service, version, document);
create table firing (service, deadline_id, revision, kind, due_at, fired_at, event_id);
create table notice_case (service, case_id, survivor);
create table notice (service, notice_id, case_id, cycle, notification_number, obligation_id,
    recipient_kind, recipient, area, limit_rule, state, attempts, wanted_at, next_attempt_at,
    cancelled_because, about, lane);
create table channel_pace (service, lane, held_until);
create table attempt (service, notice_id, number, started_at, outcome, ended_at);
create table notice_receipt (service, notice_id, received_at, recorded_at);
create table settlement (service, settlement_id, notice_id, at, settled_as, has_name);
create table case_seen (service, case_id, last_event_at, stage, survivor, next_late_from);
create table area_seen (service, area, next_late_from);
create table region_told (service, what, region, topic, area, rests_on, told_at);
create table record_read (service, audit_id, at, reader, step, case_id, sharing_decision);
create table delivery_said (service, system, sender_id, event_id, arrived_at);
create table erased_case (service, case_id, reason, last_report_at, erased_at);
create table left_of_erased (service, case_id, kept_in);
create table erased_sending (service, kind, organisation, sender_id, system, case_id, received_at);
create table submission (service, submission_id, kind, organisation, system, sender_id,
    received_at);
"""
EVERY_STORE = (
    "outbox",
    "numbered_stream",
    "consumed_stream",
    "inbox",
    "parked",
    "quarantine",
    "consumed_offset",
    "fact",
    "erased_case",
    "left_of_erased",
)
OF_ONE_STORE = {
    "intake": ("receipt", "incident", "decision", "delivery_said", "submission", "erased_sending"),
    "rapid_review_timer": (
        "clock_case",
        "calendar",
        "deadline",
        "deadline_revision",
        "firing",
        "record_read",
    ),
    "panel_notification": (
        "notice_case",
        "notice",
        "attempt",
        "notice_receipt",
        "settlement",
        "channel_pace",
    ),
    "reporting": ("case_seen", "area_seen", "region_told"),
}
OTHER_TABLES = """
create table record (topic, kafka_partition, kafka_offset, written_at, event_id, type, stream,
    sequence, organisation, value_sha256, value);
create table position (topic, kafka_partition, first_offset, end_before, end_after);
create table committed (consumer, service, topic, kafka_partition, next_offset);
create table expected_topic (topic, producer, partitions, retention_ms);
create table found_topic (topic, partitions, retention_ms);
create table setting (name, value);
create table follows (service, consumer, topic);
create table gauge (service, name, value);
create table running (service);
create table ledger (organisation, sender_report_id, receipt_id, content_sha256);
create table mail_ledger (notice_id);
create table digest (found, expected);
"""
INDEXES = """
create index outbox_id on outbox (event_id);
create index outbox_stream on outbox (stream);
create index outbox_type on outbox (type);
create index inbox_id on inbox (event_id, service);
create index inbox_place on inbox (service, source, stream, sequence);
create index parked_id on parked (event_id, service);
create index quarantine_id on quarantine (event_id, service);
create index quarantine_position on quarantine (topic, kafka_partition, kafka_offset);
create index fact_id on fact (event_id, service);
create index receipt_sender on receipt (organisation, sender_report_id);
create index submission_sender on submission (organisation, sender_id);
create index receipt_case on receipt (case_id);
create index receipt_report on receipt (report_id);
create index incident_id on incident (case_id);
create index incident_head on incident (coalesce(survivor, case_id));
create index clock_case_id on clock_case (case_id);
create index case_seen_id on case_seen (case_id);
create index notice_case_id on notice_case (case_id);
create index deadline_id on deadline (deadline_id);
create index deadline_case on deadline (case_id);
create index firing_deadline on firing (deadline_id);
create index notice_id on notice (notice_id);
create index notice_case_of on notice (case_id);
create index attempt_notice on attempt (notice_id);
create index record_id on record (event_id);
create index record_type on record (type);
create index erased_case_id on erased_case (case_id, service);
create index erased_sending_sender on erased_sending (organisation, sender_id);
create unique index record_position on record (topic, kafka_partition, kafka_offset);
"""

UNSETTLED = """
create table ordered (case_id, ordered_at);
insert into ordered select case_id, min(ordered_at) from (
    select substr(stream, 6) as case_id, recorded_at as ordered_at from outbox
    where type = 'uk.vigil.case.erasure.ordered.v1'
    union all
    select c.value, r.written_at from record r, json_each(r.value, '$.cases') c
    where r.type = 'uk.vigil.case.erasure.ordered.v1') group by case_id;
create table gone (case_id);
insert into gone select case_id from ordered union select case_id from erased_case;
create unique index gone_case on gone (case_id);
create table unsettled (case_id);
insert into unsettled select case_id from gone;
insert into unsettled select distinct case_of(stream) from (
    select stream from outbox where recorded_at >= :settled
    union select stream from inbox where applied_at >= :settled
    union select stream from parked
    union select stream from quarantine where status = 'open' and stream is not null)
where case_of(stream) is not null;
insert into unsettled
    select i.survivor from incident i join unsettled u using (case_id)
    where i.survivor is not null
    union select i.case_id from incident i join unsettled u on u.case_id = i.survivor;
create index unsettled_case on unsettled (case_id);
"""
"""Cases and records of areas of which something was written within the grace window, or waits
behind a held stream: stores need not agree about them yet. Nor about those that leave, or have
left (`gone`): there it is enough that each store has let them go."""

VIEWS = """
create view consumed as
select r.*, f.service, f.consumer from record r join follows f on f.topic = r.topic
left join committed c on c.consumer = f.consumer and c.topic = r.topic
                     and c.kafka_partition = r.kafka_partition
left join consumed_offset s on s.service = f.service and s.topic = r.topic
                           and s.kafka_partition = r.kafka_partition
where r.kafka_offset < max(coalesce(c.next_offset, 0), coalesce(s.next_offset, 0));

create view every_revision as
select deadline_id, rule, rule_version, calendar_version, started_at, due_date, late_from, met_at,
       on_time, revision from deadline
union all
select deadline_id, rule, rule_version, calendar_version, started_at, due_date, late_from, met_at,
       on_time, revision from deadline_revision;

create view heard as
select derived_id(f.event_id, 'uk.vigil.review.due.v1', stream_of(d.case_id), 0) as event_id,
       f.deadline_id, f.kind
from firing f join deadline d using (deadline_id);

create table obligation as
select substr(r.stream, 6) as case_id, json_extract(r.value, '$.cycle') as cycle, r.event_id,
       r.sequence,
       coalesce(json_extract(r.value, '$.la_incident_aware_at'),
                json_extract(r.value, '$.decided_at')) as known_from,
       json_extract(o.value, '$.obligation_id') as obligation_id,
       json_extract(o.value, '$.recipient_kind') as recipient_kind,
       json_extract(o.value, '$.recipient') as recipient,
       json_extract(o.value, '$.limit_rule') as limit_rule,
       json_extract(o.value, '$.area') as area
from record r, json_each(r.value, '$.obligations') o
where r.type = 'uk.vigil.incident.decided.v1';
create index obligation_event on obligation (event_id);
create index obligation_id on obligation (obligation_id);

create table yearly_report as
select case_of(stream) as record, json_extract(value, '$.cycle') as cycle, max(sequence),
       json_extract(value, '$.published_on') as published_on, event_id, type, value
from record
where type in ('uk.vigil.yearly.report.published.v1', 'uk.vigil.yearly.report.withdrawn.v1')
  and value is not null
group by 1, 2;

create table sharing as
select json_extract(value, '$.decision_id') as decision_id,
       json_extract(value, '$.decision') as decision,
       json_extract(value, '$.decided_at') as decided_at,
       json_extract(value, '$.recipient') as recipient,
       json_extract(value, '$.case_id') as case_id,
       json_extract(value, '$.standing.topic') as topic,
       json_extract(value, '$.standing.region') as region,
       json_extract(value, '$.standing.expires_on') as expires_on,
       json_extract(value, '$.replaces') as replaces,
       written_at
from record where type = 'uk.vigil.sharing.decided.v1';
create index sharing_id on sharing (decision_id);

create view doubled_knowingly as
select notice_id from settlement where settled_as = 'send_again'
union
select json_extract(value, '$.notice_id') from record
where type = 'uk.vigil.notice.sent.v1' and json_extract(value, '$.possible_duplicate');

create view id_of as
select event_id as id, 'event' as kind from outbox
union all select case_id, 'case' from incident
union all select receipt_id, 'receipt' from receipt
union all select report_id, 'report' from receipt
union all select notice_id, 'notice' from notice
union all select deadline_id, 'deadline' from deadline
union all select quarantine_id, 'quarantine' from quarantine
union all select event_id, 'firing' from firing;

create view instant as
select service || ' outbox ' || event_id as place, recorded_at as at from outbox
union all select 'inbox ' || event_id, applied_at from inbox
union all select 'case ' || case_id, opened_at from incident
union all select 'receipt ' || receipt_id, received_at from receipt
union all select 'decision ' || case_id, decided_at from decision
union all select 'firing ' || event_id, fired_at from firing
union all select 'attempt ' || notice_id, started_at from attempt
union all select 'quarantine ' || quarantine_id, quarantined_at from quarantine
union all select 'deadline ' || deadline_id, started_at from deadline;

create view stage as
select substr(stream, 6) as case_id, max(sequence), json_extract(value, '$.stage') as stage,
       json_extract(value, '$.cycle') as cycle
from record where type = 'uk.vigil.case.stage.entered.v1' and value is not null group by stream;
"""
