"""The criteria's data says what the second reading says, and any change of it would be noticed."""

import json
from collections.abc import Iterator
from copy import deepcopy
from datetime import date, timedelta
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from services.intake import local_policy, sources
from services.intake.conditions import FactName
from services.intake.criteria_rows import BUNDLED, Criteria, Row, bundled
from services.intake.sources import Sources
from tests.services.intake.criteria_compared import VALUES, differences
from tests.services.intake.criteria_read_again import EXPECTED
from tests.services.intake.sample_children import INJURED_BABY

CONDITIONS = [row for row in bundled().rows if row.id != "N14"]
RULE_SETS = [
    ("WT2018.0", "2018-06-29", "per_child", 1, "ofsted_online", True),
    ("WT2018.1", "2019-02-21", "per_incident", 4, "department_online", True),
    ("WT2018.2", "2022-07-01", "per_incident", 4, "department_online", False),
    ("WT2023.0", "2023-12-15", "per_incident", 4, "department_online", False),
]
OTHER: dict[str, list[Any]] = {
    "notice": ["panel", "simple", "none", "hold"],
    "notifier": ["area_of_incident", "area_of_residence", "responsible_authority"],
    "force": ["must", "should", "local"],
    "who": ["panel", "dfe", "ofsted", "own_partners", "other_partners", "cdop"],
    "limit_rule": [f"DL{number:02d}" for number in (1, 2, 3, 4, 5, 20, 22)],
    "fact": sorted(VALUES),
    "differs_from": sorted(VALUES),
}


def test_every_row_stands_in_both_readings() -> None:
    assert {(row.id, row.first_day.isoformat()) for row in CONDITIONS} == EXPECTED.keys()
    assert {row.id for row in bundled().rows} == {f"N{number}" for number in range(1, 17)}


@pytest.mark.parametrize("row", CONDITIONS, ids=lambda row: f"{row.id} from {row.first_day}")
def test_a_row_says_the_same_in_both_readings(row: Row) -> None:
    assert differences(row) == []


@pytest.mark.parametrize("row", CONDITIONS, ids=lambda row: f"{row.id} from {row.first_day}")
def test_any_change_of_a_row_would_be_noticed(row: Row) -> None:
    as_text = [
        one
        for one in json.loads(BUNDLED.read_text())["rows"]
        if (one["id"], one["from"]) == (row.id, row.first_day.isoformat())
    ]
    unnoticed = []
    for changed in changes(as_text[0]):
        try:
            read = Row.model_validate_json(json.dumps(changed))
        except ValidationError:
            continue
        if not differences(read):
            unnoticed.append(changed)
    assert not unnoticed, json.dumps(unnoticed[0])


def test_a_hold_stands_while_a_row_that_says_yes_is_open() -> None:
    (held,) = [row for row in bundled().rows if row.id == "N14"]
    said = held.model_dump(mode="json", by_alias=True, exclude={"title", "sources"})
    assert said == {
        "id": "N14",
        "from": "2018-06-29",
        "to": None,
        "notice": "hold",
        "notifier": "area_of_incident",
        "rapid_review": False,
        "when": said["when"],
        "tell": [],
        "others": [],
        "learning_review_possible": False,
    }
    assert held.when.undecided == ("panel", "simple")


def test_rule_sets_are_those_of_the_guidance_and_say_how_to_count() -> None:
    said = [
        (
            rules.id,
            rules.first_day.isoformat(),
            rules.counting.value,
            rules.structured_children,
            rules.channel.value,
            rules.confirmed,
        )
        for rules in bundled().rule_sets
    ]
    assert said == RULE_SETS


def test_every_source_that_is_named_is_held_and_every_limit_has_words() -> None:
    held = sources.bundled()
    rows = bundled().rows
    named = [one for row in rows for one in row.sources]
    named += [one for row in rows for duty in row.others for one in duty.sources]
    named += [one for rules in bundled().rule_sets for one in rules.sources]
    named += [one for policy in local_policy.bundled().policies for one in policy.sources]
    assert len(held.of(named)) == len(set(named))
    limits = {one.limit_rule for row in rows for one in row.tell}
    limits |= {duty.limit_rule for row in rows for duty in row.others}
    assert {rule: held.within(rule) is not None for rule in limits} == dict.fromkeys(limits, True)


def test_what_was_not_read_again_says_so() -> None:
    unread = {one.id for one in sources.bundled().sources if not one.confirmed}
    assert {"WT2018-ch4-notification", "WT2018-ch5-deaths", "OWN-RESPONSIBLE"} <= unread


def test_the_second_reading_knows_every_fact() -> None:
    assert VALUES.keys() | {"notified"} == set(get_args(FactName))


def test_every_fact_that_a_row_may_ask_for_is_known_of_a_child() -> None:
    assert INJURED_BABY.values().keys() | {"notified"} == set(get_args(FactName))


def test_a_limit_is_told_in_the_words_of_its_own_rule() -> None:
    held = sources.bundled()
    assert held.within("DL01") != held.within("DL20") == "24 hours of the death becoming known"
    assert held.within("DL99") is None


def test_every_source_that_is_named_is_held_once() -> None:
    text = json.loads(sources.BUNDLED.read_text())
    held = text["sources"]
    twice = text | {"sources": [*held, held[0]]}
    with pytest.raises(ValidationError, match="a source stands twice"):
        Sources.model_validate_json(json.dumps(twice))
    lost = text | {"sources": [one for one in held if one["id"] != "LORDS-2016"]}
    with pytest.raises(ValidationError, match="a source is named that is not held"):
        Sources.model_validate_json(json.dumps(lost))


def test_a_row_that_stands_twice_on_one_day_is_refused() -> None:
    text = json.loads(BUNDLED.read_text())
    text["rows"].append(deepcopy(text["rows"][0]))
    with pytest.raises(ValidationError):
        Criteria.model_validate_json(json.dumps(text))


def changes(part: Any) -> Iterator[Any]:
    """Every single change of a part of the data: another value, a day more or less, one fewer."""
    if isinstance(part, dict):
        for name, value in part.items():
            if name in ("title", "id"):
                continue
            if name in ("when", "to", "others", "learning_review_possible", "tell"):
                yield {key: kept for key, kept in part.items() if key != name}
            found = _others(name, value)
            yield from (part | {name: other} for other in (found or changes(value)))
    elif isinstance(part, list):
        for place, value in enumerate(part):
            yield [*part[:place], *part[place + 1 :]]
            yield from ([*part[:place], one, *part[place + 1 :]] for one in changes(value))
    elif isinstance(part, bool):
        yield not part
    elif isinstance(part, str):
        yield f"{part}-other"


def _others(name: str, value: Any) -> list[Any]:
    if name in OTHER:
        return [other for other in OTHER[name] if other != value]
    if name in ("from", "to"):
        day = date.fromisoformat(value)
        return [(day + timedelta(days=days)).isoformat() for days in (-1, 1)]
    return []
