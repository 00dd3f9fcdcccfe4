"""What the checker may read of every store: views in a schema of their own, and nothing else.

Ids, codes, positions and instants only. Nothing sealed, nothing typed and no person's name: of a
name the views say whether there is one, of a payload its SHA-256.
"""

from shared.messaging.tables import single_statements

CHECKER = "chk_ro"
"""The role that may read these views. Whoever makes the databases makes it."""

VIEWS = """
create schema chk;

create view chk.outbox as
select position, event_id, topic, stream, sequence, type, happened_at, recorded_at,
       encode(sha256(payload), 'hex') as payload_sha256,
       published_at, kafka_partition, kafka_offset
from outbox;

create view chk.numbered_stream as
select stream, last_sequence from numbered_stream;

create view chk.consumed_stream as
select source, stream, next_sequence from consumed_stream;

create view chk.inbox as
select source, stream, sequence, event_id, type, topic, kafka_partition, kafka_offset, outcome,
       applied_at
from inbox;

create view chk.parked as
select source, stream, sequence, event_id, type, parked_at from parked;

create view chk.quarantine as
select quarantine_id, source, stream, sequence, event_id, type, topic, kafka_partition,
       kafka_offset, kind, reason, payload_sha256, quarantined_at, attempts, status, closed_at,
       closed_by is not null as has_name, sealed_because is not null as has_reason
from quarantine;

create view chk.consumed_offset as
select topic, kafka_partition, next_offset from consumed_offset;

create view chk.fact as
select event_id, case_id, source, sequence, type, happened_at, recorded_at from fact;
"""


def statements(views: str = "") -> list[str]:
    """Of a migration: the views that every store has, those of this one, and the right to read."""
    return [
        *single_statements(VIEWS),
        *single_statements(views),
        f"grant usage on schema chk to {CHECKER}",
        f"grant select on all tables in schema chk to {CHECKER}",
    ]
