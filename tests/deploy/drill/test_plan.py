"""What the synthetic people of a drill do: the same for the same seed, and said so that the
services understand it."""

import json
from collections.abc import Iterator, Mapping
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from pydantic import BaseModel

from deploy.drill import bodies
from deploy.drill.calendars import calendars
from deploy.drill.incident import Incident, Planned
from deploy.drill.plan import Plan, plan
from deploy.drill.special_days import SPECIAL_DAYS
from services.intake.stated_changes import Correct, Withdraw
from services.intake.stated_facts import Decide
from services.rapid_review_timer.calendar_keeping import received
from services.rapid_review_timer.review_http import COMMANDS
from shared.calendar.bank_holidays import england_and_wales, parse_calendar
from shared.calendar.london import london_date, london_instant
from shared.calendar.versions import bundled_versions
from shared.contracts.panel_said import PanelSays
from shared.contracts.report import Report, faults_of_time
from shared.contracts.strict_json import parse, validate

FIRST, LAST = date(2018, 6, 29), date(2024, 12, 31)
SOME_ID = UUID("6f2a9c1e-0000-4000-8000-000000000001")
COMMAND_MODELS: Mapping[str, type[BaseModel]] = {
    **{command.path: command.model for command in COMMANDS},
    "decisions": Decide,
    "corrections": Correct,
    "withdrawals": Withdraw,
    "panel-responses": PanelSays,
}


@pytest.fixture(scope="module")
def years() -> Plan:
    return plan(FIRST, LAST, 80, 7)


def test_the_same_seed_makes_the_same_people() -> None:
    assert plan(FIRST, LAST, 20, 3) == plan(FIRST, LAST, 20, 3)
    assert plan(FIRST, LAST, 20, 3).acts != plan(FIRST, LAST, 20, 4).acts


def test_people_act_in_order_of_time_and_not_after_the_last_day(years: Plan) -> None:
    assert list(years.acts) == sorted(years.acts)
    assert all(years.begins_at <= act.at <= years.ends_at for act in years.acts)
    assert all(FIRST <= london_date(one.aware_at) <= LAST for one in years.incidents)


def test_every_special_day_of_the_range_has_its_incident(years: Plan) -> None:
    drilled = {london_date(one.aware_at): one.why for one in years.incidents if one.why}
    assert drilled == {special.day: special.why for special in SPECIAL_DAYS}


def test_a_short_drill_has_as_many_incidents_as_were_asked_for() -> None:
    short = plan(date(2022, 7, 1), date(2022, 9, 30), 6, 1)
    assert len(short.incidents) == 6
    assert any(one.why == "a bank holiday is announced meanwhile" for one in short.incidents)


def test_every_sort_of_ending_comes_up_in_years(years: Plan) -> None:
    acts = {act.act for act in years.acts}
    assert {"correct", "withdraw", "ask_for_longer", "delay", "withhold", "publish"} <= acts
    assert {one.kind for one in years.incidents} == {
        "review",
        "simple",
        "not_notifiable",
        "forgotten",
        "withdrawn",
        "care_leaver",
    }
    assert any(act.says.get("late") for act in years.acts)


def test_no_two_children_could_be_taken_for_one(years: Plan) -> None:
    assert len({one.born for one in years.incidents}) == len(years.incidents)


def test_what_reporters_write_is_a_report_and_speaks_of_no_future(years: Plan) -> None:
    incidents = {one.number: one for one in years.incidents}
    for act in years.acts:
        if act.act in ("report", "police_report"):
            read = validate(Report, parse(_reported(act, incidents[act.incident])))
            assert not faults_of_time(read, act.at)


def _reported(act: Planned, incident: Incident) -> bytes:
    kind = "LA" if act.act == "report" else "POLICE"
    seats = bodies.partners(incident, london_date(act.at))
    by = next(seat for seat in seats if seat.kind == kind)
    known_at = act.says.get("known_at", act.at)
    event = json.loads(bodies.report(incident, by, SOME_ID, known_at, act.at))
    return json.dumps(event["data"]).encode()


def test_what_authorities_send_is_what_the_services_read(years: Plan) -> None:
    incidents = {one.number: one for one in years.incidents}
    read = set()
    for act in years.acts:
        for path, body in _commands(act, incidents[act.incident]):
            validate(COMMAND_MODELS[path], parse(json.dumps(body).encode()))
            read.add(path)
    assert read >= {"decisions", "corrections", "withdrawals", "extensions", "local-review/drafts"}


def _commands(act: Planned, incident: Incident) -> Iterator[tuple[str, dict[str, Any]]]:
    on = london_date(act.at)
    if act.act == "decide":
        yield "decisions", bodies.decision(incident, on, late=act.says["late"])
    elif act.act in ("correct", "withdraw"):
        yield bodies.change(incident, act.act, act.says, on)
    elif act.act.startswith("panel_"):
        yield "panel-responses", bodies.panel_reply(act.act, act.says)
    elif act.act not in ("report", "police_report", "receipts", "approve", "ask_agencies"):
        seen = {
            "summaries": [{"agency": "police-merseyside"}],
            "actions": [{"action_id": str(SOME_ID)}],
        }
        says = {**act.says, "by": bodies.authority_of(incident)}
        yield from bodies.in_review(act.act, says, on, seen)


def test_bank_holidays_come_to_be_known_one_after_the_other() -> None:
    sent = calendars(FIRST, LAST)
    read = [parse_calendar(each.document) for each in sent]
    known = england_and_wales()
    assert [each.on for each in sent] == sorted(each.on for each in sent)
    assert all(each.order > known.order and each.covers(known.first, known.last) for each in read)
    assert [each.order for each in read] == sorted(each.order for each in read)
    assert dict(read[-1].holidays) == dict(known.holidays)
    assert date(2022, 9, 19) not in read[0].holidays
    assert date(2020, 5, 4) in read[0].holidays


def test_a_drill_that_begins_after_an_announcement_knows_of_it() -> None:
    (only,) = calendars(date(2023, 1, 1), LAST)
    assert dict(parse_calendar(only.document).holidays) == dict(england_and_wales().holidays)
    assert only.on == date(2023, 1, 1)
    assert len(calendars(date(2022, 9, 1), date(2022, 9, 30))) == 2


def test_what_a_plan_ends_with_lies_before_the_holidays_end() -> None:
    late = plan(date(2027, 1, 1), date(2027, 12, 31), 30, 1)
    assert max(act.at for act in late.acts) - late.begins_at < timedelta(days=366)


def test_the_timer_takes_each_version_at_its_hour_and_it_is_in_force() -> None:
    held = bundled_versions()
    for sent in calendars(FIRST, LAST):
        came = received(parse_calendar(sent.document), held, london_instant(sent.on, time(7)))
        assert came.wins, sent.version
        held = held.receiving(came.calendar)
