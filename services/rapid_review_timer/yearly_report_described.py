"""What the timer's document says of the routes of yearly reports."""

from services.rapid_review_timer.yearly_report_answers import YearlyReportsShown
from services.rapid_review_timer.yearly_report_said import RecordYearlyReport, WithdrawYearlyReport
from shared.web.described import BODY, JSON_OBJECT, PARAMETERS, WRITES, Codes, described

_AREA: Codes = {403: ["not_a_partner"], 404: ["area_not_found"]}
_REPORT: Codes = {409: ["already_withdrawn", "idempotency_key_reused", "CALENDAR_OUT_OF_RANGE"]}
YEARLY_REPORTS = described("The yearly reports of an area of yours", PARAMETERS, _AREA)
RECORD_YEARLY_REPORT = described(
    "Record that a yearly report was published, or correct what was recorded",
    PARAMETERS,
    BODY,
    JSON_OBJECT,
    WRITES,
    _AREA,
    _REPORT,
    {
        404: ["report_not_found"],
        409: ["in_the_future", "before_the_rules", "already_recorded", "nothing_changed"],
    },
    gives=YearlyReportsShown,
    status=201,
    reads=RecordYearlyReport,
    once=True,
)
WITHDRAW_YEARLY_REPORT = described(
    "Say that there was no such yearly report",
    PARAMETERS,
    BODY,
    JSON_OBJECT,
    WRITES,
    _AREA,
    _REPORT,
    {404: ["report_not_found"]},
    gives=YearlyReportsShown,
    reads=WithdrawYearlyReport,
    once=True,
)
