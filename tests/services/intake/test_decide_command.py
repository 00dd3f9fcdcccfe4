"""`decide` as a person runs it: JSON in, JSON out, and errors that say what to do."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from services.intake.decide_command import EXAMPLE, decide
from tests.services.intake.stated_incidents import BABY, SERIOUS, aged, facts

DOCUMENT = Path(__file__).parents[3] / "docs" / "deciding.md"


def run(given: bytes | dict[str, Any], *arguments: str) -> Result:
    app = typer.Typer()
    app.command()(decide)
    text = given if isinstance(given, bytes) else json.dumps(given).encode()
    return CliRunner().invoke(app, list(arguments), input=text)


def codes(result: Result) -> list[tuple[str, str]]:
    """Code and place of each fault that was printed."""
    return re.findall(r"^Not decided \((\w+)\): (\S+|the facts): .+$", result.stderr, re.MULTILINE)


def test_facts_come_in_and_obligations_come_out() -> None:
    result = run(EXAMPLE.read_bytes())
    assert (result.exit_code, result.stderr) == (0, "")
    answer = json.loads(result.stdout)
    assert [one["row"] for one in answer["rows"]] == ["N2", "N4"]
    for one in answer["obligations"]:
        assert one["rows"]
        assert one["reasons"]
        assert one["notifier"] == "la-E08000012"
        assert one["recipient"]
        assert one["within"]
        assert one["rapid_review"] is True
        assert one["sources"][0]["cites"] == "Children Act 2004, s.16C(1)(a)"


def test_a_case_that_is_held_is_an_answer_too() -> None:
    result = run(facts(abuse_neglect_status="unknown"))
    assert result.exit_code == 0
    assert json.loads(result.stdout)["waiting_for"] == ["abuse_neglect_status"]


def test_help_shows_the_whole_example() -> None:
    shown = "".join(run(b"", "--help").stdout.split())
    example = "".join(EXAMPLE.read_text().split())
    assert example in shown


def test_the_document_shows_the_same_example_and_what_it_gives() -> None:
    text = DOCUMENT.read_text()
    blocks = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", text, re.DOTALL)]
    answer = json.loads(run(EXAMPLE.read_bytes()).stdout)
    assert blocks[0] == json.loads(EXAMPLE.read_text())
    assert all(answer[name] == value for name, value in blocks[1].items())
    assert blocks[2] in answer["obligations"]


def test_a_whole_record_is_taken_and_nothing_personal_comes_out() -> None:
    marker = "Zebedee Marker"
    whole = facts(
        reporter_name=marker,
        case_outline=marker,
        incident_address=marker,
        parents=[{"name": marker}],
        serious_harm=SERIOUS | {"reasons": marker, "decided_by": marker},
        children=[BABY | {"surname": marker, "forenames": marker, "nhs_number": marker}],
    )
    result = run(whole)
    assert result.exit_code == 0
    assert "Zebedee" not in result.output


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"outcome": None}, ("required", "/outcome")),
        ({"outcome": "Zebedee"}, ("not_in_list", "/outcome")),
        ({"children": []}, ("too_few", "/children")),
        ({"children": [{}]}, ("exactly_one_age_required", "/children/0")),
        ({"children": [aged(3, unborn=True)]}, ("exactly_one_age_required", "/children/0")),
        (
            {"children": [aged(3, dob="2016-01-02", birth="stillbirth")]},
            ("exactly_one_age_required", "/children/0"),
        ),
        (
            {"children": [aged(3, unborn_counted_as_child=True)]},
            ("only_of_an_unborn_child", "/children/0"),
        ),
        ({"children": ["Zebedee"]}, ("not_an_object", "/children/0")),
        ({"large_cse_operation": "yes"}, ("not_true_or_false", "/large_cse_operation")),
        ({"children": [aged(3, "Zebedee")]}, ("not_in_list", "/children/0/legal_status")),
        ({"incident_area_code": "Zebedee"}, ("wrong_form", "/incident_area_code")),
        ({"country": "FR"}, ("area_or_country_required", "the facts")),
        (
            {"incident_area_code": None, "country": "GB-ENG"},
            ("country_not_outside_england", "the facts"),
        ),
        (
            {"la_incident_aware_at": "2019-06-05T10:00:00"},
            ("offset_required", "/la_incident_aware_at"),
        ),
        ({"incident_date": "Zebedee"}, ("not_a_date", "/incident_date")),
        ({"serious_harm": {"decision": "met"}}, ("reasons_required", "/serious_harm")),
        (
            {"serious_harm": {"decision": "MET", "reasons": "Invented."}},
            ("decided_by_required", "/serious_harm"),
        ),
        ({"serious_harm": SERIOUS | {"domains": []}}, ("domain_required", "/serious_harm")),
        ({"zebedee": 1}, ("unknown_field", "/*")),
        (
            {
                "decided_on": "2018-06-28",
                "la_criteria_known_at": "2018-06-28T10:00:00Z",
                "la_incident_aware_at": "2018-06-28T10:00:00Z",
            },
            ("before_the_criteria", "/decided_on"),
        ),
        (
            {
                "decision_makers": [
                    {"kind": "police", "organisation": "police-metropolitan", "position": "agree"}
                ]
            },
            ("not_a_partner", "/decision_makers/0/organisation"),
        ),
        ({"children": [aged(16, part="alleged_perpetrator")]}, ("no_harmed_child", "the facts")),
    ],
)
def test_a_wrong_field_is_named_with_a_code_and_what_to_do_and_never_repeated(
    changed: dict[str, Any], expected: tuple[str, str]
) -> None:
    result = run(facts(**changed))
    assert (result.exit_code, result.stdout) == (2, "")
    assert expected in codes(result)
    assert "zebedee" not in result.stderr.lower()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"", "empty"),
        (b"{", "not_json"),
        (b"[]", "not_an_object"),
        (b"\xff", "not_utf8"),
        (b'{"outcome": "died", "outcome": "died"}', "duplicate_key"),
        (b" " * 262_145, "too_large"),
    ],
)
def test_what_is_no_json_object_is_refused_with_a_code(text: bytes, code: str) -> None:
    result = run(text)
    assert result.exit_code == 2
    assert [found for found, _ in codes(result)] == [code]


def test_the_values_that_are_allowed_are_listed() -> None:
    result = run(facts(outcome="hurt"))
    assert "died, seriously_harmed, harmed_not_serious, near_miss" in result.stderr


def test_without_any_day_there_is_no_decision() -> None:
    days = ("la_incident_aware_at", "la_criteria_known_at", "incident_date")
    result = run(facts(**dict.fromkeys(days)))
    assert codes(result) == [("decided_on_required", "the facts")]


def test_obligations_have_their_ids_where_the_case_is_named() -> None:
    named = facts(case_id="19dba115-c6ff-4fd5-a3fe-800f5d010f96")
    with_ids = json.loads(run(named).stdout)["obligations"]
    assert len({one["obligation_id"] for one in with_ids}) == len(with_ids)
    assert not any("obligation_id" in one for one in json.loads(run(facts()).stdout)["obligations"])


def test_immediate_danger_tells_to_ring_999() -> None:
    assert json.loads(run(facts(immediate_danger=True)).stdout)["call_999"] is True


def test_where_nobody_is_known_the_positions_stand_and_a_person_has_to_find_out_who_is_told() -> (
    None
):
    nowhere = facts(
        incident_area_code="E06000099",
        decision_makers=[{"kind": "police", "position": "disagree"}],
    )
    answer = json.loads(run(nowhere).stdout)
    assert answer["decision"] == "notifiable"
    assert answer["notifier"] == {"area": "E06000099", "organisation": None}
    assert {one["who"] for one in answer["unresolved"]} == {"own_partners"}
    assert answer["positions"]["dissenting"] == ["police"]
    assert answer["positions"]["missing"] == ["local_authority", "health"]
