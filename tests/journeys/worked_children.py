"""The worked examples C17 to C20 and C24: how many notifications one incident has."""

from datetime import date
from typing import Any

from tests.journeys.worked_cases import (
    CHILD,
    CHILD_DEATH_PANEL,
    HARMED,
    MET,
    NOTIFIED,
    PANEL,
    PARTNERS,
    WorkedCase,
    died,
    hurt,
)
from tests.journeys.worked_reports import AUTHORITY_OF, HOSPITAL, LIVERPOOL, POLICE, Happened

BY = AUTHORITY_OF[LIVERPOOL]
FIFTH = "Invented walk C20. A fifth child, Walked-C20 Child E, was harmed as well."


def several_children() -> list[WorkedCase]:
    """C18 is two cases, because at that time each child who died had a form of its own."""
    first, later = date(2018, 8, 20), date(2021, 3, 8)
    siblings, both, five = Happened("C17", first), Happened("C19", later), Happened("C20", later)
    one, other = Happened("C18-one", first), Happened("C18-other", first)
    killed = Happened("C24")
    victim = killed.child(15) | {"nhs_number": "9994129937"}
    four = [five.child(2 + number, part=part) for number, part in enumerate("ABCD")]
    of_a_death = PANEL | PARTNERS | CHILD_DEATH_PANEL
    late: dict[str, Any] = {"late": True}
    return [
        WorkedCase(
            "C17",
            [siblings.report(BY, *HARMED, siblings.child(3), siblings.child(5, part="B"))],
            NOTIFIED,
            {"N2"},
            PANEL | PARTNERS,
            CHILD | hurt() | {"sibling_group": "all"},
            MET,
            **late,
        ),
        *(
            WorkedCase(
                "C18",
                [each.report(BY, "died", "suspected", each.child(8))],
                NOTIFIED,
                {"N1"},
                of_a_death,
                CHILD | died("suspected"),
                **late,
            )
            for each in (one, other)
        ),
        WorkedCase(
            "C19",
            [both.report(BY, "died", "suspected", both.child(8), both.child(9, part="B"))],
            NOTIFIED,
            {"N1"},
            of_a_death,
            CHILD | died("suspected"),
            **late,
        ),
        WorkedCase(
            "C20",
            [five.report(BY, *HARMED, *four, case_outline=FIFTH)],
            NOTIFIED,
            {"N2"},
            PANEL | PARTNERS,
            CHILD | hurt(),
            MET,
            **late,
        ),
        WorkedCase(
            "C24",
            [
                killed.report(POLICE, "died", "suspected", victim),
                killed.report(HOSPITAL, "died", "suspected", victim),
            ],
            NOTIFIED,
            {"N1"},
            of_a_death,
            CHILD | died("suspected"),
        ),
    ]
