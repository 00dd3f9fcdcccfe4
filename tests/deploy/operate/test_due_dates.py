"""The checker counts by the versions of the bank holidays that were sent, too."""

import json
from datetime import UTC, datetime

from deploy.operate.due_dates import bank_holidays_of, due_date, late_from
from shared.calendar.bank_holidays import england_and_wales
from tests.services.rapid_review_timer.sample_calendars import WITH_A_HOLIDAY, document_of

STARTED = int(datetime(2019, 6, 5, 9, tzinfo=UTC).timestamp()) * 1_000_000
SENT = {WITH_A_HOLIDAY.version: bank_holidays_of(json.loads(document_of(WITH_A_HOLIDAY)))}


def test_a_deadline_is_counted_by_the_version_that_it_names() -> None:
    assert due_date("DL01", "1", england_and_wales().version, STARTED, SENT) == "2019-06-12"
    assert due_date("DL01", "1", WITH_A_HOLIDAY.version, STARTED, SENT) == "2019-06-13"


def test_a_version_that_nobody_sent_is_said_to_be_missing() -> None:
    assert due_date("DL01", "1", WITH_A_HOLIDAY.version, STARTED) == "unknown calendar"


def test_a_copy_on_the_day_is_due_on_that_day_whatever_day_it_is() -> None:
    saturday = int(datetime(2019, 6, 8, 9, tzinfo=UTC).timestamp()) * 1_000_000
    assert due_date("OFFICE", "1", "no-calendar", saturday) == "2019-06-08"


def test_hours_end_when_they_have_passed_and_not_at_midnight() -> None:
    day = 24 * 3_600_000_000
    assert due_date("DL20", "1", "no-calendar", STARTED) == "2019-06-06"
    assert late_from("2019-06-06", "DL20", "1", STARTED) == STARTED + day
    midnight = int(datetime(2019, 6, 12, 23, tzinfo=UTC).timestamp()) * 1_000_000
    assert late_from("2019-06-12", "DL01", "1", STARTED) == midnight
