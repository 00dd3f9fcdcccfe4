"""The criteria are data: they can be read, extended and checked without a change of code."""

import json
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from services.intake.case_facts import FactValue
from services.intake.conditions import Condition
from services.intake.considered import considered
from services.intake.criteria import evaluate
from services.intake.criteria_rows import BUNDLED, Criteria, NoRuleSet, bundled
from shared.contracts.report_codes import AbuseNeglectStatus, Outcome
from shared.reference import directory
from tests.services.intake.sample_children import INJURED_BABY, WIRRAL

IN_WALES_OF_RESIDENT: dict[str, Any] = {
    "id": "N3",
    "title": "Outside England, normally resident here",
    "sources": ["CA2004-16C-1-b"],
    "from": "2018-06-29",
    "notice": "panel",
    "notifier": "area_of_residence",
    "rapid_review": True,
    "when": {
        "all": [
            {"fact": "in_england", "in": [False]},
            {"fact": "abuse_neglect", "in": ["known", "suspected"]},
            {"fact": "serious_harm", "in": ["met"]},
        ]
    },
    "tell": [{"who": "panel", "force": "must", "limit_rule": "DL01"}],
}


def criteria(*rows: dict[str, Any]) -> Criteria:
    """The bundled rows but that for incidents outside England, and these."""
    text = json.loads(BUNDLED.read_text())
    kept = [row for row in text["rows"] if row["id"] != IN_WALES_OF_RESIDENT["id"]]
    return Criteria.model_validate_json(json.dumps(text | {"rows": [*kept, *rows]}))


def test_a_new_row_decides_without_a_change_of_code() -> None:
    in_wales = replace(INJURED_BABY, incident_area=None, residence_area=WIRRAL)
    found = evaluate(UUID(int=1), 1, [in_wales], directory, criteria(IN_WALES_OF_RESIDENT))
    assert found.rows == ("N3",)
    assert found.notifier_area == WIRRAL
    assert [(o.recipient, o.area) for o in found.obligations] == [("panel", WIRRAL)]


EVERY_CHILD: dict[str, Any] = {
    **IN_WALES_OF_RESIDENT,
    "id": "N99",
    "notifier": "area_of_incident",
    "when": {"fact": "child", "in": [True]},
    "tell": [{"who": "panel", "force": "should", "limit_rule": "DL01"}],
}


def test_a_row_that_says_no_counts_only_where_none_says_yes() -> None:
    used = criteria(EVERY_CHILD | {"notice": "none"})
    found = evaluate(UUID(int=1), 1, [INJURED_BABY], directory, used)
    assert found.rows == ("N2",)


def test_a_row_that_says_no_counts_beside_no_simple_notification_either() -> None:
    ill = AbuseNeglectStatus.NOT_SUSPECTED
    died = replace(INJURED_BABY, outcome=Outcome.DIED, abuse_neglect=ill, looked_after=True)
    used = criteria(EVERY_CHILD | {"notice": "none"})
    assert evaluate(UUID(int=1), 1, [died], directory, used).rows == ("N5",)


def test_a_row_that_is_met_and_does_not_count_is_shown_as_outweighed() -> None:
    used = criteria(EVERY_CHILD | {"notice": "none"})
    found = evaluate(UUID(int=1), 1, [INJURED_BABY], directory, used)
    shown = considered([INJURED_BABY], found.matched, used)
    assert [(one.verdict, one.because) for one in shown if one.row.id == "N99"] == [
        ("outweighed", ())
    ]


def test_what_one_row_asks_and_another_demands_is_demanded_once() -> None:
    found = evaluate(UUID(int=1), 1, [INJURED_BABY], directory, criteria(EVERY_CHILD))
    panel = [(o.rows, o.force) for o in found.obligations if o.recipient == "panel"]
    assert panel == [(["N2", "N99"], "must")]


@pytest.mark.parametrize(
    ("said", "owed"),
    [(("must", "should"), "must"), (("should", "must"), "must"), (("local", "should"), "should")],
)
def test_what_two_rows_tell_is_owed_once_with_the_stronger_force(
    said: tuple[str, str], owed: str
) -> None:
    rows = [
        EVERY_CHILD | {"id": name, "tell": [EVERY_CHILD["tell"][0] | {"force": force}]}
        for name, force in zip(("N98", "N99"), said, strict=True)
    ]
    only = Criteria.model_validate_json(
        json.dumps(json.loads(BUNDLED.read_text()) | {"rows": rows})
    )
    found = evaluate(UUID(int=1), 1, [INJURED_BABY], directory, only)
    assert [(one.rows, one.force) for one in found.obligations] == [(["N98", "N99"], owed)]


def test_a_row_counts_only_from_its_first_to_its_last_day() -> None:
    dated = criteria(IN_WALES_OF_RESIDENT | {"from": "2020-01-02", "to": "2020-01-03"})
    days = [date(2020, 1, day) for day in (1, 2, 3, 4)]
    assert [any(row.id == "N3" for row in dated.rows_on(day)) for day in days] == [
        False,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    "broken",
    [
        {"id": "N1"},
        {"when": {"fact": "died"}},
        {"when": {"fact": "surname", "in": ["x"]}},
        {"when": {"fact": "died", "in": [True], "differs_from": "child"}},
        {"when": {"all": []}},
        {"when": {}},
        {"notice": "perhaps"},
        {"tell": [{"who": "press", "force": "must", "limit_rule": "DL01"}]},
        {"surprise": 1},
        {"when": {"any": []}},
        {"when": {"fact": "died", "in": []}},
        {"rapid_review": "yes"},
    ],
)
def test_rows_that_say_something_else_are_refused_when_read(broken: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        criteria(IN_WALES_OF_RESIDENT | broken)


def test_rule_sets_follow_each_other_day_by_day() -> None:
    used = bundled()
    assert used.rules_on(date(2018, 6, 29)).id == "WT2018.0"
    assert used.rules_on(date(2019, 2, 20)).id == "WT2018.0"
    assert used.rules_on(date(2019, 2, 21)).id == "WT2018.1"
    assert used.rules_on(date(2022, 7, 1)).id == "WT2018.2"
    assert used.rules_on(date(2026, 3, 2)).id == "WT2023.0"
    with pytest.raises(NoRuleSet):
        used.rules_on(date(2018, 6, 28))


YES, NO, OPEN = ({"fact": name, "in": [True]} for name in ("child", "died", "looked_after"))
FACTS: dict[str, FactValue] = {"child": True, "died": False, "looked_after": None}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"all": [YES, YES]}, True),
        ({"all": [NO]}, False),
        ({"any": [NO]}, False),
        ({"all": [YES, OPEN]}, None),
        ({"all": [NO, OPEN]}, False),
        ({"any": [NO, OPEN]}, None),
        ({"any": [YES, OPEN]}, True),
        ({"any": [NO, NO]}, False),
        ({"all": [{"any": [OPEN, YES]}, {"any": [NO, OPEN]}]}, None),
        ({"fact": "child", "differs_from": "died"}, True),
        ({"fact": "child", "differs_from": "child"}, False),
        ({"fact": "child", "differs_from": "looked_after"}, None),
    ],
)
def test_an_unknown_fact_is_never_a_no(condition: dict[str, Any], expected: bool | None) -> None:
    weighed = Condition.model_validate_json(json.dumps(condition)).weigh(FACTS)
    assert weighed is expected


@pytest.mark.parametrize(
    ("condition", "because"),
    [
        (YES, ()),
        (NO, ("died",)),
        (OPEN, ("looked_after",)),
        ({"all": [YES, NO, OPEN]}, ("died",)),
        ({"all": [YES, OPEN]}, ("looked_after",)),
        ({"any": [NO, OPEN]}, ("looked_after",)),
        ({"any": [YES, OPEN]}, ()),
        ({"any": [NO, {"all": [NO, OPEN]}]}, ("died",)),
        ({"fact": "child", "differs_from": "looked_after"}, ("looked_after",)),
    ],
)
def test_what_excludes_a_row_or_leaves_it_open_is_named_and_nothing_else(
    condition: dict[str, Any], because: tuple[str, ...]
) -> None:
    weighed = Condition.model_validate_json(json.dumps(condition))
    assert weighed.because(FACTS) == because


def test_every_row_names_its_source() -> None:
    assert all(row.sources and row.title for row in bundled().rows)
