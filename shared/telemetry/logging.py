"""Structured logs: one JSON object a line, codes and ids, never a text that somebody typed."""

import logging
import sys
from collections import Counter
from collections.abc import MutableMapping
from typing import Any

import structlog
from opentelemetry import trace

MAX_VALUE_LENGTH = 300
LINES_IN_WINDOW, WINDOW_SECONDS = 3, 60.0


def start_logging(service: str, level: int = logging.INFO) -> None:
    """Writes to standard error. Libraries' own logs pass only with their level and name: their
    texts and exceptions may quote keys and values."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _trace_ids,
            _error_by_name,
            _short,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service)
    logging.basicConfig(handlers=[_LibraryHandler()], level=logging.WARNING, force=True)


def mark_logs(stack: str) -> None:
    """Every line from here on says that it is of a stack whose time is set and whose cases nobody
    is behind."""
    structlog.contextvars.bind_contextvars(stack=stack)


def logger() -> Any:
    return structlog.get_logger()


def error_code(error: BaseException) -> str:
    """What may be said of an error: its kind and, of Postgres, the SQLSTATE; never its text."""
    sqlstate = getattr(error, "sqlstate", None)
    name = type(error).__name__
    return f"{name}:{sqlstate}" if isinstance(sqlstate, str) else name


class _LibraryHandler(logging.Handler):
    """A client whose broker is away says so many times a second: a few of the same line a minute
    will do, and how many were left out."""

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[tuple[str, int], list[float]] = {}
        self._left_out: Counter[tuple[str, int]] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        key = (record.pathname, record.lineno)
        said = [at for at in self._said.get(key, ()) if at > record.created - WINDOW_SECONDS]
        if len(said) >= LINES_IN_WINDOW:
            self._left_out[key] += 1
            return
        self._said[key] = [*said, record.created]
        error = record.exc_info[1] if record.exc_info else None
        structlog.get_logger().log(
            record.levelno,
            "library.said",
            library=record.name,
            line=f"{record.module}:{record.lineno}",
            error=error,
            left_out=self._left_out.pop(key, 0),
        )


def _trace_ids(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        event["trace_id"] = f"{context.trace_id:032x}"
        event["span_id"] = f"{context.span_id:016x}"
    return event


def _error_by_name(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    event.pop("exc_info", None)
    error = event.pop("error", None)
    if isinstance(error, BaseException):
        event["error"] = error_code(error)
    elif error is not None:
        event["error"] = error
    return event


def _short(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name, value in event.items():
        if isinstance(value, str) and len(value) > MAX_VALUE_LENGTH:
            event[name] = value[:MAX_VALUE_LENGTH]
    return event
