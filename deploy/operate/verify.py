"""Whether the books balance: everything is read, then each invariant asked."""

import json
from collections.abc import Collection, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from aiokafka.errors import KafkaError

from deploy.operate.books import Books
from deploy.operate.conclusions import conclude
from deploy.operate.estate import CannotLook, Estate
from deploy.operate.gauges import read_gauges, read_measured_again
from deploy.operate.invariants import INVARIANTS, Finding, Invariant
from deploy.operate.stores import drill_clock, read_stores, store_clock
from deploy.operate.topics import Topics, TopicsUnread

FIRST = 10
NEVER = 2**62
CLOCKS_DIFFER = 5_000_000
"""Microseconds by which two machines' clocks may differ."""
MEASURED = "I38"
LEDGER = ("organisation", "sender_report_id", "receipt_id", "content_sha256")


async def verify(
    estate: Estate,
    *,
    strict: bool,
    grace_seconds: float = 60,
    only: Collection[str] | None = None,
    ledger: Path | None = None,
    mail_ledger: Path | None = None,
    expected_digest: str | None = None,
) -> list[Finding]:
    """What became of each invariant, or of those in `only`.

    Strict looking is for a system at rest: nothing is left out for being young. `ledger` has a JSON
    object per line for each report that was acknowledged to a sender: organisation,
    sender_report_id, receipt_id, content_sha256; `mail_ledger` one for each message that a mail
    server took: notice_id. Raises CannotLook.
    """
    asked = [each for each in INVARIANTS if not only or each.id in only]
    with TemporaryDirectory(prefix="vigil-books-") as directory:
        books = Books(Path(directory) / "books.sqlite")
        try:
            _add_ledger(books, "ledger", ledger, LEDGER)
            _add_ledger(books, "mail_ledger", mail_ledger, ("notice_id",))
            await _look(estate, books, strict=strict, grace_seconds=grace_seconds)
            conclude(books, expected_digest)
            measured = next((each for each in asked if each.id == MEASURED), None)
            if strict and measured:
                await read_measured_again(estate, books, partial(_differs, books, measured))
            return [judge(books, each) for each in asked]
        finally:
            books.close()


async def _look(estate: Estate, books: Books, *, strict: bool, grace_seconds: float) -> None:
    set_to = drill_clock(estate)
    now = await store_clock(estate) if set_to is None else set_to
    before = now - int(grace_seconds * 1_000_000)
    await read_gauges(estate, books)
    topics = Topics(estate.kafka, estate.systems, books)
    try:
        await topics.begin()
        await read_stores(estate, books)
        await topics.read()
    except (KafkaError, OSError, TopicsUnread) as error:
        raise CannotLook(
            f"The broker could not be read ({type(error).__name__}): see that Kafka runs and knows"
            " the checker (`make status`, `make run`), then look again."
        ) from None
    finally:
        await topics.stop()
    books.close_entries(
        {
            "now": await store_clock(estate),
            "overdue": before,
            "settled": NEVER if strict else before,
            "strict": int(strict),
            "clocks_differ": CLOCKS_DIFFER,
        }
    )


def _differs(books: Books, measured: Invariant) -> bool:
    return not judge(books, measured).passed


def judge(books: Books, invariant: Invariant) -> Finding:
    bad, first = 0, list[str]()
    for statement in invariant.breaches:
        count, ids = books.found(statement, FIRST)
        bad += count
        first += ids
    if not bad and invariant.shows:
        first = [str(value) for (value,) in books.rows(invariant.shows)]
    return Finding(
        id=invariant.id,
        words=invariant.words,
        passed=bad == 0,
        checked=books.count(invariant.checked),
        bad=bad,
        first=first[:FIRST],
        todo=invariant.todo if bad else "",
    )


def _add_ledger(books: Books, table: str, file: Path | None, names: Sequence[str]) -> None:
    if file is None:
        return
    try:
        with file.open() as lines:
            books.add(
                table,
                (
                    [str(v) if (v := entry.get(name)) is not None else None for name in names]
                    for line in lines
                    if line.strip() and isinstance(entry := json.loads(line), dict)
                ),
            )
    except (OSError, ValueError) as error:
        raise CannotLook(
            f"{file} could not be read ({type(error).__name__}): it is one JSON object per line."
        ) from None
