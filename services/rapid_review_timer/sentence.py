"""A due date in words that a social worker understands, for each way of counting."""

from datetime import date, datetime

from services.rapid_review_timer.calculation import Calculation
from services.rapid_review_timer.counting import LATEST
from services.rapid_review_timer.rule_row import Rule
from services.rapid_review_timer.rule_sets import Vocabulary
from shared.calendar.london import LONDON

BINDS = {
    "must": "The law sets this limit.",
    "should": "Guidance sets this limit.",
    "local": "Local practice sets this limit.",
}
MONTHS_IN_A_YEAR = 12


def sentence(rule: Rule, made: Calculation, words: Vocabulary) -> str:
    """What is due, by when, counted from what, and how strongly it binds."""
    return f"{rule.title}: {_counted(rule, made, words)}. {BINDS[rule.force]}"


def _counted(rule: Rule, made: Calculation, words: Vocabulary) -> str:
    when = f"{long_day(made.start_local_date)}, when {words.triggers[rule.trigger]}"
    due = f"due by the end of {long_day(made.due_date)}"
    if made.unit == "working_days":
        return _in_working_days(rule, made, due, when)
    if made.unit == "elapsed_hours":
        return _in_hours(rule, made, words.triggers[rule.trigger])
    if made.unit == "calendar_days" and not rule.count:
        return f"{due}, the day on which {words.triggers[rule.trigger]}"
    if made.unit == "calendar_days":
        days = of_them(rule.count, "calendar day")
        return f"{due}, {days} after {when}; weekends and bank holidays count"
    if made.unit == "months":
        return _in_months(rule, made, due, when)
    follows = made.due_date >= made.start_local_date
    return f"{due}, a fixed date{f' after {when}' if follows else ''}{_aim(made)}"


def _in_months(rule: Rule, made: Calculation, due: str, when: str) -> str:
    months, note = of_them(rule.count, "month"), made.ledger[-1].note
    if made.allowed_from is not None:
        kept = f"through the end of {long_day(made.due_date)}, {months} from {when}"
        return f"{kept}; this may end from {long_day(made.allowed_from)}"
    if note == LATEST:
        return f"{due}, the latest date there is, less than {months} after {when}{_aim(made)}"
    short = "that month is shorter, so its last day counts; " if note else ""
    moved = f"{short}months are not moved off weekends or bank holidays"
    return f"{due}, {months} after {when}; {moved}{_aim(made)}"


def _in_working_days(rule: Rule, made: Calculation, due: str, when: str) -> str:
    skipped = sum(1 for row in made.ledger[1:] if not row.counted)
    if rule.cutoff is not None:
        due = f"due before {rule.cutoff:%H:%M} on {long_day(made.due_date)}"
    counted = of_them(rule.count, "working day")
    left_out = f"{skipped} weekend days and bank holidays between are not counted"
    if made.safe_date is None:
        return f"{due}, {counted} after {when}; {left_out}"
    safe = f"by {long_day(made.safe_date)} it is right under every reading"
    return f"{due}, {counted} before {when}; {left_out}; {safe}"


def _in_hours(rule: Rule, made: Calculation, happened: str) -> str:
    started = made.start if isinstance(made.start, datetime) else made.late_from
    hours = of_them(rule.count, "hour")
    return (
        f"due before {_moment(made.late_from)}, {hours} after {_moment(started)}, when {happened}; "
        "nights, weekends and bank holidays count"
    )


def _aim(made: Calculation) -> str:
    target = made.internal_target
    if target is None or target == made.due_date:
        return ""
    return f"; aim for {long_day(target)}, the last working day before"


def _moment(instant: datetime) -> str:
    local = instant.astimezone(LONDON)
    return f"{local:%H:%M} on {long_day(local.date())}"


def of_them(count: int | None, one: str) -> str:
    """ "1 working day", "5 working days"; whole years as years."""
    if one == "month" and count and count % MONTHS_IN_A_YEAR == 0:
        return of_them(count // MONTHS_IN_A_YEAR, "year")
    return f"1 {one}" if count == 1 else f"{count} {one}s"


def long_day(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B %Y}"
