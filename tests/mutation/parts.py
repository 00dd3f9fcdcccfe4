"""What is changed, and the tests that ought to notice: all of them pure."""

from dataclasses import dataclass
from pathlib import Path

TIMER = "services/rapid_review_timer"
INTAKE = "services/intake"


@dataclass(frozen=True)
class Part:
    """`code` and `data` are changed, `tests` are run; all relative to the repository."""

    name: str
    code: tuple[str, ...]
    data: tuple[str, ...]
    tests: tuple[str, ...]


def _each(directory: str, names: str, ending: str = ".py", start: str = "") -> tuple[str, ...]:
    return tuple(f"{directory}/{start}{name}{ending}" for name in names.split())


CALENDAR = Part(
    "calendar",
    _each("shared/calendar", "bank_holidays errors london months versions working_days"),
    ("shared/calendar/england_and_wales-*.json",),
    ("tests/shared/calendar/test_*.py",),
)
RULES = Part(
    "rules",
    _each(
        TIMER,
        "starts rules rule_row rule_book rule_sets profiles counting calculation explanation "
        "sentence",
    ),
    (f"{TIMER}/rules/*.json", f"{TIMER}/rules/profiles/*.json"),
    _each(
        f"tests/{TIMER}",
        "rule_table rules unfit_rules profiles relaxed due_dates other_due_dates calculation "
        "explanation sentence rules_command calculate_command death_notice counting_laws "
        "rule_readings counting",
        start="test_",
    ),
)
DEADLINES = Part(
    "deadlines",
    _each(
        TIMER,
        "limits circumstances clocks fulfilment deadline revision calendar_change calendar_moves "
        "extension firing office_copy review_clocks review_risk review_obligations outcome "
        "panel_replies deriving yearly_report yearly_report_steps yearly_obligations",
    ),
    (),
    _each(
        f"tests/{TIMER}",
        "deadline deadline_outcomes changed_by_intake death_notice calendar_change calendar_moves "
        "firing review_clocks review_extension review_risk review local_review said "
        "calendar_keeping suspended_clocks closed_case panel_reply_clocks told_again "
        "notices_of_linked_cases revision days_that_differ relaxed review_laws office_copy "
        "yearly_report",
        start="test_",
    ),
)
CRITERIA = Part(
    "criteria",
    _each(
        INTAKE,
        "criteria criteria_rows conditions obligations notifications considered serious_harm "
        "local_policy sources case_facts facts_file awareness positions",
    ),
    _each(f"{INTAKE}/criteria", "wt_rows local_policies sources fields_not_looked_at", ".json"),
    _each(
        f"tests/{INTAKE}",
        "criteria criteria_rows criteria_as_written criteria_doubts_and_siblings awareness "
        "how_many_notifications local_policy positions_and_judgement worked_decisions "
        "decide_command what_holds_a_case case_changes criteria_as_told who_notifies considered "
        "facts_file",
        start="test_",
    ),
)
PARTS = {part.name: part for part in (CALENDAR, RULES, DEADLINES, CRITERIA)}


def matching(root: Path, patterns: tuple[str, ...]) -> list[str]:
    """The files of a part, relative to `root`, each pattern in its order."""
    return [
        path.relative_to(root).as_posix()
        for pattern in patterns
        for path in sorted(root.glob(pattern))
    ]
