"""Steps of a sample case, as data: who says what, where. Those that several cases take."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from deploy.samples.decisions import Body

INTAKE, REVIEW, PANEL = "intake", "review", "panel"


@dataclass(frozen=True)
class Moment:
    """`aware_at`: when the first reporter knew; `review`: as it stands, empty before it opened."""

    incident: str
    today: date
    aware_at: datetime
    review: Mapping[str, Any]


@dataclass(frozen=True)
class Step:
    """`by`: LA, HEALTH or POLICE of the area that leads, or OTHER_LA, which had the report; at
    PANEL the Panel itself. `told`: only once the Panel was told. `seen`: on a version of the
    case. `by_bus`: the sending system through whose topic it is said, by HTTP otherwise."""

    at: str
    path: str
    says: Callable[[Moment], Body]
    by: str = "LA"
    told: bool = False
    seen: bool = True
    by_bus: str = ""


@dataclass(frozen=True)
class Later:
    """`words`: what the steps come to, for whoever watches."""

    words: str
    steps: tuple[Step, ...]


def typed(text: str) -> str:
    return f"Invented sample. {text}"


def aims(next_step: str, reasons: str, local_criteria: list[str]) -> Step:
    body = {
        "facts": typed("What each agency knew, in order."),
        "immediate_action_needed": False,
        "learning": [{"theme": "information_sharing", "improvement": typed("Ask each other.")}],
        "local_criteria": local_criteria,
        "national_criteria": [],
        "next_step": next_step,
        "next_step_reasons": typed(reasons),
    }
    return Step(REVIEW, "aims", lambda _: body)


def approval(by: str) -> Step:
    return Step(REVIEW, "approvals", lambda _: {"answer": "approved", "content_version": 1}, by)


APPROVED_AND_SENT = (
    approval("LA"),
    approval("HEALTH"),
    approval("POLICE"),
    Step(REVIEW, "submission", lambda _: {}),
)

AGREED_BY_THE_PANEL = (
    Step(PANEL, "received", lambda _: {"reply": "received"}, by_bus="panel-desk"),
    Step(
        PANEL,
        "decided",
        lambda _: {
            "reply": "decided",
            "decision": "agree_no_lcspr",
            "rationale": typed("The partners know what to change."),
        },
    ),
)
