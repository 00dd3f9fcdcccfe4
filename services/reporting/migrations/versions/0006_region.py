"""What is shared with regions: what each is to be told of a case, what was told, what waits."""

from alembic import op

from shared.messaging.tables import single_statements

revision = "0006"
down_revision = "0005"

TABLES = """
create table region_case (
    case_id uuid primary key,
    stale boolean not null default true
);
create index region_case_stale on region_case (case_id) where stale;
comment on table region_case is
    'Cases of which something was heard since it was last worked out what regions are to be told.';

create table synthetic_case (
    case_id uuid primary key
);
comment on table synthetic_case is 'Cases that nobody is behind. They are counted nowhere.';

create table region_copy (
    event_id uuid primary key,
    region text not null,
    topic text not null,
    case_id uuid not null,
    cycle int not null check (cycle >= 1),
    epoch int not null check (epoch >= 0),
    area text not null,
    about text not null,
    rank bigint not null,
    source_event uuid not null,
    recorded_at timestamptz not null,
    said jsonb not null,
    action_id uuid,
    closes boolean not null,
    synthetic boolean not null,
    reference uuid not null,
    state text not null
        check (state in ('waiting', 'told', 'counted', 'superseded', 'not_wanted')),
    held_because text,
    waits_since timestamptz not null,
    settled_at timestamptz,
    rests_on uuid,
    check ((action_id is null) = (topic <> 'learning.action')),
    check ((state = 'waiting') = (settled_at is null)),
    check (held_because is null or state = 'waiting')
);
create index region_copy_waiting on region_copy (region) where state = 'waiting';
create index region_copy_by_case on region_copy (case_id);
create index region_copy_by_reference on region_copy (reference);
create index region_copy_by_about on region_copy (about, region, topic, case_id);
create index region_copy_actions on region_copy (region) where topic = 'learning.action';
comment on table region_copy is
    'Derived from the facts of a case under its row lock. Told: written to the outbox, resting on a
decision to share. Counted: its source is so old that it counts as told. Superseded: a later one of
its kind goes in its place.';

create table region_told (
    event_id uuid primary key,
    topic text not null,
    subject text not null,
    told_at timestamptz not null
);
comment on table region_told is
    'What was told, as this store wrote it and as the topics say: nothing is told again.';

create table region_release (
    region text primary key,
    last_at timestamptz not null
);
comment on table region_release is 'When each region was last told in a batch.';

create table region_read (
    topic text not null,
    kafka_partition int not null,
    next_offset bigint not null,
    primary key (topic, kafka_partition)
);
comment on table region_read is 'How far the topics of regions were read back.';

create table region_membership (
    only_row boolean primary key default true check (only_row),
    fingerprint text not null
);
comment on table region_membership is
    'Which areas regions took in when it was last worked out what they are to be told.';

create index fact_standing on fact (recorded_at)
    where type = 'uk.vigil.sharing.decided.v1' and payload -> 'standing' <> 'null'::jsonb;
"""

GRANTS = (
    "grant select, insert, update on region_case, region_copy, region_release, region_read, "
    "region_membership to reporting_app",
    "grant select, insert on synthetic_case, region_told to reporting_app",
)


def upgrade() -> None:
    for statement in (*single_statements(TABLES), *GRANTS):
        op.execute(statement)
    op.execute(
        "insert into region_case (case_id) select case_id from case_seen on conflict do nothing"
    )
