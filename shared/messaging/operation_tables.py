"""The tables behind an operator's commands, the same in every store."""

from shared.messaging.tables import single_statements

TABLES = """
create table operator_action (
    action_id bigint generated always as identity primary key,
    at timestamptz not null,
    name text not null check (length(name) between 1 and 200),
    action text not null check (action ~ '^[a-z_.]{1,64}$'),
    object text not null,
    sealed_because bytea not null,
    kek_id text not null,
    wrapped_key bytea not null
);
comment on table operator_action is
    'What a person did with an operator''s command, and why, sealed. Only ever added to.';

create table switched_off (
    part text primary key check (part ~ '^(relay|watcher|sender|writes|consumer:[a-z_]{1,64})$'),
    since timestamptz not null,
    by_name text not null
);
comment on table switched_off is
    'Parts of this service that a person has stopped; every replica looks here.';
"""


def statements(service: str) -> list[str]:
    """Of a migration. `service` is a name from the catalogue."""
    role = f"{service}_app"
    return [
        *single_statements(TABLES),
        f"grant select, insert on operator_action to {role}",
        f"grant select, insert, delete on switched_off to {role}",
    ]
