"""The table in which a service keeps what came in for it by intake's front door, until it has
answered. Made by a migration of each service that acts on such a thing."""

from shared.messaging.tables import single_statements

TABLES = """
create table arrival (
    submission_id uuid primary key,
    stream text not null,
    sequence bigint not null,
    about uuid not null,
    case_id uuid,
    system text not null,
    organisation text not null,
    content_version int not null,
    received_at timestamptz not null,
    recorded_at timestamptz not null,
    traceparent text,
    synthetic boolean not null,
    attempts int not null default 0,
    next_attempt_at timestamptz not null,
    answered_at timestamptz,
    reason text,
    check (reason is null or answered_at is not null)
);
create index arrival_unanswered on arrival (stream, sequence) where answered_at is null;
comment on table arrival is
    'What somebody submitted on the bus: by ids alone. Its content is intake''s, and is asked for.';
comment on column arrival.reason is 'Why it was refused; null where it was accepted.';
"""


def statements(service: str) -> list[str]:
    return [
        *single_statements(TABLES),
        f"grant select, insert on arrival to {service}_app",
        "grant update (attempts, next_attempt_at, answered_at, reason) on arrival"
        f" to {service}_app",
    ]
