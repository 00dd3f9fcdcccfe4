"""More than one channel: what each proved, limits, the pace of channels, what providers tell."""

from alembic import op

from shared.messaging.tables import single_statements

revision = "0008"
down_revision = "0007"

TABLES = """
alter table notice
    drop constraint notice_channel_check,
    add constraint notice_channel_check check (channel in ('smtp', 'notify', 'webhook', 'manual')),
    drop constraint notice_state_check,
    add constraint notice_state_check check (state in ('pending', 'sending', 'accepted',
        'undeliverable', 'outcome_unknown', 'handed', 'cancelled')),
    drop constraint notice_about_check,
    add constraint notice_about_check check (about in ('incident', 'transfer', 'withdrawal',
        'review', 'local_review', 'copy', 'delay', 'not_published')),
    add column lane text,
    add column message_channel text not null default 'smtp',
    add column delivered_at timestamptz,
    add column look_up_at timestamptz,
    add column sent_again_at timestamptz,
    add column escalated_at timestamptz,
    add constraint notice_handed_check check (state <> 'handed' or attempts > 0);
update notice set lane = 'smtp';
create index notice_without_lane on notice (notice_id) where lane is null and state = 'pending';
create index notice_not_out on notice (notice_id)
    where state in ('pending', 'sending', 'outcome_unknown', 'undeliverable', 'handed');
create index notice_looked_up on notice (look_up_at) where look_up_at is not null;
drop index notice_for_a_person;
create index notice_for_a_person on notice (notice_id)
    where state in ('outcome_unknown', 'undeliverable', 'handed');

alter table attempt
    drop constraint attempt_outcome_check,
    add constraint attempt_outcome_check
        check (outcome in ('accepted', 'refused', 'again', 'unknown', 'handed')),
    add column channel text check (channel in ('smtp', 'notify', 'webhook', 'manual')),
    add column provider_reference text check (provider_reference ~ '^[A-Za-z0-9._-]{1,64}$');

alter table settlement
    drop constraint settlement_settled_as_check,
    add constraint settlement_settled_as_check
        check (settled_as in ('send_again', 'arrived', 'submitted'));

create table message_before (
    notice_id uuid not null references notice,
    channel text not null,
    sealed_message bytea not null,
    message_sha256 text not null check (message_sha256 ~ '^[0-9a-f]{64}$'),
    replaced_at timestamptz not null,
    primary key (notice_id, channel)
);
comment on table message_before is
    'What was sent by the channel that a notice used before it went over to its fallback.';

create table notice_limit (
    case_id uuid not null,
    cycle int not null check (cycle >= 1),
    rule text not null,
    deadline_id uuid not null,
    revision int not null check (revision >= 1),
    late_from timestamptz not null,
    primary key (case_id, cycle, rule, deadline_id)
);
comment on table notice_limit is
    'By when a notice has to be out: the clocks as the rapid-review timer published them last.';

create table channel_pace (
    lane text primary key,
    tokens double precision not null check (tokens >= 0),
    filled_at timestamptz not null,
    failures int not null default 0 check (failures >= 0),
    held_until timestamptz
);
comment on table channel_pace is
    'How fast a channel may be used and whether it is resting, for all replicas together.';

create table provider_status (
    channel text not null,
    provider_reference text not null check (provider_reference ~ '^[A-Za-z0-9._-]{1,64}$'),
    status text not null check (status ~ '^[a-z-]{1,40}$'),
    notice_id uuid references notice,
    told_at timestamptz not null,
    happened_at timestamptz,
    moved_forward boolean not null,
    primary key (channel, provider_reference, status)
);
create index provider_status_by_notice on provider_status (notice_id);
comment on table provider_status is
    'What providers told of messages, each once. One without a notice is for nobody here.';

create or replace view chk.notice as
select notice_id, case_id, cycle, notification_number, obligation_id, recipient_kind, recipient,
       area, limit_rule, state, attempts, wanted_at, next_attempt_at, cancelled_because, refused_at,
       about, lane
from notice;

create view chk.channel_pace as
select lane, held_until from channel_pace;
"""

GRANTS = (
    "grant select on chk.channel_pace to chk_ro",
    "grant select, insert, update on notice_limit, channel_pace to panel_notification_app",
    "grant select, insert on message_before, provider_status to panel_notification_app",
)


def upgrade() -> None:
    for statement in (*single_statements(TABLES), *GRANTS):
        op.execute(statement)
