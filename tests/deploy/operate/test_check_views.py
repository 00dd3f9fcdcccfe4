"""The checker's role reads its views, no personal field is in them, and it can do nothing else."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from deploy.operate.book_tables import EVERY_STORE, OF_ONE_STORE
from shared.contracts.catalogue import SERVICES
from tests.conftest import superuser_connection
from tests.deploy.operate.world import estate_for
from tests.support.local_stack import Infrastructure

ALLOWED: dict[str, str] = {
    "outbox": "position event_id topic stream sequence type happened_at recorded_at payload_sha256"
    " published_at kafka_partition kafka_offset",
    "numbered_stream": "stream last_sequence",
    "consumed_stream": "source stream next_sequence",
    "inbox": "source stream sequence event_id type topic kafka_partition kafka_offset outcome"
    " applied_at",
    "parked": "source stream sequence event_id type parked_at",
    "quarantine": "quarantine_id source stream sequence event_id type topic kafka_partition"
    " kafka_offset kind reason payload_sha256 quarantined_at attempts status closed_at has_name"
    " has_reason",
    "consumed_offset": "topic kafka_partition next_offset",
    "fact": "event_id case_id source sequence type happened_at recorded_at",
    "erased_case": "case_id reason last_report_at erased_at",
    "left_of_erased": "case_id kept_in",
    "erased_sending": "kind organisation sender_id system case_id received_at",
    "submission": "submission_id kind organisation system sender_id received_at",
    "delivery_said": "system sender_id event_id arrived_at",
    "receipt": "receipt_id report_id case_id organisation system sender_report_id door received_at"
    " content_sha256",
    "incident": "case_id opened_at owner_area cycle survivor decided_cycle synthetic",
    "decision": "case_id cycle decision decided_at",
    "clock_case": "case_id survivor",
    "deadline": "deadline_id case_id cycle rule revision rule_version rule_set calendar_version"
    " started_at due_date late_from state met_at on_time reason awaits_receipt next_kind next_at",
    "deadline_revision": "deadline_id case_id cycle rule revision rule_version rule_set"
    " calendar_version started_at due_date late_from state met_at on_time reason superseded_at",
    "calendar": "version document",
    "firing": "deadline_id revision kind due_at fired_at event_id",
    "notice_case": "case_id survivor",
    "notice": "notice_id case_id cycle notification_number obligation_id recipient_kind recipient"
    " area limit_rule state attempts wanted_at next_attempt_at cancelled_because refused_at"
    " about lane",
    "attempt": "notice_id number started_at outcome ended_at",
    "notice_receipt": "notice_id received_at recorded_at",
    "settlement": "settlement_id notice_id at settled_as has_name",
    "channel_pace": "lane held_until",
    "record_read": "audit_id at reader step case_id sharing_decision",
    "region_told": "what region topic area rests_on told_at",
    "area_seen": "area last_event_at next_rule next_due next_late_from needs_attention",
    "case_seen": "case_id last_event_at stage survivor next_rule next_due next_late_from"
    " needs_attention",
}
"""Looked at one by one: ids, codes, positions, instants. Whoever adds a column adds it here."""


@pytest.fixture(params=SERVICES)
async def service_and_checker(
    request: pytest.FixtureRequest, own_infrastructure: Infrastructure
) -> AsyncIterator[tuple[str, Any]]:
    address = estate_for(own_infrastructure).stores[request.param]
    connection = await asyncpg.connect(
        host=address.host,
        port=address.port,
        database=address.database,
        user=address.user,
        password=address.password,
    )
    yield request.param, connection
    await connection.close()


async def test_views_have_the_columns_that_were_looked_at_and_no_other(
    service_and_checker: tuple[str, Any],
) -> None:
    service, checker = service_and_checker
    rows = await checker.fetch(
        """select table_name, column_name, data_type from information_schema.columns
           where table_schema = 'chk' order by table_name, ordinal_position"""
    )
    found: dict[str, str] = {}
    for row in rows:
        before = found.get(row["table_name"], "")
        found[row["table_name"]] = f"{before} {row['column_name']}".strip()
        assert row["data_type"] not in ("bytea", "jsonb", "timestamp without time zone")
    assert found.keys() == {*EVERY_STORE, *OF_ONE_STORE[service]}
    assert found == {name: ALLOWED[name] for name in found}


async def test_the_checker_reads_no_table_behind_its_views(
    service_and_checker: tuple[str, Any], own_infrastructure: Infrastructure
) -> None:
    service, checker = service_and_checker
    owner = await superuser_connection(own_infrastructure, service)
    tables = await owner.fetch(
        "select tablename from pg_tables where schemaname = 'public' order by 1"
    )
    await owner.close()
    assert len(tables) > len(EVERY_STORE)
    for row in tables:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await checker.fetch(f"table public.{row['tablename']}")


async def test_the_checker_writes_nothing(service_and_checker: tuple[str, Any]) -> None:
    _, checker = service_and_checker
    await checker.execute("set default_transaction_read_only = off")
    for attempt in (
        "update chk.outbox set topic = 'x'",
        "delete from chk.parked",
        "insert into chk.consumed_offset values ('x', 0, 0)",
        "create table chk.mine (n int)",
        "create table public.mine (n int)",
        "create temporary table mine (n int)",
    ):
        with pytest.raises(asyncpg.PostgresError) as refused:
            await checker.execute(attempt)
        assert isinstance(
            refused.value,
            asyncpg.InsufficientPrivilegeError | asyncpg.ObjectNotInPrerequisiteStateError,
        ), attempt
