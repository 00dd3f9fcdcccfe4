"""What becomes of some sample cases after, or before, they are decided: step by step, as data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from deploy.samples.decisions import Body, decision_on, positions
from deploy.samples.incidents import INCIDENTS
from shared.calendar.bank_holidays import england_and_wales
from shared.calendar.working_days import add_working_days

INTAKE, REVIEW = "intake", "review"


@dataclass(frozen=True)
class Moment:
    """`aware_at`: when the first reporter knew; `review`: as it stands, empty before it opened."""

    incident: str
    today: date
    aware_at: datetime
    review: Mapping[str, Any]


@dataclass(frozen=True)
class Step:
    """`by`: LA, HEALTH or POLICE of the area that leads, or OTHER_LA, which had the report.
    `told`: only once the Panel was told. `seen`: on a version of the case."""

    at: str
    path: str
    says: Callable[[Moment], Body]
    by: str = "LA"
    told: bool = False
    seen: bool = True


@dataclass(frozen=True)
class Later:
    """`words`: what the steps come to, for whoever watches."""

    words: str
    steps: tuple[Step, ...]


def _typed(text: str) -> str:
    return f"Invented sample. {text}"


def _aims(next_step: str, reasons: str, local_criteria: list[str]) -> Step:
    body = {
        "facts": _typed("What each agency knew, in order."),
        "immediate_action_needed": False,
        "learning": [{"theme": "information_sharing", "improvement": _typed("Ask each other.")}],
        "local_criteria": local_criteria,
        "national_criteria": [],
        "next_step": next_step,
        "next_step_reasons": _typed(reasons),
    }
    return Step(REVIEW, "aims", lambda _: body)


def _approval(by: str) -> Step:
    return Step(REVIEW, "approvals", lambda _: {"answer": "approved", "content_version": 1}, by)


_APPROVED_AND_SENT = (
    _approval("LA"),
    _approval("HEALTH"),
    _approval("POLICE"),
    Step(REVIEW, "submission", lambda _: {}),
)


def _five_days_more(moment: Moment) -> date:
    due = date.fromisoformat(moment.review["original_due_date"])
    return add_working_days(england_and_wales(), due, 5)


def _next_morning(moment: Moment) -> str:
    known = (moment.aware_at + timedelta(days=1)).replace(hour=8, minute=45)
    return known.isoformat()


def _two_hours_later(moment: Moment) -> str:
    return (moment.aware_at + timedelta(hours=2)).isoformat()


BEFORE: Mapping[str, Later] = {
    "transferred": Later(
        "handed over by St Helens, the street is Knowsley’s",
        (
            Step(
                INTAKE,
                "transfers",
                lambda moment: {
                    "to_area": INCIDENTS[moment.incident].area,
                    "reason": "area_corrected",
                    "explanation": _typed("The street belongs to the other side."),
                },
                by="OTHER_LA",
            ),
            Step(INTAKE, "transfers/answers", lambda _: {"answer": "accepted"}, seen=False),
        ),
    ),
}
AFTER: Mapping[str, Later] = {
    "dissent": Later(
        "the Panel granted five working days more for the review",
        (
            Step(
                REVIEW,
                "extensions",
                lambda moment: {
                    "proposed_date": _five_days_more(moment).isoformat(),
                    "reason": "medical_evidence",
                    "explanation": _typed("An expert reports later."),
                },
            ),
            Step(
                REVIEW,
                "extensions/answers",
                lambda moment: {
                    "answer": "granted",
                    "agreed_date": moment.review["extensions"][-1]["proposed_date"],
                },
            ),
        ),
    ),
    "two_reporters": Later(
        "review submitted in time, a local review commissioned",
        (
            Step(
                REVIEW,
                "summaries",
                lambda _: {"agencies": ["trust-eastmoor", "school-larkfield"]},
            ),
            Step(
                REVIEW,
                "summaries/answers",
                lambda _: {
                    "agency": "trust-eastmoor",
                    "nil_return": False,
                    "services": _typed("Seen twice in the past year."),
                },
            ),
            Step(
                REVIEW,
                "summaries/answers",
                lambda _: {"agency": "school-larkfield", "nil_return": True},
            ),
            _aims(
                "lcspr_yes", "Agencies did not work together.", ["agencies_not_working_together"]
            ),
            *_APPROVED_AND_SENT,
            Step(
                REVIEW,
                "local-review",
                lambda moment: {
                    "decided_on": moment.today.isoformat(),
                    "reviewers": [
                        {
                            "name": "Sample Reviewer One",
                            "selection_reason": _typed("Has not worked with these agencies."),
                        }
                    ],
                    "reasons": _typed("More is to be learnt than a rapid review can show."),
                },
            ),
        ),
    ),
    "died_later": Later(
        "the child died: corrected, and the review submitted without a local review to follow",
        (
            Step(
                INTAKE,
                "corrections",
                lambda _: {
                    "facts": {"outcome": "died"},
                    "reason": "child_died_later",
                    "explanation": _typed("The child died in hospital."),
                },
                told=True,
            ),
            _aims("lcspr_no", "What is to be learnt is known and acted on.", []),
            *_APPROVED_AND_SENT,
        ),
    ),
    "withdrawn": Later(
        "withdrawn: somebody saw how the child fell",
        (
            Step(
                INTAKE,
                "withdrawals",
                lambda moment: {
                    "reason": "criteria_not_met",
                    "positions": positions(moment.incident, moment.today),
                    "explanation": _typed("A witness saw the child fall; nobody harmed it."),
                },
                told=True,
            ),
        ),
    ),
    "corrected": Later(
        "corrected: the authority knew a day later than was written down",
        (
            Step(
                INTAKE,
                "corrections",
                lambda moment: {
                    "facts": {"la_incident_aware_at": _next_morning(moment)},
                    "reason": "recorded_wrongly",
                    "explanation": _typed("The message was read the next morning."),
                },
                told=True,
            ),
        ),
    ),
    "reopened": Later(
        "opened again and decided notifiable: a relative told more",
        (
            Step(
                INTAKE,
                "reopenings",
                lambda moment: {
                    "facts": {
                        "abuse_neglect": "suspected",
                        "la_criteria_known_at": _two_hours_later(moment),
                    },
                    "reason": "new_information",
                    "explanation": _typed("A relative told what does not fit a fall."),
                },
            ),
            Step(
                INTAKE,
                "decisions",
                lambda moment: decision_on(moment.incident, moment.today, again=True),
            ),
        ),
    ),
}
