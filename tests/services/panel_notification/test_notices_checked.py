"""Every obligation has a notice, every notice comes to an end, and the Panel's list agrees."""

import json
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import typer

from services.panel_notification import check_store
from services.panel_notification.check_commands import _first_of, _listed
from services.panel_notification.unended import Listed
from shared.messaging.clock import SetClock
from shared.messaging.store import Store
from tests.conftest import OpenStore, superuser_connection
from tests.services.panel_notification.mail_server import running_mail_server
from tests.services.panel_notification.sample_facts import NINE, case, decided, linked, serious
from tests.services.panel_notification.told import send_all, sender_of, tell
from tests.support.local_stack import Infrastructure

CASE, LOSER = case(1), case(2)


async def checked(store: Store) -> tuple[list[str], list[str]]:
    """Recipients without a notice, and why others need somebody."""
    lacking, waiting = [], []
    async with store.transaction(uuid4(), "test") as tx:
        for group in await check_store.groups(tx):
            lacking += [one.recipient for one in await check_store.without_notice(tx, group)]
            waiting += [one.why for one in await check_store.without_end(tx, group, tx.now)]
    return lacking, waiting


async def test_nothing_is_found_where_all_is_well(open_store: OpenStore) -> None:
    store = await open_store("panel_notification", clock=SetClock(NINE))
    await tell(store, CASE, 1, decided(serious(CASE)))
    await tell(store, LOSER, 1, decided(serious(LOSER)))
    await tell(store, LOSER, 2, linked(CASE))
    async with running_mail_server() as mail:
        await send_all(sender_of(store, mail.channel()))
    assert await checked(store) == ([], [])


async def test_an_obligation_whose_notice_is_gone_is_named(
    open_store: OpenStore, infrastructure: Infrastructure
) -> None:
    store = await open_store("panel_notification", clock=SetClock(NINE))
    await tell(store, CASE, 1, decided(serious(CASE)))
    async with store.reading() as connection:
        database = await connection.fetchval("select current_database()")
    owner = await superuser_connection(infrastructure, database)
    await owner.execute("delete from notice where recipient = 'ofsted'")
    await owner.close()
    assert (await checked(store))[0] == ["ofsted"]


async def test_a_notice_that_stands_still_is_named(open_store: OpenStore) -> None:
    clock = SetClock(NINE)
    store = await open_store("panel_notification", clock=clock)
    await tell(store, CASE, 1, decided(serious(CASE)))
    clock.move(timedelta(minutes=16))
    assert (await checked(store))[1] == ["not_tried"] * 4
    async with running_mail_server() as mail:
        await send_all(sender_of(store, mail.channel()))
    assert (await checked(store))[1] == []
    clock.move(timedelta(days=6))
    assert (await checked(store))[1] == ["no_receipt"] * 4


async def test_a_months_list_is_that_of_what_was_sent_in_it(open_store: OpenStore) -> None:
    store = await open_store("panel_notification", clock=SetClock(NINE))
    await tell(store, CASE, 1, decided(serious(CASE)))
    async with running_mail_server() as mail:
        await send_all(sender_of(store, mail.channel()))
    async with store.reading() as connection:
        november = date(2026, 11, 1), date(2026, 12, 1)
        sent = await check_store.sent_to(connection, "panel", *november)
        before = await check_store.sent_to(connection, "panel", date(2026, 10, 1), november[0])
    assert [notice.recipient for notice in sent] == ["panel"]
    assert before == []


@pytest.mark.parametrize(
    "text",
    [
        "reference,receipt\nVN-1,P-1\nVN-2,\n",
        "\ufeffreceipt,reference\nP-1,VN-1\n,VN-2\n",
        json.dumps([{"reference": "VN-1", "receipt": "P-1"}, {"reference": "VN-2"}]),
    ],
)
def test_a_list_is_read_as_csv_and_as_json(tmp_path: Path, text: str) -> None:
    file = tmp_path / "list"
    file.write_text(text, encoding="utf-8")
    assert _listed(file) == [Listed("VN-1", "P-1"), Listed("VN-2")]


@pytest.mark.parametrize("text", ["name\nSample Child One\n", "[1]", '[{"reference": "a b"}]', "{"])
def test_what_is_no_list_is_refused_and_not_repeated_back(tmp_path: Path, text: str) -> None:
    file = tmp_path / "list"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(typer.BadParameter) as refused:
        _listed(file)
    assert "Sample" not in str(refused.value)


def test_a_month_is_a_month() -> None:
    assert _first_of("2026-11") == date(2026, 11, 1)
    with pytest.raises(typer.BadParameter):
        _first_of("November")
