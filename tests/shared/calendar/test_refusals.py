"""The codes of what the calendar refuses: callers act on them, so that they stay as they are."""

import pytest

from shared.calendar import errors

CODES = {
    errors.CalendarError: "CALENDAR_ERROR",
    errors.CalendarOutOfRange: "CALENDAR_OUT_OF_RANGE",
    errors.CalendarInvalid: "CALENDAR_INVALID",
    errors.CalendarChecksumMismatch: "CALENDAR_CHECKSUM_MISMATCH",
    errors.CalendarUnknown: "CALENDAR_UNKNOWN",
    errors.CalendarVersionConflict: "CALENDAR_VERSION_CONFLICT",
    errors.CalendarCoversLess: "CALENDAR_COVERS_LESS",
    errors.CalendarIssuedInFuture: "CALENDAR_ISSUED_IN_FUTURE",
    errors.CalendarNameMismatch: "CALENDAR_NAME_MISMATCH",
    errors.NaiveInstant: "NAIVE_INSTANT",
    errors.NotALocalDate: "NOT_A_LOCAL_DATE",
    errors.NoSuchLondonTime: "NO_SUCH_LONDON_TIME",
}


@pytest.mark.parametrize("refusal", CODES)
def test_a_refusal_keeps_its_code(refusal: type[errors.CalendarError]) -> None:
    assert refusal("why").code == CODES[refusal]


def test_every_refusal_has_a_code_of_its_own() -> None:
    refusals = {each for each in vars(errors).values() if isinstance(each, type)}
    assert set(CODES) == refusals
    assert len(set(CODES.values())) == len(CODES)
