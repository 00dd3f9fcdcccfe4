"""The tables that every store has for its messaging, keys and audit; made by its first
migration, which the owner role runs.
"""

TABLES = """
create table numbered_stream (
    stream text primary key,
    last_sequence bigint not null check (last_sequence >= 0)
);
comment on table numbered_stream is 'The last number this service gave to an event of a stream.';

create table outbox (
    position bigint generated always as identity primary key,
    event_id uuid not null unique,
    topic text not null,
    key text,
    stream text not null,
    sequence bigint check (sequence >= 1),
    type text not null,
    happened_at timestamptz not null,
    recorded_at timestamptz not null,
    headers jsonb not null,
    payload bytea not null,
    published_at timestamptz,
    kafka_partition int,
    kafka_offset bigint,
    unique (stream, sequence),
    check ((published_at is null) = (kafka_offset is null))
);
create index outbox_unpublished on outbox (position) where published_at is null;
comment on table outbox is
    'Events written with the state they speak of. Kept as long as the case, to refill topics from.';

create table consumed_stream (
    source text not null,
    stream text not null,
    next_sequence bigint not null default 1 check (next_sequence >= 1),
    primary key (source, stream)
);
comment on table consumed_stream is
    'The number that comes next. Its row is the lock of the stream.';

create table inbox (
    source text not null,
    stream text not null,
    sequence bigint not null check (sequence >= 1),
    event_id uuid not null unique,
    type text not null,
    topic text not null,
    kafka_partition int not null,
    kafka_offset bigint not null,
    outcome text not null check (outcome in ('applied', 'not_used', 'voided', 'discarded')),
    applied_at timestamptz not null,
    primary key (source, stream, sequence)
);
comment on table inbox is 'Numbers and ids that were used up, for good.';

create table parked (
    source text not null,
    stream text not null,
    sequence bigint not null check (sequence >= 1),
    event_id uuid not null unique,
    type text,
    record bytea not null,
    parked_at timestamptz not null,
    primary key (source, stream, sequence)
);
comment on table parked is 'Events that wait for their turn. Never a resting place.';

create table quarantine (
    quarantine_id uuid primary key,
    source text not null,
    stream text,
    sequence bigint,
    event_id uuid not null,
    type text,
    topic text not null,
    kafka_partition int not null,
    kafka_offset bigint not null,
    kind text not null check (kind in ('in_place', 'conflict', 'unplaced')),
    reason text not null,
    payload_sha256 text not null,
    sealed_record bytea not null,
    kek_id text not null,
    wrapped_key bytea not null,
    quarantined_at timestamptz not null,
    attempts int not null default 1,
    status text not null default 'open'
        check (status in ('open', 'released', 'discarded', 'dismissed')),
    closed_at timestamptz,
    closed_by text,
    sealed_because bytea,
    unique (topic, kafka_partition, kafka_offset),
    check ((status = 'open') = (closed_by is null))
);
create index quarantine_open_by_stream on quarantine (source, stream) where status = 'open';
comment on table quarantine is
    'Records that cannot be applied, sealed, until a person with a name and a reason settles them.';

create table consumed_offset (
    topic text not null,
    kafka_partition int not null,
    next_offset bigint not null,
    primary key (topic, kafka_partition)
);
comment on table consumed_offset is
    'How far each partition is in this store, written with the effects.';

create table fact (
    event_id uuid primary key,
    case_id uuid not null,
    source text not null,
    sequence bigint not null,
    type text not null,
    happened_at timestamptz not null,
    recorded_at timestamptz not null,
    traceparent text,
    payload jsonb not null
);
create index fact_by_case on fact (case_id);
comment on table fact is 'What this service was told about a case. What it concludes is derived.';

create table data_key (
    case_id uuid primary key,
    kek_id text not null,
    wrapped_key bytea not null,
    made_at timestamptz not null
);
comment on table data_key is 'The key that seals a case, itself wrapped by the key-encryption key.';

create table used_token (
    issuer text not null,
    token_id text not null,
    expires_at timestamptz not null,
    primary key (issuer, token_id)
);
comment on table used_token is 'Tokens of machine callers that were used, until they expire.';

create table audit (
    audit_id bigint generated always as identity primary key,
    at timestamptz not null,
    actor text not null,
    action text not null,
    object text not null,
    cause uuid not null,
    codes jsonb not null default '{}'
);
create index audit_by_object on audit (object);
comment on table audit is 'Who changed what and when. Only ever added to.';
"""

_MAY_CHANGE = [
    "numbered_stream",
    "outbox",
    "consumed_stream",
    "parked",
    "quarantine",
    "consumed_offset",
    "fact",
    "data_key",
]
_MAY_REMOVE = ("parked", "used_token")
_ONLY_ADDED_TO = ("inbox", "audit", "used_token")


def statements(service: str) -> list[str]:
    """The statements of a service's first migration. `service` is a name from the catalogue."""
    role = f"{service}_app"
    return [
        *single_statements(TABLES),
        f"grant usage on schema public to {role}",
        f"grant select, insert, update on {', '.join(_MAY_CHANGE)} to {role}",
        f"grant select, insert on {', '.join(_ONLY_ADDED_TO)} to {role}",
        f"grant delete on {', '.join(_MAY_REMOVE)} to {role}",
    ]


def single_statements(sql: str) -> list[str]:
    """The statements of a text, one by one, as the driver takes them; each ends a line with `;`."""
    return [part.strip() for part in sql.split(";\n") if part.strip()]
