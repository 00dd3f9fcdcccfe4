"""What a report must say, may say, and may not say."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from shared.contracts.report import Report, faults_of_time
from shared.contracts.strict_json import FieldFault, Invalid, validate
from tests.contracts.sample_report import sample_body, sample_report

NHS = "children.0.nhs_number"
LA = {"reporter.agency_type": "local_authority", "reporter.organisation": "la-E08000012"}


def refused(changes: dict[str, Any] | None = None, *, without: str = "") -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as error:
        validate(Report, sample_body(changes, without=without))
    return [(fault.pointer, fault.code) for fault in error.value.faults]


def test_the_smallest_report_that_can_be_acted_on_is_accepted() -> None:
    report = sample_report(without=NHS)
    assert report.incident.date == date(2026, 3, 1)
    assert report.children[0].legal_status == "unknown"
    assert report.case_outline == "An invented outline.\nSecond line."


@pytest.mark.parametrize(
    "field",
    [
        "reporter",
        "reporter.agency_type",
        "reporter.organisation",
        "reporter.name",
        "agency_aware_at",
        "incident",
        "incident.date_certainty",
        "outcome",
        "abuse_neglect_status",
        "children",
        "immediate_danger",
        "case_outline",
    ],
)
def test_what_nobody_can_act_without_is_mandatory(field: str) -> None:
    assert refused(without=field) == [("/" + field.replace(".", "/"), "required")]


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"agency_aware_at": "2026-03-02T09:15:00"}, "/agency_aware_at", "offset_required"),
        ({"agency_aware_at": 1772442900}, "/agency_aware_at", "not_an_instant"),
        ({"agency_aware_at": "1772442900"}, "/agency_aware_at", "not_an_instant"),
        ({"incident.date": "1772442900"}, "/incident/date", "not_a_date"),
        ({"incident.date": "2026-02-30"}, "/incident/date", "not_a_date"),
        ({"incident.date": "2026-03-01T00:00:00Z"}, "/incident/date", "not_a_date"),
        ({"incident.date": "1899-12-31"}, "/incident/date", "out_of_range"),
        ({"incident.time": "10:20+01:00"}, "/incident/time", "not_a_time"),
        ({"incident.area_code": "E07000240"}, "/incident/area_code", "wrong_form"),
        ({"incident.area_code": "W06000005"}, "/incident/area_code", "wrong_form"),
        ({"outcome": "dead"}, "/outcome", "not_in_list"),
        ({"immediate_danger": "no"}, "/immediate_danger", "not_true_or_false"),
        ({"immediate_danger": 0}, "/immediate_danger", "not_true_or_false"),
        ({"children": []}, "/children", "too_few"),
        ({"children.0.estimated_age": 1}, "/children/0", "exactly_one_age_required"),
        ({"children.0.date_of_birth": None}, "/children/0", "exactly_one_age_required"),
        ({"children.0.surname": None}, "/children/0", "surname_required"),
        ({"reporter.phone": None}, "/reporter", "phone_or_email_required"),
        ({"reporter.organisation": "Police Merseyside"}, "/reporter/organisation", "wrong_form"),
        ({"case_outline": "x" * 20_001}, "/case_outline", "too_long"),
        ({"case_outline": " \n "}, "/case_outline", "blank"),
        ({"surprise": 1}, "/*", "unknown_field"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_where_it_stands(
    changes: dict[str, Any], pointer: str, code: str
) -> None:
    assert refused(changes) == [(pointer, code)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Sam\u202eple", "direction_control"),
        ("Sam\u2066ple", "direction_control"),
        ("Sam\u200bple", "zero_width_character"),
        ("Sam\ufeffple", "zero_width_character"),
        ("Sam\x1b[31mple", "control_character"),
        ("Sample\r\nChild", "control_character"),
        ("Sample\x85Child", "control_character"),
        ("S" + "\u0301" * 5, "too_many_combining_marks"),
        ("x" * 101, "too_long"),
    ],
)
def test_characters_that_deceive_a_reader_are_refused(text: str, code: str) -> None:
    assert refused({"children.0.surname": text}) == [("/children/0/surname", code)]


def test_names_are_kept_as_they_were_typed() -> None:
    for name in (
        "O'Sample-Ünlü",
        "Sample\u200dChild",
        "e\u0301",
        "'; drop table report; --",
        "=1+1",
    ):
        assert sample_report({"children.0.surname": name}).children[0].surname == name


@pytest.mark.parametrize("number", ["9990000018", "999 000 0018", "999-000-0026", "9434765919"])
def test_an_nhs_number_with_its_check_digit_is_kept_as_digits(number: str) -> None:
    kept = sample_report({NHS: number}).children[0].nhs_number
    assert kept == number.replace(" ", "").replace("-", "")


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("9990000019", "nhs_number_check_digit"),
        ("9434765918", "nhs_number_check_digit"),
        ("0000000000", "nhs_number_check_digit"),
        ("1111111111", "nhs_number_check_digit"),
        ("9990000140", "nhs_number_check_digit"),  # remainder 10: no check digit exists
        ("999000001", "nhs_number_form"),
        ("99900000181", "nhs_number_form"),
        ("٩٩٩٠٠٠٠٠١٨", "nhs_number_form"),
        ("999000001X", "nhs_number_form"),
    ],
)
def test_a_wrong_or_placeholder_nhs_number_is_refused(number: str, code: str) -> None:
    assert refused({NHS: number}) == [("/children/0/nhs_number", code)]


def test_only_a_local_authority_states_its_own_awareness() -> None:
    stated = {"la_incident_aware_at": "2026-03-02T10:00:00Z"}
    code = "only_a_local_authority_states_this"
    assert refused(stated) == [("/la_incident_aware_at", code)]
    assert sample_report(LA | stated).la_incident_aware_at == datetime(2026, 3, 2, 10, tzinfo=UTC)


def test_an_incident_is_in_an_area_of_england_or_in_a_country_outside() -> None:
    assert refused({"incident.country": "FR"}) == [("/incident", "area_or_country_required")]
    assert refused(without="incident.area_code") == [("/incident", "area_or_country_required")]
    wales = {"incident.country": "GB-WLS", "incident.area_code": None}
    assert refused(wales) == [("", "residence_area_required_outside_england")]
    assert not sample_report(wales | {"residence_area_code": "E08000015"}).incident.in_england
    for england in ("GB", "GB-ENG"):
        assert refused(wales | {"incident.country": england}) == [
            ("/incident/country", "country_not_outside_england")
        ]


def test_the_date_and_its_certainty_agree() -> None:
    disagree = [("/incident", "date_and_certainty_disagree")]
    assert refused({"incident.date_certainty": "unknown"}) == disagree
    assert refused(without="incident.date") == disagree
    assert refused({"incident.date_certainty": "range"}) == disagree
    assert refused({"incident.date_until": "2026-03-02"}) == disagree
    span = {"incident.date_certainty": "range", "incident.date_until": "2026-03-31"}
    assert sample_report(span).incident.date_until == date(2026, 3, 31)
    for outside in ("2026-02-28", "2026-04-02"):
        assert refused(span | {"incident.date_until": outside}) == [
            ("/incident", "date_range_out_of_bounds")
        ]


def test_four_children_are_structured_and_a_fifth_belongs_in_the_outline() -> None:
    child = sample_body(without=NHS)["children"][0]
    assert len(sample_report({"children": [child] * 4}).children) == 4
    assert refused({"children": [child] * 5}) == [("/children", "too_many")]


def test_an_unborn_child_needs_no_name() -> None:
    assert sample_report({"children": [{"unborn": True}]}).children[0].surname is None


def test_a_report_never_prints_what_it_holds() -> None:
    report = sample_report()
    shown = f"{report} {report!r} {report.children} {report.incident!r} {[report]}"
    assert "Sample" not in shown
    assert "2024" not in shown


def test_what_lies_in_the_future_is_named() -> None:
    report = sample_report(LA | {"la_criteria_known_at": "2026-03-02T12:00:00+00:00"})
    now = datetime(2026, 3, 2, 11, 50, tzinfo=UTC)
    assert faults_of_time(report, now) == [FieldFault("/la_criteria_known_at", "in_the_future")]
    assert faults_of_time(report, now + timedelta(minutes=5)) == []
    assert {
        fault.pointer for fault in faults_of_time(report, datetime(2024, 1, 1, tzinfo=UTC))
    } == {
        "/agency_aware_at",
        "/la_criteria_known_at",
        "/incident/date",
        "/children/0/date_of_birth",
    }
