"""Everything that was read, in one SQLite file: comparisons are SQL, whatever the number of rows.

Instants are whole microseconds since 1970 in UTC, dates ISO text, ids text, truth 0 or 1.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from uuid import UUID, uuid5

from deploy.operate.book_tables import INDEXES, OTHER_TABLES, STORE_TABLES, UNSETTLED, VIEWS
from deploy.operate.due_dates import bank_holidays_of, due_date, heard_at, late_from
from shared.contracts.area_record import is_area_record
from shared.contracts.envelope import NAMESPACE, case_of, case_stream, derived_id

Value = str | int | float | None


class Books:
    """The file and what is asked of it. `look` names the instants that statements refer to."""

    def __init__(self, file: Path) -> None:
        self.connection = sqlite3.connect(file, isolation_level=None)
        self.connection.executescript("pragma journal_mode = off; pragma synchronous = off;")
        self.connection.executescript(STORE_TABLES + OTHER_TABLES)
        self.look: Mapping[str, Value] = {}
        self._sent_calendars: dict[str, frozenset[str]] = {}
        for name, function, arguments in (
            ("derived_id", _derived, 4),
            ("position_id", _position, 4),
            ("due_date", partial(due_date, sent=self._sent_calendars), 4),
            ("late_from", late_from, 4),
            ("heard_at", heard_at, 1),
            ("stream_of", _stream, 1),
            ("case_of", _case, 1),
            ("is_area_record", _is_area_record, 1),
        ):
            self.connection.create_function(name, arguments, function, deterministic=True)

    def columns(self, table: str) -> list[str]:
        rows = self.connection.execute("select name from pragma_table_info(?)", (table,))
        return [name for (name,) in rows]

    def add(self, table: str, rows: Iterable[Sequence[Value]]) -> None:
        """Rows in the order of the table's columns."""
        places = ", ".join("?" * len(self.columns(table)))
        self.connection.execute("begin")
        self.connection.executemany(f"insert into {table} values ({places})", rows)  # noqa: S608
        self.connection.execute("commit")

    def empty(self, table: str) -> None:
        self.connection.execute(f"delete from {table}")  # noqa: S608

    def close_entries(self, look: Mapping[str, Value]) -> None:
        """After the last row: what makes questions quick, and which streams are settled."""
        self.look = look
        for version, document in self.rows("select version, document from calendar"):
            self._sent_calendars[str(version)] = bank_holidays_of(json.loads(str(document)))
        self.connection.executescript(INDEXES + VIEWS)
        self.connection.execute("analyze")
        for statement in UNSETTLED.split(";\n"):
            self.connection.execute(statement, look if ":settled" in statement else {})

    def rows(self, statement: str) -> list[tuple[Value, ...]]:
        return list(self.connection.execute(statement, self.look))

    def count(self, statement: str) -> int:
        """The one number that a statement gives."""
        return int(str(self.rows(statement)[0][0]))

    def found(self, statement: str, first: int) -> tuple[int, list[str]]:
        """How many ids a statement gives, and the first of them in order."""
        self.connection.execute("drop table if exists temp.breach")
        self.connection.execute(f"create temp table breach as {statement}", self.look)
        (count,) = self.connection.execute("select count(*) from breach").fetchone()
        ids = self.connection.execute("select * from breach order by 1 limit ?", (first,))
        return int(count), [str(row[0]) for row in ids]

    def close(self) -> None:
        self.connection.close()


def _derived(cause: str, type_: str, stream: str, ordinal: int) -> str:
    return str(derived_id(UUID(cause), type_, stream, ordinal))


def _stream(case_id: str) -> str:
    return case_stream(UUID(case_id))


def _case(stream: str | None) -> str | None:
    """The id of a stream's case, or of an area's record."""
    found = case_of(stream or "")
    return str(found) if found else None


def _is_area_record(case_id: str) -> bool:
    return is_area_record(UUID(case_id))


def _position(namespace: str | None, topic: str, partition: int, offset: int) -> str:
    """The cause of an answer: an accepted report and its position, or `refused` and a position."""
    place = f"{topic}|{partition}|{offset}"
    if namespace is None:
        return str(uuid5(NAMESPACE, f"refused|{place}"))
    return str(uuid5(UUID(namespace), place))
