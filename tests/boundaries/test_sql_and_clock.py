"""SQL stands in stores as fixed text, the time is passed in, and nothing is left unfinished."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.boundaries.source import (
    PRODUCTION,
    calls,
    place,
    python_files,
    relative,
    text_files,
    tree,
)

VERB = re.compile(r"\s*(select|insert\s+into|update|delete\s+from|with)\s+\S", re.IGNORECASE)
STATEMENT = re.compile(r"\s+(from|into|set|where|values|returning|as)\s|\(|\$1", re.IGNORECASE)
SQL_BESIDE_STORES: dict[str, str] = {}
"""Modules of services that are no store and yet hold SQL, with the reason."""

RUNS_SQL = {"execute", "executemany", "fetch", "fetchrow", "fetchval", "cursor", "prepare"}
SQL_NOT_FIXED = {
    "shared/messaging/store.py": "passes on what its callers, who are checked here, write",
    "shared/messaging/relay.py": "`set` takes no parameters; the value is a whole number of ours",
    "deploy/local/provision_postgres.py": "roles and databases are no parameters; names are ours",
    "deploy/operate/books.py": "SQLite: statements are those of the invariants, constants",
    "deploy/operate/stores.py": "views and columns are those of the books, constants",
}

READS_THE_CLOCK: dict[str, str] = {}
MAY_READ_THE_CLOCK = ("deploy/",)
"""The local stack and its samples happen today, whenever that is; no rule is there."""

ASKS_POSTGRES = re.compile(r"\b(clock_timestamp|statement_timestamp|now)\(\)|current_timestamp")
MAY_ASK_POSTGRES = {
    "shared/messaging/clock.py": "the one clock of a store",
    "shared/messaging/relay.py": "when a row was published: of the process, never of the case",
    "shared/messaging/measuring.py": "ages, for alarms about processes",
    "shared/messaging/node.py": "an age, for readiness",
    "shared/messaging/parked_rows.py": "an age, shown to operators",
    "shared/messaging/stopped_records.py": "an age, shown to operators",
}

UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")


def test_sql_stands_in_stores() -> None:
    elsewhere = [
        place(path, text)
        for path in python_files("services")
        if not path.name.endswith("_store.py") and "migrations" not in path.parts
        for text in _texts(path)
        if relative(path) not in SQL_BESIDE_STORES and _is_sql(str(text.value))
    ]
    assert not elsewhere, f"{elsewhere}: give the store a function named after what it finds"


def test_sql_is_recognised() -> None:
    assert _is_sql("select 1 from outbox where event_id = $1")
    assert _is_sql("\n  insert into receipt (notice_id) values ($1)")
    assert _is_sql("delete from used_token where expires_at < $1")
    assert _is_sql("update notice set state = 'sent'")
    assert not _is_sql("Select a case to see its journey.")
    assert not _is_sql("with")
    assert not _is_sql("delete")


def test_no_sql_is_put_together_from_values() -> None:
    loose = [
        f"{place(path, call)} {ast.unparse(call.args[0])[:60]}"
        for path in python_files(*PRODUCTION)
        if "migrations" not in path.parts and relative(path) not in SQL_NOT_FIXED
        for call in calls(path)
        if getattr(call.func, "attr", "") in RUNS_SQL
        and call.args
        and not _is_fixed(call.args[0], _constants(path))
    ]
    assert not loose, f"{loose}: values are parameters ($1), the statement is a constant"


def test_time_is_given_to_whoever_needs_it() -> None:
    reads = [
        place(path, call)
        for path in python_files(*PRODUCTION)
        for call in calls(path)
        if _reads_wall_clock(call)
        and relative(path) not in READS_THE_CLOCK
        and not relative(path).startswith(MAY_READ_THE_CLOCK)
    ]
    assert not reads, f"{reads}: take `now` as an argument; a store's transaction has it"


def test_what_is_a_fact_of_a_case_has_its_time_from_the_stores_one_clock() -> None:
    """Else a drill, whose clock is set, would mix two times in one case."""
    asking = {
        relative(path)
        for path in python_files("services", "shared")
        if "migrations" not in path.parts
        for text in _texts(path)
        if ASKS_POSTGRES.search(str(text.value)) and _is_sql(str(text.value))
    }
    assert asking == MAY_ASK_POSTGRES.keys(), "take the transaction's `now`, or the store's clock"


def test_nobody_waits_by_sleeping_in_the_loop() -> None:
    sleeps = [
        place(path, call)
        for path in python_files()
        for call in calls(path)
        if ast.unparse(call.func) in {"time.sleep", "sleep"}
    ]
    assert not sleeps, f"{sleeps}: await asyncio.sleep or, better, what is waited for"


def test_production_code_asserts_nothing() -> None:
    asserted = [
        place(path, node)
        for path in python_files(*PRODUCTION)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Assert)
    ]
    assert not asserted, f"{asserted}: with -O it would not be checked; raise"


def test_nothing_is_left_unfinished() -> None:
    left = [
        f"{relative(path)}:{number}"
        for path, text in text_files()
        for number, line in enumerate(text.splitlines(), 1)
        if UNFINISHED.search(line)
    ]
    promised = [
        place(path, node)
        for path in python_files(*PRODUCTION)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Name) and node.id == "NotImplementedError"
    ]
    assert not left + promised


def test_no_error_is_swallowed() -> None:
    swallowed = [
        place(path, node)
        for path in python_files()
        for node in ast.walk(tree(path))
        if _swallows(node)
    ]
    assert not swallowed, f"{swallowed}: name the error that is meant, or let it through"


def test_what_is_looked_for_would_be_found() -> None:
    wrong = ast.parse(
        "try:\n    work()\nexcept Exception:\n    pass\n"
        "with contextlib.suppress(Exception):\n    work()\n"
    )
    assert sum(_swallows(node) for node in ast.walk(wrong)) == 2
    constants = {"_CASE"}
    assert _is_fixed(_expression("_CASE + ' where case_id = $1'"), constants)
    assert not _is_fixed(_expression("f'select {column} from fact'"), constants)
    assert not _is_fixed(_expression("_CASE + condition"), constants)
    assert not _is_fixed(_expression("'select %s' % column"), constants)
    assert not _is_fixed(_expression("'select {}'.format(column)"), constants)
    for text in ("datetime.now(UTC)", "date.today()", "datetime.datetime.now()", "time.time()"):
        assert _reads_wall_clock(_call(text))
    assert not _reads_wall_clock(_call("self.clock.now(connection)"))
    assert not _reads_wall_clock(_call("time.monotonic()"))


def test_exceptions_to_these_rules_are_still_needed() -> None:
    for listed in (SQL_BESIDE_STORES, SQL_NOT_FIXED, READS_THE_CLOCK):
        for path in listed:
            assert any(relative(file) == path for file in python_files()), f"{path} is gone"


def _is_sql(text: str) -> bool:
    return bool(VERB.match(text)) and text.lstrip()[0].islower() and bool(STATEMENT.search(text))


def _texts(path: Path) -> Iterator[ast.Constant]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node


def _constants(path: Path) -> set[str]:
    """Names that a module binds once, at its top, to text without anything put in."""
    names: set[str] = set()
    for node in tree(path).body:
        if isinstance(node, ast.Assign) and _is_fixed(node.value, names):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return names


def _is_fixed(node: ast.expr, constants: set[str]) -> bool:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _is_fixed(node.left, constants) and _is_fixed(node.right, constants)
    if isinstance(node, ast.Name):
        return node.id in constants
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _reads_wall_clock(call: ast.Call) -> bool:
    name = ast.unparse(call.func)
    return bool(
        re.fullmatch(r"(\w+\.)*(datetime|date)\.(now|today|utcnow)", name)
        or re.fullmatch(r"time\.(time|time_ns|localtime|gmtime)", name)
    )


def _swallows(node: ast.AST) -> bool:
    if isinstance(node, ast.ExceptHandler):
        nothing = all(isinstance(part, ast.Pass) for part in node.body)
        return nothing and (node.type is None or _is_any_error(node.type))
    if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("suppress"):
        return any(_is_any_error(argument) for argument in node.args)
    return False


def _is_any_error(node: ast.expr) -> bool:
    return ast.unparse(node) in {"Exception", "BaseException"}


def _expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _call(text: str) -> ast.Call:
    call = _expression(text)
    assert isinstance(call, ast.Call)
    return call
