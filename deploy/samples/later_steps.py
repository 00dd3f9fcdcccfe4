"""What becomes of some sample cases after, or before, they are decided: step by step, as data."""

from collections.abc import Mapping
from datetime import date, timedelta

from deploy.samples.decisions import decision_on, positions
from deploy.samples.incidents import INCIDENTS
from deploy.samples.steps import (
    AGREED_BY_THE_PANEL,
    APPROVED_AND_SENT,
    INTAKE,
    REVIEW,
    Later,
    Moment,
    Step,
    aims,
    typed,
)
from shared.calendar.bank_holidays import england_and_wales
from shared.calendar.working_days import add_working_days


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
                    "explanation": typed("The street belongs to the other side."),
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
                    "explanation": typed("An expert reports later."),
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
        "a hospital's summary by the bus; review submitted in time, a local review commissioned",
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
                    "services": typed("Seen twice in the past year."),
                },
                by_bus="health-incidents",
            ),
            Step(
                REVIEW,
                "summaries/answers",
                lambda _: {"agency": "school-larkfield", "nil_return": True},
            ),
            aims("lcspr_yes", "Agencies did not work together.", ["agencies_not_working_together"]),
            *APPROVED_AND_SENT,
            Step(
                REVIEW,
                "local-review",
                lambda moment: {
                    "decided_on": moment.today.isoformat(),
                    "reviewers": [
                        {
                            "name": "Sample Reviewer One",
                            "selection_reason": typed("Has not worked with these agencies."),
                        }
                    ],
                    "reasons": typed("More is to be learnt than a rapid review can show."),
                },
            ),
        ),
    ),
    "died_later": Later(
        "the child died: corrected; the Panel received the review, as it says by the bus, and "
        "agrees that no local one follows; closed",
        (
            Step(
                INTAKE,
                "corrections",
                lambda _: {
                    "facts": {"outcome": "died"},
                    "reason": "child_died_later",
                    "explanation": typed("The child died in hospital."),
                },
                told=True,
            ),
            aims("lcspr_no", "What is to be learnt is known and acted on.", []),
            *APPROVED_AND_SENT,
            *AGREED_BY_THE_PANEL,
            Step(
                INTAKE,
                "closings",
                lambda moment: {
                    "reason": "nothing_to_learn",
                    "positions": positions(moment.incident, moment.today),
                    "scrutineer": {
                        "position": "agree",
                        "explanation": typed("Nothing was left open."),
                    },
                    "explanation": typed("What was to be done is done."),
                },
                told=True,
            ),
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
                    "explanation": typed("A witness saw the child fall; nobody harmed it."),
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
                    "explanation": typed("The message was read the next morning."),
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
                    "explanation": typed("A relative told what does not fit a fall."),
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
