"""Decisions to share information or not."""

from alembic import op

from shared.messaging.tables import single_statements

revision = "0007"
down_revision = "0006"

TABLES = """
create table sharing_decision (
    decision_id uuid primary key,
    case_id uuid references incident_case,
    first_decision uuid not null,
    replaces uuid unique references sharing_decision,
    decided_at timestamptz not null,
    recorded_at timestamptz not null,
    organisation text not null,
    recipient text not null,
    topic text,
    region text,
    expires_on date,
    review_on date not null,
    told jsonb not null,
    sealed_record bytea,
    check ((case_id is null) = (topic is not null)),
    check ((topic is null) = (region is null)),
    check ((topic is null) = (expires_on is null)),
    check ((replaces is null) = (first_decision = decision_id))
);
create index sharing_decision_by_case on sharing_decision (case_id) where case_id is not null;
create index sharing_decision_by_topic on sharing_decision (organisation, region, topic, recipient)
    where topic is not null;
comment on table sharing_decision is
    'Only ever added to: what corrects, renews or ends one is a decision that replaces it.';
comment on column sharing_decision.first_decision is 'The first of those that replace each other.';
comment on column sharing_decision.told is 'What was published of it: codes and dates.';
comment on column sharing_decision.sealed_record is
    'The whole decision with its texts; none where a restored store has lost it.';
"""

GRANTS = (
    "grant select, insert on sharing_decision to intake_app",
    "grant update (sealed_record) on sharing_decision to intake_app",
)


def upgrade() -> None:
    for statement in (*single_statements(TABLES), *GRANTS):
        op.execute(statement)
