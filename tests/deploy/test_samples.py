"""The sample reports: invented, valid where they should be, and the same at every start."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from deploy.local.keys import SAMPLE_SYSTEMS
from deploy.samples.incidents import (
    BARNET,
    INCIDENTS,
    KNOWSLEY,
    LIVERPOOL,
    MALFORMED,
    SEFTON,
    ST_HELENS,
    WIRRAL,
)
from deploy.samples.kept import Answer, KeptReport, KeptSamples
from deploy.samples.publish import structured_event
from deploy.samples.sample_reports import sample_reports
from services.intake.awareness import awareness_of, owner_area
from services.intake.structured_event import read_event
from shared.calendar.bank_holidays import england_and_wales
from shared.calendar.london import london_date
from shared.calendar.working_days import working_days_between
from shared.contracts.report import Report, faults_of_time
from shared.contracts.report_text import _nhs_number
from shared.contracts.strict_json import Invalid, parse, validate
from shared.web.machine_caller import Caller

A_SUNDAY = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
AFTER_MIDNIGHT_IN_SUMMER = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
AFTER_CHRISTMAS = datetime(2026, 12, 29, 0, 5, tzinfo=UTC)
BY_HTTP = {"la-cases", "school-records", "cafcass-cases"}
STARTS = [A_SUNDAY, AFTER_MIDNIGHT_IN_SUMMER, AFTER_CHRISTMAS]


def kept(directory: Path, now: datetime = A_SUNDAY) -> list[KeptReport]:
    return KeptSamples(directory).reports(now)


def report_of(one: KeptReport) -> Report:
    return validate(Report, parse(one.content.encode()))


def children_in(reports: list[KeptReport]) -> list[dict[str, Any]]:
    return [child for one in reports for child in json.loads(one.content)["children"]]


@pytest.mark.parametrize("now", STARTS, ids=lambda now: now.isoformat())
def test_every_sample_is_a_good_report_but_the_malformed_one(tmp_path: Path, now: datetime) -> None:
    for one in kept(tmp_path, now):
        if one.incident != MALFORMED:
            report = report_of(one)
            assert faults_of_time(report, now) == []
            assert report.reporter.organisation == one.organisation
            of = INCIDENTS[one.incident]
            assert owner_area(report) == (of.reported_in or of.area)


def test_the_malformed_one_is_refused_for_what_it_lacks(tmp_path: Path) -> None:
    [malformed] = [one for one in kept(tmp_path) if one.incident == MALFORMED]
    content = parse(malformed.content.encode())
    with pytest.raises(Invalid) as refused:
        validate(Report, content)
    assert {(fault.pointer, fault.code) for fault in refused.value.faults} >= {
        ("/outcome", "required"),
        ("/case_outline", "required"),
        ("/reporter", "phone_or_email_required"),
        ("/children/0", "exactly_one_age_required"),
    }


def test_a_later_start_finds_the_very_same_bytes_and_ids(tmp_path: Path) -> None:
    first = kept(tmp_path, A_SUNDAY)
    again = kept(tmp_path, A_SUNDAY + timedelta(days=40))
    assert again == first
    assert len({one.id for one in first}) == len(first)


def test_another_stack_sends_under_ids_of_its_own(tmp_path: Path) -> None:
    ids = {one.id for one in kept(tmp_path / "one")}
    assert ids.isdisjoint(one.id for one in kept(tmp_path / "two"))


def test_what_the_senders_keep_is_for_their_own_eyes(tmp_path: Path) -> None:
    kept(tmp_path / "samples")
    assert (tmp_path / "samples").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "samples" / "reports.json").stat().st_mode & 0o777 == 0o600


def test_everybody_in_the_samples_is_plainly_invented(tmp_path: Path) -> None:
    reports = kept(tmp_path)
    for child in children_in(reports):
        assert child["surname"].startswith("Sample-")
        assert child["forenames"].startswith("Child ")
        assert child["nhs_number"].startswith("999")
        assert _nhs_number(child["nhs_number"]) == child["nhs_number"]
    for one in reports:
        content = json.loads(one.content)
        assert content["reporter"]["name"].startswith("Sample ")
        if one.incident != MALFORMED:
            assert content["case_outline"].startswith("Invented sample. ")


def test_each_child_is_one_incident(tmp_path: Path) -> None:
    reports = kept(tmp_path)
    by_number: dict[str, set[str]] = {}
    for one in reports:
        for child in children_in([one]):
            by_number.setdefault(child["nhs_number"], set()).add(one.incident)
    assert all(len(incidents) == 1 for incidents in by_number.values())
    assert len(by_number) == len(INCIDENTS) + 1


def test_three_agencies_report_the_toddler_within_two_days(tmp_path: Path) -> None:
    toddler = [one for one in kept(tmp_path) if one.incident == "toddler"]
    assert {one.organisation for one in toddler} == {
        "police-merseyside",
        "trust-northbank",
        f"la-{LIVERPOOL}",
    }
    days = [report_of(one).incident.date or date.min for one in toddler]
    assert timedelta(0) < max(days) - min(days) <= timedelta(days=2)


@pytest.mark.parametrize("now", STARTS, ids=lambda now: now.isoformat())
def test_barnet_has_known_for_nine_working_days(tmp_path: Path, now: datetime) -> None:
    [late] = [report_of(one) for one in kept(tmp_path, now) if one.incident == "late"]
    clock_start = awareness_of(late, now).clock_start
    assert clock_start is not None
    days = working_days_between(england_and_wales(), london_date(clock_start), london_date(now))
    assert days == 9


@pytest.mark.parametrize("now", STARTS, ids=lambda now: now.isoformat())
def test_no_other_clock_is_late_at_the_first_start(tmp_path: Path, now: datetime) -> None:
    for one in kept(tmp_path, now):
        if one.incident in {"late", MALFORMED}:
            continue
        start = awareness_of(report_of(one), now).clock_start or now
        assert working_days_between(england_and_wales(), london_date(start), london_date(now)) <= 2


def test_the_child_hurt_away_from_home_concerns_two_areas(tmp_path: Path) -> None:
    [away] = [report_of(one) for one in kept(tmp_path) if one.incident == "away_from_home"]
    awareness = awareness_of(away, A_SUNDAY)
    assert (awareness.owner_area, awareness.other_areas) == (LIVERPOOL, (WIRRAL,))


def test_each_sample_comes_through_a_door_its_system_has() -> None:
    systems = {entry["system"]: entry for entry in json.loads(SAMPLE_SYSTEMS.read_text())}
    for report in sample_reports(A_SUNDAY):
        entry = systems[report.system]
        assert report.door in entry["doors"]
        assert report.organisation in {one["organisation"] for one in entry["organisations"]}
        assert (report.door == "http") == (report.system in BY_HTTP)


def test_a_report_by_http_is_the_kept_content_in_one_event(tmp_path: Path) -> None:
    for one in kept(tmp_path):
        if one.door == "http":
            caller = Caller(one.system, one.organisation, "jti", A_SUNDAY)
            event = read_event(parse(structured_event(one).encode()), caller)
            assert event.id == UUID(one.id)
            assert event.data == json.loads(one.content)


def test_answers_are_remembered_from_start_to_start(tmp_path: Path) -> None:
    KeptSamples(tmp_path).keep_answer("a", Answer(True, receipt_id="r"))
    refused = Answer(False, reason="not_valid", faults=("required at /outcome",))
    KeptSamples(tmp_path).keep_answer("b", refused)
    assert KeptSamples(tmp_path).answers() == {"a": Answer(True, receipt_id="r"), "b": refused}


def test_barnet_and_each_area_of_pan_merseyside_have_something_to_decide() -> None:
    merseyside = {KNOWSLEY, LIVERPOOL, ST_HELENS, SEFTON, WIRRAL}
    assert {incident.area for incident in INCIDENTS.values()} == {BARNET, *merseyside}


def test_a_school_and_cafcass_report_by_http() -> None:
    doors = {report.organisation: report.door for report in sample_reports(A_SUNDAY)}
    assert (doors["school-larkfield"], doors["cafcass"]) == ("http", "http")


def test_the_steps_taken_with_a_case_are_remembered_from_start_to_start(tmp_path: Path) -> None:
    assert KeptSamples(tmp_path).steps() == frozenset()
    KeptSamples(tmp_path).keep_step("withdrawn/0 withdrawals")
    KeptSamples(tmp_path).keep_step("reopened/0 reopenings")
    assert KeptSamples(tmp_path).steps() == {"withdrawn/0 withdrawals", "reopened/0 reopenings"}
